"""`shoulders cite`: the entries that a paper needs, and the care of its author's own bibliography."""

from __future__ import annotations

import itertools
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from shoulders.console import opened, problem_count, root_option, told_failures

if TYPE_CHECKING:
    from shoulders.problems import Problem
    from shoulders.project import Project

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command(
    epilog="\b\nExamples:\n  shoulders cite paper.tex --bib mine.bib -o paper.bib\n"
    "  shoulders cite paper.md --csl > paper.json\n  shoulders cite --check mine.bib --fix --dry-run"
)
@root_option
@click.argument("documents", nargs=-1, metavar="[DOCUMENT]...", type=FILE)
@click.option(
    "-o",
    "--output",
    metavar="FILE",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write to FILE, and only when every key is known.  [default: standard output]",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["bibtex", "biblatex", "ris", "csl"]),
    default="bibtex",
    show_default=True,
    help="The format of the bibliography.",
)
@click.option("--biblatex", "form", flag_value="biblatex", help="Short for --format biblatex.")
@click.option("--ris", "form", flag_value="ris", help="Short for --format ris.")
@click.option("--csl", "form", flag_value="csl", help="Short for --format csl.")
@click.option("--bib", metavar="FILE.bib", type=FILE, help="Take keys that the catalog does not know from FILE.bib.")
@click.option("--check", metavar="FILE.bib", type=FILE, help="Instead: say what is wrong with FILE.bib.")
@click.option(
    "--fix", is_flag=True, help="With --check: put right what is certain; the old file stays as FILE.bib.bak."
)
@click.option("--dry-run", is_flag=True, help="With --fix: write nothing, show what would change.")
def cite(
    root: Path,
    documents: Sequence[Path],
    *,
    output: Path | None,
    form: str | None,
    bib: Path | None,
    check: Path | None,
    fix: bool,
    dry_run: bool,
) -> None:
    """Write the entries that DOCUMENTs cite as a bibliography: .tex, .aux, .md or .typ.

    Exit code 1 when a key is not known, or when --check finds something that stays wrong.
    """
    from shoulders.cite import CiteError
    from shoulders.problems import visible
    from shoulders.wholefile import WriteError

    form = form or "bibtex"  # which click forgot before 8.3, where flags share the name
    _refuse(documents, output, form, bib=bib, check=check, fix=fix, dry_run=dry_run)
    try:
        with told_failures(problems=True):
            project = opened(root)
        if check:
            sys.exit(_check(project, check, fix=fix, dry_run=dry_run))
        sys.exit(_cite(project, documents, output, form, bib))
    except (CiteError, WriteError) as error:
        click.echo(f"shoulders: {visible(str(error))}", err=True)
        sys.exit(1)


def _refuse(
    documents: Sequence[Path],
    output: Path | None,
    form: str,
    *,
    bib: Path | None,
    check: Path | None,
    fix: bool,
    dry_run: bool,
) -> None:
    """Options that do not go together, documents that nobody reads, and an output that would destroy an input."""
    from shoulders.cite.collect import reader

    if (fix and not check) or (dry_run and not fix):
        raise click.UsageError("--fix goes with --check, and --dry-run with --fix")
    if check and (documents or output or bib):
        raise click.UsageError("--check takes no DOCUMENT, --output or --bib")
    if not check and not documents:
        raise click.UsageError("expected a DOCUMENT, or --check with a bibliography")
    if bib and form not in ("bibtex", "biblatex"):
        raise click.UsageError(f"--bib goes with bibtex and biblatex, not with {form}")
    if output and output.exists():
        if not output.is_file():
            raise click.BadParameter(f"expected a file to write, got '{output}'")
        if any(output.samefile(read) for read in (*documents, *([bib] if bib else []))):
            raise click.BadParameter(f"expected a file of its own for the bibliography, got '{output}', which is read")
    for document in documents:
        try:
            reader(document)
        except ValueError as error:
            raise click.BadParameter(str(error)) from None


def _say(problems: Iterable[Problem]) -> None:
    for problem in problems:
        click.echo(f"{problem}", err=True)


def _cite(project: Project, documents: Sequence[Path], output: Path | None, form: str, bib: Path | None) -> int:
    from shoulders.cite.collect import collect
    from shoulders.cite.own import Own
    from shoulders.cite.selection import Shelf
    from shoulders.problems import visible
    from shoulders.wholefile import write_whole

    collected = collect(documents)
    own = Own.open(bib) if bib else None
    selection = Shelf(project.catalog, own).select(collected.uses, form)
    _say([*collected.missing, *selection.remarks, *selection.unknown])
    if output and not selection.unknown:
        write_whole({output: selection.data})
    elif not output:
        sys.stdout.buffer.write(selection.data)
    from_own = f", {selection.own} of {bib}" if bib else ""
    lacking = f"; {problem_count(selection.unknown)}{', nothing was written' if output else ''}"
    said = f"{selection.works} of the catalog{from_own}{lacking if selection.unknown else ''}"
    click.echo(visible(said), err=True)
    return 1 if selection.unknown else 0


def _check(project: Project, path: Path, *, fix: bool, dry_run: bool) -> int:
    from shoulders.cite.lint import Linter
    from shoulders.cite.own import Own
    from shoulders.cite.source import difference
    from shoulders.problems import format_text, visible
    from shoulders.wholefile import write_whole

    linter = Linter(project.catalog, project.links.dead)
    before = Own.open(path)
    found = linter.findings(before)
    after = linter.repaired(before) if fix else before
    left = [finding.problem for finding in (linter.findings(after) if fix else found)]
    if dry_run:
        click.echo(difference(before.source, after.source), nl=False)
        _say(left)
    else:
        click.echo(format_text(left), nl=False)
    count = len(before.bibliography.entries)
    said = f"{count} entr{'y' if count == 1 else 'ies'}, {problem_count(found)}"
    if after.source.data != before.source.data:
        said += f", {len(left)} left"
        if not dry_run:
            backup = _backup(path)
            files = {backup: before.source.data, path: after.source.data}
            write_whole(files, {backup: None, path: before.source.data})
            said += f"; the old file is {backup}"
    click.echo(visible(f"{path}: {said}"), err=True)
    return 1 if left else 0


def _backup(path: Path) -> Path:
    """A name beside the file that nobody has yet."""
    first = path.with_name(f"{path.name}.bak")
    numbered = (first.with_name(f"{first.name}.{number}") for number in itertools.count(1))
    return next(name for name in itertools.chain([first], numbered) if not name.exists() and not name.is_symlink())
