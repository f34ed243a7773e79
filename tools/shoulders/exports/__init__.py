"""What other programs take from the catalog: BibTeX, biblatex, RIS, CSL-JSON, JSON and a feed.

Pure: the catalog in, text out; where it is written is the site's business.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from shoulders.catalog import Catalog
from shoulders.exports import biblatex, bibtex, csl, ris
from shoulders.model import Work


@dataclass(frozen=True, slots=True)
class Format:
    """A format that works are exported in: `/export/<key><suffix>`."""

    name: str
    title: str
    suffix: str
    media_type: str
    one: Callable[[Catalog, Work], str]  # a work by itself
    together: Callable[[Iterable[str]], str]  # a document of works

    def render(self, catalog: Catalog, works: Iterable[Work]) -> str:
        """A document of the works."""
        return self.together(self.one(catalog, work) for work in works)


FORMATS: dict[str, Format] = {
    shown.name: shown
    for shown in (
        Format("bibtex", "BibTeX", ".bib", "application/x-bibtex", bibtex.one, bibtex.together),
        Format("biblatex", "biblatex", ".biblatex.bib", "application/x-bibtex", biblatex.one, biblatex.together),
        Format("ris", "RIS", ".ris", "application/x-research-info-systems", ris.one, ris.together),
        Format("csl", "CSL-JSON", ".csl.json", "application/vnd.citationstyles.csl+json", csl.one, csl.together),
    )
}
"""By name, in the order the site offers them."""
