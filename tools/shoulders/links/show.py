"""How far a run is: a bar on a terminal, elsewhere a line for every host that is done."""

from __future__ import annotations

import sys
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator

import click

from shoulders.fetch.guard import host_of
from shoulders.links.record import Sighting

WORDS = {"fine": "fine", "missing": "missing", "unsure": "cannot tell"}


def told(sightings: Iterable[Sighting], addresses: Collection[str]) -> Iterator[Sighting]:
    """The sightings of the addresses, each told on standard error as it comes."""
    return _drawn(sightings, len(addresses)) if sys.stderr.isatty() else _listed(sightings, addresses)


def _drawn(sightings: Iterable[Sighting], count: int) -> Iterator[Sighting]:
    def host(sighting: Sighting | None) -> str:
        return host_of(sighting.address) if sighting else ""

    with click.progressbar(length=count, file=sys.stderr, item_show_func=host, show_pos=True) as bar:
        for sighting in sightings:
            bar.update(1, sighting)
            yield sighting


def _listed(sightings: Iterable[Sighting], addresses: Collection[str]) -> Iterator[Sighting]:
    left = Counter(map(host_of, addresses))
    findings: dict[str, Counter[str]] = defaultdict(Counter)
    for sighting in sightings:
        host = host_of(sighting.address)
        findings[host][sighting.finding] += 1
        left[host] -= 1
        if not left[host]:
            click.echo(
                f"{host}: " + ", ".join(f"{n} {WORDS[name]}" for name, n in sorted(findings[host].items())), err=True
            )
        yield sighting
