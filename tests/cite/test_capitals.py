"""Capitals that BibTeX lowers, and braces that keep them: judged by BibTeX itself."""

from __future__ import annotations

import re

import pytest
from tests.exports.readers import run_bibtex

from shoulders.cite.capitals import lost, protected
from shoulders.exports.latex import title, to_ascii, to_utf8

# A title, its words to protect, and those of them that get lost as it is written.
TITLES: tuple[tuple[str, list[str], list[str]], ...] = (
    ("BERT: Pre-Training of GPT-2 in Paris", ["BERT", "GPT-2", "Paris"], ["BERT", "GPT-2", "Paris"]),
    ("{BERT}: Pre-Training of {GPT-2} in {P}aris", ["BERT", "GPT-2"], []),
    ("{{BERT and GPT-2}}", ["BERT", "GPT-2"], []),
    ("Paris in Delft: Delft in Paris", ["Paris", "Delft"], ["Delft", "Paris"]),
    ("Berlin: {BERT} and BERTs and BERT", ["Berlin", "BERT"], ["BERT"]),
    ("bert and Gpt-2", ["BERT", "GPT-2"], ["BERT", "GPT-2"]),
    ("What it does", ["IT", "IT"], []),
    ("A {Bert} of {L}ight", ["BERT"], []),
    (r"Slow {\AE}r{\o} and {\'E}mile", [r"{\AE}r{\o}"], [r"{\AE}r{\o}"]),
    (r"Slow \AE{} of {\O}rvik", [r"\AE{}"], [r"\AE{}"]),
    ("ELMo meets DNA", ["ELMo", "DNA"], ["ELMo", "DNA"]),
    ("On X and Y", ["X", "Y"], ["X", "Y"]),
    ("GPT-2-based {GPT-2}", ["GPT-2"], ["GPT-2"]),
)


def repaired(text, words):
    """The title with the braces that it lacks."""
    for _, edit in reversed(lost(text, words)):
        text = text[: edit.start] + edit.text + text[edit.end :]
    return text


@pytest.mark.parametrize(("text", "words", "missing"), TITLES)
def test_lost_capitals_are_named_and_kept_once_and_for_all(text, words, missing):
    assert [word for word, _ in lost(text, words)] == missing
    assert lost(repaired(text, words), words) == []


def test_bibtex_lowers_what_is_named_and_keeps_what_is_repaired(tmp_path):
    def printed(titles):
        entries = (
            f"@misc{{k{n:02}, author = {{Ash, A{n:02}}}, title = {{{each}}}}}\n" for n, each in enumerate(titles)
        )
        _, bibliography = run_bibtex("".join(entries), "plain", tmp_path)
        items = re.split(r"\\bibitem\{k\d\d\}", " ".join(bibliography.split()))[1:]
        return [re.sub(r"[{}~]", "", item) for item in items]

    before = printed(text for text, _, _ in TITLES)
    after = printed(repaired(text, words) for text, words, _ in TITLES)
    assert len(before) == len(after) == len(TITLES)
    for (text, words, missing), lowered, kept in zip(TITLES, before, after, strict=True):
        for word in missing:
            assert re.sub(r"[{}~]", "", word) in kept, text
            assert text.count(word) > 1 or re.sub(r"[{}~]", "", word) not in lowered, text
        assert words


@pytest.mark.parametrize("encode", [to_ascii, to_utf8])
def test_words_are_those_that_our_exports_protect(encode):
    exported = title("BERT-based Ærø: É and GPT-2 in {X}, word2vec", ["Ærø", "GPT-2"], encode)
    assert list(protected(exported)) == ["BERT", encode("Ærø"), "GPT-2"]
