"""Byte pair encoding: an open vocabulary of a fixed size, over characters and over bytes.

Paper: Sennrich, Haddow and Birch, Neural Machine Translation of Rare Words with Subword Units, ACL 2016
Entry: sennrich-etal-2016-neural
Covers: §3.2 (algorithm 1, applying the merges); the byte-level variant of GPT-2 (Radford et al. 2019, §2.2)
Omits: §3.2 joint BPE of two languages, §4 and §5 the translation experiments
Claim: a small vocabulary of subwords writes every word (§3.2) in far fewer symbols than characters (§4.1, table 1)
Check: unknown tokens and lengths on unseen prose against words and characters; bytes and foreign scripts round trip
Run: 5 seconds
Shapes: none; a word is a tuple of symbols, a merge is a pair of symbols
"""

from __future__ import annotations

import random
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice, pairwise
from typing import TYPE_CHECKING, AnyStr

from num2words import num2words

from shared import Claim, Report, main
from tasks.prose import paragraphs

if TYPE_CHECKING:
    from matplotlib.figure import Figure

# %% [markdown]
# ## Learning: merge the most frequent pair (§3.2, algorithm 1)
# $$(a, b) = \arg\max_{(x, y)} \sum_{w} \mathrm{count}(w) \cdot \#\{i : w_i = x,\ w_{i+1} = y\}$$
# Words start as sequences of characters. Again and again the pair of neighbours that occurs most often becomes one
# new symbol. Pairs never reach over the end of a word, so it is enough to count each different word once.


# %%
def merge(word: tuple[AnyStr, ...], pair: tuple[AnyStr, AnyStr]) -> tuple[AnyStr, ...]:
    """Every a b of the word becomes ab, from left to right."""
    merged: list[AnyStr] = []
    symbols = iter(range(len(word)))
    for i in symbols:
        if word[i : i + 2] == pair:
            merged.append(pair[0] + pair[1])
            next(symbols)
        else:
            merged.append(word[i])
    return tuple(merged)


def learn(
    words: Mapping[tuple[AnyStr, ...], int], alphabet: Sequence[AnyStr], merges: int
) -> list[tuple[AnyStr, AnyStr]]:
    """Algorithm 1: up to so many merges, the best first. Pairs are counted anew only in words that changed (§3.2).

    departs: of equally frequent pairs the older symbols win, where the paper leaves it open; as in the authors' later
    code, a pair that occurs once is not merged.
    """
    age = {symbol: number for number, symbol in enumerate(alphabet)}
    sequences, counts = list(words), list(words.values())
    frequency: Counter[tuple[AnyStr, AnyStr]] = Counter()
    where: defaultdict[tuple[AnyStr, AnyStr], set[int]] = defaultdict(set)
    found: list[tuple[AnyStr, AnyStr]] = []

    def count(w: int, times: int) -> None:
        for pair in pairwise(sequences[w]):
            frequency[pair] += times * counts[w]
            where[pair].add(w)

    for w in range(len(sequences)):
        count(w, 1)
    while len(found) < merges and (most := max(frequency.values(), default=0)) > 1:
        best = min((pair for pair, n in frequency.items() if n == most), key=lambda pair: (age[pair[0]], age[pair[1]]))
        found.append(best)
        age.setdefault(best[0] + best[1], len(age))
        for w in where.pop(best):
            count(w, -1)
            sequences[w] = merge(sequences[w], best)
            count(w, 1)
        del frequency[best]
        where.pop(best, None)
    return found


# %% [markdown]
# ## Applying: the same merges in the same order (§3.2)
# A new word is spelled out, and the learned merges are repeated on it, the earliest learned first. What stays unmerged
# is still a known symbol, down to single characters: no word of known characters is out of the vocabulary.


# %%
def segment(word: tuple[AnyStr, ...], rank: Mapping[tuple[AnyStr, AnyStr], int]) -> tuple[AnyStr, ...]:
    """The word after all merges that apply; `rank` says when each was learned."""
    while len(word) > 1:
        best = min(pairwise(word), key=lambda pair: rank.get(pair, len(rank)))
        if best not in rank:
            break
        word = merge(word, best)
    return word


END = "</w>"


class BytePairEncoding:
    """§3.2: subwords of characters. The symbol `</w>` ends each word, so a text can be put together again."""

    def __init__(self, alphabet: Iterable[str], merges: Sequence[tuple[str, str]]) -> None:
        self.merges = list(merges)
        self.rank = {pair: number for number, pair in enumerate(merges)}
        self.vocabulary = {*alphabet, *(a + b for a, b in merges)}

    @classmethod
    def learn(cls, text: str, merges: int) -> BytePairEncoding:
        """From a text whose words stand between white space."""
        words = Counter((*word, END) for word in text.split())
        alphabet = sorted({symbol for word in words for symbol in word})
        return cls(alphabet, learn(words, alphabet, merges))

    def encode(self, text: str) -> list[str]:
        """The symbols of a text; characters that were never seen stand alone and are not in the vocabulary."""
        words = Counter(text.split())
        pieces = {word: segment((*word, END), self.rank) for word in words}
        return [symbol for word in text.split() for symbol in pieces[word]]

    def decode(self, symbols: Sequence[str]) -> str:
        """The text again, its white space as single spaces."""
        return "".join(symbols).replace(END, " ").rstrip(" ")


# %% [markdown]
# ## Bytes instead of characters (GPT-2, §2.2)
# The 256 bytes are an alphabet that no text can leave. So that merges are not spent on `dog.`, `dog!` and `dog?`,
# symbols may not be merged across kinds of characters: letters, digits, other signs. One space before a word is the
# exception, and belongs to it; so are English endings such as `'ll`, which the authors' code keeps whole.


# %%
# Visible signs first, as in GPT-2, so that the numbers of all symbols are the same as there.
BYTES = tuple(bytes([b]) for b in sorted(range(256), key=lambda b: (not chr(b).isprintable() or chr(b) == " ", b)))
PIECES = re.compile(r"'(?:s|t|re|ve|m|ll|d)| ?[A-Za-z]+| ?[0-9]+| ?[^\sA-Za-z0-9]+|\s+(?!\S)|\s+", re.ASCII)


def kind(character: str) -> str:
    """The character if it is of ASCII, else one of ASCII of the same kind."""
    if character.isascii():
        return character
    if character.isalpha():
        return "A"
    if character.isnumeric():
        return "0"
    return "\t" if character.isspace() else "!"


def pieces(text: str) -> list[str]:
    """Cut a text where no merge may reach across. Joined, the pieces are the text."""
    kinds = "".join(map(kind, text))
    return [text[match.start() : match.end()] for match in PIECES.finditer(kinds)]


class ByteLevelBPE:
    """GPT-2, §2.2: numbers for any text, and for any bytes, without an unknown symbol.

    Numbers 0 to 255 are bytes, those after them merges; special tokens of the caller may use `len(bpe)` and up.
    """

    def __init__(self, merges: Sequence[tuple[bytes, bytes]]) -> None:
        self.merges = list(merges)
        self.rank = {pair: number for number, pair in enumerate(merges)}
        self.symbols = list(dict.fromkeys((*BYTES, *(a + b for a, b in merges))))
        self.number = {symbol: number for number, symbol in enumerate(self.symbols)}
        self.known: dict[str, list[int]] = {}  # pieces come again and again

    @classmethod
    def learn(cls, text: str, merges: int) -> ByteLevelBPE:
        """From any text."""
        counts = Counter(pieces(text))
        return cls(learn({spell(piece): count for piece, count in counts.items()}, BYTES, merges))

    def __len__(self) -> int:
        return len(self.symbols)

    def encode(self, text: str | bytes) -> list[int]:
        """Text or bytes to numbers; bytes need not be valid UTF-8."""
        if isinstance(text, bytes):
            text = text.decode("utf-8", "surrogateescape")
        numbers: list[int] = []
        for piece in pieces(text):
            if piece not in self.known:
                self.known[piece] = [self.number[symbol] for symbol in segment(spell(piece), self.rank)]
            numbers += self.known[piece]
        return numbers

    def decode(self, numbers: Iterable[int]) -> bytes:
        """Numbers to exactly the bytes that were encoded; `.decode()` makes them text."""
        return b"".join(self.symbols[number] for number in numbers)


def spell(piece: str) -> tuple[bytes, ...]:
    """The bytes of a piece, one by one. Bytes that were no UTF-8 come back as they were."""
    return tuple(bytes([b]) for b in piece.encode("utf-8", "surrogateescape"))


# %% [markdown]
# ## The experiment
# Subwords are learned from nine tenths of the chapters of Python's `help` and used on the rest, where a vocabulary of
# as many words does not know every fourth word. Numbers written out in five other scripts, and bytes at random, ask
# what happens to characters that were never seen.


# %%
@dataclass(frozen=True)
class Config:
    """Sizes of the experiment; `steps` is the number of merges."""

    seed: int = 0
    device: str = "cpu"
    steps: int = 1000
    strings: int = 500


def split(seed: int) -> tuple[str, str]:
    """Paragraphs to learn from and, another tenth for each seed, paragraphs to test on."""
    texts = list(paragraphs())
    random.Random(seed).shuffle(texts)
    tenth = len(texts) // 10
    return "".join(texts[tenth:]), "".join(texts[:tenth])


def scripts(rng: random.Random, count: int) -> list[str]:
    """Numbers in words, in Russian, Japanese, Korean, Arabic and Thai."""
    languages = ("ru", "ja", "ko", "ar", "th")
    return [num2words(rng.randrange(10_000), lang=languages[i % len(languages)]) for i in range(count)]


def round_trips(bpe: ByteLevelBPE, strings: Iterable[bytes]) -> float:
    """The share of strings that come back as they were."""
    came_back = [bpe.decode(bpe.encode(string)) == string for string in strings]
    return sum(came_back) / len(came_back)


def mixed(symbols: Iterable[str]) -> float:
    """The share of symbols that hold letters as well as other signs (spaces in front and ends of words aside)."""
    kinds = [{c.isalpha() for c in symbol.removesuffix(END).removeprefix(" ")} for symbol in symbols]
    return sum(len(found) == 2 for found in kinds) / max(len(kinds), 1)


def run(config: Config) -> Report:
    """Subwords, words and characters on unseen prose; plain and byte-level subwords on unseen scripts and bytes."""
    train, test = split(config.seed)
    rng = random.Random(config.seed)
    plain, byte_level = BytePairEncoding.learn(train, config.steps), ByteLevelBPE.learn(train, config.steps)
    size = len(plain.vocabulary)
    known = {word for word, _ in Counter(train.split()).most_common(size)}
    symbols, words = plain.encode(test), test.split()
    foreign = scripts(rng, config.strings)
    noise = [rng.randbytes(rng.randrange(40)) for _ in range(config.strings)]
    unknown = [symbol not in plain.vocabulary for text in foreign for symbol in plain.encode(text)]
    merged = (symbol.decode(errors="replace") for symbol in islice(byte_level.symbols, len(BYTES), None))
    gpt2 = "GPT-2, §2.2"
    return Report(
        [
            Claim(
                "share of unknown symbols in unseen prose, written in subwords",
                sum(symbol not in plain.vocabulary for symbol in symbols) / len(symbols),
                "§3.2",
                at_most=0.001,
            ),
            Claim(
                "share of unknown words there, for a vocabulary of as many words",
                sum(word not in known for word in words) / len(words),
                "§1",
                at_least=0.10,
                control=True,
            ),
            Claim("symbols for each character of unseen prose", len(symbols) / len(test), "§4.1, table 1", at_most=0.5),
            Claim(
                "random bytes come back exactly from byte-level subwords",
                round_trips(byte_level, noise),
                gpt2,
                at_least=1.0,
            ),
            Claim(
                "texts in unseen scripts come back exactly",
                round_trips(byte_level, (text.encode() for text in foreign)),
                gpt2,
                at_least=1.0,
            ),
            Claim(
                "share of unknown symbols in unseen scripts, in subwords of characters",
                sum(unknown) / len(unknown),
                gpt2,
                at_least=0.3,
                control=True,
            ),
            Claim("share of byte-level symbols that mix letters with other signs", mixed(merged), gpt2, at_most=0.01),
            Claim(
                "share of plain symbols that mix letters with other signs",
                mixed(plain.vocabulary),
                gpt2,
                at_least=0.02,
                control=True,
            ),
        ],
        figure=lambda: draw(plain, byte_level, test),
        caption="How many symbols write a word of unseen prose, after so many merges.",
    )


def draw(plain: BytePairEncoding, byte_level: ByteLevelBPE, test: str) -> Figure:
    """Lengths after fewer merges, which are the first of all merges."""
    import figures

    figure, [axes] = figures.new(height=2.6)
    words, most = len(test.split()), len(plain.merges)
    counts = sorted({min(10 * 2**i, most) for i in range(12)})
    alphabet = {symbol for symbol in plain.vocabulary if len(symbol) == 1}
    lengths = [len(BytePairEncoding(alphabet, plain.merges[:n]).encode(test)) / words for n in counts]
    axes.plot(counts, lengths, "o-", color=figures.COLOURS[0], label="characters and </w>", markersize=4)
    lengths = [len(ByteLevelBPE(byte_level.merges[:n]).encode(test)) / words for n in counts]
    axes.plot(counts, lengths, "s-", color=figures.COLOURS[1], label="bytes, kinds kept apart", markersize=4)
    axes.axhline(1, color=figures.INK, linewidth=0.8, linestyle=":")
    axes.set(xscale="log", xlabel="merges", ylabel="symbols for a word", ylim=(0, None))
    axes.legend()
    return figure


if __name__ == "__main__":
    main(Config, run, __doc__)
