"""BERT's tokens: what is done to a text before its words are cut into pieces.

Paper: Devlin, Chang, Lee and Toutanova, BERT, NAACL 2019, arXiv 1810.04805v2
Entry: devlin-etal-2019-bert
Covers: the tokenizer of the authors' uncased models: cleaning, case and accents, punctuation, Chinese, WordPiece (§3)
Omits: the cased models, special tokens that are written in the text, learning the vocabulary (wordpiece.py)
Claim: a vocabulary of 30,000 pieces serves every text (§3), once texts that look alike are written alike
Check: spellings of one text that get the same tokens, and unknown words, against splitting at white space
Run: 2 seconds
Shapes: none; a text becomes a list of numbers
"""

from __future__ import annotations

import random
import unicodedata
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from shared import Claim, Report, main
from tasks.number_words import english, german
from wordpiece import UNKNOWN, learn, tokenize_word

if TYPE_CHECKING:
    from matplotlib.figure import Figure

# %% [markdown]
# ## Cleaning
# Control characters are dropped and every kind of white space becomes a space. Chinese is written without spaces,
# so each of its characters becomes a word; Japanese kana and Korean are left as they are.

# %%
CHINESE = (
    range(0x4E00, 0xA000),
    range(0x3400, 0x4DC0),
    range(0x20000, 0x2A6E0),
    range(0x2A700, 0x2B740),
    range(0x2B740, 0x2B820),
    range(0x2B820, 0x2CEB0),
    range(0xF900, 0xFB00),
    range(0x2F800, 0x2FA20),
)


def clean(text: str) -> str:
    """The text without what cannot be seen, spaces around Chinese characters.

    departs: characters of private use (Co) go too, as in Hugging Face's tokenizer; the authors' code keeps them.
    """
    found = []
    for character in text:
        # Python calls these control characters white space too; BERT does not.
        if character.isspace() and character not in "\x1c\x1d\x1e\x1f\x85\x0b\x0c":
            found.append(" ")
        elif any(ord(character) in block for block in CHINESE):
            found.append(f" {character} ")
        elif unicodedata.category(character) not in ("Cc", "Cf", "Co") and character != "\ufffd":
            found.append(character)
    return "".join(found)


# %% [markdown]
# ## One way to write a word
# Capital letters become small, and accents are taken off: NFD writes é as e and a mark of category Mn, which is
# dropped.


# %%
def plain(text: str) -> str:
    """Small letters without accents."""
    marks = unicodedata.normalize("NFD", text.lower())
    return "".join(character for character in marks if unicodedata.category(character) != "Mn")


# %% [markdown]
# ## Words
# White space separates words and is gone; each punctuation mark is a word. The marks of ASCII that Unicode calls
# symbols, such as $ and ^, count as punctuation too.


# %%
def is_punctuation(character: str) -> bool:
    """Of Unicode's categories P, or of ASCII and neither letter, digit nor space."""
    symbol = character.isascii() and character.isprintable() and not character.isalnum() and character != " "
    return symbol or unicodedata.category(character)[0] == "P"


def words_of(text: str) -> list[str]:
    """All of the above: the words that WordPiece will cut."""
    words = []
    for word in plain(clean(text)).split():
        open_word = ""
        for character in word:
            if is_punctuation(character):
                words += [open_word, character]
                open_word = ""
            else:
                open_word += character
        words.append(open_word)
    return [word for word in words if word]


# %% [markdown]
# ## Numbers (§3)
# $$[\mathrm{CLS}]\ A_1 \dots A_n\ [\mathrm{SEP}]\ B_1 \dots B_m\ [\mathrm{SEP}]$$
# A first token for the whole input, a last one for each sentence; segments say which sentence a token is of.


# %%
def tokenize(text: str, vocabulary: Mapping[str, int]) -> list[str]:
    """The pieces of a text, UNKNOWN for words that cannot be cut.

    departs: words of more than 100 characters are UNKNOWN too, as in Hugging Face's tokenizer; the authors allow 200.
    """
    return [piece for word in words_of(text) for piece in tokenize_word(word, vocabulary)]


def encode(vocabulary: Mapping[str, int], *texts: str) -> tuple[list[int], list[int]]:
    """Tokens and segments of one text or two."""
    pieces = [[*tokenize(text, vocabulary), "[SEP]"] for text in texts]
    pieces[0].insert(0, "[CLS]")
    numbers = [vocabulary[piece] for sentence in pieces for piece in sentence]
    return numbers, [segment for segment, sentence in enumerate(pieces) for _ in sentence]


# %% [markdown]
# ## The experiment
# A vocabulary learned from plain numbers in words, with a few Chinese characters. Then the same texts are written in
# other ways: with capitals, accents in one character or two, invisible characters, marks without spaces.


# %%
CHINESE_NUMBERS = "零一二三四五六七八九"


@dataclass(frozen=True)
class Config:
    """Sizes of the experiment."""

    seed: int = 0
    device: str = "cpu"  # nothing to compute there
    steps: int = 150  # pieces
    texts: int = 300


def rewrite(text: str, rng: random.Random) -> str:
    """The same to a reader, or nearly so."""
    ways: list[Callable[[str], str]] = [
        lambda text: text.replace("ß", "ẞ").upper(),
        str.title,
        lambda text: unicodedata.normalize("NFD", text),
        lambda text: text.replace("e", "é").replace("u", "ù"),
        lambda text: text.replace(" ", "\u00a0\t"),
        lambda text: "\u200b".join(text),
    ]
    return rng.choice(ways)(text)


def run(config: Config) -> Report:
    """The same tokens for other spellings, and no unknown words, with BERT's rules and at white space only."""
    rng = random.Random(config.seed)
    numbers = [rng.randrange(10_000) for _ in range(config.texts)]
    texts = [f"{english(number)}, {german(number)}!" for number in numbers]
    counts = Counter(word for text in texts for word in words_of(text))
    pieces = [*learn(counts, config.steps), *CHINESE_NUMBERS, "[CLS]", "[SEP]", UNKNOWN]
    vocabulary = {piece: number for number, piece in enumerate(pieces)}
    chinese = ["".join(CHINESE_NUMBERS[int(digit)] for digit in str(number)) for number in numbers]
    others = [rewrite(text, rng) for text in texts]

    def same(cut: Callable[[str], Sequence[str]]) -> float:
        """The share of texts whose other spelling has the same tokens, none of them unknown."""
        pairs = [(cut(text), cut(other)) for text, other in zip(texts, others, strict=True)]
        return sum(a == b and UNKNOWN not in a for a, b in pairs) / len(pairs)

    def known(cut: Callable[[str], Sequence[str]]) -> float:
        """The share of Chinese numbers without an unknown word."""
        return sum(UNKNOWN not in cut(text) for text in chinese) / len(chinese)

    def rules(text: str) -> list[str]:
        return tokenize(text, vocabulary)

    def spaces(text: str) -> list[str]:
        return [piece for word in text.split() for piece in tokenize_word(word, vocabulary)]

    bars = {"same tokens": (same(rules), same(spaces)), "Chinese known": (known(rules), known(spaces))}
    return Report(
        [
            Claim("other spellings that get the same known tokens", same(rules), "§3", at_least=1.0),
            Claim("the same spellings at white space only", same(spaces), at_most=0.3, control=True),
            Claim("Chinese numbers without an unknown word", known(rules), "§3", at_least=1.0),
            Claim("Chinese numbers at white space only", known(spaces), at_most=0.3, control=True),
        ],
        figure=lambda: draw(bars),
        caption="Texts with the same tokens in another spelling, and Chinese numbers without unknown words: BERT's "
        "rules (blue) against splitting at white space (orange).",
    )


def draw(bars: Mapping[str, tuple[float, float]]) -> Figure:
    """Two bars for each check."""
    import figures

    figure, [axes] = figures.new(height=1.8)
    for side in range(2):
        at = [y + 0.36 * side - 0.18 for y in range(len(bars))]
        axes.barh(at, [pair[side] for pair in bars.values()], color=figures.COLOURS[side], height=0.32)
    axes.set_yticks(range(len(bars)), list(bars))
    axes.invert_yaxis()
    axes.set(xlim=(0, 1), xlabel="share of texts")
    return figure


if __name__ == "__main__":
    main(Config, run, __doc__)
