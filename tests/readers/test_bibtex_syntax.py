"""Where the parts of a .bib file stand: as pybtex, which knows no places, reads them too."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pybtex.database.input.bibtex import LowLevelParser
from tests.exports.builders import hostile, invented

from shoulders.exports import FORMATS
from shoulders.readers.bibtex_syntax import parse

STYLES = r"""Free text, me@example.org
@String{acl = "Association" # { of }}
@preamble{ "\newcommand{\x}{y}" }
@Article { first ,
  Title     = {A {BERT} \"{o} "quoted"} ,  % a comment, with a comma
  author    = "Ash, A. and {Lee "Inc."}",
  year      = 2019, month = jan # "~7",,
  journal   = acl
}
@comment{ @misc{inside, title={x}} }
@misc(in parens, title = "T", note = {)}, )
@misc{no-fields}
@misc{no-fields-either,}
"""


def sound(text):
    """The blocks of a text that can be read to their end."""
    return [block for block in parse(text).blocks if block.sound]


def read(text):
    """Every entry: its type, key, and fields as they are written."""
    return [
        (block.kind, block.key, [(found.name, text[found.value : found.end]) for found in block.fields])
        for block in sound(text)
        if block.key
    ]


def whole(text, found):
    """What stands between the delimiters of a value that is one piece."""
    assert found.inner
    return text[slice(*found.inner)]


def test_every_style_is_read():
    assert read(STYLES) == [
        (
            "article",
            "first",
            [
                ("title", '{A {BERT} \\"{o} "quoted"}'),
                ("author", '"Ash, A. and {Lee "Inc."}"'),
                ("year", "2019"),
                ("month", 'jan # "~7"'),
                ("journal", "acl"),
            ],
        ),
        ("misc", "inside", [("title", "{x}")]),
        ("misc", "in parens", [("title", '"T"'), ("note", "{)}")]),
        ("misc", "no-fields", []),
        ("misc", "no-fields-either", []),
    ]
    found = sound(STYLES)
    assert [block.kind for block in found][:2] == ["string", "preamble"]
    assert STYLES[found[0].start : found[0].end] == '@String{acl = "Association" # { of }}'
    first = found[2]
    assert STYLES[first.kind_start : first.kind_end] == "Article"
    assert STYLES[first.start : first.end].endswith("= acl\n}")
    assert STYLES[first.fields[0].start :].startswith("Title ")
    assert STYLES[first.fields[0].end : first.fields[0].after] == " ,"
    assert STYLES[first.fields[3].end : first.fields[3].after] == ",,"


def test_what_a_field_says():
    text = '@string{acl = "Q"} @misc{a, one = {x  {Y}\n z}, two = "q", three = 7, four = jan # "x", five = {a} # acl}'
    _, block = sound(text)
    assert [block.says(found.name) for found in block.fields] == ["x {Y} z", "q", "7", "janx", "aQ"]
    assert [found.inner and text[slice(*found.inner)] for found in block.fields] == ["x  {Y}\n z", "q", "7", None, None]
    assert block.says("six", "two", "one") == "q"
    assert block.says("six") == ""


def test_the_first_of_two_fields_counts():
    text = "@misc{a, title = {T}, Title = {U}}"
    (block,) = sound(text)
    assert block.says("title") == "T"
    assert whole(text, block.field("title")) == "T"


def test_a_definition_ends_where_its_bracket_stands():
    found = parse("@string{x = {X} # {Y}, }\n@string(y = {Z} and more)\n@preamble{{P} # x}\n@preamble{{Q} {R}}\n")
    assert [(block.kind, block.line, block.sound) for block in found.blocks] == [
        ("string", 1, True), ("string", 2, False), ("preamble", 3, True), ("preamble", 4, False),
    ]  # fmt: skip
    assert [(fault.line, fault.message) for fault in found.faults] == [
        (2, "expected ')' behind 'y', got 'and more)'"),
        (4, "expected '}' behind 'preamble', got '{R}}'"),
    ]


@pytest.mark.parametrize(
    "broken",
    [
        "@misc{a, title = {never closed\n",
        '@misc{a, title = "never closed\n',
        '@misc{a, title = "a } b"}\n',
        "@misc{a, title = {x} year = 2019}\n",
        "@misc{a, title = , year = 2019}\n",
        "@misc{a, title}\n",
        "@misc{, title = {x}}\n",
        "@misc{a, title = {x}\n",
        "@string{x = {never closed\n",
    ],
)
def test_what_is_not_well_formed_is_left_out_and_the_next_is_read(broken):
    assert [key for _, key, _ in read(f"{broken}@misc{{last, title = {{T}}}}\n}} }}\n")] == ["last"]


@pytest.mark.parametrize("export", [FORMATS["bibtex"].render, FORMATS["biblatex"].render])
@pytest.mark.parametrize("works", [None, "}} over {{", "@article{evil, title = {x}}", 'one " mark', "ends in \\"])
def test_our_exports_are_read_as_pybtex_reads_them(export, works):
    catalog = invented(*(hostile(works) if works else ()))
    text = export(catalog, catalog.works)
    judged = [
        (kind.lower(), key, [(name.lower(), "".join(parts)) for name, parts in fields])
        for kind, (key, fields) in LowLevelParser(text)
    ]
    ours = [
        (block.kind, block.key, [(found.name, whole(text, found)) for found in block.fields]) for block in sound(text)
    ]
    months = {"jan": "January", "may": "May", "jun": "June", "oct": "October", "nov": "November"}
    assert [
        (kind, key, [(n, months.get(v, v) if n == "month" else v) for n, v in f]) for kind, key, f in ours
    ] == judged


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from([*'@{}()",=#%\\\n ab1', "@misc{a,", "title = {x},", "@string{"])).map("".join))
def test_no_text_raises_and_blocks_stand_one_after_the_other(text):
    place = 0
    for block in parse(text).blocks:
        assert place <= block.start < block.end <= len(text)
        place = block.end
        for found in block.fields:
            assert block.start < found.start < found.value <= found.end <= found.after <= block.end
            assert not found.inner or found.value <= found.inner[0] <= found.inner[1] <= found.end
        if block.sound:
            assert text[block.end - 1] in ")}"


@pytest.mark.parametrize(
    "piece", ["@a{b,c={", "@a{b,\n@a{b,", "{", "@string{", '@a{b,c="', "%", "@a{", "@a{b c d e", ","]
)
def test_a_file_that_means_harm_takes_no_more_time_than_it_is_long(piece):
    """Half a megabyte of it, on one line and on many."""
    for end in ("", "\n"):
        assert sound(f"{piece}{end}" * (500_000 // len(piece))) == []
