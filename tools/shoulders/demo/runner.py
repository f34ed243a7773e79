"""Run many demos side by side, tell how it goes, and keep the records of those whose claims all held.

Jobs go to threads of this process that each wait for a demo, or to a Dask cluster. What a cluster has begun, it ends
by itself within the time limit, whatever becomes of us.
"""

from __future__ import annotations

import contextlib
import re
import socket
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, CancelledError, Executor, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, replace
from pathlib import Path

from shoulders import runs
from shoulders.cards import Card, read_cards
from shoulders.demo.job import STOP, Job, Limits, Outcome, run_job
from shoulders.problems import Problem
from shoulders.sources import Sources, read_sources, requirements
from shoulders.wholefile import WriteError, write_whole

Tell = Callable[[str, str], None]
KNOCK = 10  # seconds in which a scheduler must answer
PATIENCE = 10.0  # seconds in which a cluster may find a worker again


class RunnerError(Exception):
    """Demos could not be run at all, or a record could not be kept."""


@dataclass(frozen=True, slots=True)
class Status:
    """How a demo stands: its record, if there is one, what has changed since, and why it cannot run, if it cannot."""

    card: Card
    sources: Sources
    run: runs.Run | None
    changed: tuple[str, ...] = ()
    fault: str = ""

    @property
    def word(self) -> str:
        """`fresh`, `stale`, `never run` or `broken`."""
        if self.fault:
            return "broken"
        return "never run" if self.run is None else "stale" if self.changed else "fresh"


def statuses(root: Path) -> tuple[list[Status], list[Problem]]:
    """How every demo stands, by name, and what is wrong with the records."""
    cards, of_cards = read_cards(root)
    records, of_records = runs.read_runs(root, {name: card.entry for name, card in cards.items()})
    faults = {problem.id: f"{problem.field}: {problem.message}" for problem in of_cards}
    broken = [Status(Card(name, ""), Sources({}, ()), None, fault=fault) for name, fault in faults.items()]
    pins = requirements(root)
    found = [_status(root, card, records.get(name), pins) for name, card in cards.items()]
    # The record of a demo without a card is no stray: it fits again when the card is mended.
    strays = [problem for problem in of_records if Path(problem.path).stem not in faults]
    return sorted([*found, *broken], key=lambda status: status.card.name), strays


def _status(root: Path, card: Card, run: runs.Run | None, pins: Mapping[str, str]) -> Status:
    try:
        sources = read_sources(root, card.name)
    except (OSError, SyntaxError) as error:
        return Status(card, Sources({}, ()), run, fault=str(error))
    return Status(card, sources, run, tuple(run.changed(sources, pins)) if run else ())


def jobs_for(chosen: Sequence[Status], *, seeds: int, device: str, limits: Limits) -> list[Job]:
    """A job for every seed of every demo that can run; only the first seed draws."""
    return [
        Job(s.card.name, s.card.entry, s.sources.files, seed=seed, device=device, limits=limits, figure=seed == 0)
        for s in chosen
        for seed in range(seeds)
        if not s.fault
    ]


def broken(status: Status) -> Outcome:
    """What comes of a demo that cannot run at all."""
    return Outcome(Job(status.card.name, status.card.entry, {}), failures=(status.fault,))


@dataclass(frozen=True, slots=True)
class Machines:
    """Where jobs run, and whether it is still there."""

    executor: Executor
    here: bool = True
    there: Callable[[], bool] = lambda: True


@contextlib.contextmanager
def local(count: int) -> Iterator[Machines]:
    """Threads of this process, each of which waits for one demo at a time."""
    with ThreadPoolExecutor(count) as pool:
        try:
            yield Machines(pool)
        except BaseException:
            STOP.set()
            pool.shutdown(cancel_futures=True)
            raise
        finally:
            STOP.clear()


@contextlib.contextmanager
def dask(address: str) -> Iterator[Machines]:
    """The workers of a Dask cluster.

    Raises:
        RunnerError: when no scheduler answers at `address`, or dask.distributed is not installed.
    """
    try:
        from distributed import Client
    except ImportError:
        raise RunnerError("--dask needs dask.distributed. Try: pip install 'shoulders[dask]'") from None
    try:
        _knock(address)
        client = Client(address, timeout=KNOCK, set_as_default=False)
    except (OSError, ValueError, OverflowError) as error:
        raise RunnerError(
            f"expected a Dask scheduler at {address!r}, got {type(error).__name__}. "
            "Is it running, and is the address the one it printed (tcp://host:port)?"
        ) from None

    def there() -> bool:
        try:
            return bool(client.scheduler_info()["workers"])
        except (OSError, RuntimeError, TypeError, KeyError):  # what a client says that lost its scheduler
            return False

    with client:
        if not there():
            raise RunnerError(f"expected workers at the Dask scheduler {address}, got none")
        # A demo's result depends on more than its arguments (the packages there), so nothing is taken from a cache.
        yield Machines(client.get_executor(pure=False), here=False, there=there)


def _knock(address: str) -> None:
    """Make sure that somebody listens, and speaks: a client of Dask waits long for one who does not."""
    place = re.fullmatch(r"(\w+://)?\[?([^\s/\[\]]+)\]?:(\d{1,5})", address)
    if not place:
        raise ValueError(address)
    with socket.create_connection((place[2], int(place[3])), KNOCK) as connection:
        if place[1] in (None, "tcp://") and not connection.recv(1):  # over tls:// it is the client that begins
            raise ConnectionError(address)


def outcomes(machines: Machines, jobs: Sequence[Job], tell: Tell | None) -> Iterator[Outcome]:
    """What came of each job, in the order in which they end."""
    futures: dict[Future[Outcome], Job] = {}
    for job in jobs:
        arguments = (job, tell) if machines.here else (job,)  # a callback cannot travel to another machine
        futures[machines.executor.submit(run_job, *arguments)] = job
    stated: dict[str, set[str]] = {}
    for future in _as_they_end(machines, futures):
        try:
            outcome = future.result(timeout=0)
        except (Exception, CancelledError) as error:
            gone = isinstance(error, TimeoutError | CancelledError)
            text = "the cluster has none left" if gone else f"{type(error).__name__}: {error}"
            outcome = Outcome(futures[future], failures=(f"its worker was lost: {text}",))
        yield _compared(outcome, stated)


def _as_they_end(machines: Machines, futures: Mapping[Future[Outcome], Job]) -> Iterator[Future[Outcome]]:
    """Every future once: when it has ended, or when the machines are gone."""
    waiting, seen = set(futures), time.monotonic()
    while waiting:
        ended, waiting = wait(waiting, timeout=None if machines.here else 1, return_when=FIRST_COMPLETED)
        yield from ended
        if ended or machines.there():
            seen = time.monotonic()
        elif time.monotonic() - seen > PATIENCE:
            for future in waiting:
                future.cancel()
            yield from waiting
            return


def _compared(outcome: Outcome, stated: dict[str, set[str]]) -> Outcome:
    """The outcome; one that failed when a demo does not claim the same with every seed."""
    if outcome.report is None:
        return outcome
    claims = {f"{claim.statement} {claim.bound}".strip() for claim in outcome.report.claims}
    if other := stated.setdefault(outcome.job.name, claims) ^ claims:
        sentence = f"expected the same claims with every seed, got another: {min(other)}"
        return replace(outcome, failures=(*outcome.failures, sentence))
    return outcome


def record(root: Path, status: Status, found: Sequence[Outcome], date: str) -> runs.Run | None:
    """Keep what the runs of one demo, one a seed, proved; nothing when one of them failed.

    Raises:
        RunnerError: when the record cannot be written.
    """
    first = min(found, key=lambda outcome: outcome.job.seed)
    if not all(outcome.passed for outcome in found) or first.report is None:
        return None
    figure = first.figure.encode("utf-8")
    run = runs.Run(
        entry=first.job.entry,
        date=date,
        device=first.job.device,
        seed=first.job.seed,
        seconds=round(first.seconds, 1),
        memory_mib=round(first.memory_mib),
        network=first.network,
        versions=dict(first.report.versions),
        requirements=requirements(root),
        sources=status.sources.fingerprints,
        config=dict(first.report.config),
        claims=tuple(claim.model_copy(update={"value": _short(claim)}) for claim in first.report.claims),
        caption=first.report.caption,
        figure=runs.fingerprint(figure) if figure else "",
        spread=_spread(status, found) or (status.run.spread if status.run else None),
    )
    drawing = runs.figure_path(root, status.card.name)
    files = {drawing: figure} if figure else {}
    write({**files, runs.record_path(root, status.card.name): runs.dump(run).encode("utf-8")})
    if not figure:
        drawing.unlink(missing_ok=True)
    return run


def _spread(status: Status, found: Sequence[Outcome]) -> runs.Spread | None:
    if len(found) < 2:
        return None
    values: dict[str, list[float]] = defaultdict(list)
    ordered = sorted(found, key=lambda outcome: outcome.job.seed)
    for outcome in ordered:
        for claim in outcome.report.claims if outcome.report else ():
            values[claim.statement].append(_short(claim))
    return runs.Spread(
        seeds=tuple(outcome.job.seed for outcome in ordered),
        values={statement: tuple(several) for statement, several in values.items()},
        sources=status.sources.fingerprints,
    )


def _short(claim: runs.Claim) -> float:
    """So many digits of the value as mean something, and as leave it on its side of the bound."""
    short = float(f"{claim.value:.6g}")
    return short if claim.model_copy(update={"value": short}).holds == claim.holds else claim.value


def write(files: Mapping[Path, bytes]) -> None:
    """All files whole, or those of before.

    Raises:
        RunnerError: when one cannot be written.
    """
    try:
        write_whole(files)
    except WriteError as error:
        raise RunnerError(str(error)) from None
