"""Questions to the person at the terminal about what no source can tell: summaries, topics, edges, a Chinese title.

Answers go into the plan; what stays empty, `check` names.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import click

from shoulders.catalog import Catalog
from shoulders.edit.adding import Plan, new_venue
from shoulders.edit.draft import author_field, find_venue, propose_key
from shoulders.edit.join import Account
from shoulders.lookup.shapes import whole
from shoulders.model import EDGE_TYPES, ENTRY_TYPE_OF_KIND, Work
from shoulders.names import has_cjk
from shoulders.problems import Choices, expected
from shoulders.readers.people import people
from shoulders.rules.facts import REQUIRED

EDGES = 5  # works that one is asked about
QUESTIONS: Mapping[str, str] = {
    "authors": "Authors in the printed order, with ; between them",
    "editors": "Editors in the printed order, with ; between them",
    "booktitle": "The proceedings or the book it stands in, as it is printed",
    "venue": "The journal",
    "publisher": "The publisher",
    "institution": "Who published the report",
    "school": "The university of the thesis",
    "url": "The address where it can be read",
}
"""What is asked for a required field that no source gave."""


def with_year(account: Account) -> Account:
    """The account with the year that the person says, or without one when they say nothing."""
    while answer := _line("Of which year is it?"):
        if year := whole(answer, 1800, 2100):
            return replace(account, entry=replace(account.entry, year=year))
        click.echo(expected("a year like 2019", answer), err=True)
    return account


def ask(plan: Plan, catalog: Catalog) -> None:
    """Ask for everything that is missing.

    Raises:
        click.Abort: when the person ends it.
    """
    _ask_facts(plan, catalog)
    if not plan.fields.get("nickname"):
        plan.set("nickname", _line("What the field calls it (BERT, GloVe), or nothing"))
    if not plan.fields.get("topics"):
        plan.set("topics", _topics(plan, catalog))
    summary = dict(plan.fields.get("summary") or {})
    for language, name in (("en", "English"), ("zh", "Chinese")):
        if not summary.get(language):
            summary[language] = _line(f"What is new in it, two sentences of your own, in {name}")
    plan.set("summary", _said(summary))
    if not plan.fields.get("edges"):
        plan.set("edges", _edges(plan))


def _ask_facts(plan: Plan, catalog: Catalog) -> None:
    """What the type of the entry requires, and a Chinese title in the other language."""
    type_ = plan.fields.get("type") or ENTRY_TYPE_OF_KIND[plan.fields["kind"]]
    for names in REQUIRED[type_]:
        either = names.split("|")
        if not any(plan.fields.get(name) for name in either):
            name = next(name for name in either if name in QUESTIONS)
            _set_fact(plan, catalog, name, _line(QUESTIONS[name]))
    if plan.fields["kind"] == "repo" and not plan.fields.get("licence"):
        licence = _line("Its licence, or that there is none, in English")
        plan.set("licence", _said({"en": licence, "zh": _line("The same in Chinese", licence)}))
    if has_cjk(title := str(plan.fields.get("title", ""))):
        plan.set("romanised", _line("The title in pinyin, without tones"))
        plan.set("translated", _said({"en": _line("The title in English")}))
        title = plan.fields.get("romanised") or title
    plan.set("key", propose_key(catalog, plan.entry, title))


def _set_fact(plan: Plan, catalog: Catalog, name: str, answer: str) -> None:
    if name in ("authors", "editors"):
        said: dict[str, Any] = {name: people(answer)[0]}
        plan.entry = replace(plan.entry, **said)
        plan.set(name, [author_field(person) for person in said[name]])
    elif name == "venue":
        plan.entry = replace(plan.entry, container=answer)
        known = find_venue(catalog, plan.entry, "article")
        plan.venue = None if known else new_venue(catalog, plan.entry, plan.fields)
        plan.set("venue", known.id if known else plan.venue["id"] if plan.venue else "")
    else:
        plan.set(name, answer)


def _said(texts: Mapping[str, str]) -> dict[str, str]:
    return {language: text for language, text in texts.items() if text}


def _line(question: str, default: str = "") -> str:
    answer: str = click.prompt(question, default=default, show_default=bool(default), err=True)
    return " ".join(answer.split())


def _topics(plan: Plan, catalog: Catalog) -> list[str]:
    names = Choices(frozenset(catalog.topic))
    while True:
        answer = _line("Topics, the most important first", ", ".join(plan.topics))
        chosen = [name for part in answer.split(",") if (name := part.strip())]
        unknown = [name for name in chosen if name not in catalog.topic]
        if not unknown:
            return list(dict.fromkeys(chosen))
        for name in unknown:
            click.echo(expected("a topic of data/topics.yaml", name, names), err=True)


def _edges(plan: Plan) -> list[dict[str, object]]:
    """Edges to the works that the reference list names, for as many as the person can say something of."""
    found: list[dict[str, object]] = []
    if plan.ancestors:
        click.echo("It cites works of the catalog. An edge says what was taken over; Enter leaves one out.", err=True)
    for work in plan.ancestors[:EDGES]:
        kind = _edge_type(work)
        if kind:
            why = {"en": _line("  What was taken over, one sentence in English"), "zh": _line("  The same in Chinese")}
            found.append({"to": work.key, "type": kind, "why": _said(why)})
    return found


def _edge_type(work: Work) -> str:
    while True:
        answer = _line(f"  {work.short} ({work.key}): {', '.join(EDGE_TYPES)}, or nothing")
        if not answer or answer in EDGE_TYPES:
            return answer
        click.echo(expected(f"one of {', '.join(EDGE_TYPES)}", answer, EDGE_TYPES), err=True)
