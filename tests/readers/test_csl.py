"""CSL-JSON in every shape that is met: what can be read is read, what is no item is named by line, nothing raises."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shoulders.readers import Entry
from shoulders.readers.csl import entry, read

ZOTERO = """\
[
  {
    "id": "ashdown2019",
    "type": "paper-conference",
    "title": "GaCo: H<sub>2</sub>O &amp; <i>Half-Open</i> Doors",
    "container-title": "Proceedings of the Seventh Conference on Imagined Language",
    "collection-title": "Lecture Notes in Toys",
    "DOI": "10.5555/cil.101",
    "ISBN": "978-7-111-59373-7",
    "URL": "https://aclanthology.org/N19-1423",
    "event-place": "Delft",
    "page": "101–113",
    "volume": 17,
    "author": [
      {"family": "Ashdown", "given": "Imogen"},
      {"family": "Berk", "given": "Joris", "non-dropping-particle": "van den"},
      {"family": "King", "given": "Martin Luther", "suffix": "Jr."},
      {"family": "Beethoven", "given": "Ludwig", "dropping-particle": "van"},
      {"literal": "Lantern Lab"}
    ],
    "editor": [{"family": "Eins", "given": "Editha"}],
    "issued": {"date-parts": [["2019", 6, 2]]},
    "language": "en-GB"
  },

  {"id": 41, "title": "Second"}, {"id": "third",
    "title": "Third"}
]
"""
CROSSREF = {
    "DOI": "10.5555/CIL.7",
    "type": "proceedings-article",
    "title": ["Night Doors", "Doors at Night"],
    "container-title": ["Proceedings of the Pond"],
    "author": [{"given": "Ida", "family": "Good", "sequence": "first", "affiliation": []}, {"name": "Lantern Lab"}],
    "published-print": {"date-parts": [[2020, 11]]},
    "issued": {"date-parts": [[None]]},
    "page": "7-13",
    "publisher": "Brook Press",
    "link": [
        {"URL": "https://example.org/7.xml", "content-type": "text/xml"},
        {"URL": "https://example.org/7.pdf", "content-type": "application/pdf"},
    ],
    "subject": [],
    "volume": None,
    "score": 1.0,
}


def of(**fields: object) -> Entry:
    """The entry of an item with a title and these fields."""
    found = entry({"title": "T", **{name.replace("_", "-"): value for name, value in fields.items()}})
    assert found
    return found


def test_an_item_of_zotero():
    found = read(ZOTERO)
    assert found.faults == ()
    first = found.entries[0]
    assert (first.key, first.type, first.title) == ("ashdown2019", "inproceedings", "GaCo: H2O & Half-Open Doors")
    assert [name.display for name in first.authors] == [
        "Imogen Ashdown",
        "Joris van den Berk",
        "Martin Luther King Jr.",
        "Ludwig van Beethoven",
        "Lantern Lab",
    ]
    assert [name.organisation for name in first.authors] == [False, False, False, False, True]
    assert [name.display for name in first.editors] == ["Editha Eins"]
    assert (first.year, first.month, first.day) == (2019, 6, 2)
    assert first.container == "Proceedings of the Seventh Conference on Imagined Language"
    assert first.series == "Lecture Notes in Toys"
    assert (first.pages, first.volume, first.address, first.language) == ("101-113", "17", "Delft", "en")
    assert (first.doi, first.acl, first.isbn) == ("10.5555/cil.101", "N19-1423", "978-7-111-59373-7")


def test_entries_know_their_lines():
    assert [(item.line, item.key) for item in read(ZOTERO).entries] == [(2, "ashdown2019"), (26, "41"), (26, "third")]
    assert [item.line for item in read(ZOTERO.replace("\n", "\r\n")).entries] == [2, 26, 26]


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ('\n{"title": "T"}\n', [2]),
        ('{"a": [1,\n {"items": []}], "items": [\n{"title": "T"},\n{"title": "U"}], "b": 1}', [3, 4]),
        ('\ufeff[{"title": "T"}]', [1]),
        ("[]", []),
        ("{}", None),
        ('{"items": []}', []),
        ('{"items": {"title": "T"}, "title": "U"}', [1]),
    ],
)
def test_a_list_an_object_and_its_items_are_read(text, lines):
    found = read(text)
    assert [item.line for item in found.entries] == (lines or [])
    assert bool(found.faults) == (lines is None)


def test_an_item_of_crossref():
    found = entry(CROSSREF)
    assert found
    assert (found.line, found.key, found.type, found.title) == (0, "", "inproceedings", "Night Doors")
    assert [name.display for name in found.authors] == ["Ida Good", "Lantern Lab"]
    assert [name.organisation for name in found.authors] == [False, True]
    assert (found.year, found.month, found.doi) == (2020, 11, "10.5555/CIL.7")
    assert (found.container, found.pdf) == ("Proceedings of the Pond", "https://example.org/7.pdf")
    assert (found.volume, found.keywords) == ("", "")


@pytest.mark.parametrize(
    ("value", "date"),
    [
        ({"date-parts": [[2019, 6, 2]]}, (2019, 6, 2)),
        ({"date-parts": [["2019", "06"]]}, (2019, 6, None)),
        ({"date-parts": [2019, 6]}, (2019, 6, None)),
        ({"date-parts": [[2019], [2020, 1]]}, (2019, None, None)),
        ({"date-parts": [[2019, 13, 2]]}, (2019, None, None)),
        ({"date-parts": [[]], "raw": "2019-06"}, (2019, 6, None)),
        ({"raw": "2 June 2019"}, (2019, 6, 2)),
        ({"literal": "c. 2019"}, (2019, None, None)),
        ({"date-time": "2019-06-02T01:02:03Z"}, (2019, 6, 2)),
        ("2019-06-02", (2019, 6, 2)),
        (2019, (2019, None, None)),
        ({"date-parts": [[True, None, {}]]}, (None, None, None)),
        ({"date-parts": {"a": 1}}, (None, None, None)),
        ({"date-parts": [[-5]], "season": 1}, (None, None, None)),
        (None, (None, None, None)),
        ([], (None, None, None)),
    ],
)
def test_dates_are_read_in_every_shape(value, date):
    found = of(issued=value)
    assert (found.year, found.month, found.day) == date


@pytest.mark.parametrize(
    ("value", "names", "complete"),
    [
        ([{"family": "邵", "given": "砚"}], ["邵砚"], True),
        ([{"family": "van den Berk", "given": "Joris"}], ["van den Berk, Joris"], True),
        ([{"family": "Good"}, {"given": "Ida"}], ["Good", "Ida"], True),
        ([{"literal": "邵砚"}, {"literal": "伊达·古德"}], ["邵砚", "伊达·古德"], True),
        (["Ida Good", "Shaw, Sandy"], ["Good, Ida", "Shaw, Sandy"], True),
        ("Ida Good", ["Good, Ida"], True),
        ([{"family": "Good", "given": "Ida"}, {"literal": "et al."}], ["Good, Ida"], False),
        ({"family": "Good", "given": "Ida", "suffix": "3rd"}, ["Good, 3rd, Ida"], True),
        ([{"family": ["Good"], "given": {"a": 1}}], ["Good"], True),
        ([None, 7, [], {}, {"family": None}], [], False),
        (None, [], True),
    ],
)
def test_names_are_read_in_every_shape(value, names, complete):
    found = of(author=value)
    assert [name.inverted for name in found.authors] == names
    assert found.complete is complete
    assert not any(name.organisation for name in found.authors)


@pytest.mark.parametrize(
    ("fields", "arxiv"),
    [
        ({"number": "arXiv:1706.03762", "publisher": "arXiv"}, "1706.03762"),
        ({"archive": "arXiv", "archive_location": "1706.03762v5"}, "1706.03762"),
        ({"URL": "http://arxiv.org/abs/1706.03762"}, "1706.03762"),
        ({"DOI": "10.48550/ARXIV.1706.03762"}, "1706.03762"),
        ({"note": "arXiv:1706.03762 [cs]"}, "1706.03762"),
        ({"note": "It answers arXiv:1706.03762."}, ""),
        ({"archive": "JSTOR", "archive_location": "1706.03762"}, ""),
    ],
)
def test_arxiv_is_found_where_programs_put_it(fields, arxiv):
    found = entry({"title": "T", "type": "article", **fields})
    assert found
    assert (found.arxiv, found.type, found.doi, found.number) == (arxiv, "unpublished", "", "")
    assert found.is_preprint is bool(arxiv)


@pytest.mark.parametrize(
    ("text", "faults"),
    [
        ("", [(1, "expected JSON, got text that is none (Expecting value)")]),
        ('[\n{"title": "T"},\n{"title": ]', [(3, "expected JSON, got text that is none (Expecting value)")]),
        ('[\n{"title": "T"}\n{"title": "U"}]',
         [(3, "expected JSON, got text that is none (a comma or ']' is missing)")]),
        ('[{"title": "T"}]\n{}', [(2, "expected JSON, got text that is none (something behind its end)")]),
        ('[{"title": "T"},\n3,\n{"type": "book"}]',
         [(2, "expected an item of CSL-JSON with a title or identifier, got '3'"),
          (3, "expected an item of CSL-JSON with a title or identifier, got a mapping")]),
        ('[{"title": "T"},\n' + "[" * 100_000, [(2, "expected JSON without thousands of nested brackets or digits")]),
        ('[{"title": "T"},\n{"a": ' + "9" * 5_000 + "}]",
         [(2, "expected JSON without thousands of nested brackets or digits")]),
    ],
)  # fmt: skip
def test_what_is_no_item_is_named_by_line_and_what_stands_before_it_is_read(text, faults):
    found = read(text)
    assert [(fault.line, fault.message) for fault in found.faults] == faults
    assert [item.title for item in found.entries] == (["T"] if "title" in text else [])


def test_hidden_characters_and_halves_of_surrogates_do_not_show():
    found = read('[{"title": "left\\u202eright \\ud800 \\u001b[31m", "id": "\\u2028k"}]').entries[0]
    assert (found.title, found.key) == ("leftright [31m", "k")


@pytest.mark.parametrize(
    ("value", "text"),
    [(17, "17"), ("17", "17"), (1.5, "1.5"), (float("nan"), ""), (True, ""), (False, ""), (0, "0"), (None, ""),
     ({}, ""), ([], ""), ([None, True, "", "17", "18"], "17"), ([["17"]], ""), ({"a": 17}, "")],
)  # fmt: skip
def test_texts_are_read_in_every_shape(value, text):
    assert of(volume=value).volume == text


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.sampled_from(["2019-06"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(
        st.sampled_from(["family", "given", "literal", "suffix", "date-parts", "raw", "URL", "content-type", "items"]),
        inner, max_size=4),
    max_leaves=12,
)  # fmt: skip
FIELDS = sorted(
    {*CROSSREF, *json.loads(ZOTERO)[0], "archive", "archive_location", "keyword", "note", "issue", "number"}
)


@settings(max_examples=300, deadline=None)
@given(st.dictionaries(st.sampled_from(FIELDS), JSON, max_size=8))
def test_no_shape_of_a_field_raises(fields):
    found = entry({**fields, "title": "T"}, 7)
    assert found
    assert found.line == 7
    assert all(isinstance(value, str) for value in (found.volume, found.pages, found.key, found.doi, found.container))


@settings(max_examples=200, deadline=None)
@given(st.integers(0, len(ZOTERO)), st.integers(0, 9), st.text(alphabet='[]{}",:0\\\n aé', max_size=6))
def test_no_mutilated_file_raises(place, length, other):
    text = ZOTERO[:place] + other + ZOTERO[place + length :]
    found = read(text)
    assert all(1 <= fault.line <= text.count("\n") + 1 for fault in found.faults)
    assert found.faults or found.entries


@pytest.mark.parametrize("item", [None, 3, "T", [], [{"title": "T"}], {}, {"type": "book"}, {"title": None}])
def test_what_says_neither_title_nor_identifier_is_no_entry(item):
    assert entry(item) is None
