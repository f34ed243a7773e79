"""A small catalog, its linter, and a bibliography of somebody that agrees with it."""

from __future__ import annotations

from pathlib import Path

from tests.builders import make_work

from shoulders.catalog import Catalog
from shoulders.cite.lint import Linter
from shoulders.cite.own import Own
from shoulders.cite.source import Source
from shoulders.links.record import Link
from shoulders.model import Venue

GACO = make_work(
    "berk-good-2019-doors",
    type="inproceedings",
    title="GaCo: Half-Open Doors in Delft",
    protect=["Delft"],
    authors=["van den Berk, Joris", "Ida Maria Good", "Łukasz Élan"],
    year=2019,
    month=7,
    first_public="2018-11-02",
    venue="cil",
    booktitle="Proceedings of the Seventh Conference on Imagined Language",
    pages="101-113",
    publisher="Association for Imagined Linguistics",
    doi="10.5555/cil.101",
    arxiv="1811.00001",
    arxiv_class="cs.CL",
    url="https://cil.example.org/101",
)
NIGHT = make_work("good-2020-night", title="Night Doors", authors=["Ida Good"], year=2020, arxiv="2003.00007", url=None)
CHINESE = make_work(
    "shao-2021-wanju",
    kind="book",
    type="book",
    title="玩具语言处理",
    language="zh",
    romanised="Wanju yuyan chuli",
    translated={"en": "Processing toys"},
    authors=["Shao, Yan"],
    year=2021,
    publisher="Brook Press",
    isbn="978-7-111-59373-7",
)
TOWN = make_work("ash-2011-town", title="Town of Toys", authors=["Ada Ash"], year=2011, url="https://town.example.org/")
LANE = make_work(
    "ash-2012-lane",
    type="article",
    title="Lane",
    authors=["Ada Ash"],
    year=2012,
    venue="jol",
    arxiv="1201.0003",
    url=None,
)
CATALOG = Catalog(
    works=(GACO, NIGHT, CHINESE, TOWN, LANE),
    venues=(
        Venue(id="cil", kind="conference", name="Conference on Imagined Language", short="CIL"),
        Venue(id="jol", kind="journal", name="Journal of Lanes"),
    ),
)
DEAD = {
    "https://gone.example.org/a": Link(state="dead", since="2026-02-03", said="nothing there"),
    "https://doi.org/10.5555/gone": Link(
        state="dead",
        since="2026-02-03",
        said="nothing there",
        archived="https://web.archive.org/web/20250102030405/https://doi.org/10.5555/gone",
    ),
    "https://town.example.org/": Link(state="dead", since="2026-02-04", said="nothing there"),
    "https://arxiv.org/abs/2003.00008": Link(state="dead", since="2026-02-05", said="nothing there"),
}
LINTER = Linter(CATALOG, DEAD)
SAME = {
    "author": "van den Berk, Joris and Good, Ida Maria and {\\'{E}}lan, {\\L}ukasz",
    "title": "{GaCo}: Half-Open Doors in {Delft}",
    "booktitle": "Proc. of the 7th CIL",
    "year": "2019",
    "doi": "10.5555/cil.101",
}


def own(text, encoding="utf-8"):
    """A bibliography of this text."""
    return Own(Source(Path("mine.bib"), text.encode(encoding)))


def said(text):
    """What is said of a bibliography."""
    return [str(finding.problem) for finding in LINTER.findings(own(text))]


def fixed(text):
    """The bibliography after the repair, which a second one leaves alone."""
    repaired = LINTER.repaired(own(text))
    again = LINTER.repaired(repaired)
    assert again.source.data == repaired.source.data
    assert not any(finding.edits for finding in LINTER.findings(repaired))
    return repaired.source.original


def entry(kind="inproceedings", **changed):
    """An entry equal to ours but for what is changed."""
    fields = {name: value for name, value in {**SAME, **changed}.items() if value is not None}
    return f"@{kind}{{mine,\n" + "".join(f"  {name} = {{{value}}},\n" for name, value in fields.items()) + "}\n"
