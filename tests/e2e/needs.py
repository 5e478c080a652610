"""Marks for tests that need a part that is not on every machine."""

import shutil

import pytest


def needs(command: str) -> pytest.MarkDecorator:
    """Skip a test where a command is missing."""
    return pytest.mark.skipif(shutil.which(command) is None, reason=f"needs {command}")
