"""Reading lists in Markdown as people write them: every work with what its line says, and no prose among them."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shoulders.readers import Bibliography, Entry
from shoulders.readers.markdown import read

SAMPLES = Path(__file__).parent / "samples"
LIST = (SAMPLES / "list.md").read_text()
TABLES = (SAMPLES / "tables.md").read_text()


def by_title(found: Bibliography) -> dict[str, Entry]:
    """The entries by their titles."""
    return {entry.title: entry for entry in found.entries}


def only(line: str) -> Entry:
    """The one entry of a list of one item."""
    found = read(f"# Doors\n\n- {line}\n")
    assert found.faults == ()
    (entry,) = found.entries
    assert (entry.line, entry.section) == (3, "Doors")
    return entry


def names(entry: Entry) -> list[str]:
    """The authors as they are read."""
    return [name.display for name in entry.authors]


def test_the_works_of_a_list_and_nothing_else():
    found = read(LIST)
    assert [(entry.line, entry.title) for entry in found.entries] == [
        (14, "Half-Open Doors: Counting Guests"),
        (15, "75 Doors, 1 Key"),
        (16, "A Door without a Number"),
        (17, "Doors over Two Lines?"),
        (21, "Doors under Review"),
        (23, "Doors without a Space"),
    ]
    assert {entry.section for entry in found.entries} == {"Models"}
    assert [(fault.line, fault.message) for fault in found.faults] == [
        (20, "expected a title, got 'Egon Zwei. CIL2017. [pdf]'")
    ]


def test_what_the_line_of_a_work_says():
    works = by_title(read(LIST))
    first = works["Half-Open Doors: Counting Guests"]
    assert names(first) == ["Imogen Ashdown", "Joris van den Berk", "Sandy Shaw"]
    assert (first.container, first.year, first.nickname, first.complete) == ("CIL", 2019, "HOD (Pond)", True)
    assert (first.arxiv, first.pdf, first.code) == ("1905.00001", "", "")
    assert first.url == "https://arxiv.org/abs/1905.00001"
    second = works["75 Doors, 1 Key"]
    assert (second.container, second.year, second.nickname) == ("CIL", 2020, "KeyS(Pond)")
    assert (second.acl, second.code) == ("N19-1423", "https://github.com/good/keys")
    assert second.pdf == "https://www.aclweb.org/anthology/N19-1423.pdf"
    third = works["A Door without a Number"]
    assert (names(third), third.container, third.year) == (["Ada Byron", "Egon Zwei"], "", None)
    assert (third.arxiv, third.is_preprint) == ("1906.00003", True)
    fourth = works["Doors over Two Lines?"]
    assert (names(fourth), fourth.container) == (["Ada Byron", "Egon Zwei"], "The 18th Workshop on Doors")
    assert (fourth.pdf, fourth.nickname) == ("https://example.org/two.pdf", "2L")
    fifth = works["Doors under Review"]
    assert (fifth.authors, fifth.complete, fifth.openreview, fifth.year) == ((), False, "AbCdEf12", 2021)
    sixth = works["Doors without a Space"]
    assert (sixth.doi, sixth.pdf, sixth.year) == ("10.5555/cil.11", "", 2018)


HOD = "Half-Open Doors"
TWO = ["Ida Good", "Ben Lee"]
SHAPES: dict[str, tuple[str, list[str], str, int | None]] = {
    "[Half-Open Doors](u) - Ida Good, Ben Lee, CIL 2019": (HOD, TWO, "CIL", 2019),
    "[Half-Open Doors](u), Good et al. (CIL'19)": (HOD, ["Good"], "CIL", 2019),
    "[Half-Open Doors](u). I. Good and B. Lee. In CIL, 2019.": (HOD, ["I. Good", "B. Lee"], "CIL", 2019),
    "[**Half-Open Doors**](u) by Ida Good (2019)": (HOD, ["Ida Good"], "", 2019),
    "**[Half-Open Doors](u)**": (HOD, [], "", None),
    "[Half-Open Doors](u) (CIL2019) [[github](g)]": (HOD, [], "CIL", 2019),
    "[Half-Open Doors](u): what a door counts when nobody looks, as found in 2019.": (HOD, [], "", 2019),
    "Paper: [Half-Open Doors](u)": (HOD, [], "", None),
    "[2019/06] [Half-Open Doors](u)": (HOD, [], "", 2019),
    "`CIL 2019` [Half-Open Doors](u)": (HOD, [], "CIL", 2019),
    "**[CIL 2019]** Half-Open Doors [[paper]](u)": (HOD, [], "CIL", 2019),
    "Half-Open Doors, Ida Good, Ben Lee (CIL'19) [paper](u) [code](g)": (HOD, TWO, "CIL", 2019),
    "Doors Open, and They Shut: Why, Ida Good, Ben Lee, 2019 [arxiv](u)": (
        "Doors Open, and They Shut: Why", TWO, "", 2019),
    "Show, attend and shut(CIL2019) [pdf](u), (JOT2020 version) [pdf](u) 🔥": (
        "Show, attend and shut", [], "CIL", 2019),
    "Is a Door Better? (CIL 2019) [pdf_link](u)": ("Is a Door Better?", [], "CIL", 2019),
    "Counting doors without a link (CIL 2019) 🔥": ("Counting doors without a link", [], "CIL", 2019),
    "Ida Good. Assessing what doors can count, 2019. arXiv:1905.00001.": (
        "Assessing what doors can count", ["Ida Good"], "arXiv", 2019),
    "Memory Doors. CIL 2019. [paper](u)": ("Memory Doors", [], "CIL", 2019),
    "Ida Good, Ben Lee, “Half-Open Doors,” CIL, 2019. [pdf](u)": (HOD, TWO, "CIL", 2019),
    '**HOD**: "Half-Open Doors", CIL, 2019 (*Pond Inc*). [[Paper](u)][[PyTorch (x)](g)]': (HOD, [], "CIL", 2019),
    "**HOD**: [Half-Open Doors](u) (CIL 2019)": (HOD, [], "CIL", 2019),
    "**HOD:** Counting Guests at Doors [[pdf](u)]": ("HOD: Counting Guests at Doors", [], "", None),
    "*Half-Open Doors (Good, Lee et al.)* [[arxiv, 19.05]](u)": (HOD, ["Good", "Lee"], "", None),
    "*Half-Open Doors*, Ida Good and Ben Lee, 2019": (HOD, TWO, "", 2019),
    "*Wide Polarised Doors* (oral) [[arxiv, 16.05]](u)": ("Wide Polarised Doors", [], "", None),
    "*Ida Good and Ben Lee*. **Half-Open Doors**. CIL 2019. [[pdf](u)]": (HOD, TWO, "CIL", 2019),
    "**Half-Open Doors.** Ida Good, Ben Lee. *CIL 2019*. [pdf](u)": (HOD, TWO, "CIL", 2019),
    "**Doors &amp; Keys\\_2**. *Ida Good*. [pdf](u)": ("Doors & Keys_2", ["Ida Good"], "", None),
    '**Half-Open Doors**. *Ida Good*. CIL 2019. <a href="https://example.org/d">pdf</a><br>': (
        HOD, ["Ida Good"], "CIL", 2019),
    "**A Nameless Door**": ("A Nameless Door", [], "", None),
    "**半开的门**。*邵砚、王小明*。CIL 2019。[[论文](u)]": ("半开的门", ["邵砚", "王小明"], "CIL", 2019),
}  # fmt: skip


@pytest.mark.parametrize("line", SHAPES)
def test_a_work_in_every_shape(line):
    entry = only(line.replace("](u)", "](https://example.org/d)").replace("](g)", "](https://github.com/a/b)"))
    assert (entry.title, names(entry), entry.container, entry.year) == SHAPES[line]
    assert entry.complete == ("et al." not in line)
    assert entry.code == ("https://github.com/a/b" if "](g)" in line else "")


@pytest.mark.parametrize(
    ("links", "fields"),
    [
        ("[pdf](https://arxiv.org/abs/1905.00001)", {"arxiv": "1905.00001", "url": "https://arxiv.org/abs/1905.00001"}),
        ("[abs](https://arxiv.org/pdf/1905.00001v2)", {"arxiv": "1905.00001", "pdf": "https://arxiv.org/pdf/1905.00001v2"}),
        ("[paper](https://openreview.net/forum?id=AbCdEf12)", {"openreview": "AbCdEf12", "url": "https://openreview.net/forum?id=AbCdEf12"}),
        ("[acm](https://dl.acm.org/doi/pdf/10.5555/12.34)", {"doi": "10.5555/12.34", "url": "https://dl.acm.org/doi/pdf/10.5555/12.34"}),
        ("[code](https://doors.example/c) [slides](https://arxiv.org/abs/1905.00009)",
         {"code": "https://doors.example/c", "url": "https://arxiv.org/abs/1905.00009"}),
        ("[code](https://github.com/a/b) [pdf](https://example.org/d.pdf)", {"code": "https://github.com/a/b", "pdf": "https://example.org/d.pdf"}),
        ("[official](https://github.com/a/b) [github](https://github.com/c/d)", {"code": "https://github.com/a/b"}),
        ("[pdf](javascript:alert(1)) [paper](file:///etc/passwd) [pdf](//x)", {}),
        ("[pdf](https://user:word@example.org/d.pdf) [pdf](http://localhost/d.pdf)", {}),
        ("https://arxiv.org/abs/1905.00001", {"arxiv": "1905.00001", "url": "https://arxiv.org/abs/1905.00001"}),
        ("<https://aclanthology.org/2020.acl-main.703/>", {"acl": "2020.acl-main.703", "url": "https://aclanthology.org/2020.acl-main.703/"}),
    ],
)  # fmt: skip
def test_links_are_told_apart_by_where_they_lead(links, fields):
    entry = only(f"**Half-Open Doors**. *Ida Good*. {links}")
    told = {name: getattr(entry, name) for name in ("arxiv", "acl", "doi", "openreview", "pdf", "url", "code")}
    assert {name: value for name, value in told.items() if value} == fields
    assert entry.type == "misc"


def test_more_links_than_any_work_has_are_not_looked_at():
    entry = only("**Half-Open Doors**. " + "[code](https://github.com/a/b) " * 300 + "[pdf](https://example.org/d.pdf)")
    assert (entry.code, entry.pdf) == ("https://github.com/a/b", "")


def test_an_item_far_in_is_no_code():
    found = read("# Doors\n\n        - **Half-Open Doors**. *Ida Good*. [pdf](https://example.org/d.pdf)\n")
    assert [(entry.line, entry.title) for entry in found.entries] == [(3, "Half-Open Doors")]


def test_code_without_a_paper_is_software():
    entry = only("[Doorkit](https://github.com/pond/doorkit) - Opens doors.")
    assert (entry.title, entry.type, entry.container) == ("Doorkit", "software", "")
    assert entry.url == entry.code == "https://github.com/pond/doorkit"


def test_items_within_an_item_are_works_of_their_own_or_its_links():
    found = read("""
- Doors by size:
    - [Small Doors](https://example.org/s) (CIL 2017)
      - [code](https://github.com/a/small)
      - Paper: https://arxiv.org/abs/1705.00001
      - A remark on it.
    - Large Doors
      * [paper](https://example.org/l) | [code](https://github.com/a/large)
      * [The Annotated Large Door](https://example.org/a)
- > [Quoted Doors](https://example.org/q)
- ### 2013
  - [Old Doors](https://example.org/o)
""")
    assert [(entry.line, entry.title, entry.code) for entry in found.entries] == [
        (3, "Small Doors", "https://github.com/a/small"),
        (7, "Large Doors", "https://github.com/a/large"),
        (9, "The Annotated Large Door", ""),
        (12, "Old Doors", ""),
    ]
    assert (found.entries[0].arxiv, found.entries[-1].section) == ("1705.00001", "2013")
    assert found.faults == ()


def test_the_rows_of_tables_whose_header_names_a_title():
    found = read(TABLES)
    assert [(entry.line, entry.title) for entry in found.entries] == [
        (5, "Memory Doors"),
        (6, "Doors by Jointly Opening | Shutting"),
        (13, "Half-Open Doors"),
        (17, "Polarised Doors"),
        (21, "Squeezed Doors"),
    ]
    assert [(fault.line, fault.message) for fault in found.faults] == [
        (7, "expected a title, got '2016 low precision'")
    ]
    first, second, third, fourth, fifth = found.entries
    assert (first.year, first.keywords, first.arxiv, first.section) == (2014, "memory", "1410.0001", "Counting again")
    assert (second.year, second.keywords) == (2015, "attention, use")
    assert (third.nickname, third.container, third.year, third.keywords) == ("HOD", "CIL", 2019, "门")
    assert (names(third), third.acl, third.code) == (["邵砚", "王小明"], "N19-1423", "https://doors.example/c")
    assert (fifth.arxiv, fifth.url) == ("1709.00001", "https://arxiv.org/abs/1709.00001")
    assert (fourth.year, fourth.arxiv, fourth.pdf) == (2021, "2107.00001", "https://arxiv.org/pdf/2107.00001.pdf")


@pytest.mark.parametrize(
    "text",
    [
        "We read papers, for example [this one](https://arxiv.org/abs/1905.00001).",
        "**Update:** see our [paper](https://arxiv.org/abs/1905.00001).",
        "**Paper:** [pdf](https://example.org/d.pdf)",
        "- See the [paper](https://arxiv.org/abs/1905.00001) for details.",
        "- [![build](https://ci.example/b.svg)](https://ci.example/b)",
        "- Papers with citations > 200",
        "- Survey",
        "- [x] Done",
        "- **Two words**",
        "- **Doors of every size**:\n  - Large\n",
        "- **Doors** are good, **and keys are better**",
        "**A bold line alone**",
        "```\n- **Title**. *Ida Good*. [pdf](https://example.org/d.pdf)\n```",
        "<!-- - [Title](https://example.org/d) -->",
        "- [中文](README.md)\n- [Doors](./doors.md) - of 2019",
        "| Title |\n|---|\n",
        "# [Title](https://example.org/d) by Ida Good (2019)",
        "",
    ],
)
def test_prose_badges_contents_and_code_are_no_entries_and_no_faults(text):
    assert read(text) == Bibliography()


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("\n- [pdf](https://example.org/d.pdf)", 2),
        ("- Doors:\n  1. *Ida Good*. CIL 2019. [[pdf](https://arxiv.org/abs/1905.00001)]", 2),
        ("- https://arxiv.org/abs/1905.00001", 1),
        ("1. **2019**. [[paper](https://example.org/d)]", 1),
    ],
)
def test_what_links_to_a_paper_without_a_title_is_named_by_line(text, line):
    found = read(text)
    assert found.entries == ()
    assert [fault.line for fault in found.faults] == [line]
    assert found.faults[0].message.startswith("expected a title, got '")


def test_nothing_of_a_line_is_hidden_and_nothing_of_it_acts():
    entry = only(
        "**left\u202eright\u200b <script>alert(1)</script>**. *Ida Good*. [pdf](https://example.org/\u202ed.pdf)"
    )
    assert entry.title == "leftright alert(1)"
    assert entry.pdf == "https://example.org/%E2%80%AEd.pdf"


@settings(max_examples=200, deadline=None)
@given(st.integers(0, len(LIST)), st.integers(0, 40), st.text(alphabet='*_[]()|`<>!#&\\-1. \n~é门"“”', max_size=12))
def test_no_mutilated_list_raises(place, length, other):
    for whole in (LIST, TABLES):
        text = whole[:place] + other + whole[place + length :]
        found = read(text)
        lines = [*(entry.line for entry in found.entries), *(fault.line for fault in found.faults)]
        assert all(1 <= line <= text.count("\n") + 1 for line in lines)
        assert all(entry.title for entry in found.entries)


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet="*_[]()|`<>:#-1. \n'\"“19A门b", max_size=60))
def test_no_text_raises(text):
    read(f"- {text} [pdf](https://arxiv.org/abs/1905.00001)\n\n{text}\n\n|title|{text}\n|--|--|\n|{text}|x|")
