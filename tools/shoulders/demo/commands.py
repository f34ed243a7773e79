"""`shoulders demo`: run demos, list them, say how their records stand, begin a new one."""

from __future__ import annotations

import datetime
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from shoulders.console import Group, opened, root_option, told_failures

if TYPE_CHECKING:
    from shoulders.demo.job import Outcome
    from shoulders.demo.runner import Status
    from shoulders.demo.show import Show
    from shoulders.demo.watch import Limits

CPUS = os.cpu_count() or 1


@click.group(cls=Group, epilog="Example: shoulders demo run memory_networks")
def demo() -> None:
    """Run the demos and keep what their runs proved."""


def _known(root: Path) -> tuple[list[Status], bool]:
    """How every demo stands, and whether all records are sound. What is wrong is told and stops nothing."""
    from shoulders.demo.runner import statuses
    from shoulders.problems import visible

    known, problems = statuses(root)
    for problem in problems:  # a bad record is no reason not to run: it is how it gets better
        click.echo(f"{problem}", err=True)
    for each in known:
        if each.fault:
            click.echo(f"demos/{visible(each.card.name)}.py: {visible(each.fault)}", err=True)
    return known, not problems


def _chosen(known: Sequence[Status], names: Sequence[str]) -> list[Status]:
    from shoulders.problems import expected

    by_name = {status.card.name: status for status in known}
    plain = [Path(name).name.removesuffix(".py").replace("-", "_") for name in names]
    unknown = [expected("a demo", name, by_name) for name in plain if name not in by_name]
    if unknown:
        raise click.UsageError("\n".join(unknown))
    return [by_name[name] for name in dict.fromkeys(plain)] if names else list(known)


def _seconds(context: click.Context, parameter: click.Parameter, value: float) -> float:
    del context, parameter
    if not 0.1 <= value <= 86_400:  # what is not a number is refused too
        raise click.BadParameter(f"expected 0.1 to 86400 seconds, got {value:g}")
    return value


@demo.command(epilog="\b\nExamples:\n  shoulders demo run --stale\n  shoulders demo run bert gpt --seeds 8 --jobs 2")
@root_option
@click.argument("names", nargs=-1, metavar="[NAME]...")
@click.option("--stale", is_flag=True, help="Only demos without a record that fits their source.")
@click.option("--jobs", type=click.IntRange(1), default=CPUS, help="How many side by side.  [default: one a CPU]")
@click.option(
    "--device", type=click.Choice(["cpu", "cuda"]), default="cpu", show_default=True, help="Where to compute."
)
@click.option("--dask", "address", metavar="ADDRESS", help="Run on the Dask cluster whose scheduler is at ADDRESS.")
@click.option("--seeds", type=click.IntRange(1, 100), default=1, show_default=True, help="Run with so many seeds.")
@click.option("--timeout", default=120.0, show_default=True, callback=_seconds, help="Seconds for one run.")
@click.option("--memory", type=click.IntRange(16), default=2048, show_default=True, help="MiB for one run.")
@click.option("--junit", type=click.Path(path_type=Path, dir_okay=False), help="Write the results as JUnit XML too.")
def run(
    root: Path,
    names: Sequence[str],
    *,
    stale: bool,
    jobs: int,
    device: str,
    address: str | None,
    seeds: int,
    timeout: float,
    memory: int,
    junit: Path | None,
) -> None:
    """Run demos, all unless NAMEs are given, each in a process of its own without network.

    A demo whose claims all hold gets a record in data/runs/. Exit code 1 when a claim or a demo fails.
    """
    from shoulders.demo.junit import render
    from shoulders.demo.runner import RunnerError, write
    from shoulders.demo.show import Show
    from shoulders.demo.watch import Limits
    from shoulders.problems import visible

    chosen = _chosen(_known(root)[0], names)
    if stale:
        chosen = [status for status in chosen if status.word != "fresh"]
    limits = Limits(seconds=timeout, memory_mib=memory)
    show = Show(live=sys.stderr.isatty())
    try:
        found = _run_all(root, chosen, show, jobs=jobs, device=device, address=address, seeds=seeds, limits=limits)
        if junit:
            write({junit: render(found).encode("utf-8")})
    except RunnerError as error:
        click.echo(f"shoulders: {visible(str(error))}", err=True)
        sys.exit(1)
    if not chosen:
        click.echo("every record is fresh: no demo to run" if stale else "no demo to run", err=True)
    sys.exit(0 if all(outcome.passed for outcome in found) else 1)


def _run_all(
    root: Path,
    chosen: Sequence[Status],
    show: Show,
    *,
    jobs: int,
    device: str,
    address: str | None,
    seeds: int,
    limits: Limits,
) -> list[Outcome]:
    """Run the chosen demos, and record each as soon as its last seed has ended."""
    from shoulders.demo import runner

    broken = [runner.broken(status) for status in chosen if status.fault]
    asked = runner.jobs_for(chosen, seeds=seeds, device=device, limits=limits)
    by_name = {status.card.name: status for status in chosen}
    found: list[Outcome] = []
    count = len(broken) + len(asked)
    today = datetime.datetime.now(datetime.UTC).date().isoformat()
    for outcome in broken:
        found.append(outcome)
        show.outcome(outcome, len(found), count)
    if asked:
        with runner.dask(address) if address else runner.local(jobs) as machines:
            for outcome in runner.outcomes(machines, asked, show.tell):
                found.append(outcome)
                show.outcome(outcome, len(found), count)
                of_demo = [each for each in found if each.job.name == outcome.job.name]
                if len(of_demo) == seeds:
                    runner.record(root, by_name[outcome.job.name], of_demo, today)
    if found:
        show.table(found)
    return found


@demo.command("list", epilog="Example: shoulders demo list")
@root_option
def list_(root: Path) -> None:
    """List the demos: name, key of the work, what it shows."""
    from shoulders.problems import visible

    known = [each for each in _known(root)[0] if not each.fault]
    width = max((len(each.card.name) for each in known), default=0)
    wide = max((len(each.card.entry) for each in known), default=0)
    for each in known:
        card = each.card
        click.echo(f"{card.name:{width}}  {visible(card.entry):{wide}}  {visible(card.title)}")


@demo.command(epilog="Example: shoulders demo status --strict")
@root_option
@click.option("--strict", is_flag=True, help="Exit code 1 when a record is missing or no longer fits.")
def status(root: Path, *, strict: bool) -> None:
    """Say how the record of each demo stands.

    Fresh, stale (and what has changed since), never run, or broken (the demo cannot run at all).
    """
    from shoulders.problems import visible

    known, sound = _known(root)
    width = max((len(visible(each.card.name)) for each in known), default=0)
    for each in known:
        why = f"  changed: {', '.join(each.changed)}" if each.changed else ""
        when = each.run.date if each.run else " " * 10
        click.echo(f"{visible(each.card.name):{width}}  {each.word:9}  {when}{visible(why)}".rstrip())
    bad = [each.card.name for each in known if each.word != "fresh"]
    if bad:
        click.echo(f"{len(bad)} of {len(known)} need a run: shoulders demo run --stale", err=True)
    sys.exit(1 if strict and (bad or not sound) else 0)


@demo.command(epilog="Example: shoulders demo new vaswani-etal-2017-attention --name my_transformer")
@root_option
@click.argument("key")
@click.option("--name", help="The name of its file.  [default: what the work is called]")
def new(root: Path, key: str, name: str | None) -> None:
    """Begin a demo of the work called KEY: its file, its tests and its list of bugs to plant.

    What is written fails until the demo shows something.
    """
    with told_failures(problems=True):
        from shoulders.demo.skeleton import begin
        from shoulders.problems import expected

        catalog = opened(root).catalog
        work = catalog.find(key)
        if work is None:
            raise click.UsageError(expected("the key of a work", key, catalog.by_key))
        try:
            written = begin(root, work, name)
        except (ValueError, FileExistsError) as error:
            raise click.UsageError(str(error)) from None
        for path in written:
            click.echo(path)
        click.echo(f"Next: write the demo, then `shoulders demo run {written[0].stem}`.", err=True)
