"""WordPiece: a vocabulary of pieces that make the training text most likely, and no word is unknown.

Paper: Schuster and Nakajima, Japanese and Korean Voice Search, ICASSP 2012; Wu et al. 2016, arXiv 1609.08144v2, §4.1
Entry: schuster-nakajima-2012-japanese
Covers: the greedy algorithm for the inventory of units; GNMT §4.1 (lossless pieces); BERT's longest match first
Omits: n-gram language models and their pruning, spaces in Japanese, shortcuts for large texts
Claim: a limited set of pieces writes every word, so that none is unknown (GNMT §4.1)
Check: unknown words and the way back to the text, against a vocabulary of whole words; cuts against the frequency rule
Run: 6 seconds
Shapes: none; a word is a tuple of pieces, n counts them
"""

# A piece that begins a word is written as it is, any other with ## before it, as in BERT.

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import log
from typing import TYPE_CHECKING

from byte_pair_encoding import merge
from shared import Claim, Report, main
from tasks.number_words import english, german, split_numbers

if TYPE_CHECKING:
    from matplotlib.figure import Figure

BEGIN, CONTINUE, UNKNOWN = "▁", "##", "[UNK]"

# %% [markdown]
# ## What a merge does to the likelihood
# $$\log L = \sum_u n_u \log \frac{n_u}{N}, \qquad f(n) = n \log n$$
# $$\Delta = f(n_a - n_{ab}) - f(n_a) + f(n_b - n_{ab}) - f(n_b) + f(n_{ab}) - f(N - n_{ab}) + f(N)$$
# The paper adds the unit that makes the training text most likely under a language model over units. Under a
# unigram model the change is exact and needs only counts: $n_{ab}$ units $a$ and as many $b$ become one new unit.


# %%
def likelihood_gain(n: Counter[str], a: str, b: str, n_ab: int, N: int) -> float:
    """Δ log L when n_ab neighbours a b become one piece, of N pieces in all.

    departs: the language model is a unigram model; the paper's has longer histories.
    """

    def f(count: int) -> float:
        return count * log(count) if count else 0.0

    taken = {a: 2 * n_ab} if a == b else {a: n_ab, b: n_ab}
    parts = sum(f(n[u] - taken[u]) - f(n[u]) for u in taken)
    return parts + f(n_ab) - f(N - n_ab) + f(N)


def frequency(n: Counter[str], a: str, b: str, n_ab: int, N: int) -> float:  # noqa: ARG001
    """The rule of byte pair encoding, for comparison."""
    return n_ab


# %% [markdown]
# ## Learning the inventory
# Begin with all characters, as first letters and as later ones, so that none is unknown. Count, take the best pair
# of neighbours as a new piece, and repeat until there are as many pieces as wanted or no pair gains anything.


# %%
Gain = Callable[[Counter[str], str, str, int, int], float]


def neighbours(word: Sequence[str]) -> list[tuple[str, str]]:
    """Pairs that can be merged together: in a a a, the pair a a is there once."""
    pairs: list[tuple[str, str]] = []
    overlaps = False
    for a, b in pairwise(word):
        overlaps = not overlaps and a == b and pairs[-1:] == [(a, b)]
        if not overlaps:
            pairs.append((a, b))
    return pairs


def learn(counts: Mapping[str, int], size: int, gain: Gain = likelihood_gain) -> list[str]:
    """Up to `size` pieces for words with these counts: the characters, then the merged pieces as they were found.

    Of pairs with the same gain the first in the alphabet wins.
    """
    words = {word: (BEGIN + word[0], *word[1:]) for word in counts}  # GNMT's mark while learning
    letters = sorted(set().union(*counts))
    found = [BEGIN + letter for letter in letters] + letters
    while len(found) < size:
        n = Counter[str]()
        pairs = Counter[tuple[str, str]]()
        for word, pieces in words.items():
            for piece in pieces:
                n[piece] += counts[word]
            for pair in neighbours(pieces):
                pairs[pair] += counts[word]
        N = n.total()
        gains = {(a, b): gain(n, a, b, n_ab, N) for (a, b), n_ab in sorted(pairs.items())}
        if max(gains.values(), default=0.0) <= 0:
            break
        best = max(gains, key=gains.__getitem__)
        words = {word: merge(pieces, best) for word, pieces in words.items()}
        found.append(best[0] + best[1])
    return [piece[1:] if piece.startswith(BEGIN) else CONTINUE + piece for piece in found]


# %% [markdown]
# ## Cutting words, and the way back (GNMT §4.1)
# The segmentation is the same for the same word: always the longest piece that fits, from left to right. As the
# pieces say where a word begins, the text can be put together again without loss.


# %%
def tokenize_word(word: str, vocabulary: Collection[str], *, longest: int = 100) -> list[str]:
    """The longest piece first, as in BERT; a word that cannot be cut, or is too long, is one UNKNOWN.

    `vocabulary` should be a set or a dict. The authors of BERT take up to 200 characters, Hugging Face's tokenizer 100.
    """
    if len(word) > longest:
        return [UNKNOWN]
    pieces: list[str] = []
    start = 0
    while start < len(word):
        marked = CONTINUE * (start > 0)
        fits = (end for end in range(len(word), start, -1) if marked + word[start:end] in vocabulary)
        end = next(fits, None)
        if end is None:
            return [UNKNOWN]
        pieces.append(marked + word[start:end])
        start = end
    return pieces


def tokenize(text: str, vocabulary: Collection[str]) -> list[str]:
    """The pieces of all words of a text; words stand between white space."""
    return [piece for word in text.split() for piece in tokenize_word(word, vocabulary)]


def detokenize(pieces: Sequence[str]) -> str:
    """The text again, with single spaces, unless its words begin with ## themselves."""
    return " ".join(pieces).replace(" " + CONTINUE, "")


# %% [markdown]
# ## The experiment
# Numbers in words. German writes each as one long word, so a vocabulary of words has never seen the held-out ones.
# The second question is where words are cut: likelihood asks whether two pieces occur together more often than by
# chance, frequency only how often. The parts of German numbers tell which cuts are natural.


# %%
@dataclass(frozen=True)
class Config:
    """Sizes of the experiment."""

    seed: int = 0
    device: str = "cpu"  # nothing to compute there
    steps: int = 200  # pieces
    numbers: int = 9999
    words: int = 2000
    held_out: int = 1000


PARTS = re.compile(
    "tausend|hundert|und|ßig|zig|zehn|zwan|eins|ein|zwei|drei|vier|fünf|sechs?|sieb(en)?|acht|neun|elf|zwölf"
)


def natural_cuts(words: Sequence[str], vocabulary: Collection[str]) -> float:
    """The share of all cuts that stand where a part of the number begins."""
    right = cuts = 0
    for word in words:
        starts = {part.start() for part in PARTS.finditer(word)}
        end = 0
        for piece in tokenize_word(word, vocabulary)[:-1]:
            end += len(piece.removeprefix(CONTINUE))
            cuts += 1
            right += end in starts
    return right / max(cuts, 1)


def run(config: Config) -> Report:
    """Pieces learned from some numbers, and used to write others."""
    learned, held_out = split_numbers(config.numbers, config.held_out, config.seed)
    texts = [f"{english(number)} {german(number)}" for number in learned[: config.words]]
    counts = Counter(word for text in texts for word in text.split())
    pieces = learn(counts, config.steps)
    vocabulary, frequent = set(pieces), set(learn(counts, config.steps, frequency))
    unseen = [f"{english(number)} {german(number)}" for number in held_out]
    words = [word for text in unseen for word in text.split()]
    cut = [tokenize(text, vocabulary) for text in unseen]
    german_words = [german(number) for number in held_out]
    return Report(
        [
            Claim(
                "unknown words in unseen texts",
                float(sum(text.count(UNKNOWN) for text in cut)),
                "GNMT §4.1",
                at_most=0.0,
            ),
            Claim(
                "texts that come back unchanged",
                sum(detokenize(pieces) == text for pieces, text in zip(cut, unseen, strict=True)) / len(unseen),
                "GNMT §4.1",
                at_least=1.0,
            ),
            Claim(
                "unseen texts with a word that a vocabulary of words lacks",
                sum(any(word not in counts for word in text.split()) for text in unseen) / len(unseen),
                "GNMT §4",
                at_least=0.95,
                control=True,
            ),
            Claim("pieces of a word", sum(map(len, cut)) / len(words), at_most=3.0),
            Claim("cuts of German words between parts of the number", natural_cuts(german_words, vocabulary)),
            Claim("the same with the pieces that frequency finds", natural_cuts(german_words, frequent)),
        ],
        figure=lambda: draw("siebentausenddreihundertachtunddreißig", pieces),
        caption="One word, cut with more and more pieces in the vocabulary; the first row has little but characters.",
    )


def draw(word: str, pieces: Sequence[str]) -> Figure:
    """The cuts of a word with the first so many pieces."""
    from matplotlib.patches import Rectangle

    import figures

    figure, [axes] = figures.new(height=1.9)
    sizes = [size for size in (60, 80, 100, 130, 200) if size <= len(pieces)] or [len(pieces)]
    for y, size in enumerate(sizes):
        x = 0
        for number, piece in enumerate(tokenize_word(word, set(pieces[:size]))):
            text = piece.removeprefix(CONTINUE)
            colour = figures.COLOURS[number % 2]
            axes.add_patch(Rectangle((x + 0.06, y - 0.4), len(text) - 0.12, 0.8, color=colour, alpha=0.3, linewidth=0))
            axes.text(x + len(text) / 2, y, text, ha="center", va="center", fontsize=8)
            x += len(text)
    axes.set(xlim=(0, len(word)), ylim=(len(sizes) - 0.5, -0.5), xticks=[], ylabel="pieces")
    axes.set_yticks(range(len(sizes)), map(str, sizes))
    axes.spines[["left", "bottom"]].set_visible(False)
    axes.tick_params(length=0)
    return figure


if __name__ == "__main__":
    main(Config, run, __doc__)
