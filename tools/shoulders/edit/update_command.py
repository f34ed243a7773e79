"""`shoulders update`: bring entries up to date with what was published since."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from shoulders.console import root_option
from shoulders.edit.options import dry_run_option, may_ask, prefer_option, yes_option

if TYPE_CHECKING:
    from shoulders.edit.join import Account
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
    """Look works up again: preprints that were published since, identifiers that entries lack, retractions.

    What an entry says already stays, but where a preprint has a published version to cite. Sources that do not answer
    are told, and the others are asked all the same; exit code 1 when a work could not be looked up or changed.
    """
    from shoulders.edit.session import client_of, open_workspace, tell

    if bool(keys) == everything:
        raise click.UsageError("expected the keys of works, or --all, got " + ("both" if keys else "neither"))
    workspace = open_workspace(root)
    works = _chosen(workspace, keys)
    client = client_of(workspace)
    asks = may_ask(yes=yes, dry_run=dry_run)
    updated = "to update" if dry_run else "updated"
    counts = {updated: 0, "up to date": 0, "not looked up": 0, "left alone": 0}
    for number, work in enumerate(works, 1):
        tell(f"[{number}/{len(works)}] {work.key}")
        account = _account(client, work, prefer)
        if account is None:
            counts["not looked up"] += 1
            continue
        done = _update(root, work, account, dry_run=dry_run, asks=asks)
        counts["up to date" if done is None else updated if done else "left alone"] += 1
    click.echo(", ".join(f"{count} {what}" for what, count in counts.items()))
    sys.exit(1 if counts["not looked up"] or counts["left alone"] else 0)


def _chosen(workspace: Workspace, keys: tuple[str, ...]) -> list[Work]:
    from shoulders.problems import expected

    catalog = workspace.catalog
    unknown = [expected("the key of a work", key, catalog.by_key) for key in keys if not catalog.find(key)]
    if unknown:
        raise click.BadParameter("; ".join(unknown), param_hint="KEY")
    if not keys:
        return [work for work in catalog.works if work.entry_type == "preprint" and work.arxiv]
    return list({work.key: work for key in keys if (work := catalog.find(key))}.values())


def _account(client: Client, work: Work, prefer: str) -> Account | None:
    """What the sources say of a work by now; None when nobody can be asked or answers, which is told."""
    from shoulders.edit.join import join
    from shoulders.edit.session import tell
    from shoulders.edit.updating import identifier_of
    from shoulders.fetch import FetchError
    from shoulders.lookup.resolve import resolve

    asked = identifier_of(work)
    if not asked:
        tell("  it has no identifier to ask for")
        return None
    try:
        gathered = resolve(client, asked)
        account = join(gathered.records, prefer=prefer)
    except (FetchError, ValueError) as error:
        tell(f"  {error}")
        return None
    tell(*(f"  {sentence}" for sentence in (*gathered.silent, *account.warnings)))
    return account


def _update(root: Path, work: Work, account: Account, *, dry_run: bool, asks: bool) -> bool | None:
    """Bring one entry up to date, or in a dry run, see that it could be; None when there is nothing to change."""
    from shoulders.edit.datafile import DataFileError
    from shoulders.edit.session import settle, tell
    from shoulders.edit.updating import changes, files_of, said
    from shoulders.edit.workspace import Workspace
    from shoulders.problems import visible
    from shoulders.wholefile import WriteError

    workspace = Workspace.open(root)  # the entry before may have changed its file
    change = changes(workspace.catalog, work, account)
    if not change.fields:
        return None
    click.echo("".join(f"  {visible(line)}\n" for line in said(work, change)), nl=False)
    try:
        settle(workspace, files_of(workspace, work, change), dry_run=dry_run, asks=asks)
    except (DataFileError, WriteError) as error:
        tell(f"  {error}")
        return False
    return True
