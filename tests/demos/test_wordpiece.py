"""WordPiece against Hugging Face's tokenizers, and its likelihoods against counting the text again."""

from __future__ import annotations

import math
from collections import Counter
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tokenizers import models
from transformers import BertTokenizer

import wordpiece as wp
from byte_pair_encoding import merge
from tasks.number_words import german, split_numbers

VOCABULARY = "[PAD] [UNK] [CLS] [SEP] [MASK] un ##aff ##able ##a ##f ##ff a b ##b ab ##abc ##c ü ##ü ##über".split()
WORDS = st.text(alphabet="abcfunüz", max_size=12)


def log_likelihood(words: dict[str, tuple[str, ...]], counts: dict[str, int]) -> float:
    """Of all pieces of a text, each as likely as it is frequent."""
    n = Counter(piece for word, pieces in words.items() for piece in pieces * counts[word])
    return sum(count * math.log(count / n.total()) for count in n.values())


@given(WORDS)
@settings(max_examples=300, derandomize=True, deadline=None)
def test_words_are_cut_as_the_tokenizers_library_cuts_them(word):
    numbers = {piece: number for number, piece in enumerate(VOCABULARY)}
    reference = models.WordPiece(numbers, unk_token="[UNK]", max_input_chars_per_word=10)
    assert wp.tokenize_word(word, numbers, longest=10) == [token.value for token in reference.tokenize(word)]


def test_texts_are_cut_as_the_tokenizer_of_bert_cuts_them(tmp_path):
    path = tmp_path / "vocab.txt"
    path.write_text("\n".join(VOCABULARY) + "\n", "utf-8")
    reference = BertTokenizer(vocab_file=str(path), vocab=str(path), do_lower_case=False)
    text = "unaffable aab unaffa b übera über " + "ab" * 50 + " " + "a" + "b" * 100 + " zebra unabc"
    assert wp.tokenize(text, set(VOCABULARY)) == reference.tokenize(text)
    assert wp.tokenize(text, set(VOCABULARY)).count(wp.UNKNOWN) == 4


def test_the_longest_piece_wins_by_hand():
    vocabulary = {"a", "ab", "##b", "##c", "##bc"}
    assert wp.tokenize_word("abc", vocabulary) == ["ab", "##c"]
    assert wp.tokenize_word("abbc", vocabulary) == ["ab", "##bc"]
    assert wp.tokenize_word("bc", vocabulary) == [wp.UNKNOWN]
    assert wp.tokenize_word("abd", vocabulary) == [wp.UNKNOWN]
    assert wp.tokenize_word("", vocabulary) == []


def test_the_gain_is_the_change_of_the_likelihood_for_every_pair():
    counts = {"aaaaa": 3, "abab": 5, "abc": 7, "xabc": 2, "ba": 1, "aab": 4}
    words = {word: tuple(word) for word in counts}
    for step in (("b", "c"), ("a", "b"), ("a", "a"), None):
        n = Counter(piece for word, pieces in words.items() for piece in pieces * counts[word])
        pairs = Counter(pair for word, pieces in words.items() for pair in wp.neighbours(pieces) * counts[word])
        assert set(pairs) == {pair for pieces in words.values() for pair in pairwise(pieces)}
        for (a, b), n_ab in pairs.items():
            merged = {word: merge(pieces, (a, b)) for word, pieces in words.items()}
            change = log_likelihood(merged, counts) - log_likelihood(words, counts)
            assert wp.likelihood_gain(n, a, b, n_ab, n.total()) == pytest.approx(change, abs=1e-9)
        if step:
            words = {word: merge(pieces, step) for word, pieces in words.items()}


def test_a_pair_of_the_same_piece_is_counted_as_often_as_it_can_be_merged():
    for length in range(6):
        assert wp.neighbours("a" * length).count(("a", "a")) == length // 2
    assert wp.neighbours("aabaaab") == [("a", "a"), ("a", "b"), ("b", "a"), ("a", "a"), ("a", "b")]


def test_likelihood_prefers_pieces_that_belong_together_and_frequency_those_that_abound():
    """q is always followed by u, and e follows t more often, but t and e are everywhere."""
    counts = {"xqu": 20, "xte": 30, "xtx": 60, "xex": 60, "xee": 60, "xtt": 60}
    letters = 2 * len(set("xqute"))
    assert wp.learn(counts, letters + 1)[letters:] == ["##qu"]
    assert wp.learn(counts, letters + 1, wp.frequency)[letters:] != ["##qu"]


def test_learning_takes_the_likeliest_text_at_every_step():
    counts = {"hug": 10, "pug": 5, "pun": 12, "bun": 4, "hugs": 5}
    words = {word: (wp.BEGIN + word[0], *word[1:]) for word in counts}
    pieces = wp.learn(counts, 17)
    letters = len(set("hugpnbs"))
    assert len(pieces) == 17
    assert pieces[: 2 * letters] == [*"bghnpsu", *(f"##{letter}" for letter in "bghnpsu")]
    for piece in pieces[2 * letters :]:
        pairs = sorted({pair for word in words.values() for pair in pairwise(word)})
        best = max(pairs, key=lambda pair: log_likelihood({word: merge(p, pair) for word, p in words.items()}, counts))
        words = {word: merge(p, best) for word, p in words.items()}
        new = "".join(best)
        assert piece == (new[1:] if new.startswith(wp.BEGIN) else "##" + new)


def test_learning_stops_where_nothing_is_gained():
    assert wp.learn({"ab": 1}, 99) == ["a", "b", "##a", "##b", "ab"]
    assert wp.learn({"a": 3}, 99) == ["a", "##a"]
    independent = {first + second: 1 for first in "abcde" for second in "fghij"}
    assert len(wp.learn(independent, 99)) == 2 * 10


@given(st.lists(st.text(alphabet="abcdé", min_size=1, max_size=9), min_size=1, max_size=5))
@settings(max_examples=100, derandomize=True, deadline=None)
def test_every_text_over_known_letters_comes_back_without_unknowns(words):
    vocabulary = set(wp.learn({"abcabc": 4, "édabc": 2, "aaa": 1}, 18))
    pieces = wp.tokenize(" ".join(words), vocabulary)
    assert wp.UNKNOWN not in pieces
    assert wp.detokenize(pieces) == " ".join(words)


def test_no_held_out_number_is_learned_from(monkeypatch):
    learned_from = []

    def spy(counts, size, *gain):
        learned_from.append(counts)
        return learn(counts, size, *gain)

    learn = wp.learn
    monkeypatch.setattr(wp, "learn", spy)
    report = wp.run(wp.Config(steps=60, numbers=200, words=150, held_out=40))
    held_out = {german(number) for number in split_numbers(200, 40, 0)[1]}
    assert len(held_out) == 40
    assert len(learned_from) == 2
    assert not any(set(counts) & held_out for counts in learned_from)
    assert all(counts.total() > 300 for counts in learned_from)
    assert [claim.value for claim in report.claims[:3]] == [0, 1, 1]


def test_unknown_words_and_pieces_of_a_word_are_counted(monkeypatch):
    monkeypatch.setattr(wp, "learn", lambda *rule: [*"abc", "ein", "##s"] if rule[2:] else ["eins", "one"])
    monkeypatch.setattr(wp, "split_numbers", lambda *_: ([2], [1, 2]))
    values = [claim.value for claim in wp.run(wp.Config()).claims]
    # One and eins are known, two and zwei are not; in the second text, both are words that were seen before.
    assert values[:4] == [2, 1 / 2, 1 / 2, 1]
    assert values[4:] == [0, 0]  # no cut in "eins" or [UNK]; with the other pieces ein is cut from s, within a part


def test_natural_cuts_are_counted_by_hand():
    vocabulary = {"ein", "##und", "##zwanzig", "##z", "##wanzig", "dreißig"}
    assert wp.natural_cuts(["einundzwanzig", "dreißig"], vocabulary) == 1.0
    assert wp.natural_cuts(["einundzwanzig"], vocabulary - {"##zwanzig"}) == pytest.approx(2 / 3)
