"""`llms.txt`: the catalog in plain words for language models and other readers of text."""

from __future__ import annotations

from shoulders import addresses, mathml
from shoulders.model import Work
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
    told: set[str] = set()  # a work stands under the first list that names it
    groups = [(found.title.get("en"), [item.key for item in found.items]) for found in catalog.lists]
    groups.append(("Other works", [work.key for work in catalog.chronological]))
    for title, keys in groups:
        fresh = [work for key in keys if (work := catalog.find(key)) and work.key not in told]
        told.update(work.key for work in fresh)
        if fresh:
            lines += ["", f"## {title}", "", *(_line(view, work) for work in fresh)]
    return "\n".join(lines) + "\n"


def _line(view: View, work: Work) -> str:
    title = work.title.replace("[", "(").replace("]", ")")
    summary = mathml.plain(" ".join(work.summary.get("en").split()))
    return f"- [{title}]({view.settings.absolute(addresses.work(work.key))}) ({work.year}): {summary}"
