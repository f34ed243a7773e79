"""What the commands that change data/ share: how they begin, what they tell, and how they end."""

from __future__ import annotations

import datetime
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import NoReturn

import click

from shoulders.console import waiting
from shoulders.edit.join import Account
from shoulders.edit.workspace import Workspace, diff
from shoulders.fetch import Client
from shoulders.fetch.opening import open_client
from shoulders.lookup.resolve import Gathered
from shoulders.problems import format_text, visible
from shoulders.settings import SettingsError, load_settings
from shoulders.wholefile import WriteError


class UncheckedError(WriteError):
    """Nothing was written, for the check would not pass; what it says was told."""


def today() -> str:
    """The day, as the catalog writes it."""
    return datetime.date.today().isoformat()


def open_workspace(root: Path) -> Workspace:
    """The data; the end when a file cannot be read, for what is in it would be added again."""
    with waiting("check") as done:
        workspace = Workspace.open(root, done)
    if not workspace.readable:
        click.echo(format_text(workspace.problems), nl=False, err=True)
        fail("the data cannot be read; mend that first")
    return workspace


def client_of(workspace: Workspace) -> Client:
    """The client that names this project to whom it asks."""
    try:
        return open_client(workspace.root, load_settings(workspace.root), say=lambda line: click.echo(line, err=True))
    except (SettingsError, ValueError) as error:
        fail(str(error))


def tell(*sentences: object) -> None:
    """Say something on standard error, a line each, with nothing hidden in it."""
    for sentence in sentences:
        click.echo(visible(str(sentence)), err=True)


def tell_sources(gathered: Gathered, account: Account) -> None:
    """Whom the facts come from, who was silent, where they differ, and what a person should read."""
    tell(f"from {', '.join(account.sources)}", *gathered.silent)
    if account.disagreements:
        tell("the sources disagree; the first is taken, --prefer takes another:")
        tell(*(f"  {disagreement}" for disagreement in account.disagreements))
    tell(*(f"note: {warning}" for warning in account.warnings))


def settle(
    workspace: Workspace, files: Mapping[str, bytes], *, dry_run: bool, asks: bool, unfinished: bool = False
) -> bool:
    """Show, check, ask, write: in this order. Whether it was written; only a dry run that went well is not.

    Raises:
        UncheckedError: when the check would not pass.
        WriteError: when nothing was written for another reason, which the message says.
    """
    if dry_run or asks:
        shown = "".join(diff(path, workspace.read(path), data) for path, data in files.items())
        click.echo("".join(f"{visible(line)}\n" for line in shown.split("\n")[:-1]), nl=False, err=not dry_run)
    with waiting("check"):
        problems = workspace.problems_with(files)
    click.echo(format_text(problems), nl=False, err=True)
    if problems and not unfinished and not (asks and click.confirm("Write it though the check says this?", err=True)):
        raise UncheckedError("nothing was written, for the check would not pass")
    if dry_run:
        return False
    if asks and not problems and not click.confirm("Write it?", default=True, err=True):
        raise WriteError("nothing was written")
    workspace.write(files)
    return True


def fail(message: str) -> NoReturn:
    """End with a sentence and exit code 1."""
    click.echo(f"shoulders: {visible(message)}", err=True)
    sys.exit(1)
