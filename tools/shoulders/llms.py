"""`llms.txt`: the catalog in plain words for language models and other readers of text."""

from __future__ import annotations

from shoulders import addresses, mathml
from shoulders.view import View


def render(view: View) -> str:
    """The site, its data files and every work with one line each (format of llmstxt.org: H1, quote, H2 lists)."""
    catalog, settings = view.catalog, view.settings
    lines = [f"# {settings.names['en']}", "", f"> {settings.descriptions['en']}", "", "## Data", ""]
    for name, what in (
        ("papers.json", "the whole catalog with summaries and lineage"),
        ("papers.bib", "BibTeX"),
        ("papers.biblatex.bib", "biblatex"),
        ("papers.ris", "RIS"),
        ("papers.csl.json", "CSL-JSON"),
    ):
        lines.append(f"- [{name}]({settings.absolute(name)}): {what}")
    for found in catalog.lists:
        lines += ["", f"## {found.title.get('en')}", ""]
        lines += [_line(view, item.key) for item in found.items if catalog.find(item.key)]
    listed = set(catalog.lists_of_work)
    rest = [work for work in catalog.chronological if work.key not in listed]
    if rest:
        lines += ["", "## Other works", ""] + [_line(view, work.key) for work in rest]
    return "\n".join(lines) + "\n"


def _line(view: View, key: str) -> str:
    work = view.catalog.find(key)
    if work is None:
        raise ValueError(f"no work {key!r}")
    title = work.title.replace("[", "(").replace("]", ")")
    summary = mathml.plain(" ".join(work.summary.get("en").split()))
    return f"- [{title}]({view.settings.absolute(addresses.work(work.key))}) ({work.year}): {summary}"
