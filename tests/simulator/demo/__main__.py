"""Run the demo."""

from .main import run

run()
