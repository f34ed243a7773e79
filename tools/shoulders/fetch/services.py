"""The public services that are asked, where each stands, and how often it may be asked.

An environment variable names another address for each: a mirror, a proxy, or a server of a test.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace

from shoulders.fetch.guard import origin
from shoulders.problems import quoted


@dataclass(frozen=True, slots=True)
class Service:
    """One service: its name, its address without a slash at the end, and the seconds between two questions."""

    name: str
    base: str
    pause: float = 1.0

    @property
    def variable(self) -> str:
        """The environment variable that names another address for it."""
        return f"SHOULDERS_{self.name.upper()}_URL"


SERVICES = (
    Service("arxiv", "https://export.arxiv.org/api/query", 3.0),
    Service("crossref", "https://api.crossref.org/works", 0.3),
    Service("doi", "https://doi.org", 0.5),
    Service("acl", "https://aclanthology.org", 0.5),
    Service("openreview", "https://api2.openreview.net"),
    Service("openreview_old", "https://api.openreview.net"),
    Service("dblp", "https://dblp.org", 1.5),
    Service("semanticscholar", "https://api.semanticscholar.org/graph/v1", 1.5),
    Service("openlibrary", "https://openlibrary.org"),
    Service("github", "https://api.github.com", 0.3),
    Service("archive", "https://archive.org/wayback/available"),
)
"""Everything that is asked for by name; pauses are those that the services ask for, or kinder."""


def services(environment: Mapping[str, str] = os.environ) -> tuple[dict[str, Service], frozenset[str]]:
    """The services by name, and the origins that the environment vouches for.

    Only such an origin may be plain http or stand on this machine or in this network.

    Raises:
        ValueError: when a variable names no address.
    """
    found: dict[str, Service] = {}
    trusted = set()
    for service in SERVICES:
        base = environment.get(service.variable, "").strip().rstrip("/")
        if base:
            try:
                trusted.add(origin(base))
            except ValueError:
                raise ValueError(
                    f"{service.variable}: expected an address like '{service.base}', got {quoted(base)}"
                ) from None
        found[service.name] = replace(service, base=base or service.base)
    return found, frozenset(trusted)
