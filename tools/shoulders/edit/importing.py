"""Somebody's bibliography beside the catalog: which of its works are there, which are new, which a person must see.

Asks nobody and writes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from shoulders.edit.adding import Plan, plan
from shoulders.edit.draft import entry_type
from shoulders.edit.join import Account
from shoulders.edit.workspace import Workspace
from shoulders.ids import propose_key
from shoulders.matching import Finder
from shoulders.model import Work
from shoulders.problems import shortened
from shoulders.readers import Bibliography, Entry
from shoulders.rules.checked import normal_title

State = Literal["new", "there", "person"]
LookUp = Callable[[Entry], Account]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What becomes of one entry: the work that it is, the entry to add, or why a person must look."""

    line: int
    state: State
    key: str = ""
    title: str = ""
    plan: Plan | None = None
    reason: str = ""
    section: str = ""
    keywords: str = ""

    def __str__(self) -> str:
        what = {"new": "new", "there": "already there", "person": "left for a person"}[self.state]
        return ": ".join(part for part in (what, self.key, shortened(self.title), self.reason) if part)


def verdicts(
    workspace: Workspace, found: Bibliography, *, added: str, look_up: LookUp | None = None
) -> Iterable[Verdict]:
    """One verdict for each entry and each fault of a file, by line.

    Args:
        workspace: the catalog.
        found: what was read.
        added: today.
        look_up: asks public sources for what an entry lacks; raises `ValueError` with the reason when they fail.
    """
    finder = Finder(workspace.catalog)
    seen: dict[tuple[str, str], Verdict] = {}
    taken: set[str] = set()
    made = [Verdict(fault.line, "person", reason=fault.message) for fault in found.faults]
    told = {fault.line for fault in found.faults}
    for entry in found.entries:
        marks = list(_marks(entry))
        same = next((seen[mark] for mark in marks if mark in seen), None)
        verdict = _repeated(entry, same) if same else _verdict(workspace, finder, entry, taken, added, look_up)
        for mark in marks:
            seen.setdefault(mark, verdict)
        taken.add(verdict.key)
        if verdict.state != "person" or entry.line not in told:
            made.append(replace(verdict, section=entry.section, keywords=entry.keywords))
    return sorted(made, key=lambda verdict: verdict.line)


def _repeated(entry: Entry, first: Verdict) -> Verdict:
    state: State = "there" if first.state == "new" else first.state
    return replace(first, line=entry.line, state=state, plan=None, reason=f"the same as on line {first.line}")


def _verdict(
    workspace: Workspace, finder: Finder, entry: Entry, taken: set[str], added: str, look_up: LookUp | None
) -> Verdict:
    def left(reason: str) -> Verdict:
        return Verdict(entry.line, "person", title=entry.title or entry.key, reason=reason)

    works: Sequence[Work] = finder.find(entry)
    if len(works) > 1:
        return left(f"it has the marks of {', '.join(work.key for work in works)}")
    if works:
        return Verdict(entry.line, "there", works[0].key, works[0].title)
    if not entry.title and not look_up:
        return left("it has no title")
    account = Account(entry, first_public="")
    if look_up and not (entry.authors and entry.complete and entry.year):
        try:
            account = look_up(entry)
        except ValueError as error:
            return left(str(error))
    lacking = [what for what, there in _needed(account.entry) if not there]
    if lacking:
        return left(f"it has no {' and no '.join(lacking)}{_advice(entry)}")
    made = plan(workspace, account, (), added=added)
    if made.key in taken:
        made.set("key", _free_key(workspace, account.entry, taken))
    if made.topics:
        made.set("topics", made.topics)
    return Verdict(entry.line, "new", made.key, account.entry.title, made)


def _needed(entry: Entry) -> Iterable[tuple[str, bool]]:
    yield "title", bool(entry.title)
    yield "authors", bool(entry.authors) or entry_type(entry) in ("online", "software", "book")
    yield "complete list of authors", entry.complete
    yield "year", bool(entry.year)


def _advice(entry: Entry) -> str:
    """How to get what it lacks, where it names an identifier."""
    for kind in ("arxiv", "acl", "doi", "openreview"):
        if value := getattr(entry, kind):
            return f"; --look-up or `shoulders add {kind}:{value}` finds that"
    return ""


def _free_key(workspace: Workspace, entry: Entry, taken: set[str]) -> str:
    names = [name.family_full for name in entry.authors] or [entry.publisher or entry.title]
    catalog = workspace.catalog
    return propose_key(names, entry.year or 1800, entry.title, [*catalog.by_key, *catalog.aliases, *taken])


def _marks(entry: Entry) -> Iterable[tuple[str, str]]:
    """What tells that two entries of a file are the same work."""
    for name in ("doi", "arxiv", "acl", "openreview"):
        if value := getattr(entry, name):
            yield name, value.casefold()
    if title := normal_title(entry.title):
        yield "title", f"{title} {normal_title(entry.authors[0].family) if entry.authors else ''}"


def reading_list(name: str, title: str, found: Iterable[Verdict]) -> dict[str, Any]:
    """The record of a reading list with the works of a file in its order, by its sections; each work once."""
    sections: dict[str, list[dict[str, Any]]] = {}
    listed: set[str] = set()
    for verdict in found:
        if verdict.state != "person" and verdict.key not in listed:
            listed.add(verdict.key)
            item: dict[str, Any] = {"key": verdict.key}
            if verdict.keywords:
                item["keywords"] = {"en": verdict.keywords, "zh": verdict.keywords}
            sections.setdefault(verdict.section, []).append(item)
    return {
        "id": name,
        "title": {"en": title},
        "summary": {"en": f"Imported from a list of {len(listed)} works."},
        "sections": [
            {**({"title": {"en": heading}} if heading else {}), "items": items} for heading, items in sections.items()
        ],
    }
