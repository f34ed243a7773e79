"""A name is parsed once; what is rendered from it parses to the same name."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shoulders.names import SUFFIXES, Name, has_cjk, parse_name


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Imogen Ashdown", Name("Ashdown", "Imogen")),
        ("Ashdown, Imogen", Name("Ashdown", "Imogen")),
        ("  Imogen \t Ashdown ", Name("Ashdown", "Imogen")),
        ("Joris van den Berk", Name("Berk", "Joris", "van den")),
        ("van den Berk, Joris", Name("Berk", "Joris", "van den")),
        ("Tobias Quillfeather Jr.", Name("Quillfeather", "Tobias", "", "Jr.")),
        ("Quillfeather, Jr., Tobias", Name("Quillfeather", "Tobias", "", "Jr.")),
        ("von Quill, III, Tobias A.", Name("Quill", "Tobias A.", "von", "III")),
        ("Zephyrine", Name("Zephyrine")),
        ("Ming-tse Lowe", Name("Lowe", "Ming-tse")),
        ("Ming tse Lowe", Name("Lowe", "Ming", "tse")),
        ("Lowe, Ming tse", Name("Lowe", "Ming tse")),
        ("dana boyle", Name("boyle", "dana")),
        ("Ortega Gasset, José", Name("Ortega Gasset", "José")),
        ("Ortega y Gasset, José", Name("Ortega y Gasset", "José")),
        ("María de los Ángeles Vell Ruiz", Name("Ángeles Vell Ruiz", "María", "de los")),
        ("D'Árc ß. O’Neill", Name("O’Neill", "D'Árc", "ß.")),
        ("Jose\u0301 Vell", Name("Vell", "José")),
        ("林雾", Name("林雾")),
        ("J.-P. Vell", Name("Vell", "J.-P.")),
    ],
)
def test_parse_name(text: str, name: Name) -> None:
    assert parse_name(text) == name


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        ",",
        "Ashdown,",
        ", Imogen",
        "Ashdown, , Imogen",
        "A, B, C, D",
        "A, B, C",
        "Ashdown, Imogen, Jr.",
        "Martin Quill, Jr.",
        "Imogen Ashdown and Wu Lin",
        "Imogen Ashdown & Wu Lin",
        "Imogen Ashdown et al.",
        "and others",
        "Erd{\\H o}s, P.",
        "$x$ Vell",
        "123",
        "—",
        "😀",
        "x" * 201,
    ],
)
def test_what_is_no_single_name(text: str) -> None:
    with pytest.raises(ValueError, match="name"):
        parse_name(text)


@pytest.mark.parametrize(
    ("name", "display", "inverted", "family_full"),
    [
        (Name("Berk", "Joris", "van den"), "Joris van den Berk", "van den Berk, Joris", "van den Berk"),
        (Name("Quill", "Tobias", "", "Jr."), "Tobias Quill Jr.", "Quill, Jr., Tobias", "Quill"),
        (Name("Zephyrine"), "Zephyrine", "Zephyrine", "Zephyrine"),
        (Name("A, B, and C, Inc.", organisation=True), "A, B, and C, Inc.", "A, B, and C, Inc.", "A, B, and C, Inc."),
    ],
)
def test_render(name: Name, display: str, inverted: str, family_full: str) -> None:
    assert (name.display, name.inverted, name.family_full) == (display, inverted, family_full)


WORDS = st.from_regex(r"\A[A-ZÀ-Ö][a-zß-ö'’.-]{1,9}\Z").filter(lambda word: word not in SUFFIXES and word != "And")
PARTICLES = st.sampled_from(["van", "de", "von der", "de la", "d'", "al"])


@given(
    st.lists(WORDS, min_size=1, max_size=3), st.none() | PARTICLES, WORDS, st.none() | st.sampled_from(sorted(SUFFIXES))
)
def test_display_and_inverted_parse_to_the_same_name(
    given_names: list[str], particle: str | None, family: str, suffix: str | None
) -> None:
    name = Name(family, " ".join(given_names), particle or "", suffix or "")
    assert parse_name(name.inverted) == name
    assert parse_name(name.display) == name


@given(st.text(alphabet=st.sampled_from("Aab ,.-'’éß林JrI"), max_size=25))
def test_whatever_parses_parses_again_from_its_inverted_form(text: str) -> None:
    try:
        name = parse_name(text)
    except ValueError:
        return
    assert parse_name(name.inverted) == name
    assert name.family


@given(st.text(max_size=60))
def test_only_value_errors(text: str) -> None:
    try:
        assert parse_name(text).family
    except ValueError as error:
        assert "name" in str(error)  # noqa: PT017 - either outcome is right


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("林雾", True),
        ("a林", True),
        ("カナ", True),
        ("한", True),
        ("𠀀", True),
        ("Lin", False),
        ("，。", False),
        ("", False),
    ],
)
def test_has_cjk(text: str, answer: bool) -> None:
    assert has_cjk(text) is answer
