"""What the integration costs, measured beside its alternatives."""
