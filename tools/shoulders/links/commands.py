"""`shoulders links`: see whether the links to elsewhere still lead somewhere, and keep what is learnt."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import closing, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from shoulders.console import opened, root_option, told_failures

if TYPE_CHECKING:
    from shoulders.fetch import Client
    from shoulders.links.asking import Sleep
    from shoulders.links.places import Place
    from shoulders.links.progress import Progress
    from shoulders.links.record import Record, Sighting
    from shoulders.project import Project

    Places = Mapping[str, tuple[Place, ...]]
    MakeClient = Callable[[Sleep], Client]

INTERRUPTED = 130  # as shells say that Ctrl-C ended a command
SILENT = 8  # hosts that leave us without an answer while none gives one: it is our connection


def now() -> datetime:
    """The clock, in UTC to the second."""
    return datetime.now(UTC).replace(microsecond=0)


@click.command(epilog="\b\nExamples:\n  shoulders links --jobs 4\n  shoulders links --dry-run https://example.org/")
@root_option
@click.argument("addresses", nargs=-1, metavar="[ADDRESS]...")
@click.option(
    "--jobs", type=click.IntRange(1, 64), default=8, show_default=True, help="How many hosts are asked side by side."
)
@click.option("--again", is_flag=True, help="Begin anew instead of going on where the last run was interrupted.")
@click.option("--dry-run", is_flag=True, help="Ask, but write no record.")
def links(root: Path, addresses: Sequence[str], *, jobs: int, again: bool, dry_run: bool) -> None:
    """Ask for every link of the catalog and of the pages that leads elsewhere, or only for each ADDRESS.

    What is not fine goes to standard output, a line for each place, and into data/links.json. A link that is missing
    (404 or 410) on two days is dead. Exit code 1 when one is dead, 130 when Ctrl-C ended the run.
    """
    from shoulders.links import places, record, report
    from shoulders.links.progress import Progress
    from shoulders.load import load_data
    from shoulders.read_ahead import remembered

    file = root / record.FILE
    before = _content(file)
    with told_failures(problems=True):
        project = opened(root, stale_links=True)
    known = places.find(load_data(root, remembered(root)), root)
    chosen = _chosen(known, addresses)
    client = _client_maker(root, project, chosen)
    progress = None if addresses else Progress(root)
    if progress and again:
        progress.clear()
    try:
        after = _learn(project.links, known, chosen, client, jobs=jobs, progress=progress)
    except KeyboardInterrupt:
        _say("stopped; nothing was written" + "; within a day the next run goes on from here" * bool(progress))
        sys.exit(INTERRUPTED)
    for line in report.lines(after, known, chosen):
        click.echo(str(line))
    for address in report.recovered(project.links, after, chosen):
        _say(f"fine again: {address}")
    _say(report.summary(after, chosen))
    if not dry_run:
        _write(file, before, after)
        if progress:
            progress.clear()
    sys.exit(1 if after.dead.keys() & chosen else 0)


def _content(file: Path) -> bytes | None:
    """What a file holds; None where there is none, and where it cannot be read, which `open_project` tells."""
    with suppress(OSError):
        return file.read_bytes() if file.is_file() else None
    return None


def _chosen(known: Places, addresses: Sequence[str]) -> set[str]:
    from shoulders.problems import Choices, expected

    choices = Choices(known)
    unknown = [
        expected("an address of the catalog or a page", each, choices) for each in addresses if each not in known
    ]
    if unknown:
        raise click.UsageError("\n".join(unknown))
    return set(addresses or known)


def _client_maker(root: Path, project: Project, addresses: Collection[str]) -> MakeClient:
    """What makes the client of a thread: who we are, whom the environment vouches for, and the pauses of every host."""
    from shoulders.fetch import Client, services
    from shoulders.fetch.opening import agent, answers
    from shoulders.links.asking import SECONDS, with_pauses

    try:
        known, trusted = services()
    except ValueError as error:
        raise click.UsageError(str(error)) from None
    pauses = with_pauses(known, addresses)
    who, cache = agent(project.settings), answers(root)
    return lambda sleep: Client(who, cache, services=pauses, trusted=trusted, sleep=sleep, seconds=SECONDS)


def _learn(
    before: Record, known: Places, chosen: Collection[str], client: MakeClient, *, jobs: int, progress: Progress | None
) -> Record:
    """The record after asking for the chosen links, and for copies of those that are dead."""
    from shoulders.links import places
    from shoulders.links.archive import copies_of
    from shoulders.links.record import updated, with_copies

    seen = _seen(chosen, client, jobs=jobs, progress=progress)
    if progress and _silent(seen):
        _say("shoulders: no host answers; check your connection. Nothing was written")
        sys.exit(1)
    after = updated(before, seen, known, checked=now().date().isoformat() if progress else None)
    wanted = sorted(address for address in after.dead.keys() & chosen if not after.dead[address].archived)
    days = {address: places.added(known[address]) for address in wanted}
    return with_copies(after, copies_of(days, client(time.sleep), _say))


def _seen(chosen: Collection[str], client: MakeClient, *, jobs: int, progress: Progress | None) -> dict[str, Sighting]:
    """What comes of the links, with what an interrupted run has learnt already."""
    from shoulders.links.asking import ask
    from shoulders.links.show import told

    seen = progress.sightings(chosen, now()) if progress else {}
    if seen:
        click.echo(f"{len(seen)} of {len(chosen)} links were asked for within the last day", err=True)
    left = chosen - seen.keys()
    with closing(ask(left, client, jobs=jobs, now=now)) as sightings:
        for sighting in told(sightings, left):
            seen[sighting.address] = sighting
            if progress and sighting.status:  # who did not answer may do so when the run goes on
                progress.add(sighting)
            if progress and _silent(seen) == SILENT:
                break
    return seen


def _silent(seen: Mapping[str, Sighting]) -> int:
    """How many hosts were asked, as long as none has answered."""
    from shoulders.fetch.guard import host_of

    return 0 if any(sighting.status for sighting in seen.values()) else len({host_of(address) for address in seen})


def _say(line: str) -> None:
    from shoulders.problems import visible

    click.echo(visible(line), err=True)


def _write(file: Path, before: bytes | None, after: Record) -> None:
    """Put the record in its place, unless it says nothing new."""
    from shoulders.links.record import Record, dump
    from shoulders.wholefile import WriteError, write_whole

    data = dump(after).encode("utf-8")
    if data == before or (before is None and after == Record()):
        return
    try:
        write_whole({file: data}, before={file: before})
    except WriteError as error:
        _say(f"shoulders: {error}")
        sys.exit(1)
