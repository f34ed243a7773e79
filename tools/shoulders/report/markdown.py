"""The report as Markdown for a comment at GitHub, in which no text of the catalog can become anything but text.

What comes from the catalog stands in one of two places: in a fence longer than any row of backticks in it, or, escaped
and between `<code>` and `</code>`, in an HTML table. There GitHub makes no links, mentions, references or formulas.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Sequence

from shoulders.report.record import STATES, Change, Kind, Report, State, shown

LIMIT = 60_000  # characters; GitHub takes 65,536
OF_TABLE = 20_000  # of these, so that one long table leaves room for what follows
OF_CELL = 1000
MOST_OF_MORE = 100  # what it takes to say that something is left out
NAMES_SHOWN = 20

KIND_NAMES: dict[Kind, str] = {
    "works": "Work · 条目",
    "people": "Person · 人物",
    "venues": "Venue · 发表处",
    "topics": "Topic · 主题",
    "lists": "Reading list · 书单",
}
STATE_NAMES: dict[State, str] = {"new": "New · 新增", "changed": "Changed · 改动", "removed": "Gone · 删除"}


def render(report: Report, pictures: Sequence[str] = ()) -> str:
    """The report; `pictures` are the names of pictures that lie beside it, each a key with its ending."""
    parts = ["### What this changes · 改动一览\n", _summary(report)]
    if report.problems:
        rows = (
            _row([_code(f"{fault.path}:{fault.line}"), *map(_code, (fault.id, fault.field, fault.message))])
            for fault in report.problems
        )
        parts.append("#### Problems · 问题\n")
        parts.append(_table(rows, ["where", "entry", "field", "problem"], count=report.problem_count))
    if pictures:
        parts.append(f"Pictures of the pages, beside this report · 页面截图：{_names(pictures)}\n")
    room = LIMIT - sum(len(part) + 1 for part in parts) - MOST_OF_MORE
    kept = _fitting(map(_change, report.changes), room)
    return "\n".join([*parts, *kept, *_more(report.change_count - len(kept))])


def _summary(report: Report) -> str:
    """How much of everything there is, one line each."""
    count = report.problem_count
    lines = [f"The check finds **{count or 'no'} problem{'s' * (count > 1)}** · 检查发现 {count} 个问题"]
    for kind, name in KIND_NAMES.items():
        found = [change.state for change in report.changes if change.kind == kind]
        if found:
            lines.append(f"{name}: " + ", ".join(f"{found.count(state)} {state}" for state in STATES if state in found))
    if not report.changes:
        lines.append("No record changes · 没有改动任何条目")
    return "".join(f"- {line}\n" for line in lines)


def _change(change: Change) -> str:
    """One record under its heading."""
    parts = [f"#### {STATE_NAMES[change.state]}: {KIND_NAMES[change.kind]} `{change.id}`\n"]
    facts = {
        "title · 标题": _code(change.title),
        "may be there already · 可能已经收录": _names(change.alike),
        "builds on · 站在谁的肩膀上": _names(change.builds_on),
        "led to · 谁站在它的肩膀上": _names(change.led_to),
    }
    if any(facts.values()):
        parts.append(_table(_row([f"<b>{name}</b>", cell]) for name, cell in facts.items() if cell))
    if change.differences:
        rows = (_row([_code(part.field), _code(part.before), _code(part.after)]) for part in change.differences)
        parts.append(_table(rows, ["field", "before", "after"], count=len(change.differences)))
    cited = _fence("bibtex", change.bibtex) if change.bibtex else ""
    if cited:
        parts.append(cited if len(cited) <= OF_TABLE else "BibTeX: too long to show · 过长，此处从略\n")
    return "\n".join(parts)


# pieces ------------------------------------------------------------------------------------------


def _code(text: str) -> str:
    return f"<code>{html.escape(shown(text, OF_CELL))}</code>" if text else ""


def _names(names: Sequence[str]) -> str:
    more = len(names) - NAMES_SHOWN
    return " ".join(map(_code, names[:NAMES_SHOWN])) + (f" +{more}" if more > 0 else "")


def _row(cells: Iterable[str], tag: str = "td") -> str:
    return "<tr>" + "".join(f"<{tag}>{cell}</{tag}>" for cell in cells) + "</tr>"


def _table(rows: Iterable[str], head: Sequence[str] = (), *, count: int = 0) -> str:
    """A table without an empty line, at which Markdown would begin again; of `count` rows, those that fit."""
    kept = _fitting(rows, OF_TABLE)
    lines = [_row(head, "th")] if head else []
    return "\n".join(["<table>", *lines, *kept, "</table>", "", *_more(count - len(kept))])


def _fitting(parts: Iterable[str], room: int) -> list[str]:
    """The first of the parts, up to one that does not fit."""
    kept = []
    for part in parts:
        room -= len(part) + 1
        if room < 0:
            break
        kept.append(part)
    return kept


def _more(left: int) -> list[str]:
    """That something is left out, if so."""
    return [f"**No room for {left} more · 篇幅所限，另有 {left} 处未列出**\n"] if left > 0 else []


def _fence(language: str, lines: Sequence[str]) -> str:
    longest = max((len(run) for line in lines for run in re.findall("`+", line)), default=0)
    fence = "`" * max(3, longest + 1)
    return "\n".join([f"{fence}{language}", *lines, fence, ""])
