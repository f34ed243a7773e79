"""Where the parts of a .bib file stand: as pybtex, which knows no places, reads them too."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pybtex.database.input.bibtex import LowLevelParser
from tests.exports.builders import hostile, invented

from shoulders.cite.blocks import Block, blocks, content, value
from shoulders.exports import biblatex, bibtex

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


def read(text):
    """Every entry: its type, key, and fields as they are written."""
    return [
        (block.kind, block.key, [(found.name, text[found.value : found.end]) for found in block.fields])
        for block in blocks(text)
        if block.key
    ]


def whole(text, found):
    """What stands between the delimiters of a value that is one piece."""
    inner = content(text, found)
    assert inner
    return text[slice(*inner)]


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
    found = list(blocks(STYLES))
    assert [block.kind for block in found][:2] == ["string", "preamble"]
    assert STYLES[found[0].start : found[0].end] == '@String{acl = "Association" # { of }}'
    first = found[2]
    assert STYLES[first.kind_start : first.kind_end] == "Article"
    assert STYLES[first.start : first.end].endswith("= acl\n}")
    assert STYLES[first.fields[0].start :].startswith("Title ")
    assert STYLES[first.fields[0].end : first.fields[0].after] == " ,"
    assert STYLES[first.fields[3].end : first.fields[3].after] == ",,"


def test_what_a_value_says():
    text = '@misc{a, one = {x  {Y}\n z}, two = "q", three = 7, four = jan # "x", five = {a} # {b}}'
    (block,) = blocks(text)
    assert [value(text, found) for found in block.fields] == ["x {Y} z", "q", "7", "", ""]
    assert content(text, block.fields[3]) is None
    assert value(text, block.field("six", "two")) == "q"
    assert value(text, None) == value(text, block.field("six")) == ""


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


@pytest.mark.parametrize("export", [bibtex.render, biblatex.render])
@pytest.mark.parametrize("works", [None, "}} over {{", "@article{evil, title = {x}}", 'one " mark', "ends in \\"])
def test_our_exports_are_read_as_pybtex_reads_them(export, works):
    catalog = invented(*(hostile(works) if works else ()))
    text = export(catalog, catalog.works)
    judged = [
        (kind.lower(), key, [(name.lower(), "".join(parts)) for name, parts in fields])
        for kind, (key, fields) in LowLevelParser(text)
    ]
    ours = [
        (block.kind, block.key, [(found.name, whole(text, found)) for found in block.fields]) for block in blocks(text)
    ]
    months = {"jan": "January", "may": "May", "jun": "June", "oct": "October", "nov": "November"}
    assert [
        (kind, key, [(n, months.get(v, v) if n == "month" else v) for n, v in f]) for kind, key, f in ours
    ] == judged


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from([*'@{}()",=#%\\\n ab1', "@misc{a,", "title = {x},", "@string{"])).map("".join))
def test_no_text_raises_and_blocks_stand_one_after_the_other(text):
    place = 0
    for block in blocks(text):
        assert place <= block.start < block.end <= len(text)
        assert isinstance(block, Block)
        place = block.end
        for found in block.fields:
            assert block.start < found.start < found.value < found.end <= found.after <= block.end
            value(text, found)


@pytest.mark.parametrize(
    "piece", ["@a{b,c={", "@a{b,\n@a{b,", "{", "@string{", '@a{b,c="', "%", "@a{", "@a{b c d e", ","]
)
def test_a_file_that_means_harm_takes_no_more_time_than_it_is_long(piece):
    """Half a megabyte of it, on one line and on many."""
    for end in ("", "\n"):
        assert list(blocks(f"{piece}{end}" * (500_000 // len(piece)))) == []
