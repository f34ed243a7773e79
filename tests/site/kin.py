"""The lineage of a built site, computed from its `papers.json` without anything that the site's scripts share."""

from __future__ import annotations

import json
from collections import deque
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Kin:
    """Works by key and who stands on whom."""

    works: dict[str, dict[str, Any]]
    on: dict[str, dict[str, dict[str, Any]]]  # later -> earlier -> edge
    to: dict[str, set[str]]

    def beyond(self, key: str, ways: tuple[str, ...]) -> dict[str, int]:
        """Everything reached along `on` or `to`, with the fewest steps there; the work itself with none."""
        steps = {key: 0}
        queue = deque([key])
        while queue:
            here = queue.popleft()
            for way in ways:
                for there in getattr(self, way).get(here, ()):
                    if there not in steps:
                        steps[there] = steps[here] + 1
                        queue.append(there)
        return steps

    def ancestors(self, key: str) -> set[str]:
        """On whose shoulders a work stands, near and far."""
        return set(self.beyond(key, ("on",))) - {key}

    def descendants(self, key: str) -> set[str]:
        """Who stands on a work's shoulders, near and far."""
        return set(self.beyond(key, ("to",))) - {key}


def read_kin(site: Path) -> Kin:
    """The lineage of a site."""
    works = {work["key"]: work for work in json.loads((site / "papers.json").read_text("utf-8"))["works"]}
    aliases = {alias: key for key, work in works.items() for alias in work.get("aliases", ())}
    on: dict[str, dict[str, dict[str, Any]]] = {key: {} for key in works}
    to: dict[str, set[str]] = {key: set() for key in works}
    for key, work in works.items():
        for edge in work.get("edges", ()):
            earlier = aliases.get(edge["to"], edge["to"])
            on[key][earlier] = edge
            to[earlier].add(key)
    return Kin(works, on, to)
