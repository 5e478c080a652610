"""The demo: a gateway delivers, and one watches what Home Assistant makes of it."""
