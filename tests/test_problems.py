"""Problems are said on one short line, with what was probably meant."""

from __future__ import annotations

import json
import random
import string
import time

import pytest

from shoulders.problems import (
    FORMATS,
    Choices,
    Problem,
    ProblemsError,
    expected,
    format_github,
    format_json,
    format_text,
    nearest,
    quoted,
    shortened,
    visible,
)

PROBLEM = Problem("data/papers.yaml", 7, "ashdown-2010-dark", "year", "expected a whole number, got 'x'")


def test_text_is_path_line_id_field_message() -> None:
    assert str(PROBLEM) == "data/papers.yaml:7: ashdown-2010-dark: year: expected a whole number, got 'x'"


def test_absent_id_and_field_are_left_out() -> None:
    assert str(Problem("a.yaml", 1, "", "", "expected this file, got none")) == "a.yaml:1: expected this file, got none"


def test_nothing_in_a_problem_can_break_its_line_or_hide() -> None:
    text = str(Problem("a\nb.yaml", 1, "k\u202ey", "f\u200bf", "m\x1b[31m"))
    assert text == r"a\x0ab.yaml:1: k\u202ey: f\u200bf: m\x1b[31m"


def test_problems_sort_by_file_and_line() -> None:
    problems = [Problem("b", 1, "", "", ""), Problem("a", 10, "", "", ""), Problem("a", 9, "", "", "")]
    assert [(p.path, p.line) for p in sorted(problems)] == [("a", 9), ("a", 10), ("b", 1)]


def test_the_error_carries_every_problem_once() -> None:
    error = ProblemsError([PROBLEM, PROBLEM])
    assert error.problems == [PROBLEM]
    assert str(error) == str(PROBLEM)


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (None, "nothing"),
        ([], "a list"),
        ((), "a list"),
        ({}, "a mapping"),
        (2017, "'2017'"),
        ("x" * 60, f"'{'x' * 60}'"),
        ("x" * 61, f"'{'x' * 57}...'"),
        ("a\tb", r"'a\x09b'"),
        ("a\U000e0041b", r"'a\U000e0041b'"),
        ("林 😀", "'林 😀'"),
    ],
)
def test_quoted(value: object, shown: str) -> None:
    assert quoted(value) == shown


def test_shortened_looks_at_the_beginning_only() -> None:
    start = time.perf_counter()
    assert len(shortened("\u202e" * 10_000_000)) < 400
    assert time.perf_counter() - start < 0.5


def test_visible_leaves_what_shows() -> None:
    assert visible("Søren 林雾 😀") == "Søren 林雾 😀"


@pytest.mark.parametrize(
    ("word", "meant"),
    [("atention", "attention"), ("ATTENTION", "attention"), ("tpye", "type"), ("sumary", "summary"), ("qqq", None)],
)
@pytest.mark.parametrize("padding", [0, 1000])
def test_nearest_in_few_and_in_many(word: str, meant: str | None, padding: int) -> None:
    choices = ["attention", "memory", "type", "summary", *(f"{number:04}-zzz" for number in range(padding))]
    assert nearest(word, choices) == meant


def test_keys_that_share_only_their_form_are_not_suggested() -> None:
    assert nearest("ashdown-etal-2017-dark", ["oxenholme-etal-2017-ledger"]) is None


def test_did_you_mean() -> None:
    said = expected("a topic", "gatse", ["gates", "counting"])
    assert said == "expected a topic, got 'gatse' (did you mean 'gates'?)"
    assert expected("a list", ["gates"], ["gates"]) == "expected a list, got a list"


def test_suggestions_among_100_000_keys_are_fast() -> None:
    rng = random.Random(11)
    names = ["".join(rng.choices(string.ascii_lowercase, k=7)) for _ in range(20_000)]
    keys = [f"{name}-etal-{2000 + number}-{name[:4]}" for name in names for number in range(5)]
    choices = Choices(keys)
    start = time.perf_counter()
    assert choices.nearest(keys[77_777].replace("etal", "etl")) == keys[77_777]
    for key in keys[:2000]:
        choices.nearest(f"{key[:4]}x{key[5:]}")
    choices.nearest("a-etal-2017-" * 100_000)
    assert time.perf_counter() - start < 20


def test_choices_is_a_collection() -> None:
    choices = Choices(["b", "a"])
    assert ("a" in choices, len(choices), sorted(choices)) == (True, 2, ["a", "b"])
    assert Choices(word for word in ["one"]).nearest("ones") == "one"


def test_format_text() -> None:
    assert format_text([PROBLEM, PROBLEM]) == f"{PROBLEM}\n{PROBLEM}\n"


def test_format_github_escapes_what_would_end_the_command() -> None:
    problem = Problem("a,b:c.yaml", 3, "k", "f", "100%\n::error::")
    assert format_github([problem]) == "::error file=a%2Cb%3Ac.yaml,line=3,title=k%3A f::100%25\\x0a::error::\n"


def test_format_json() -> None:
    rows = json.loads(format_json([PROBLEM]))
    assert rows == [
        {
            "path": "data/papers.yaml",
            "line": 7,
            "id": "ashdown-2010-dark",
            "field": "year",
            "message": "expected a whole number, got 'x'",
        }
    ]


def test_formats_by_name() -> None:
    assert set(FORMATS) == {"text", "github", "json"}
