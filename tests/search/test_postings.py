"""How much a document says of a term."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shoulders.search import postings
from shoulders.search.documents import Document, Field


def level(term: str, *fields: Field, boost: float = 1) -> int:
    found = postings.postings([Document("x/", "paper", "X", "", "", fields, boost=boost)])
    ((level, number),) = postings.unpack(found[term])
    assert number == 0
    return level


@given(st.floats(1e-4, 500), st.floats(0.5, 3))
def test_levels_are_logarithms_of_the_worth(weight, boost):
    worth = weight / (weight + 6) * boost
    steps = 6 * math.log2(worth / 0.08)
    if abs(steps % 1 - 0.5) > 1e-6:  # the midst between two levels belongs to either
        assert level("word", Field(weight, "word"), boost=boost) == -max(1, min(30, round(steps)))


def test_a_field_of_more_weight_counts_more():
    assert level("word", Field(9, "word")) < level("word", Field(2, "word"))


def test_a_word_that_comes_again_counts_more():
    assert level("word", Field(2, "word word word")) < level("word", Field(2, "word"))


def test_a_longer_text_than_usual_counts_less():
    long, short = "word and ten others or more of them here now", "word"
    assert level("word", Field(2, long, 3)) > level("word", Field(2, short, 3))


def test_what_stands_within_words_makes_a_text_longer():
    plain, humps = "word flashattention distilbert", "word FlashAttention DistilBERT"
    assert level("word", Field(2, humps, 3)) > level("word", Field(2, plain, 3))


def test_what_stands_within_a_word_counts_less_unless_it_stands_there_by_itself():
    within, alone = level("flash", Field(2, "FlashAttention")), level("flash", Field(2, "flash"))
    assert level("flashattention", Field(2, "FlashAttention")) == alone < within
    assert level("flash", Field(2, "flash FlashAttention")) < alone


def test_the_weights_of_all_fields_count():
    assert level("word", Field(2, "word"), Field(2, "a word")) == level("word", Field(4, "word"))


@pytest.mark.parametrize("level", [-30, -7, -1])
@pytest.mark.parametrize("number", [0, 1, 2**31])
def test_a_posting_is_read_back(level, number):
    assert list(postings.unpack([postings.pack(level, number)])) == [(level, number)]


def test_the_best_come_first():
    given = [(-3, 9), (-30, 4), (-3, 2), (-1, 0)]
    assert list(postings.unpack(sorted(postings.pack(*pair) for pair in given))) == sorted(given)
