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
    render: Callable[[Catalog, Iterable[Work]], str]


FORMATS: dict[str, Format] = {
    shown.name: shown
    for shown in (
        Format("bibtex", "BibTeX", ".bib", "application/x-bibtex", bibtex.render),
        Format("biblatex", "biblatex", ".biblatex.bib", "application/x-bibtex", biblatex.render),
        Format("ris", "RIS", ".ris", "application/x-research-info-systems", ris.render),
        Format("csl", "CSL-JSON", ".csl.json", "application/vnd.citationstyles.csl+json", csl.render),
    )
}
"""By name, in the order the site offers them."""
