"""Questions to the person at the terminal about what no source can tell: summaries, topics, edges, a Chinese title.

Answers go into the plan; what stays empty, `check` names.
"""

from __future__ import annotations

import click

from shoulders.catalog import Catalog
from shoulders.edit.adding import Plan
from shoulders.model import EDGE_TYPES, Work
from shoulders.names import has_cjk
from shoulders.problems import Choices, expected

EDGES = 5  # works that one is asked about


def ask(plan: Plan, catalog: Catalog) -> None:
    """Ask for everything that is missing.

    Raises:
        click.Abort: when the person ends it.
    """
    title = str(plan.fields.get("title", ""))
    if has_cjk(title):
        plan.set("romanised", plan.fields.get("romanised") or _line("The title in pinyin, without tones"))
        plan.set("translated", plan.fields.get("translated") or {"en": _line("The title in English")})
    if not plan.fields.get("nickname"):
        plan.set("nickname", _line("What the field calls it (BERT, GloVe), or nothing"))
    if not plan.fields.get("topics"):
        plan.set("topics", _topics(plan, catalog))
    summary = dict(plan.fields.get("summary") or {})
    for language, name in (("en", "English"), ("zh", "Chinese")):
        if not summary.get(language):
            summary[language] = _line(f"What is new in it, two sentences of your own, in {name}")
    plan.set("summary", {language: text for language, text in summary.items() if text})
    if not plan.fields.get("edges"):
        plan.set("edges", _edges(plan))


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
            found.append({"to": work.key, "type": kind, "why": {name: text for name, text in why.items() if text}})
    return found


def _edge_type(work: Work) -> str:
    while True:
        answer = _line(f"  {work.short} ({work.key}): {', '.join(EDGE_TYPES)}, or nothing")
        if not answer or answer in EDGE_TYPES:
            return answer
        click.echo(expected(f"one of {', '.join(EDGE_TYPES)}", answer, EDGE_TYPES), err=True)
