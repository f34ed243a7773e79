"""A catalog that means harm: each payload stands in every field of a work, a person, a venue, a topic and a list.

What the model refuses is not here but in `test_injection.py`, which asks for the refusal.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import cycle
from pathlib import Path
from typing import Any, get_args

import yaml

from shoulders import mathml
from shoulders.model import Record
from shoulders.names import parse_name

IMAGE = '<img src=x onerror="window.__hit=1">'
PAYLOADS = (
    IMAGE,
    "<script>window.__hit=1</script>",
    "</script><script>window.__hit=1</script>",
    "</title></head><body onload=window.__hit=1><svg onload=window.__hit=1>",
    "</svg></math></pre></textarea></style></template><script>window.__hit=1</script>",
    '" onmouseover="window.__hit=1" autofocus onfocus="window.__hit=1" x="',
    "' onmouseover='window.__hit=1' autofocus onfocus='window.__hit=1' x='",
    "x onmouseover=window.__hit=1 style=position:fixed;inset:0",
    f"--><!-- {IMAGE} -->",
    f"]]>{IMAGE}<![CDATA[",
    "&lt;img src=x onerror=window.__hit=1&gt; &#60;b&#62; &amp;lt; &nbsp;",
    "javascript:window.__hit=1",
    "data:text/html,<script>window.__hit=1</script>",
    "[a](javascript:window.__hit=1) ![b](x) <javascript:window.__hit=1> **c** `d`",
    '\\"};window.__hit=1;// \\u003cscript\\u003e',
    "{{ 7*7 }} {% raw %} {{ self.__init__ }} {# gone #} ${7*7}",
    "@@TITLE@@ @@DESCRIPTION@@ __id__ <!--@@CONTENT@@-->",
    "<!-- shoulders: head --> <!-- shoulders: content --> <!-- shoulders: home -->",
    '<cite data-keys="hostile-2001-w0">[@hostile-2001-w0]</cite> [@hostile-2001-w0]',
    r"\1 \g<0> %(x)s %s {0} \0",
    r"}} @misc{evil, title={x}} % \end{x} \write18{x} \input{x}",
    r"$\text{<img src=x onerror=alert(1)>}$ in words",  # an underscore is no text to LaTeX
    r'$\text{</math></svg><script>alert(1)</script>}$, $\text{" onmouseover="alert(1)}$',
    "שלום <b onclick=window.__hit=1>مرحبا</b>",
    "ER - TY - JOUR",
)
KINDS = {
    "paper": ("inproceedings", "article", "incollection", "techreport", "thesis", "preprint"),
    "book": ("book",),
    "repo": ("software",),
    "article": ("online",),
    "course": ("online",),
}
TYPES = [(kind, form) for kind, forms in KINDS.items() for form in forms]


def is_name(text: str) -> bool:
    """Whether the model takes it as the name of a person."""
    try:
        parse_name(text)
    except ValueError:
        return False
    return True


def is_formula(text: str) -> bool:
    """Whether the model takes it inside `\\text{}` as a formula."""
    try:
        mathml.display(f"\\text{{{text}}}")
    except ValueError:
        return False
    return True


def both(text: str) -> dict[str, str]:
    """The text in both languages; Chinese needs a Chinese character."""
    return {"en": text, "zh": f"中{text}"}


def key(number: int) -> str:
    """The key of the work that carries a payload."""
    return f"hostile-20{number + 1:02}-w{number}"


def title(number: int) -> str:
    """Its title, Chinese for every third."""
    return ("中" if number % 3 == 0 else "") + f"{PAYLOADS[number]} {number}"


def names(number: int) -> dict[str, list[dict[str, str]]]:
    """Authors, editors and translators: a person where the payload can be one's name, and an organisation."""
    found = {}
    for role in ("authors", "editors", "translators"):
        printed = f"{PAYLOADS[number]} {role.title()}{number}"
        found[role] = [{"name": printed}] if is_name(printed) else []
        found[role].append({"organisation": f"{printed} Group"})
    return found


def _work(number: int, kind: str, form: str) -> dict[str, Any]:
    evil = PAYLOADS[number]
    chinese = number % 3 == 0
    return {
        "key": key(number),
        "kind": kind,
        "type": form,
        "title": title(number),
        "language": "zh" if chinese else "en",
        "romanised": evil if evil.isascii() else "x",
        "translated": {"en" if chinese else "zh": both(evil)["en" if chinese else "zh"]},
        "nickname": evil,
        "protect": [evil] if f" {evil} " in f" {title(number)} " else [],
        **names(number),
        "year": 2001 + number,
        "first_public": f"{2001 + number}-03-04",
        "venue": f"v{number}",
        **dict.fromkeys(("booktitle", "series", "volume", "number", "publisher", "address", "institution"), evil),
        "school": evil,
        "url": f"https://example.org/{number}",
        "licence": both(evil),
        "links": [{"label": both(evil), "url": "https://example.org/?a='b'&c=d;e(f)"}],
        "topics": [f"t{number}"],
        "summary": both(f"{evil}\n\n{evil} {number}"),
        "note": both(evil),
        "equations": [
            {
                "tex": f"\\text{{{evil}}}" if is_formula(evil) else "x",
                "caption": both(evil),
                "number": evil,
            }
        ],
        "edges": [{"to": key(number - 1), "type": "extends", "why": both(evil)}] if number else [],
        "added": "2040-01-02",
        "retracted": {"date": "2040-01-02", "note": both(evil)},
        "verified": "false",
    }


def catalog() -> dict[str, list[dict[str, Any]]]:
    """The data files by name."""
    works, people, venues, topics, lists = [], [], [], [], []
    kinds = cycle(("conference", "journal", "preprint", "publisher", "site"))
    for number, (evil, (kind, form)) in enumerate(zip(PAYLOADS, cycle(TYPES), strict=False)):
        work = _work(number, kind, form)
        works.append(work)
        first = work["authors"][0]
        person = {"id": f"p{number}", "native": f"{evil} 中{number}", "variants": list(first.values())}
        organisation = {"organisation": "true"} if "organisation" in first else {}
        people.append({**person, **organisation, "name": f"{evil} Main{number}"})
        name = {"name": f"{evil} {number}", "short": evil, "name_zh": f"中{evil}"}
        venues.append({"id": f"v{number}", "kind": next(kinds), **name})
        topics.append({"id": f"t{number}", "name": both(evil), "summary": both(evil), "entry_points": [key(number)]})
        items = [{"key": key(number), "keywords": both(evil), "note": both(evil)}]
        section = {"title": both(evil), "items": items}
        lists.append({"id": f"l{number}", "title": both(evil), "summary": both(evil), "sections": [section]})
    return {"papers": works, "people": people, "venues": venues, "topics": topics, "lists": lists}


def write(folder: Path, files: dict[str, list[dict[str, Any]]], *, escaped: bool = False) -> None:
    """The data files as YAML, texts as they are or with `\\u` escapes."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, entries in files.items():
        text = yaml.safe_dump(entries, allow_unicode=not escaped, sort_keys=False, width=10_000)
        (folder / f"{name}.yaml").write_text(text, "utf-8")


def leaves(model: type[Record]) -> Iterator[tuple[str, ...]]:
    """The way to every text that a record may hold, by the names of its fields."""
    for name, field in model.model_fields.items():
        yield from ((name, *rest) for rest in _leaves(field.annotation))


def _leaves(annotation: Any) -> Iterator[tuple[str, ...]]:
    if isinstance(annotation, type) and issubclass(annotation, Record):
        yield from leaves(annotation)
    elif annotation is str:
        yield ()
    else:
        for part in get_args(annotation):
            yield from _leaves(part)


def values(entry: object, way: tuple[str, ...]) -> Iterator[str]:
    """What stands at the end of a way in an entry."""
    if isinstance(entry, list):
        for part in entry:
            yield from values(part, way)
    elif isinstance(entry, dict):
        if way and way[0] in entry:
            yield from values(entry[way[0]], way[1:])
    elif isinstance(entry, str) and not way:
        yield entry


def put(entry: dict[str, Any], way: tuple[str, ...], text: str) -> bool:
    """Write a text at the end of a way, into the first of a list; whether it is there now."""
    name, rest = way[0], way[1:]
    if rest:
        inner = entry.setdefault(name, {})
        if isinstance(inner, list):
            if not inner:
                return False
            inner = inner[0]
        return put(inner, rest, text)
    entry[name] = [text] if name in LISTS else text
    return True


LISTS = frozenset(["aliases", "protect", "topics", "explains", "unverified", "sources", "variants", "entry_points"])
