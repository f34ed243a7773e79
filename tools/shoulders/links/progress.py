"""What an interrupted run has learnt, so that the next one goes on where it stopped.

A file of lines in `.cache/`, of which any may be missing or cut off: what does not read as it was written is not there.
"""

from __future__ import annotations

from collections.abc import Collection
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

from shoulders.links.record import Sighting
from shoulders.strictjson import JsonError, parse

FRESH = timedelta(days=1)


class Progress:
    """The sightings of a run that has not come to its end."""

    def __init__(self, root: Path) -> None:
        self._file = root / ".cache" / "shoulders" / "links.jsonl"

    def sightings(self, addresses: Collection[str], now: datetime) -> dict[str, Sighting]:
        """What was seen of the addresses within the last day, the latest of each."""
        found: dict[str, Sighting] = {}
        try:
            lines = self._file.read_text("utf-8", errors="replace").split("\n")
        except OSError:
            return found
        for line in lines:
            with suppress(JsonError):
                sighting = parse(Sighting, line)
                if sighting.address in addresses and timedelta(0) <= now - sighting.at < FRESH:
                    found[sighting.address] = sighting
        return found

    def add(self, sighting: Sighting) -> None:
        """Keep a sighting; where the disk will not have it, it is not kept."""
        with suppress(OSError):
            self._file.parent.mkdir(parents=True, exist_ok=True)
            with self._file.open("a", encoding="utf-8") as stream:
                # The line end before it parts it from a line that was cut off
                stream.write(f"\n{sighting.model_dump_json()}")

    def clear(self) -> None:
        """Forget everything: the run has come to its end, or is to begin anew."""
        with suppress(OSError):
            self._file.unlink()
