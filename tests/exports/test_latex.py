"""Text, titles and names as LaTeX: what comes out is inert, balanced, and reads back as what went in."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.exports.builders import flat
from tests.exports.readers import decoded, straight

from shoulders.exports import latex
from shoulders.exports.latex import to_ascii, to_utf8
from shoulders.names import Name

# What LaTeX's usual encodings can say: accents, letters of their own, punctuation, and everything of ASCII.
LETTERS = "łŁőŐűäöüßåÅçşğıñéèêëěščžąęķťďøØæÆœþÞðÐđĐŋễắậ–—…°×αβγ"
TEXTS = st.text(st.sampled_from([chr(c) for c in range(32, 127)] + list(LETTERS)), max_size=60)
ACTIVE = set("\\{}$&#^_~%")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Łukasz Kaiser", r"{\L}ukasz Kaiser"),
        ("Paul Erdős", r"Paul Erd{\H{o}}s"),
        ("Erdo\u030bs, decomposed", r"Erd{\H{o}}s, decomposed"),
        ("Nguyễn", r"Nguy{\~{\^{e}}}n"),
        ("Aäron", r"A{\"{a}}ron"),
        ("naïve", r"na{\"{\i}}ve"),
        ("Huong, Hương", "Huong, Huong"),  # a horn is in no usual encoding
        ("50% of $5 & #7_x", r"50\% of \$5 \& \#7\_x"),
        ("a\\b~c^d", r"a{\textbackslash}b{\textasciitilde}c{\textasciicircum}d"),
        ("1–2 — “x” ‘y’", "1--2 --- ``x'' `y'"),
        ("a--b ''c", "a-{}-b '{}'c"),  # no ligature that was not there
        ("北京 and 机械", "Beijing and Jixie"),
    ],
)
def test_text_in_ascii(text, expected):
    assert to_ascii(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"), [("Łukasz – 邵砚 & 5%", r"Łukasz – 邵砚 \& 5\%"), ("{", r"{\textbraceleft}")]
)
def test_text_in_utf8(text, expected):
    assert to_utf8(text) == expected


def test_balanced_braces_stay_braces_and_others_become_words():
    assert latex.prose("{x}", to_ascii) == r"\{x\}"
    assert latex.prose("x}{", to_ascii) == r"x{\textbraceright}{\textbraceleft}"
    assert latex.prose("{{x}", to_ascii) == r"{\textbraceleft}{\textbraceleft}x{\textbraceright}"


def test_paired_quotation_marks_open_and_close_and_a_lone_one_stays():
    assert latex.prose('"Why?" he "said"', to_ascii) == "``Why?'' he ``said''"
    assert latex.prose('5" wide', to_ascii) == '5" wide'


@given(TEXTS)
def test_text_reads_back(text):
    for encode in (to_ascii, to_utf8):
        assert decoded(latex.prose(text, encode)) == straight(flat(text))


@given(TEXTS, st.lists(st.sampled_from(["Paris", "a", "%", "}"]), max_size=2))
def test_title_reads_back_whatever_is_protected(text, protect):
    for encode in (to_ascii, to_utf8):
        assert decoded(latex.title(text, protect, encode)) == straight(flat(text))


@given(st.text(max_size=60))
def test_any_text_is_inert(text):
    for encoded in (latex.title(text, ["a"], to_ascii), latex.prose(text, to_ascii), latex.prose(text, to_utf8)):
        assert balanced(encoded)
        assert encoded.isprintable() or not encoded.isascii()
    assert latex.title(text, ["a"], to_ascii).isascii()


def balanced(encoded: str) -> bool:
    """As BibTeX counts: a backslash before a brace means nothing."""
    depth = 0
    for character in encoded:
        depth += {"{": 1, "}": -1}.get(character, 0)
        if depth < 0:
            return False
    return depth == 0


@pytest.mark.parametrize(
    ("title", "protect", "expected"),
    [
        ("BERT: Pre-training", [], "{BERT}: Pre-training"),
        ("GPT-2 and ELMo", [], "{GPT-2} and {ELMo}"),
        ("RoBERTa, MLPs (3D)", [], "{RoBERTa}, {MLPs} ({3D})"),
        ("BERT-based models and BERT's heads", [], "{BERT}-based models and {BERT}'s heads"),
        ("A Study of 2017", [], "A Study of 2017"),
        ("Letters from Paris to Bayes", ["Paris", "Bayes"], "Letters from {Paris} to {Bayes}"),
        ("The New York Times", ["New York"], "The {New} {York} Times"),
        ("Parisian Paris", ["Paris"], "Parisian {Paris}"),
        ("U-Net and C++", ["U-Net", "C++"], "{U-Net} and {C++}"),
        ("X_Erdős", ["Erdős"], "X\\_Erd{\\H{o}}s"),  # a word begins where letters, digits and _ end
        ("On %X", ["%X"], "On {{}\\%X}"),  # `{\` would be an accent to BibTeX
        ("NLP简介 and 3D学习", [], "{NLP}Jianjie and {3D}Xuexi"),
        ("Łódź3 maps", [], "{{\\L}{\\'{o}}d{\\'{z}}3} maps"),
    ],
)
def test_capitals_of_single_words_are_protected(title, protect, expected):
    assert latex.title(title, protect, to_ascii) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        (Name("Byron", "Ada"), "Byron, Ada"),
        (Name("Plato"), "Plato"),
        (Name("Oord", "Aaron", particle="van den"), "van den Oord, Aaron"),
        (Name("King", "Martin", suffix="Jr."), "King, Jr., Martin"),
        (Name("Shan", "Chung-chieh"), "Shan, Chung-chieh"),
        (Name("Ortega y Gasset", "José"), "{Ortega y Gasset}, Jos{\\'{e}}"),
        (Name("Lantern-AI", organisation=True), "{Lantern-AI}"),
        (Name("Hill and Brook, Inc.", organisation=True), "{Hill and Brook, Inc.}"),
        (Name("Anderson", "And"), "Anderson, {And}"),
        (Name("others"), "{others}"),
        (Name("邵", "砚", native="邵砚"), "Shaoyan"),
    ],
)
def test_names(name, expected):
    assert latex.names([name], to_ascii) == expected


def test_native_names_stay_whole_in_utf8():
    native = Name("邵", "砚", native="邵砚")
    foreign = Name("伊达·古德", native="伊达·古德")
    lab = Name("灯塔实验室", native="灯塔实验室", organisation=True)
    assert latex.names([native, foreign, lab], to_utf8) == "邵砚 and {伊达·古德} and {灯塔实验室}"


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("https://x.org/a_b?c=1&d=50%25#e~f", "https://x.org/a_b?c=1&d=50%25#e~f"),
        ("https://x.org/}\n@misc{x", "https://x.org/%7D%0A@misc%7Bx"),
        ("10.1/a\\b c", "10.1/a%5Cb%20c"),
    ],
)
def test_addresses_are_never_escaped_only_what_no_address_holds_is_encoded(address, expected):
    assert latex.raw(address) == expected


def test_entry_has_one_field_a_line_and_no_empty_ones():
    fields = {"title": "A", "volume": None, "month": "jun"}
    assert latex.entry("misc", "a-2019-b", fields) == "@misc{a-2019-b,\n  title = {A},\n  month = jun,\n}\n"
