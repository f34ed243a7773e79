"""What cites in Typst: judged by Typst itself."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.cite import judges

from shoulders.cite import Citation, Inclusion, Label, typst


def keys(text):
    return [mark.key for mark in typst.marks(text) if isinstance(mark, Citation)]


def labels(text):
    return [mark.name for mark in typst.marks(text) if isinstance(mark, Label)]


# What Typst does not set is called `no`: the branch not taken, the content nobody places.
PIECES = (
    *("@a ", "@b[p. 3]", "#cite(<c>) ", '#cite(label("d"), form: "prose") ', "(@e) ", "a_b@f ", "@g:h.i. ", "@j-k, "),
    *("// @x\n", "/* @x /* @x */ @x */", "`@x`", "```\n@x `` @x\n``` ", "`` ", "\\@x ", "https://x.org/@x ", '"@l" '),
    *('#text("@x") ', "#emph[@m] ", '#"@x" ', "#{ [@n] } ", "#let z = [@no]\n", "#let z = (x) => [\n  @no ]\n", "$x$ "),
    *("#if true [ @o ] else [ @no ] @q ", "#for y in (1,) { [@r] } @s ", "#let w() = [@no @no]; @t ", "[ @u ] "),
    *("#strong[@v]. @w ", "#set text(size: 9pt)\n", "#context [@a] @b ", '$ "@x" #cite(<c>) $', "#(1 + 2) @d "),
    *(
        "#footnote[@e#footnote[@f]] ",
        "\n\n/ Term: Text @g <l1>\n",
        "- item @h\n- #cite(<i>)\n",
        '#show "@x": it => it\n',
    ),
)


@pytest.mark.parametrize("first", PIECES)
def test_however_these_pieces_meet_typst_itself_finds_the_same_keys(first, tmp_path):
    """A piece before every other, in one document."""
    body = "".join(first + second for second in PIECES) + "@last"
    document = tmp_path / "pairs.typ"
    document.write_text(f'{body}\n#bibliography("works.bib")\n', "utf-8")
    found = keys(body)
    entries = (f"@misc{{{key}, title = {{Title}}, author = {{Ash, Ada}}, year = 2019}}\n" for key in sorted({*found}))
    (tmp_path / "works.bib").write_text("".join(entries), "utf-8")
    assert Counter(key for key in found if key != "no") == Counter(judges.typst_cited(document))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("#let f(x) = cite(<a>)", ["a"]),
        ("#f(x, [@a], cite(<b>, form: none), (c: [ @d ]))", ["a", "b", "d"]),
        ('#cite(form: "full", <a>)', []),  # Typst takes the key first
        ("@a@b #cite(<c>)#cite(<d>)", ["a", "b", "c", "d"]),
        ("中文 @a，@b。", ["a", "b"]),
        ("@a.", ["a"]),
        ("$ @x $ @a", ["a"]),
        ('#if x [@a] else if y == "@x" [@b] @c', ["a", "b", "c"]),
        ("= Title @a <b>\n@c", ["a", "c"]),
        ("#{ // @x ]\n [@a] }", ["a"]),
        ('#import "x.typ": y\n@a', ["a"]),
        ("never closed #f(@x", []),
        ("never closed #f[@a", ["a"]),
        ("never closed ` @x", []),
        ("never closed /* @x", []),
        ("] ) } @a", ["a"]),
    ],
)
def test_text_and_code(text, found):
    assert keys(text) == found


def test_labels_and_files():
    text = '= One <sec:one>\n#figure([x], caption: [y]) <fig:one> @sec:one #ref(<fig:one>)\n#include "a/b.typ"\n'
    assert labels(text) == ["sec:one", "fig:one"]
    assert [mark for mark in typst.marks('#include "a/b.typ"\n#include "/c.typ"') if isinstance(mark, Inclusion)] == [
        Inclusion(1, ("a/b.typ",), beside=True),
        Inclusion(20, ("c.typ",), beside=False),
    ]
    assert not labels("a < b > c #f(<x>) `<y>` $<z>$ // <w>")


@settings(max_examples=300, deadline=None)
@given(
    st.lists(st.sampled_from([*'@#[](){}$`"/*<>\\;\n ab', "cite(<a>)", "let", "if", "else", "include"])).map("".join)
)
def test_no_document_raises(text):
    for mark in typst.marks(text):
        assert isinstance(mark, Label) or 0 <= mark.place < len(text)


@pytest.mark.parametrize("piece", ["[", "#f(", "$", "/*", "```", '#"', "#if [", "@", "#context ", "#cite(", "<a", "//"])
def test_a_document_that_means_harm_takes_no_more_time_than_it_is_long(piece):
    """Half a megabyte of it; what looked ahead to the end from each place would take hours."""
    assert keys(piece * (500_000 // len(piece))) == []
