"""`shoulders update`: bring entries up to date with what was published since."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from shoulders.console import root_option
from shoulders.edit.add_command import dry_run_option, prefer_option, yes_option

if TYPE_CHECKING:
    from shoulders.edit.workspace import Workspace
    from shoulders.fetch import Client
    from shoulders.model import Work


@click.command(
    epilog="\b\nExamples:\n  shoulders update beltagy-etal-2020-longformer\n  shoulders update --all --dry-run"
)
@root_option
@click.argument("keys", nargs=-1, metavar="[KEY]...")
@click.option("--all", "everything", is_flag=True, help="Every preprint of the catalog.")
@prefer_option
@dry_run_option
@yes_option
def update(root: Path, keys: tuple[str, ...], everything: bool, prefer: str, dry_run: bool, yes: bool) -> None:
    """Look works up again: preprints that were published since, identifiers that entries lack.

    What an entry says already stays, but where a preprint has a published version to cite. Sources that do not answer
    are told, and the others are asked all the same; exit code 1 when one that was needed did not.
    """
    from shoulders.edit.session import client_of, refuse_unreadable
    from shoulders.edit.workspace import Workspace

    if bool(keys) == everything:
        raise click.UsageError("expected the keys of works, or --all, got " + ("both" if keys else "neither"))
    workspace = Workspace.open(root)
    refuse_unreadable(workspace)
    works = _chosen(workspace, keys)
    client = client_of(workspace)
    asks = not yes and sys.stdin.isatty() and sys.stderr.isatty()
    counts = {"updated": 0, "up to date": 0, "not looked up": 0, "left alone": 0}
    for number, work in enumerate(works, 1):
        click.echo(f"[{number}/{len(works)}] {work.key}", err=True)
        counts[_update(workspace.root, work, client, prefer=prefer, dry_run=dry_run, asks=asks)] += 1
    click.echo(", ".join(f"{count} {what}" for what, count in counts.items()))
    sys.exit(1 if counts["not looked up"] else 0)


def _chosen(workspace: Workspace, keys: tuple[str, ...]) -> list[Work]:
    from shoulders.problems import expected

    catalog = workspace.catalog
    unknown = [expected("the key of a work", key, catalog.by_key) for key in keys if not catalog.find(key)]
    if unknown:
        raise click.BadParameter("; ".join(unknown), param_hint="KEY")
    if not keys:
        return [work for work in catalog.works if work.entry_type == "preprint" and work.arxiv]
    return list({work.key: work for key in keys if (work := catalog.find(key))}.values())


def _update(root: Path, work: Work, client: Client, *, prefer: str, dry_run: bool, asks: bool) -> str:
    """Bring one entry up to date; what became of it, in words."""
    from shoulders.edit.datafile import DataFileError, change
    from shoulders.edit.join import join
    from shoulders.edit.updating import changes, identifier_of, said
    from shoulders.edit.workspace import Workspace
    from shoulders.fetch import FetchError
    from shoulders.lookup.resolve import resolve
    from shoulders.problems import format_text, visible
    from shoulders.wholefile import WriteError

    workspace = Workspace.open(root)  # the entry before may have changed its file
    asked = identifier_of(work)
    if not asked:
        click.echo(f"  {work.key} has no identifier to ask for", err=True)
        return "left alone"
    try:
        account = join((gathered := resolve(client, asked)).records, prefer=prefer)
    except (FetchError, ValueError) as error:
        click.echo(f"  {visible(str(error))}", err=True)
        return "not looked up"
    for sentence in gathered.silent:
        click.echo(f"  {visible(sentence)}", err=True)
    found = changes(workspace.catalog, work, account)
    if not found:
        return "up to date"
    click.echo("".join(f"{visible(line)}\n" for line in said(work, found).splitlines()), nl=False)
    path = workspace.paths[work.key]
    try:
        files = {path: change(workspace.read(path) or b"", work.key, found)}
        problems = workspace.problems_with(files)
        if problems:
            click.echo(format_text(problems), nl=False, err=True)
            return "left alone"
        if dry_run or (asks and not click.confirm(f"Write that to {path}?", default=True, err=True)):
            return "left alone"
        workspace.write(files)
    except (DataFileError, WriteError) as error:
        click.echo(f"  {visible(str(error))}", err=True)
        return "left alone"
    return "updated"
