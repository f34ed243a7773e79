"""`shoulders add`: look a work up and append its entry."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from shoulders.console import root_option
from shoulders.edit.options import data_file, dry_run_option, may_ask, prefer_option, yes_option

if TYPE_CHECKING:
    from shoulders.catalog import Catalog
    from shoulders.edit.adding import Plan
    from shoulders.edit.join import Account
    from shoulders.edit.workspace import Workspace
    from shoulders.lookup.identifiers import Identifier
    from shoulders.lookup.resolve import Gathered
    from shoulders.model import Work


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
def add(
    root: Path,
    identifier: str,
    path: str | None,
    key: str,
    topics: tuple[str, ...],
    nickname: str,
    summary_en: str,
    summary_zh: str,
    unfinished: bool,
    prefer: str,
    dry_run: bool,
    yes: bool,
) -> None:
    """Look a work up and append its entry to the catalog.

    IDENTIFIER is arxiv:…, doi:…, acl:…, openreview:…, isbn:…, github:owner/repository, or an address. The published
    record and the preprint are joined; where sources disagree, that is shown. A work that is there already is shown
    instead. Every other byte of the file stays; when anything fails, nothing is written.
    """
    from shoulders.edit.adding import files_of
    from shoulders.edit.datafile import DataFileError
    from shoulders.edit.session import UncheckedError, fail, open_workspace, settle
    from shoulders.wholefile import WriteError

    workspace = open_workspace(root)
    file = data_file(root, path, option="--file") if path else workspace.default_file()
    _check_options(workspace.catalog, key, topics)
    asks = may_ask(yes=yes, dry_run=dry_run)
    made = _planned(workspace, _identifier(identifier), prefer, asks=asks)
    if made is None:
        return
    for name, text in (("nickname", nickname), ("topics", list(dict.fromkeys(topics)))):
        made.set(name, text or made.fields.get(name))
    summary = {"en": " ".join(summary_en.split()), "zh": " ".join(summary_zh.split())}
    made.set("summary", {language: text for language, text in summary.items() if text})
    if asks:
        from shoulders.edit.asking import ask

        ask(made, workspace.catalog)
    made.set("topics", made.fields.get("topics") or made.topics)
    made.set("key", key or made.key)
    try:
        files = files_of(workspace, [made], file)
        if settle(workspace, files, dry_run=dry_run, asks=asks, unfinished=unfinished):
            click.echo(f"{made.key}: {' and '.join(files)} written")
    except UncheckedError:
        fail("nothing was written: say what is missing by an option, or write it as it is with --unfinished")
    except DataFileError as error:
        fail(f"{file}: {error}")
    except WriteError as error:
        fail(str(error))


def _identifier(text: str) -> Identifier:
    from shoulders.lookup.identifiers import parse_identifier

    try:
        return parse_identifier(text)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="IDENTIFIER") from None


def _check_options(catalog: Catalog, key: str, topics: Sequence[str]) -> None:
    """Tell a slip before anybody is asked."""
    from shoulders.ids import check_key
    from shoulders.problems import expected

    unknown = [name for name in topics if name not in catalog.topic]
    if unknown:
        message = "; ".join(expected("a topic of data/topics.yaml", name, catalog.topic) for name in unknown)
        raise click.BadParameter(message, param_hint="--topic")
    if not key:
        return
    try:
        check_key(key)
    except ValueError as error:
        raise click.BadParameter(expected(str(error), key), param_hint="--key") from None
    if catalog.find(key):
        raise click.BadParameter(f"expected a key that no work has, got '{key}'", param_hint="--key")


def _planned(workspace: Workspace, asked: Identifier, prefer: str, *, asks: bool) -> Plan | None:
    """The entry to add, or None when the work is there already, which is told."""
    from shoulders.edit.adding import plan
    from shoulders.edit.propose import Proposer
    from shoulders.edit.session import fail, tell, today
    from shoulders.edit.updating import identifier_of
    from shoulders.lookup.identifiers import as_entry
    from shoulders.matching import Finder

    finder = Finder(workspace.catalog)
    if there := finder.find(as_entry(asked)):
        _show(workspace, there)
        tell(*(f"`shoulders update {work.key}` looks it up again" for work in there if identifier_of(work)))
        return None
    gathered, account = _looked_up(workspace, asked, prefer)
    if there := finder.find(account.entry):
        _show(workspace, there)
        if len(there) == 1:
            _offer(workspace, there[0], account, asks=asks)
        return None
    if asks and not account.entry.year:
        from shoulders.edit.asking import with_year

        account = with_year(account)
    made = plan(Proposer(workspace.catalog), account, gathered.references, added=today())
    if not made.key:
        fail(f"no source says of which year {asked} is; add the entry by hand")
    if made.ancestors:
        tell(f"likely edges, for it cites them: {', '.join(work.key for work in made.ancestors)}")
    return made


def _looked_up(workspace: Workspace, asked: Identifier, prefer: str) -> tuple[Gathered, Account]:
    """What the sources say; the end when the one that matters does not answer."""
    from shoulders.edit.join import join
    from shoulders.edit.session import client_of, fail, tell_sources
    from shoulders.fetch import FetchError
    from shoulders.lookup.resolve import resolve

    try:
        gathered = resolve(client_of(workspace), asked)
    except FetchError as error:
        fail(str(error))
    try:
        account = join(gathered.records, prefer=prefer)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--prefer") from None
    tell_sources(gathered, account)
    return gathered, account


def _show(workspace: Workspace, works: Sequence[Work]) -> None:
    from shoulders.problems import visible

    for work in works:
        where = workspace.paths[work.key]
        click.echo(visible(f"{work.key}: {work.title} ({work.year}) is in the catalog already: {where}"))


def _offer(workspace: Workspace, work: Work, account: Account, *, asks: bool) -> None:
    """Tell what the entry of a work could say besides, and write it when the person at the terminal wants that."""
    from shoulders.edit.datafile import DataFileError
    from shoulders.edit.session import fail, settle, tell
    from shoulders.edit.updating import changes, files_of, said
    from shoulders.wholefile import WriteError

    change = changes(workspace.catalog, work, account)
    if not change.fields:
        return
    tell("its entry could say besides:", *(f"  {line}" for line in said(work, change)))
    if not asks:
        tell(f"`shoulders update {work.key}` looks it up again")
        return
    try:
        files = files_of(workspace, work, change)
        if settle(workspace, files, dry_run=False, asks=True):
            click.echo(f"{work.key}: {' and '.join(files)} written")
    except (DataFileError, WriteError) as error:
        fail(str(error))
