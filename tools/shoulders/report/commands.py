"""`shoulders report`: what a pull request changes, as the text of a comment."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from shoulders.console import opened, problem_count, root_option, told_failures

if TYPE_CHECKING:
    from shoulders.report.record import Report

FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)


@click.command(
    epilog="\b\nExamples:\n  shoulders report --base main\n  shoulders report --base HEAD^1 --out report\n"
    "  shoulders report --from report"
)
@root_option
@click.option("--base", metavar="REF", help="Compare with the data of a commit or branch.  [default: main]")
@click.option("--before", type=FOLDER, metavar="FOLDER", help="Compare with the data of another folder.")
@click.option(
    "--from", "source", type=FOLDER, metavar="FOLDER", help="Tell of a report that --out wrote, or a stranger."
)
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="FOLDER",
    help="Write report.md and report.json there, instead of the text to standard output.",
)
def report(root: Path, base: str | None, before: Path | None, source: Path | None, out: Path | None) -> None:
    """Say what changes in the data: works that are new, changed or gone, their BibTeX, and what the check finds.

    The text is Markdown of at most 60,000 characters, in which nothing of the data acts. Exit code 0 whether or not
    there are problems; `check` judges them.
    """
    from shoulders.report import folder, markdown
    from shoulders.wholefile import WriteError

    if len([given for given in (base, before, source) if given]) > 1:
        raise click.UsageError("expected one of --base, --before and --from, got several")
    with told_failures():
        found = _read(source) if source else _compared(root, base or "main", before=before)
    text = markdown.render(found, folder.pictures(source, found) if source else ())
    if out:
        try:
            folder.write(out, found, text=text)
        except WriteError as error:
            raise click.ClickException(str(error)) from None
    else:
        sys.stdout.buffer.write(text.encode("utf-8"))
    changes = f"{found.change_count} change{'s' * (found.change_count != 1)}"
    click.echo(f"{changes}; {problem_count(range(found.problem_count))}", err=True)


def _read(source: Path) -> Report:
    from shoulders.problems import visible
    from shoulders.report.folder import FolderError, read

    try:
        return read(source)
    except FolderError as error:
        click.echo("\n".join(map(visible, str(error).split("\n"))), err=True)
        sys.exit(1)


def _compared(root: Path, base: str, *, before: Path | None) -> Report:
    from shoulders.load import load_data
    from shoulders.problems import ProblemsError
    from shoulders.read_ahead import remembered
    from shoulders.report.compare import compare
    from shoulders.report.state import StateError, catalog_at, catalog_of

    try:
        was = catalog_of(before) if before else catalog_at(root, base)
    except StateError as error:
        raise click.BadParameter(str(error), param_hint="--base") from None
    try:
        opened(root)
    except ProblemsError as error:
        return compare(was, load_data(root, remembered(root)), error.problems)
    return compare(was, load_data(root, remembered(root)))
