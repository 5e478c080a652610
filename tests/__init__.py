"""The tests of the integration, and the simulated gateway that they share with the demo."""
