"""What the commands that change data/ share: how they begin, what they tell, and how they end."""

from __future__ import annotations

import datetime
import sys
from collections.abc import Mapping, Sequence
from typing import NoReturn

import click

from shoulders.edit.workspace import Workspace, diff
from shoulders.fetch import Client, FetchError
from shoulders.fetch.opening import open_client
from shoulders.lookup.identifiers import Identifier
from shoulders.lookup.resolve import Gathered, resolve
from shoulders.problems import format_text, visible
from shoulders.settings import SettingsError, load_settings
from shoulders.wholefile import WriteError


def today() -> str:
    """The day, as the catalog writes it."""
    return datetime.date.today().isoformat()


def client_of(workspace: Workspace) -> Client:
    """The client that names this project to whom it asks."""
    try:
        return open_client(workspace.root, load_settings(workspace.root), say=lambda line: click.echo(line, err=True))
    except (SettingsError, ValueError) as error:
        fail(str(error))


def look_up(client: Client, identifier: Identifier) -> Gathered:
    """What the sources say; when the one that matters does not answer, the end."""
    try:
        return resolve(client, identifier)
    except FetchError as error:
        fail(str(error))


def tell_sources(gathered: Gathered, disagreements: Sequence[object]) -> None:
    """Whom the facts come from, who was silent, and where they differ."""
    names = ", ".join(record.source for record in gathered.records)
    click.echo(f"from {names}", err=True)
    for sentence in gathered.silent:
        click.echo(sentence, err=True)
    if disagreements:
        click.echo("the sources disagree; the first is taken, --prefer takes another:", err=True)
    for disagreement in disagreements:
        click.echo(f"  {disagreement}", err=True)


def refuse_unreadable(workspace: Workspace) -> None:
    """End when a data file cannot be read: what is in it would be added again."""
    if not workspace.readable:
        click.echo(format_text(workspace.problems), nl=False, err=True)
        fail("the data cannot be read; mend that first")


def finish(
    workspace: Workspace, files: Mapping[str, bytes], *, dry_run: bool, unfinished: bool, asks: bool, what: str
) -> None:
    """Show, check, ask, write: in this order, and nothing is written unless all of it went well."""
    shown = "".join(diff(path, workspace.read(path), data) for path, data in files.items())
    if dry_run or asks:
        click.echo("".join(f"{visible(line)}\n" for line in shown.splitlines()), nl=False)
    problems = workspace.problems_with(files)
    if problems:
        click.echo(format_text(problems), nl=False, err=True)
    if dry_run:
        sys.exit(1 if problems and not unfinished else 0)
    if problems and not unfinished and not (asks and click.confirm("Write it though this is missing?", err=True)):
        fail("nothing was written: say what is missing by an option, or write it as it is with --unfinished")
    if not problems and asks and not click.confirm("Write it?", default=True, err=True):
        fail("nothing was written")
    try:
        workspace.write(files)
    except WriteError as error:
        fail(str(error))
    click.echo(f"{what}: {' and '.join(files)} written")


def fail(message: str) -> NoReturn:
    """End with a sentence and exit code 1."""
    click.echo(f"shoulders: {visible(message)}", err=True)
    sys.exit(1)
