"""The gateway's world: its messages and how they travel. Knows nothing of Home Assistant."""
