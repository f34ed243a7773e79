"""The `shoulders` command. Each subcommand imports what it needs when it runs, so that `--help` is quick."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from shoulders.cite.commands import cite
from shoulders.console import (
    CONTEXT,
    Group,
    Stages,
    opened,
    problem_count,
    read_bibliography,
    root_option,
    told_failures,
)
from shoulders.demo.commands import demo
from shoulders.edit.add_command import add
from shoulders.edit.import_command import import_
from shoulders.edit.update_command import update
from shoulders.links.commands import links
from shoulders.report.commands import report

if TYPE_CHECKING:
    from shoulders.catalog import Catalog
    from shoulders.problems import Problem


@click.group(
    cls=Group,
    context_settings=CONTEXT,
    epilog="Example: shoulders check && shoulders build",
)
@click.version_option(package_name="shoulders")
def main() -> None:
    """Shoulders: one YAML catalog becomes a checked, bilingual site with exports and a timeline."""


@main.command(epilog="\b\nExamples:\n  shoulders check --format github\n  shoulders check --against papers.bib")
@root_option
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "github", "json"]),
    default="text",
    show_default=True,
    help="How problems are written: for people, as annotations of a pull request, or for programs.",
)
@click.option(
    "--against",
    metavar="FILE",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A bibliography of independent origin (BibTeX, RIS, CSL-JSON), to find the fields that differ.",
)
def check(root: Path, form: str, against: Path | None) -> None:
    """Check all data files and the citations of the pages; every problem at once.

    Problems go to standard output, one a line: `path:line: id: field: what was expected`. Exit code 1 when there
    are any.
    """
    from shoulders import problems

    try:
        with told_failures():
            project = opened(root)
    except problems.ProblemsError as error:
        click.echo(problems.FORMATS[form](error.problems), nl=False)
        click.echo(problem_count(error.problems), err=True)
        sys.exit(1)
    catalog = project.catalog
    click.echo(f"{len(catalog.works)} works, {len(catalog.lists)} lists: no problem", err=True)
    differing = _differences(catalog, against) if against else ()
    if differing or form == "json":
        click.echo(problems.FORMATS[form](differing), nl=False)
    sys.exit(1 if differing else 0)


def _differences(catalog: Catalog, against: Path) -> tuple[Problem, ...]:
    """Where the catalog and a bibliography disagree; how much they share is told on standard error."""
    from shoulders.against import compare
    from shoulders.problems import visible

    other = read_bibliography(against, "--against")
    if not other.entries and not other.faults:
        raise click.BadParameter(f"{against}: expected entries, got none", param_hint="--against")
    found = compare(catalog, other, str(against))
    for entry in found.unknown:
        click.echo(f"{against}:{entry.line}: {visible(entry.key or entry.title)}: no work of the catalog", err=True)
    total = len(other.entries)
    said = f"{total} entr{'y' if total == 1 else 'ies'}: {found.matched} of the catalog, {len(found.unknown)} not"
    click.echo(f"{said}; {problem_count(found.problems)}", err=True)
    return found.problems


@main.command(epilog="Example: shoulders build --site-dir /tmp/site")
@root_option
@click.option("--site-dir", type=click.Path(path_type=Path), help="Where the site goes.  [default: site/ of the root]")
def build(root: Path, site_dir: Path | None) -> None:
    """Build the whole site; the previous one is replaced only when the new one is whole."""
    from shoulders import build as builder

    with told_failures(problems=True):
        stages = Stages()
        site = site_dir.resolve() if site_dir else None
        builder.build(root, site=site, report=stages.report, progress=stages.progress)


@main.command(epilog="Example: zensical build && zensical build -f mkdocs.zh.yml && shoulders stamp")
@root_option
@click.argument("folder", required=False, type=click.Path(exists=True, file_okay=False, path_type=Path))
def stamp(root: Path, folder: Path | None) -> None:
    """Fill a site that another builder (Zensical, MkDocs) left in FOLDER with the catalog.

    FOLDER is site/ of the root unless given. English stands in it, and Chinese in its zh/ where that was built.
    """
    from shoulders import build as builder

    with told_failures(problems=True):
        site = (folder or root / "site").resolve()
        count = builder.stamp_site(root, site, report=lambda line: click.echo(line, err=True))
        click.echo(f"{count} pages: {site}", err=True)


@main.command(epilog="Example: shoulders serve --port 8001")
@root_option
@click.option("--port", type=click.IntRange(0, 65535), default=8000, show_default=True, help="The first port to try.")
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
def serve(root: Path, port: int, host: str) -> None:
    """Build the site, serve it, and build it again whenever a file changes. Ctrl-C ends it."""
    from shoulders.serve import serve as run

    with told_failures():
        run(root, host=host, port=port, say=lambda line: click.echo(line, err=True))


@main.command(
    epilog="\b\nExamples:\n  shoulders export --format bibtex --list reinvent-bert\n"
    "  shoulders export --format csl vaswani-etal-2017-attention"
)
@root_option
@click.argument("keys", nargs=-1, metavar="[KEY]...")
@click.option(
    "--format",
    "form",
    type=click.Choice(["bibtex", "biblatex", "ris", "csl", "json"]),
    default="bibtex",
    show_default=True,
    help="The format; json is the whole catalog in our own model.",
)
@click.option("--list", "lists", multiple=True, metavar="LIST", help="All works of a reading list, in its order.")
@click.option("--topic", "topics", multiple=True, metavar="TOPIC", help="All works on a topic, oldest first.")
def export(root: Path, keys: Sequence[str], form: str, lists: Sequence[str], topics: Sequence[str]) -> None:
    """Write works in a bibliography format to standard output: the bytes that the site offers.

    Without KEY, --list and --topic: the whole catalog.
    """
    from shoulders import export as exporter

    with told_failures(problems=True):
        text = exporter.export(opened(root), form, keys=keys, lists=lists, topics=topics)
        sys.stdout.buffer.write(text.encode("utf-8"))


@main.command(epilog="Example: shoulders schema > data/schema/papers.schema.json")
def schema() -> None:
    """Write the JSON Schema of data/papers.yaml, with which editors complete and check entries."""
    from shoulders.exports import papers_json

    sys.stdout.buffer.write(papers_json.editor_schema().encode("utf-8"))


main.add_command(add)
main.add_command(cite)
main.add_command(demo)
main.add_command(import_)
main.add_command(links)
main.add_command(report)
main.add_command(update)


if __name__ == "__main__":
    main()
