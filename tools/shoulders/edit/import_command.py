"""`shoulders import`: somebody's bibliography or reading list, line by line, and what of it is new."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from shoulders.console import read_bibliography, root_option

if TYPE_CHECKING:
    from shoulders.edit.importing import LookUp, Verdict
    from shoulders.edit.workspace import Workspace
    from shoulders.problems import Problem

LISTS = "data/lists.yaml"


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

    One line for each entry: new and what is still to be written, already there, or left for a person and why. The
    last line counts them. With --write, new works are appended; `check` asks for what is still to be written.
    """
    from shoulders.edit.importing import verdicts
    from shoulders.edit.session import fail, open_workspace, today
    from shoulders.problems import visible

    workspace = open_workspace(root)
    _check_list(workspace, name, title)
    path = _path(workspace, name, into)
    asking = _asking(workspace) if look_up else None
    found = list(verdicts(workspace.catalog, read_bibliography(file, "FILE"), added=today(), look_up=asking))
    can_be_listed = any(verdict.state != "person" for verdict in found)
    files = _files(workspace, found, path, name if can_be_listed else "", title)
    problems = _problems(workspace, files)
    for verdict in found:
        click.echo(visible(f"{file}:{verdict.line}: {verdict}{_to_write(verdict, problems)}"))
    if name and not can_be_listed:
        fail("a reading list needs a work, and none of these can stand in one; nothing was written")
    if write:
        _write(workspace, files, [problem for problem in problems if not any(_is_of(v, problem) for v in found)])
    click.echo(_counted(found))


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


def _path(workspace: Workspace, name: str, into: str | None) -> str:
    """Where new entries go."""
    from shoulders.edit.options import data_file

    if into:
        return data_file(workspace.root, into, option="--into")
    return f"data/papers/{name}.yaml" if name else workspace.default_file()


def _asking(workspace: Workspace) -> LookUp:
    """A function that asks public sources for the work of an entry."""
    from shoulders.edit.importing import IDENTIFIERS, LeftError
    from shoulders.edit.join import Account, join
    from shoulders.edit.session import client_of, tell
    from shoulders.fetch import FetchError
    from shoulders.lookup.identifiers import Identifier
    from shoulders.lookup.resolve import resolve
    from shoulders.readers import Entry

    client = client_of(workspace)

    def look_up(entry: Entry) -> Account:
        asked = next((Identifier(kind, value) for kind in IDENTIFIERS if (value := getattr(entry, kind))), None)
        if not asked:
            raise LeftError("it names no arXiv id, DOI, ACL or OpenReview id to look up")
        tell(f"looking up {asked}")
        try:
            gathered = resolve(client, asked)
        except FetchError as error:
            raise LeftError(str(error)) from None
        account = join(gathered.records)
        tell(*(f"  {sentence}" for sentence in (*gathered.silent, *account.warnings)))
        return account

    return look_up


def _files(workspace: Workspace, found: Sequence[Verdict], path: str, name: str, title: str) -> dict[str, bytes]:
    """The files as they would be with what is new, and with the reading list that has a name."""
    from shoulders.edit.adding import appended, files_of
    from shoulders.edit.datafile import DataFileError
    from shoulders.edit.importing import reading_list
    from shoulders.edit.session import fail

    plans = [verdict.plan for verdict in found if verdict.plan]
    try:
        files = files_of(workspace, plans, path) if plans else {}
        if name:
            files[LISTS] = appended(workspace.read(LISTS), [reading_list(name, title or name, found)])
    except DataFileError as error:
        fail(str(error))
    return files


def _problems(workspace: Workspace, files: Mapping[str, bytes]) -> list[Problem]:
    from shoulders.edit.session import fail
    from shoulders.wholefile import WriteError

    try:
        return workspace.problems_with(files) if files else []
    except WriteError as error:
        fail(str(error))


def _to_write(verdict: Verdict, problems: Sequence[Problem]) -> str:
    """What the check will ask for in a new entry."""
    fields = dict.fromkeys(problem.field for problem in problems if _is_of(verdict, problem))
    return f"; still to be written: {', '.join(fields)}" if fields else ""


def _is_of(verdict: Verdict, problem: Problem) -> bool:
    """Whether it is a problem of the new entry, whose key a problem may show shortened."""
    from shoulders.problems import shortened

    return bool(verdict.plan) and problem.id in (verdict.key, shortened(verdict.key))


def _write(workspace: Workspace, files: Mapping[str, bytes], problems: Sequence[Problem]) -> None:
    """Write the files, and tell the problems that are not those of one entry."""
    from shoulders.edit.session import fail, tell
    from shoulders.wholefile import WriteError

    if not files:
        tell("nothing is new; nothing was written")
        return
    try:
        workspace.write(files)
    except WriteError as error:
        fail(str(error))
    tell(f"{' and '.join(files)} written", *problems, "`shoulders check` lists what is still to be written")
