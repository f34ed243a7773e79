"""Byte pair encoding against counting anew, against the library `tokenizers`, and by hand."""

from __future__ import annotations

import random
from collections import Counter
from itertools import pairwise

import pytest
import tokenizers
from tokenizers import ByteLevelBPETokenizer

import byte_pair_encoding as bp
from tasks.prose import paragraphs

TEXT = "".join(paragraphs()[:120])
ODD = "naïve ½ ² Ⅷ 一二 ٣٤ don't I'll 'S  'll\t\n two  spaces\u00a0nbsp\u3000wide\x1c\x85 é e\u0301 🙂👍🏽 "
ODD += "x_y __init__ 3rd A1 …?! \u200b "


def in_letters(symbol: bytes) -> str:
    """How GPT-2's files write bytes: visible signs as themselves, the others as letters from U+0100 on."""
    visible = [b for b in range(256) if chr(b).isprintable() and chr(b) != " "]
    hidden = [b for b in range(256) if b not in visible]
    return "".join(chr(b) if b in visible else chr(256 + hidden.index(b)) for b in symbol)


def library(bpe: bp.ByteLevelBPE) -> ByteLevelBPETokenizer:
    """The tokenizer of the library with our symbols and merges."""
    vocabulary = {in_letters(symbol): number for number, symbol in enumerate(bpe.symbols)}
    return ByteLevelBPETokenizer(vocabulary, [(in_letters(a), in_letters(b)) for a, b in bpe.merges])


def random_text(rng: random.Random) -> str:
    """Characters of all kinds in any order."""
    spans = ((9, 127), (9, 127), (128, 0x250), (0x370, 0x700), (0x2000, 0x2200), (0x4E00, 0x4F00), (0x1F600, 0x1F640))
    return "".join(chr(rng.randrange(*rng.choice(spans))) for _ in range(rng.randrange(60)))


def counted_anew(words: dict[tuple[str, ...], int], alphabet: list[str], merges: int) -> list[tuple[str, str]]:
    """Algorithm 1 without any saving: all pairs of all words, counted again after each merge."""
    age = list(alphabet)
    found = []
    for _ in range(merges):
        pairs: Counter[tuple[str, str]] = Counter()
        for word, count in words.items():
            for pair in pairwise(word):
                pairs[pair] += count
        if not pairs or max(pairs.values()) < 2:
            break
        a, b = min(pairs, key=lambda pair: (-pairs[pair], age.index(pair[0]), age.index(pair[1])))
        found.append((a, b))
        if a + b not in age:
            age.append(a + b)
        words = {glued(word, a, b): count for word, count in words.items()}
    return found


def glued(word: tuple[str, ...], a: str, b: str) -> tuple[str, ...]:
    """One merge by recursion."""
    if len(word) < 2:
        return word
    return (a + b, *glued(word[2:], a, b)) if word[:2] == (a, b) else (word[0], *glued(word[1:], a, b))


def test_the_first_merges_of_a_small_dictionary_are_those_made_by_hand():
    counts = {"low": 5, "lower": 2, "newest": 6, "widest": 3}
    text = " ".join(word for word, count in counts.items() for _ in range(count))
    bpe = bp.BytePairEncoding.learn(text, merges=6)
    # e s, s t and t </w> occur nine times each, e being the oldest; then es t and t </w>, t being older than es;
    # l o and o w seven times.
    assert bpe.merges[:5] == [("e", "s"), ("t", bp.END), ("es", "t</w>"), ("l", "o"), ("lo", "w")]
    assert bpe.encode("lowest low") == ["low", "est</w>", "low", "</w>"]
    assert bpe.encode("slow") == ["s", "low", "</w>"]


@pytest.mark.parametrize("seed", range(5))
def test_learning_finds_the_merges_that_counting_anew_finds(seed):
    rng = random.Random(seed)
    drawn = ("".join(rng.choices("aabc", k=rng.randint(1, 9))) for _ in range(60))
    words = {tuple(word): rng.randint(1, 4) for word in drawn}
    expected = counted_anew(words, ["a", "b", "c"], 40)
    assert bp.learn(words, ["a", "b", "c"], 40) == expected
    assert len(expected) == 40


def test_merging_goes_from_left_to_right_without_overlap():
    assert bp.merge(("a", "a", "a"), ("a", "a")) == ("aa", "a")
    assert bp.merge(("b", "a", "a", "a", "a"), ("a", "a")) == ("b", "aa", "aa")
    assert bp.merge(("a", "b", "ab", "a", "b"), ("a", "b")) == ("ab", "ab", "ab")


def test_learning_stops_where_no_pair_occurs_twice():
    assert bp.learn({("a", "b"): 1, ("a", "c"): 1}, ["a", "b", "c"], 5) == []
    assert bp.learn({("a", "b"): 2}, ["a", "b"], 5) == [("a", "b")]
    assert bp.learn({}, ["a"], 5) == []


def test_segmenting_follows_the_order_of_learning_and_not_of_the_text():
    assert bp.segment(("a", "b", "c"), {("b", "c"): 0, ("a", "b"): 1}) == ("a", "bc")
    assert bp.segment(("a", "b", "c"), {("b", "c"): 1, ("a", "b"): 0}) == ("ab", "c")


def test_plain_subwords_are_those_of_the_library_with_the_same_merges():
    bpe = bp.BytePairEncoding.learn(TEXT, merges=300)
    alphabet = {chr(b) for b in range(33, 127)} | bpe.vocabulary
    one = {symbol.replace(bp.END, "\ue000"): number for number, symbol in enumerate(sorted(alphabet))}
    merges = [(a.replace(bp.END, "\ue000"), b.replace(bp.END, "\ue000")) for a, b in bpe.merges]
    theirs = tokenizers.Tokenizer(tokenizers.models.BPE(one, merges))
    for text in paragraphs()[120:160]:
        words = [word for word in text.split() if word.isascii()]
        expected = [token for word in words for token in theirs.encode(word + "\ue000").tokens]
        assert [symbol.replace(bp.END, "\ue000") for symbol in bpe.encode(" ".join(words))] == expected


def test_plain_subwords_can_be_put_together_again_and_leave_unseen_characters_alone():
    bpe = bp.BytePairEncoding.learn(TEXT, merges=100)
    assert bpe.decode(bpe.encode("  the  assertion\nerror ")) == "the assertion error"
    assert bpe.encode("ж") == ["ж", bp.END]
    assert "ж" not in bpe.vocabulary
    assert bpe.encode("") == []


def test_the_numbers_of_bytes_are_those_of_gpt2():
    theirs = ByteLevelBPETokenizer()
    theirs.train_from_iterator(["aa"], vocab_size=256, show_progress=False)
    vocabulary = theirs.get_vocab()
    assert [in_letters(symbol) for symbol in bp.BYTES] == sorted(vocabulary, key=vocabulary.get)


def test_byte_level_learning_finds_the_merges_and_numbers_of_the_library():
    theirs = ByteLevelBPETokenizer()
    theirs.train_from_iterator([TEXT], vocab_size=256 + 300, show_progress=False)
    bpe = bp.ByteLevelBPE.learn(TEXT, merges=300)
    assert {in_letters(symbol): number for number, symbol in enumerate(bpe.symbols)} == theirs.get_vocab()
    assert bpe.encode(TEXT) == theirs.encode(TEXT).ids


def test_byte_level_numbers_are_those_of_the_library_with_the_same_merges():
    bpe = bp.ByteLevelBPE.learn(TEXT + 3 * ODD, merges=400)
    theirs = library(bpe)
    rng = random.Random(1)
    for text in (ODD, *paragraphs()[120:160], *(random_text(rng) for _ in range(500))):
        assert bpe.encode(text) == theirs.encode(text).ids
        assert bpe.decode(bpe.encode(text)).decode() == text


def test_any_bytes_come_back_exactly():
    bpe = bp.ByteLevelBPE.learn(TEXT, merges=50)
    rng = random.Random(2)
    for data in (bytes(range(256)), b"", b"\xff\xfe", "é".encode()[:1], b"\xed\xa0\x80", ODD.encode()):
        assert bpe.decode(bpe.encode(data)) == data
    for _ in range(500):
        data = rng.randbytes(rng.randrange(30))
        assert bpe.decode(bpe.encode(data)) == data


def test_text_and_its_bytes_have_the_same_numbers():
    bpe = bp.ByteLevelBPE.learn(TEXT, merges=50)
    assert bpe.encode(ODD) == bpe.encode(ODD.encode())
    assert len(bpe) == len(set(bpe.symbols)) == 306


def test_texts_are_cut_where_the_library_cuts_them():
    cut = tokenizers.pre_tokenizers.ByteLevel(add_prefix_space=False).pre_tokenize_str
    rng = random.Random(3)
    for text in (ODD, "a½b", "éa²", "一1", *paragraphs()[:50], *(random_text(rng) for _ in range(500))):
        assert bp.pieces(text) == [text[start:end] for _, (start, end) in cut(text)]


def test_pieces_join_to_the_text_and_hold_one_kind_each():
    assert bp.pieces("it's 12 dogs!  Really?") == ["it", "'s", " 12", " dogs", "!", " ", " Really", "?"]
    assert "".join(bp.pieces(ODD)) == ODD
    assert bp.mixed(["dog", "dog!", " 12", "</w>", "est</w>", ".</w>"]) == pytest.approx(1 / 6)


def test_a_no_break_space_does_not_go_with_the_word():
    assert bp.pieces("a\u00a0b c") == ["a", "\u00a0", "b", " c"]


def test_no_paragraph_to_test_on_was_learned_from():
    for seed in (0, 1):
        train, test = ([line + "\n" for line in text.split("\n")[:-1]] for text in bp.split(seed))
        assert not set(train) & set(test)
        assert sorted(train + test) == sorted(paragraphs())
        assert len(test) == len(paragraphs()) // 10
    assert bp.split(0) != bp.split(1)


def test_the_numbers_of_the_report_are_those_counted_by_hand(monkeypatch):
    monkeypatch.setattr(bp, "split", lambda _: ("ab ab ab xy", "ab cd"))
    monkeypatch.setattr(bp, "scripts", lambda *_: ["ab", "ж"])
    values = [claim.value for claim in bp.run(bp.Config(steps=1, strings=3)).claims]
    # a, b, x, y, </w> and the merged ab: "ab cd" is ab </w> c d </w>, of which c and d are unknown; among words cd is.
    # In the scripts ab </w> ж </w> only ж is unknown; no symbol mixes letters with other signs.
    assert values == pytest.approx([2 / 5, 1 / 2, 5 / 5, 1, 1, 1 / 4, 0, 0])


def test_learning_longer_only_adds_merges():
    assert bp.ByteLevelBPE.learn(TEXT, 80).merges[:30] == bp.ByteLevelBPE.learn(TEXT, 30).merges
