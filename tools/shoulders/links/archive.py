"""Where the Wayback Machine has a copy of a page that is gone.

What it answers is untrusted: only the moment of a copy is taken from it, and the address is made here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlencode

from shoulders.fetch import Client, FetchError
from shoulders.links.record import copy_at
from shoulders.lookup.shapes import at

PATIENCE = 3  # questions in a row that the archive may leave without an answer


def copies_of(days: Mapping[str, str], client: Client, say: Callable[[str], None]) -> dict[str, str]:
    """The copies of addresses nearest to a day each, of those that have one; `say` is told what could not be asked."""
    found: dict[str, str] = {}
    unanswered = 0
    for address, day in sorted(days.items()):
        if unanswered == PATIENCE:
            say(f"no archived copy was looked for: {address}")
            continue
        try:
            copy = copy_of(client, address, day)
        except FetchError as error:
            unanswered += 1
            say(f"no archived copy was looked for: {address}: {error}")
            continue
        unanswered = 0
        if copy:
            found[address] = copy
    return found


def copy_of(client: Client, address: str, day: str = "") -> str | None:
    """The copy nearest to a day, or the latest; None where there is none.

    Raises:
        FetchError: when the archive does not answer.
    """
    question = {"url": address, **({"timestamp": day.replace("-", "")} if day else {})}
    answer = client.json(f"{client.services['archive'].base}?{urlencode(question)}")
    moment = _moment(at(answer, "archived_snapshots", "closest"))
    return copy_at(moment, address) if moment else None


def _moment(copy: Any) -> str:
    """When a copy of a whole page was made, in 14 digits; empty where there is none."""
    if at(copy, "available") is not True or str(at(copy, "status")) != "200":
        return ""
    moment = at(copy, "timestamp")
    return moment if isinstance(moment, str) and re.fullmatch(r"[0-9]{14}", moment) else ""
