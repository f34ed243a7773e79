"""What running demos looks like: progress on standard error, claims and a table on standard output."""

from __future__ import annotations

import shutil
import threading
from collections import defaultdict
from collections.abc import Sequence

import click

from shoulders.demo.job import Outcome
from shoulders.problems import visible


class Show:
    """Tells of runs as they go; `live` redraws one line, otherwise every line stands."""

    def __init__(self, *, live: bool) -> None:
        self.live = live
        self._lock = threading.Lock()
        self._said: dict[str, str] = {}
        self._ended = ""

    def tell(self, title: str, said: str) -> None:
        """A running demo says how far it is."""
        with self._lock:
            begun = title not in self._said
            self._said[title] = said
            if self.live:
                running = " · ".join(f"{name}: {text}" for name, text in self._said.items())
                click.echo(
                    f"\r\x1b[K{f'{self._ended}{running}'[: shutil.get_terminal_size().columns - 1]}", nl=False, err=True
                )
            elif begun:
                click.echo(f"{title}: running", err=True)

    def outcome(self, outcome: Outcome, ended: int, asked: int) -> None:
        """A run has ended: every claim on a line, or what went wrong."""
        with self._lock:
            self._said.pop(outcome.job.title, None)
            self._ended = f"{ended} of {asked} · "
            if self.live:
                click.echo("\r\x1b[K", nl=False, err=True)
            title = visible(outcome.job.title)
            word = click.style("passed", fg="green") if outcome.passed else click.style("FAILED", fg="red")
            click.echo(f"{title}: {word}, {outcome.seconds:.1f} s, {outcome.memory_mib:.0f} MiB")
            for claim in outcome.report.claims if outcome.report else ():
                mark = ("holds" if claim.holds else "FAILS") if claim.gated else "seen"
                control = " (control)" * claim.control
                click.echo(f"  {mark:5}  {claim.value:<9.4g} {claim.bound:8}  {visible(claim.statement)}{control}")
            for failure in outcome.failures:
                click.echo(f"  {title}: {visible(failure)}")
            for line in outcome.output.split("\n") if outcome.output else ():
                click.echo(f"    | {line}")

    def table(self, found: Sequence[Outcome]) -> None:
        """All demos in one table, with the spread over the seeds where there are several."""
        by_name: dict[str, list[Outcome]] = defaultdict(list)
        for outcome in sorted(found, key=lambda outcome: (outcome.job.name, outcome.job.seed)):
            by_name[visible(outcome.job.name)].append(outcome)
        width = max(4, *map(len, by_name))
        click.echo(f"\n{'demo':{width}}  result  claims    seconds    MiB")
        for name, several in by_name.items():
            word = "passed" if all(outcome.passed for outcome in several) else "FAILED"
            gated = [c for outcome in several if outcome.report for c in outcome.report.claims if c.gated]
            share = f"{sum(c.holds for c in gated)} of {len(gated)}"
            seconds = max(outcome.seconds for outcome in several)
            memory = max(outcome.memory_mib for outcome in several)
            click.echo(f"{name:{width}}  {word}  {share:8}  {seconds:7.1f}  {memory:5.0f}")
            if len(several) > 1:
                self._spread(several)
        failed = sum(any(not outcome.passed for outcome in several) for several in by_name.values())
        count = len(by_name)
        click.echo(f"{count} demo{'s' * (count != 1)}: {count - failed} passed, {failed} failed")

    def _spread(self, several: Sequence[Outcome]) -> None:
        values: dict[str, list[float]] = defaultdict(list)
        bounds: dict[str, str] = {}
        for outcome in several:
            for claim in outcome.report.claims if outcome.report else ():
                values[claim.statement].append(claim.value)
                bounds[claim.statement] = claim.bound
        click.echo(f"  over {len(several)} seeds: least, mean, most")
        for statement, seen in values.items():
            low, mean, high = min(seen), sum(seen) / len(seen), max(seen)
            click.echo(f"  {low:<9.4g} {mean:<9.4g} {high:<9.4g} {bounds[statement]:8}  {visible(statement)}")
