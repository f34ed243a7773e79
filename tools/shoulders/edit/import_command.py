"""`shoulders import`: somebody's bibliography or reading list, line by line, and what of it is new."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from shoulders.console import root_option

if TYPE_CHECKING:
    from shoulders.edit.importing import LookUp, Verdict
    from shoulders.edit.workspace import Workspace
    from shoulders.readers import Bibliography


@click.command(
    "import",
    epilog="\b\nExamples:\n  shoulders import zotero.bib\n  shoulders import awesome.md --list my-list --write",
)
@root_option
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--list", "name", default="", metavar="ID", help="Make a reading list of it, by its sections.")
@click.option("--title", default="", help="The title of that list in English.  [default: its ID]")
@click.option(
    "--into", metavar="FILE", help="The data file for new entries.  [default: data/papers/ID.yaml with --list]"
)
@click.option("--look-up", is_flag=True, help="Ask public sources for what an entry lacks, one after the other.")
@click.option("--write", is_flag=True, help="Write what is new; without it nothing changes.")
def import_(root: Path, file: Path, name: str, title: str, into: str | None, look_up: bool, write: bool) -> None:
    """Read BibTeX, biblatex, RIS, CSL-JSON or a Markdown reading list, and say what of it the catalog has.

    One line for each entry: new, already there, or left for a person and why. The last line counts them. With
    --write, new works are appended; what only a person can say (summaries) is listed, and `check` asks for it.
    """
    from shoulders.edit.importing import verdicts
    from shoulders.edit.session import refuse_unreadable, today
    from shoulders.edit.workspace import Workspace
    from shoulders.problems import visible

    workspace = Workspace.open(root)
    refuse_unreadable(workspace)
    _check_list(workspace, name, title)
    found = list(verdicts(workspace, _read(file), added=today(), look_up=_asking(workspace) if look_up else None))
    for verdict in found:
        click.echo(visible(f"{file}:{verdict.line}: {verdict}"))
    if write:
        _write(workspace, found, name, title, into)
    click.echo(_counted(found))


def _read(file: Path) -> Bibliography:
    from shoulders import readers
    from shoulders.problems import visible
    from shoulders.textfile import TextError, read_text

    try:
        return readers.read(read_text(file), file.name)
    except TextError as error:
        raise click.BadParameter(f"{file}:{error.line}: {visible(error.message)}", param_hint="FILE") from None
    except (OSError, ValueError) as error:
        raise click.BadParameter(f"{file}: {visible(str(error))}", param_hint="FILE") from None


def _counted(found: Sequence[Verdict]) -> str:
    counts = Counter(verdict.state for verdict in found)
    understood = counts["new"] + counts["there"]
    words = f"{understood} work{'s' * (understood != 1)} understood"
    return f"{words}: {counts['new']} new, {counts['there']} already there; {counts['person']} left for a person"


def _check_list(workspace: Workspace, name: str, title: str) -> None:
    from shoulders.ids import check_slug

    if title and not name:
        raise click.BadParameter("expected --list with it", param_hint="--title")
    if not name:
        return
    try:
        check_slug(name)
    except ValueError as error:
        raise click.BadParameter(f"expected {error}, got '{name}'", param_hint="--list") from None
    if any(listed.id == name for listed in workspace.catalog.lists):
        raise click.BadParameter(f"expected the id of a new list, got '{name}', which is there", param_hint="--list")


def _asking(workspace: Workspace) -> LookUp:
    """A function that asks public sources for the work of an entry."""
    from shoulders.edit.join import Account, join
    from shoulders.edit.session import client_of
    from shoulders.fetch import FetchError
    from shoulders.lookup.identifiers import Identifier, Kind
    from shoulders.lookup.resolve import resolve
    from shoulders.readers import Entry

    client = client_of(workspace)
    kinds: tuple[Kind, ...] = ("acl", "arxiv", "doi", "openreview")

    def look_up(entry: Entry) -> Account:
        asked = next((Identifier(kind, value) for kind in kinds if (value := getattr(entry, kind))), None)
        if not asked:
            raise ValueError("it names no arXiv id, DOI, ACL or OpenReview id to look up")
        click.echo(f"looking up {asked}", err=True)
        try:
            return join(resolve(client, asked).records)
        except FetchError as error:
            raise ValueError(str(error)) from None

    return look_up


def _write(workspace: Workspace, found: Sequence[Verdict], name: str, title: str, into: str | None) -> None:
    from shoulders.edit.add_command import data_file
    from shoulders.edit.adding import appended, files_of
    from shoulders.edit.datafile import DataFileError
    from shoulders.edit.importing import reading_list
    from shoulders.edit.session import fail
    from shoulders.problems import format_text
    from shoulders.wholefile import WriteError

    path = data_file(workspace, into or (f"data/papers/{name}.yaml" if name else None), param="--into")
    plans = [verdict.plan for verdict in found if verdict.plan]
    try:
        files = files_of(workspace, plans, path) if plans else {}
        if name:
            files["data/lists.yaml"] = appended(
                workspace.read("data/lists.yaml"), [reading_list(name, title or name, found)]
            )
    except DataFileError as error:
        fail(str(error))
    if not files:
        click.echo("nothing is new; nothing was written", err=True)
        return
    problems = workspace.problems_with(files)
    try:
        workspace.write(files)
    except WriteError as error:
        fail(str(error))
    click.echo(f"{' and '.join(files)} written", err=True)
    if problems:
        click.echo(format_text(problems), nl=False, err=True)
        click.echo(f"{len(problems)} things are left for a person to write; `shoulders check` lists them", err=True)
