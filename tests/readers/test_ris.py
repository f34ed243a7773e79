"""RIS as reference managers and publishers write it: each habit is understood, what is no record is named by line."""

from __future__ import annotations

import pytest
import rispy
from hypothesis import given, settings
from hypothesis import strategies as st

from shoulders.readers import Entry
from shoulders.readers.ris import TYPES, read

ZOTERO = """\
TY  - CONF
TI  - GaCo: Counting in Half-Open Doors
AU  - Ashdown, Imogen
AU  - van den Berk, Joris
AU  - King, Martin Luther, Jr.
A2  - Good, Ida
T2  - Proceedings of the Seventh Conference on Imagined Language
T3  - Lecture Notes in Toys
C1  - Delft
DA  - 2019/06/02/
PY  - 2019
DO  - 10.5555/cil.101
SP  - 101
EP  - 113
VL  - 17
PB  - Brook Press
SN  - 978-7-111-59373-7
UR  - https://aclanthology.org/N19-1423
L1  - https://aclanthology.org/N19-1423.pdf
Y2  - 2024/11/23/
KW  - counting
KW  - doors
LA  - en-GB
ER  -
"""
SPRINGER = """\
Provider: Brook Press
Database: Toys
Content:text/plain; charset="UTF-8"

TY  - JOUR
AU  - Shan, Chung-chieh
PY  - 2017
DA  - 2017/11/01
TI  - Night doors &amp; <i>day</i> doors
JO  - J. Toys
JF  - Journal of Toys
VL  - 5
IS  - 3
SP  - 7
EP  - 7
AB  - Of doors.
It goes on
over three lines.
SN  - 1432-2064
UR  - https://doi.org/10.5555/s11-2017
DO  - 10.5555/s11-2017
ID  - Shan2017
ER  -\x20
"""
ENDNOTE = """\
TY  - CHAP
A1  - Good,I.
ED  - Byron, Ada; Zwei, Egon
T1  - Doors for Children
BT  - A Book of Doors
Y1  - 2003///Spring
CY  - Delft
PB  - Brook Press
SP  - 31-37
L1  - internal-pdf://doors.pdf
UR  - <Go to ISI>://000123
M3  - 10.5555/doors.31
ER  - """


def only(text: str) -> Entry:
    """The one entry of a text without faults."""
    found = read(text)
    assert found.faults == ()
    (entry,) = found.entries
    return entry


def record(*lines: str, kind: str = "JOUR") -> Entry:
    """The entry of a record with these lines."""
    return only("\n".join([f"TY  - {kind}", *lines, "ER  - ", ""]))


def test_a_record_of_zotero():
    entry = only(ZOTERO)
    assert (entry.line, entry.type, entry.key) == (1, "inproceedings", "")
    assert entry.title == "GaCo: Counting in Half-Open Doors"
    names = [name.inverted for name in entry.authors]
    assert names == ["Ashdown, Imogen", "van den Berk, Joris", "King, Jr., Martin Luther"]
    assert [name.display for name in entry.editors] == ["Ida Good"]
    assert entry.container == "Proceedings of the Seventh Conference on Imagined Language"
    assert (entry.year, entry.month, entry.day) == (2019, 6, 2)
    assert (entry.series, entry.volume, entry.pages) == ("Lecture Notes in Toys", "17", "101-113")
    assert (entry.doi, entry.acl, entry.isbn) == ("10.5555/cil.101", "N19-1423", "978-7-111-59373-7")
    assert (entry.url, entry.pdf) == ("https://aclanthology.org/N19-1423", "https://aclanthology.org/N19-1423.pdf")
    assert (entry.keywords, entry.language, entry.publisher) == ("counting, doors", "en", "Brook Press")


def test_a_record_of_a_publisher():
    entry = only(SPRINGER)
    assert (entry.line, entry.type, entry.key) == (5, "article", "Shan2017")
    assert entry.title == "Night doors & day doors"
    assert entry.container == "Journal of Toys"
    assert (entry.year, entry.month, entry.day, entry.number, entry.pages) == (2017, 11, 1, "3", "7")
    assert (entry.doi, entry.isbn, entry.url) == ("10.5555/s11-2017", "", "https://doi.org/10.5555/s11-2017")


def test_a_record_of_endnote():
    entry = only(ENDNOTE)
    assert (entry.type, entry.title, entry.container) == ("incollection", "Doors for Children", "A Book of Doors")
    assert [name.inverted for name in entry.authors] == ["Good, I."]
    assert [name.inverted for name in entry.editors] == ["Byron, Ada", "Zwei, Egon"]
    assert (entry.year, entry.month, entry.pages, entry.doi) == (2003, None, "31-37", "10.5555/doors.31")
    assert (entry.url, entry.pdf) == ("", "")


@pytest.mark.parametrize(
    ("lines", "arxiv"),
    [
        (["AN  - arXiv:1706.03762"], "1706.03762"),
        (["UR  - http://arxiv.org/abs/1706.03762v5"], "1706.03762"),
        (["DO  - 10.48550/arXiv.1706.03762"], "1706.03762"),
        (["N1  - arXiv:1706.03762 [cs]"], "1706.03762"),
        (["JO  - CoRR", "VL  - abs/1706.03762"], "1706.03762"),
        (["M1  - arXiv:cs/0112017"], "cs/0112017"),
        (["N1  - This answers what arXiv:1706.03762 asked."], ""),
    ],
)
def test_arxiv_is_found_where_programs_put_it(lines, arxiv):
    entry = record("TI  - T", *lines, kind="UNPB")
    assert (entry.arxiv, entry.doi, entry.is_preprint) == (arxiv, "", bool(arxiv))


@pytest.mark.parametrize(
    ("lines", "date"),
    [
        (["PY  - 2019/06/02/"], (2019, 6, 2)),
        (["PY  - 2019///"], (2019, None, None)),
        (["Y1  - 2019/06//"], (2019, 6, None)),
        (["PY  - 2019", "DA  - 2019 Jun 2"], (2019, 6, 2)),
        (["PY  - 2019", "DA  - 2018-12-31"], (2019, None, None)),
        (["DA  - 2019-06-02"], (2019, 6, 2)),
        (["PY  - 2019", "DA  - June"], (2019, 6, None)),
        (["Y2  - 2024/11/23"], (None, None, None)),
        (["PY  - in press"], (None, None, None)),
        (["PY  - 2019/13/45"], (2019, None, None)),
    ],
)
def test_dates_are_those_of_publication(lines, date):
    entry = record("TI  - T", *lines)
    assert (entry.year, entry.month, entry.day) == date


@pytest.mark.parametrize(
    ("kind", "lines", "expected"),
    [
        ("BOOK", ["TI  - T", "T2  - Lecture Notes", "A3  - Eins, Editha"], ("T", "", "Lecture Notes", "Editha Eins")),
        ("BOOK", ["BT  - T"], ("T", "", "", "")),
        ("EDBOOK", ["TI  - T", "AU  - Eins, Editha"], ("T", "", "", "Editha Eins")),
        ("CONF", ["TI  - T", "C3  - Proceedings", "ED  - Zwei, Egon"], ("T", "Proceedings", "", "Egon Zwei")),
        ("JOUR", ["T1  - T", "JA  - J. Toys", "T2  - Journal of Toys"], ("T", "Journal of Toys", "", "")),
        ("THES", ["TI  - T", "PB  - University of Ponds"], ("T", "", "", "")),
    ],
)
def test_a_tag_means_what_its_type_makes_of_it(kind, lines, expected):
    entry = record(*lines, kind=kind)
    editors = " ".join(name.display for name in entry.editors)
    assert (entry.title, entry.container, entry.series, editors) == expected
    assert entry.authors == ()


def test_a_report_has_its_number_where_a_book_has_its_isbn():
    assert record("TI  - T", "SN  - TR-41", kind="RPRT").number == "TR-41"
    assert record("TI  - T", "SN  - TR-41", kind="BOOK").number == ""


def test_names_come_in_many_forms():
    entry = record(
        "AU  - Berk, Joris van den", "AU  - The Brook and Hill Group", "AU  - 邵, 砚", "A1  - Good, I. et al."
    )
    assert [name.inverted for name in entry.authors] == [
        "van den Berk, Joris",
        "The Brook and Hill Group",
        "邵砚",
        "Good, I.",
    ]
    assert not entry.complete
    assert record("AU  - Good, Ida").complete


@pytest.mark.parametrize(
    "text",
    [
        ZOTERO.replace("\n", "\r\n"),
        ZOTERO.replace("\n", "\r"),
        f"\ufeff{ZOTERO}",
        ZOTERO.replace("  - ", " - "),
        ZOTERO.replace("  - ", "  -   "),
        ZOTERO.replace("TI  - GaCo: ", "TI  - GaCo:\n"),
        ZOTERO.replace("\n", "\n\n"),
        ZOTERO.replace("ER  -\n", ""),
        ZOTERO.replace("TY  - CONF", "TY  - conf"),
    ],
)
def test_other_spaces_line_ends_and_a_missing_end_change_nothing(text):
    entry, same = only(text), only(ZOTERO)
    assert entry == same


def test_records_without_an_end_end_where_the_next_begins():
    found = read(ZOTERO.replace("ER  -\n", "") + SPRINGER + "\n\n" + ENDNOTE)
    assert [entry.line for entry in found.entries] == [1, 28, 49]
    assert [entry.type for entry in found.entries] == ["inproceedings", "article", "incollection"]


def test_what_is_no_record_is_named_by_line():
    text = "TI  - astray\nAU  - Astray, Too\nTY  - JUOR\nTI  - T\nER  - \nTY  - JOUR\nER  - \n\nAU  - Late, Too\n"
    found = read(text)
    assert [(fault.line, fault.message) for fault in found.faults] == [
        (1, "expected TY before any other tag, got 'TI'"),
        (3, "expected a type of RIS, got 'JUOR' (did you mean 'JOUR'?)"),
        (6, "expected a tag between TY and ER, got nothing"),
        (9, "expected TY before any other tag, got 'AU'"),
    ]
    assert [(entry.title, entry.type) for entry in found.entries] == [("T", "misc")]


def test_a_line_of_an_abstract_that_looks_like_a_tag_begins_none():
    entry = record("TI  - Doors in the", "XY - plane of", "IT - systems", "KW  - doors")
    assert (entry.title, entry.keywords) == ("Doors in the XY - plane of IT - systems", "doors")


def test_every_type_that_rispy_knows_is_known():
    assert set(rispy.config.TYPE_OF_REFERENCE_MAPPING) <= set(TYPES)


@pytest.mark.parametrize("text", [ZOTERO, SPRINGER, ENDNOTE])
def test_rispy_reads_the_same(text):
    (theirs,) = rispy.loads(text[text.index("TY  -") :])
    ours = only(text)
    assert ours.title in (theirs.get("title"), theirs.get("primary_title"), "Night doors & day doors")
    assert len(ours.authors) == len(theirs.get("authors", theirs.get("first_authors")))
    assert ours.pages.split("-")[0] == theirs["start_page"].split("-")[0]
    assert str(ours.year) == (theirs.get("year") or theirs.get("publication_year"))[:4]


def test_nothing_of_a_record_is_hidden():
    entry = record("TI  - left\u202eright\u200b\x00\x1b[31m", "AU  - Good\u2028, Ida")
    assert entry.title == "leftright [31m"
    assert entry.authors[0].inverted == "Good, Ida"


ALL = ZOTERO + "\n" + SPRINGER + "\n" + ENDNOTE


@settings(max_examples=300, deadline=None)
@given(st.integers(0, len(ALL)), st.integers(0, 60), st.text(alphabet="TYERAU12 -\n\r\t/;,.<&é邵", max_size=12))
def test_no_mutilated_file_raises(place, length, other):
    text = ALL[:place] + other + ALL[place + length :]
    found = read(text)
    lines = [*(entry.line for entry in found.entries), *(fault.line for fault in found.faults)]
    assert all(1 <= line <= text.count("\n") + text.count("\r") + 1 for line in lines)
    assert len(found.entries) >= 2
