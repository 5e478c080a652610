"""A simulated Zender gateway and a private Home Assistant, for the demo and the tests alike."""
