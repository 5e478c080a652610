"""Tests against a real Home Assistant, started as users start it."""
