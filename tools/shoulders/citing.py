"""Citations in hand-written pages: `[@key]` becomes a link with a hover card, and the page ends with its references.

Placeholders come from `markdown_extension`; unknown keys are found in the sources by `handwritten`.
"""

from __future__ import annotations

import re
from html import escape

from shoulders import addresses
from shoulders.addresses import Place
from shoulders.model import Work
from shoulders.view import View

PLACEHOLDER = re.compile(r'<cite data-keys="([^"]*)">.*?</cite>', re.DOTALL)
_END = re.compile(r"</div>\s*</article>")


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
