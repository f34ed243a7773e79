"""Texts become terms: accents, Chinese, compounds, humps."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shoulders.search.terms import normal, terms


def of(text: str) -> list[str]:
    return [term for part in terms(text) for term in part]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", []),
        ("Attention Is All You Need", ["attention", "all", "you", "need"]),
        ("1409.0473", ["1409", "0473"]),
        ("注意力", ["注意", "意力", "力"]),
        ("模", ["模"]),
        ("BERT模型", ["bert", "模型", "型"]),
        ("GPT-2", ["gpt", "2", "gpt2"]),
        ("pre-training", ["pre", "training", "pretraining"]),
        ("RNN Encoder–Decoder", ["rnn", "encoder", "decoder", "encoderdecoder"]),
        ("vaswani-etal-2017-attention", ["vaswani", "2017", "attention"]),
        ("ResNet", ["resnet", "res", "net"]),
        ("DistilBERT", ["distilbert", "distil", "bert"]),
        ("BERT ELMo GloVe", ["bert", "elmo", "glove"]),
        ("Schütze, Łukasz, Ørsted, Gauß", ["schutze", "lukasz", "orsted", "gauss"]),
        ("ＢＥＲＴ　２", ["bert", "2"]),
    ],
)
def test_the_terms_of_a_text(text, found):
    assert of(text) == found


def test_what_stands_within_a_word_is_told_apart():
    assert terms("FlashAttention") == (["flashattention"], ["flash", "attention"])


@given(st.text())
def test_terms_are_normal_and_hold_no_space_or_sign(text):
    for term in of(text):
        assert term
        assert normal(term) == term
        assert all(letter.isalnum() or letter > "\u2fff" for letter in term), term
