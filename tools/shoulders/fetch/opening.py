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
    reach = [settings.repo_url, f"mailto:{settings.contact}" if settings.contact else ""]
    agent = f"shoulders/{version('shoulders')} ({'; '.join(part for part in reach if part) or 'a reading list'})"
    ascii_agent = agent.encode("ascii", "replace").decode().replace("\n", " ")
    return Client(ascii_agent, root / ".cache" / "shoulders" / "answers", services=known, trusted=trusted, say=say)
