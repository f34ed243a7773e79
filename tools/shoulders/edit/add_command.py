"""`shoulders add`: look a work up and append its entry."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from shoulders.console import root_option

if TYPE_CHECKING:
    from shoulders.edit.adding import Plan
    from shoulders.edit.workspace import Workspace
    from shoulders.model import Work

yes_option = click.option("--yes", is_flag=True, help="Never ask; what only a person can say comes from options.")
dry_run_option = click.option(
    "--dry-run", is_flag=True, help="Show what would change in the files, and change nothing."
)
prefer_option = click.option(
    "--prefer", default="", metavar="SOURCE", help="Believe this source first where they disagree."
)


@click.command(
    epilog="\b\nExamples:\n  shoulders add arxiv:1706.03762\n  shoulders add doi:10.18653/v1/N19-1423 --dry-run\n"
    "  shoulders add https://openreview.net/forum?id=H1eA7AEtvS --topic pre-training"
)
@root_option
@click.argument("identifier")
@click.option("--file", "path", metavar="FILE", help="The data file to append to.  [default: data/papers.yaml]")
@click.option("--key", default="", help="The citation key, instead of the one by the grammar.")
@click.option("--topic", "topics", multiple=True, metavar="ID", help="A topic, the most important first; repeat it.")
@click.option("--nickname", default="", help="What the field calls the work.")
@click.option("--summary-en", default="", metavar="TEXT", help="What is new in it, in English, in your own words.")
@click.option("--summary-zh", default="", metavar="TEXT", help="The same in Chinese.")
@click.option("--unfinished", is_flag=True, help="Write it though `check` still asks for something: say so in the PR.")
@prefer_option
@dry_run_option
@yes_option
def add(root: Path, identifier: str, path: str | None, yes: bool, dry_run: bool, prefer: str, **said: object) -> None:
    """Look a work up and append its entry to the catalog.

    IDENTIFIER is arxiv:…, doi:…, acl:…, openreview:…, isbn:…, github:owner/repository, or an address. The published
    record and the preprint are joined; where sources disagree, that is shown. A work that is there already is shown
    instead. Every other byte of the file stays; when anything fails, nothing is written.
    """
    from shoulders.edit.adding import files_of
    from shoulders.edit.datafile import DataFileError
    from shoulders.edit.session import fail, finish, refuse_unreadable
    from shoulders.edit.workspace import Workspace

    workspace = Workspace.open(root)
    refuse_unreadable(workspace)
    file = data_file(workspace, path)
    plan = _planned(workspace, identifier, prefer)
    if plan is None:
        return
    _said(plan, workspace, said)
    asks = not yes and sys.stdin.isatty() and sys.stderr.isatty()
    if asks and not dry_run:
        from shoulders.edit.asking import ask

        ask(plan, workspace.catalog)
    if not plan.fields.get("topics"):
        plan.set("topics", plan.topics)
    try:
        files = files_of(workspace, [plan], file)
    except DataFileError as error:
        fail(f"{file}: {error}")
    finish(workspace, files, dry_run=dry_run, unfinished=bool(said["unfinished"]), asks=asks, what=plan.key)


def _planned(workspace: Workspace, identifier: str, prefer: str) -> Plan | None:
    """The entry to add, or None when the work is there already, which is told."""
    from shoulders.edit.adding import known_already, missing_identifiers, plan
    from shoulders.edit.join import join
    from shoulders.edit.session import client_of, fail, look_up, tell_sources, today
    from shoulders.lookup.identifiers import as_entry, parse_identifier

    try:
        asked = parse_identifier(identifier)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="IDENTIFIER") from None
    if there := known_already(workspace, as_entry(asked)):
        _show(workspace, there, {})
        return None
    gathered = look_up(client_of(workspace), asked)
    try:
        account = join(gathered.records, prefer=prefer)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--prefer") from None
    tell_sources(gathered, account.disagreements)
    if there := known_already(workspace, account.entry):
        _show(workspace, there, {work.key: missing_identifiers(work, account.entry) for work in there})
        return None
    made = plan(workspace, account, gathered.references, added=today())
    if not made.key:
        fail(f"no source says of which year {asked} is; add the entry by hand")
    if made.ancestors:
        names = ", ".join(work.key for work in made.ancestors)
        click.echo(f"likely edges, for it cites them: {names}", err=True)
    return made


def _show(workspace: Workspace, works: Sequence[Work], missing: Mapping[str, Mapping[str, str]]) -> None:
    """Tell that a work is there, where, and what its entry could say besides."""
    for work in works:
        click.echo(f"{work.key}: {work.title} ({work.year}) is in the catalog already: {workspace.paths[work.key]}")
        if lacking := missing.get(work.key):
            listed = ", ".join(f"{name} {value}" for name, value in lacking.items())
            click.echo(f"its entry lacks {listed}; `shoulders update {work.key}` adds that", err=True)


def _said(plan: Plan, workspace: Workspace, said: Mapping[str, object]) -> None:
    """What options say, in place of what was found or proposed."""
    from shoulders.problems import expected

    catalog = workspace.catalog
    unknown = [name for name in _words(said["topics"]) if name not in catalog.topic]
    if unknown:
        message = "; ".join(expected("a topic of data/topics.yaml", name, catalog.topic) for name in unknown)
        raise click.BadParameter(message, param_hint="--topic")
    if key := str(said["key"]):
        from shoulders.ids import check_key

        try:
            plan.set("key", check_key(key))
        except ValueError as error:
            raise click.BadParameter(f"expected {error}, got '{key}'", param_hint="--key") from None
    summary = {"en": str(said["summary_en"]), "zh": str(said["summary_zh"])}
    plan.set("summary", {language: " ".join(text.split()) for language, text in summary.items() if text})
    plan.set("nickname", str(said["nickname"]) or plan.fields.get("nickname"))
    plan.set("topics", list(_words(said["topics"])))


def _words(value: object) -> tuple[str, ...]:
    return tuple(map(str, value)) if isinstance(value, tuple) else ()


def data_file(workspace: Workspace, path: str | None, *, param: str = "--file") -> str:
    """The data file that a person named, from the root, or the one that new entries go to."""
    if path is None:
        return workspace.default_file()
    found = Path(path) if Path(path).is_absolute() else workspace.root / path
    name = found.resolve()
    allowed = (workspace.root / "data" / "papers.yaml", workspace.root / "data" / "papers")
    if name != allowed[0] and not (name.parent == allowed[1] and name.suffix == ".yaml"):
        message = f"expected data/papers.yaml or a .yaml file in data/papers/, got '{path}'"
        raise click.BadParameter(message, param_hint=param)
    return name.relative_to(workspace.root).as_posix()
