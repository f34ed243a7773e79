"""Citations in hand-written pages: `[@key]` becomes a link with a hover card, and the page ends with its references.

Placeholders come from `markdown_extension`; unknown keys are found in the sources, with file and line, by `check`.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from html import escape
from pathlib import Path

from shoulders import addresses
from shoulders.addresses import Place
from shoulders.markdown_extension import CITATION
from shoulders.model import LANGUAGES, Work
from shoulders.problems import Problem, expected
from shoulders.view import View

PLACEHOLDER = re.compile(r'<cite data-keys="([^"]*)">.*?</cite>', re.DOTALL)
_END = re.compile(r"</div>\s*</article>")
_FENCE = re.compile(r"[\s>]*(`{3,}|~{3,})(.*)")
_CODE = re.compile(r"(?<!\\)(`+)(.+?)(?<!`)\1(?!`)")  # as Python-Markdown has it
_ESCAPED = re.compile(r"\\[\\\[`]")


def fill(html: str, view: View, at: Place) -> str:
    """Replace the placeholders of a page and add its reference list."""
    order: dict[str, Work] = {}

    def replace(match: re.Match[str]) -> str:
        works = []
        for key in match[1].split():
            work = view.catalog.find(key)
            if not work:
                return match[0]  # `stamp` stops at what `check` could not see
            works.append(work)
        order.update((work.key, work) for work in works)
        opening, between, closing = "（；）" if view.language == "zh" else ("(", "; ", ")")
        return opening + between.join(_citation(view, at, work) for work in works) + closing

    html = PLACEHOLDER.sub(replace, html)
    if not order:
        return html
    return _END.sub(lambda match: _references(view, at, order) + match[0], html, count=1)


def _citation(view: View, at: Place, work: Work) -> str:
    people = view.catalog.credits[work.key]
    names = ", ".join(view.name(credit.name) for credit in people[:3]) + (" …" if len(people) > 3 else "")
    lang = "" if work.language == view.language else f' lang="{work.language}"'
    card = (
        f'<span class="sh-cite__card" role="tooltip"><strong{lang}>{escape(work.title)}</strong>'
        f"<span>{escape(names)} · {work.year}</span></span>"
    )
    href = escape(at.link(addresses.work(work.key)))
    between = "，" if view.language == "zh" else " "
    name = f"{_who(view, work)}{between}{work.year}"
    return f'<span class="sh-cite"><a href="{href}">{escape(name)}</a>{card}</span>'


def _who(view: View, work: Work) -> str:
    """The authors as a text names them: `Cho et al.`, `Hochreiter and Schmidhuber`."""
    names = [
        view.name(c.name) if c.name.native and view.language == "zh" else c.name.family_full
        for c in view.catalog.credits[work.key]
    ]
    if not names:
        return work.short
    if len(names) == 1:
        return names[0]
    if len(names) == 2:
        return f"{names[0]}{' 与 ' if view.language == 'zh' else ' and '}{names[1]}"
    return f"{names[0]}{' 等' if view.language == 'zh' else ' et al.'}"


def _references(view: View, at: Place, order: dict[str, Work]) -> str:
    items = []
    for work in sorted(order.values(), key=lambda work: (work.first_public, work.key)):
        names = ", ".join(view.name(credit.name) for credit in view.catalog.credits[work.key][:6])
        more = " …" if len(view.catalog.credits[work.key]) > 6 else ""
        link = f'<a href="{escape(at.link(addresses.work(work.key)))}">{escape(work.title)}</a>'
        lang = "" if work.language == view.language else f' lang="{work.language}"'
        items.append(
            f"<li>{escape(names)}{more} ({work.year}). <span{lang}>{link}</span>. <code>{work.key}</code></li>"
        )
    title = escape(view.t("references"))
    return f'<section class="sh-references"><h2 id="references">{title}</h2><ol>{"".join(items)}</ol></section>\n'


def check_pages(root: Path, keys: Collection[str]) -> Iterator[Problem]:
    """A problem for every citation of a hand-written page whose key is unknown."""
    for language in LANGUAGES:
        for file in sorted((root / "docs" / language).rglob("*.md")):
            path = file.relative_to(root).as_posix()
            try:
                text = file.read_text("utf-8")
            except (OSError, UnicodeDecodeError) as error:
                yield Problem(path, 1, "", "", f"expected a readable UTF-8 text: {error}")
                continue
            for line, key in cited(text):
                if key not in keys:
                    yield Problem(path, line, "", "citation", expected("the key of a work", key, keys))


def cited(text: str) -> Iterator[tuple[int, str]]:
    """The keys cited in a Markdown text with their lines; code is no citation."""
    fence = ""
    for number, line in enumerate(text.split("\n"), 1):
        opening = _FENCE.match(line)
        if fence:
            if opening and opening[1].startswith(fence) and not opening[2].strip():
                fence = ""
            continue
        if opening:
            fence = opening[1]
            continue
        for match in re.finditer(CITATION, _ESCAPED.sub("", _CODE.sub("", line))):
            for part in match[1].split(";"):
                yield number, part.strip().removeprefix("@")
