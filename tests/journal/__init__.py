"""Tests of the journal against real databases."""
