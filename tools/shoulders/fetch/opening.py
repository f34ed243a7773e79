"""A client for the project in a folder: who asks, where answers are kept, and which services the environment moves."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from importlib.metadata import version
from pathlib import Path

from shoulders.fetch.client import Client
from shoulders.fetch.services import services
from shoulders.settings import Settings


def open_client(
    root: Path, settings: Settings, *, say: Callable[[str], None], environment: Mapping[str, str] = os.environ
) -> Client:
    """The client that names the project and its contact to whom it asks.

    Raises:
        ValueError: when a variable of the environment names no address.
    """
    known, trusted = services(environment)
    return Client(agent(settings), answers(root), services=known, trusted=trusted, say=say)


def agent(settings: Settings) -> str:
    """Who asks, and how to reach them, in the ASCII that HTTP takes."""
    reach = "; ".join(part for part in (settings.repo_url or settings.site_url, settings.contact) if part)
    return "".join(c for c in f"shoulders/{version('shoulders')} (+{reach})" if c.isascii() and c.isprintable())


def answers(root: Path) -> Path:
    """Where all commands keep answers, and take turns at each server."""
    return root / ".cache" / "shoulders" / "answers"
