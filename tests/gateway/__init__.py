"""What belongs to the gateway alone, tested without Home Assistant."""
