"""Run many demos side by side, tell how it goes, and keep the records of those whose claims all held.

Any `concurrent.futures.Executor` will do: threads that each wait for a process, or a Dask cluster.
"""

from __future__ import annotations

import contextlib
import os
import secrets
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import CancelledError, Executor, Future, ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path

from shoulders import runs
from shoulders.cards import Card
from shoulders.demo.job import STOP, Job, Limits, Outcome, run_job
from shoulders.sources import Sources, read_sources, requirements

Tell = Callable[[str, str], None]


class RunnerError(Exception):
    """Demos could not be run at all."""


@dataclass(frozen=True, slots=True)
class Status:
    """How a demo stands: its record, if there is one, and what has changed since."""

    card: Card
    sources: Sources
    run: runs.Run | None
    changed: tuple[str, ...]

    @property
    def word(self) -> str:
        """`fresh`, `stale` or `never run`."""
        return "never run" if self.run is None else "stale" if self.changed else "fresh"


def statuses(root: Path, cards: Mapping[str, Card], records: Mapping[str, runs.Run]) -> list[Status]:
    """How every demo stands, by name."""
    pins = requirements(root)
    found = []
    for name, card in sorted(cards.items()):
        sources, run = read_sources(root, name), records.get(name)
        found.append(Status(card, sources, run, tuple(run.changed(sources, pins)) if run else ()))
    return found


def jobs_for(chosen: Sequence[Status], *, seeds: int, device: str, limits: Limits) -> list[Job]:
    """A job for every demo and seed; only the first seed draws."""
    return [
        Job(s.card.name, s.card.entry, s.sources.files, seed=seed, device=device, limits=limits, figure=seed == 0)
        for s in chosen
        for seed in range(seeds)
    ]


@contextlib.contextmanager
def local(count: int) -> Iterator[Executor]:
    """Threads of this process, each of which waits for one demo at a time."""
    STOP.clear()
    with ThreadPoolExecutor(count) as pool:
        try:
            yield pool
        except BaseException:
            STOP.set()
            pool.shutdown(cancel_futures=True)
            raise


@contextlib.contextmanager
def dask(address: str, seconds: int = 15) -> Iterator[Executor]:
    """The workers of a Dask cluster.

    Raises:
        RunnerError: when no scheduler answers at `address`, or dask.distributed is not installed.
    """
    try:
        from distributed import Client
    except ImportError:
        raise RunnerError("--dask needs dask.distributed. Try: pip install 'shoulders[dask]'") from None
    try:
        client = Client(address, timeout=seconds, set_as_default=False)
    except (OSError, ValueError, TimeoutError) as error:
        raise RunnerError(
            f"expected a Dask scheduler at {address!r}, got {type(error).__name__}. "
            "Is it running, and is the address the one it printed (tcp://host:port)?"
        ) from None
    with client:
        if not client.scheduler_info()["workers"]:
            raise RunnerError(f"expected workers at the Dask scheduler {address}, got none")
        # A demo's result depends on more than its arguments (the packages there), so nothing is taken from a cache.
        yield client.get_executor(pure=False, retries=1)


def outcomes(executor: Executor, jobs: Sequence[Job], tell: Tell | None) -> Iterator[Outcome]:
    """What came of each job, in the order in which they end."""
    futures: dict[Future[Outcome], Job] = {}
    for job in jobs:
        # A callback cannot travel to another machine.
        arguments = (job, tell) if isinstance(executor, ThreadPoolExecutor) else (job,)
        futures[executor.submit(run_job, *arguments)] = job
    for future in as_completed(futures):
        try:
            yield future.result()
        except (Exception, CancelledError) as error:
            yield Outcome(futures[future], failures=(f"its worker was lost: {type(error).__name__}: {error}",))


def record(root: Path, status: Status, found: Sequence[Outcome], date: str) -> runs.Run | None:
    """Keep what the runs of one demo, one a seed, proved; nothing when one of them failed."""
    if not all(outcome.passed for outcome in found):
        return None
    first = min(found, key=lambda outcome: outcome.job.seed)
    if first.report is None:
        return None
    figure = first.figure.encode("utf-8")
    run = runs.Run(
        entry=first.job.entry,
        date=date,
        device=first.job.device,
        seed=first.job.seed,
        seconds=round(first.seconds, 1),
        memory_mib=round(first.memory_mib),
        network=first.network,  # type: ignore[arg-type]
        versions=dict(first.report.versions),
        requirements=requirements(root),
        sources=status.sources.fingerprints,
        config=dict(first.report.config),
        claims=tuple(c.model_copy(update={"value": _short(c.value)}) for c in first.report.claims),
        caption=first.report.caption,
        figure=runs.fingerprint(figure) if figure else "",
        spread=_spread(status, found) or (status.run.spread if status.run else None),
    )
    path, drawing = runs.record_path(root, status.card.name), runs.figure_path(root, status.card.name)
    if figure:
        _write(drawing, figure)
    _write(path, runs.dump(run).encode("utf-8"))
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
            values[claim.statement].append(_short(claim.value))
    return runs.Spread(
        seeds=tuple(outcome.job.seed for outcome in ordered),
        values={statement: tuple(several) for statement, several in values.items()},
        sources=status.sources.fingerprints,
    )


def _short(value: float) -> float:
    """So many digits as mean something."""
    return float(f"{value:.6g}")


def _write(path: Path, data: bytes) -> None:
    """All of it or nothing."""
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        new.write_bytes(data)
        os.replace(new, path)  # noqa: PTH105 - as atomic as the system offers
    finally:
        new.unlink(missing_ok=True)
