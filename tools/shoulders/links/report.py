"""What a run has to say: a line for every place of a link that is not fine, and the sum of it all.

Only words; what is known of the links is the work of `record`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping

from shoulders.links.places import Place
from shoulders.links.record import Link, Record
from shoulders.problems import Problem


def lines(record: Record, places: Mapping[str, tuple[Place, ...]], chosen: Collection[str]) -> list[Problem]:
    """Where the chosen links that are not fine stand, and what is known of each."""
    return sorted(
        Problem(place.path, place.line, place.id, place.field, _said(address, link))
        for address, link in record.links.items()
        if address in chosen
        for place in places[address]
    )


def _said(address: str, link: Link) -> str:
    what = f"{address} ({link.said})"
    if link.state == "dead":
        copy = f"archived copy: {link.archived}" if link.archived else "no archived copy is known"
        return f"dead since {link.since}: {what}; {copy}"
    if link.state == "suspect":
        return f"missing on {link.since}, and dead when it is missing on another day: {what}"
    return f"cannot tell since {link.since}: {what}"


def summary(record: Record, chosen: Collection[str]) -> str:
    """How many of the chosen links are what."""
    count = Counter(record.links[address].state for address in chosen if address in record.links)
    fine = len(chosen) - count.total()
    said = f"{len(chosen)} link{'s' * (len(chosen) != 1)}: {fine} fine, {count['dead']} dead"
    return f"{said}, {count['suspect']} suspect, {count['unsure']} cannot tell"


def recovered(before: Record, after: Record, chosen: Collection[str]) -> list[str]:
    """The chosen links that were not fine and are so again."""
    return sorted(address for address in before.links.keys() - after.links.keys() if address in chosen)
