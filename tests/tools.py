"""Programs that judge our output from outside, and what to do where one is missing."""

from __future__ import annotations

import os
import shutil

import pytest


def require_tool(name: str, install: str) -> str:
    """The path of a program; without it the test is skipped, and says how to install it, but fails in CI."""
    path = shutil.which(name)
    if path:
        return path
    message = f"needs {name}: {install}"
    if os.environ.get("CI", "").lower() == "true":
        pytest.fail(message, pytrace=False)
    pytest.skip(message)
