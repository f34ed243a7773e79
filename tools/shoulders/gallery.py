"""Every demo with all that is known of it, and the works that the demos show.

Reads nothing; `demo_files` does.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from shoulders import listing, runs
from shoulders.cards import Card
from shoulders.catalog import Catalog
from shoulders.model import Topic, Work


@dataclass(frozen=True, slots=True)
class Demo:
    """One demo. `changed` names what is no longer as it was when it ran."""

    card: Card
    text: str
    sections: tuple[listing.Section, ...] = ()
    run: runs.Run | None = None
    figure: str = ""
    changed: tuple[str, ...] = ()
    imports: tuple[str, ...] = ()  # names of the demos that it builds on
    imported_by: tuple[str, ...] = ()
    tests: tuple[str, ...] = ()  # what each test says
    bugs: int = 0  # planted to try the tests

    @property
    def name(self) -> str:
        """Of its file."""
        return self.card.name

    @property
    def state(self) -> str:
        """`verified` while its record fits, `stale` after a change, `never_run` without a record."""
        return "never_run" if self.run is None else "stale" if self.changed else "verified"

    @property
    def claims(self) -> tuple[runs.Claim, ...]:
        """What can fail, controls last."""
        gated = [claim for claim in self.run.claims if claim.gated] if self.run else []
        return tuple(sorted(gated, key=lambda claim: claim.control))

    @property
    def observations(self) -> tuple[runs.Claim, ...]:
        """What was seen and is not gated."""
        return tuple(claim for claim in self.run.claims if not claim.gated) if self.run else ()

    def spread(self, claim: runs.Claim) -> tuple[float, float] | None:
        """The least and the greatest value over the seeds."""
        values = self.run.spread.values.get(claim.statement) if self.run and self.run.spread else None
        return (min(values), max(values)) if values else None

    @property
    def spread_is_older(self) -> bool:
        """Whether the seeds were run before the last change."""
        return bool(self.run and self.run.spread and self.run.spread.sources != self.run.sources)


@dataclass(frozen=True)
class Gallery:
    """The demos of a catalog."""

    catalog: Catalog
    demos: Mapping[str, Demo] = field(default_factory=dict)

    @cached_property
    def all(self) -> tuple[tuple[Work, Demo], ...]:
        """Every demo with the work it shows, in the order of the works."""
        return tuple((work, demo) for work in self.catalog.chronological for demo in self.of(work))

    def of(self, work: Work) -> list[Demo]:
        """A work's demos."""
        return [self.demos[name] for name in self.catalog.demos.get(work.key, ()) if name in self.demos]

    @cached_property
    def verified(self) -> frozenset[str]:
        """The names of the demos whose last run proved their claims, and that have not changed since."""
        return frozenset(demo.name for demo in self.demos.values() if demo.state == "verified")

    @cached_property
    def verified_works(self) -> frozenset[str]:
        """The keys of the works that such a demo shows."""
        return frozenset(work.key for work, demo in self.all if demo.name in self.verified)

    @cached_property
    def best(self) -> tuple[tuple[Work, Demo], ...]:
        """The demo to show for all, if any: verified, with a figure, of the work on which most others stand."""
        heirs = self.catalog.led_to
        shown = [(work, demo) for work, demo in self.all if demo.state == "verified" and demo.figure]
        return tuple(sorted(shown, key=lambda pair: -len(heirs.get(pair[0].key, ())))[:1])

    @cached_property
    def topics(self) -> list[Topic]:
        """The topics of the first level on which there are demos."""
        filed = {topic for work, _ in self.all for topic in self.filed_under(work)}
        return [topic for topic in self.catalog.topics if topic.id in filed and not topic.parent]

    def filed_under(self, work: Work) -> list[str]:
        """The topics of a work and their parents."""
        own = [self.catalog.topic[name] for name in work.topics if name in self.catalog.topic]
        return sorted({name for topic in own for name in (topic.id, topic.parent) if name})

    def imports(self, work: Work) -> list[Work]:
        """The works on whose demos this work's demos are built."""
        return self._works(work, [name for demo in self.of(work) for name in demo.imports])

    def imported_by(self, work: Work) -> list[Work]:
        """The works whose demos are built on this work's demos."""
        return self._works(work, [name for demo in self.of(work) for name in demo.imported_by])

    def _works(self, work: Work, names: list[str]) -> list[Work]:
        found = [self.catalog.find(self.demos[name].card.entry) for name in names if name in self.demos]
        return [other for other in dict.fromkeys(found) if other and other is not work]
