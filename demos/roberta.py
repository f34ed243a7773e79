"""RoBERTa: BERT with masks that are drawn anew each time a sentence is read, on text packed full, without pairs.

Paper: Liu et al., RoBERTa: A Robustly Optimized BERT Pretraining Approach, 2019, arXiv 1907.11692v1
Entry: liu-etal-2019-roberta
Covers: §4.1 static and dynamic masking, §4.2 full sentences without next-sentence prediction, §4.4 bytes as symbols
Omits: §4.3 large batches, the data and long training of §5, which gain as well; how tasks are fine-tuned
Claim: masks drawn anew are as good as or better than fixed ones (§4.1, table 1); more so the longer one trains
Check: loss on held-out sentences after many passes over few, masks fixed once, in ten ways, and drawn anew
Run: 25 seconds
Shapes: N inputs of the text, B batch, n tokens, V vocabulary, L layers, H width, A heads
"""

# mask: True = may attend.

from __future__ import annotations

import math
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor, nn

from bert import BERT, PreTraining, mask_tokens
from byte_pair_encoding import ByteLevelBPE
from shared import Claim, Report, main, progress
from tasks.languages import Language, Sentence

if TYPE_CHECKING:
    from matplotlib.figure import Figure

# %% [markdown]
# ## The model: BERT's, with the positions of words only
# $$pos_i = 1 + \sum_{j \le i} [x_j \ne pad]$$
# The paper keeps BERT's architecture. In the authors' code padding has position 1, and the words are counted from 2.


# %%
class RoBERTa(BERT):
    """BERT's encoder with one segment. Tokens [B, n] -> T [B, n, H]."""

    def __init__(self, V: int, L: int, H: int, A: int, *, pad: int = 1, positions: int = 512, **how: Any) -> None:
        super().__init__(V, L, H, A, positions=positions + 2, **how)
        self.pad, self.segments = pad, nn.Embedding(1, H)
        nn.init.normal_(self.segments.weight, std=0.02)

    def place(self, tokens: Tensor) -> Tensor:
        """The positions of the tokens: [B, n] -> [B, n]."""
        real = tokens != self.pad
        return real.cumsum(dim=1) * real + 1


class MaskedLM(PreTraining):
    """§4.2: masked words alone, no next sentence."""

    def __init__(self, bert: BERT) -> None:
        super().__init__(bert)
        del self.next

    def masked_loss(self, read: Tensor, mask: Tensor, chosen: Tensor, right: Tensor) -> Tensor:
        """-log P of the chosen words: [B, n], [B, 1, 1, n], [B, n], [B, n] -> a number."""
        return self.word_loss(self.bert(read, None, mask), chosen, right)


# %% [markdown]
# ## Masks: fixed, fixed in ten ways, and drawn anew (§4.1)
# $$\tilde x^{(e)} = \mathrm{mask}(x;\, e \bmod k) \quad \text{against} \quad \tilde x^{(e)} = \mathrm{mask}(x)$$
# BERT masked its text once, before training, in ten copies. In epoch e each sentence is then read with mask e mod k,
# and seen again and again with the same words hidden. Drawing at the moment of reading never repeats itself.


# %%
Masked = tuple[Tensor, Tensor]  # what is read, and which tokens are to be predicted


def masks(x: Tensor, words: int, MASK: int, k: int) -> Iterator[Masked]:
    """The masked text of each epoch, without end: k fixed ones in turn, or for k = 0 always a new one. x: [N, n]."""
    fixed = [mask_tokens(x, words, MASK) for _ in range(k)]
    while True:
        yield from fixed or [mask_tokens(x, words, MASK)]


# %% [markdown]
# ## Inputs: full sentences (§4.2)
# Every input takes as many whole sentences as fit, one after the other, also of the next document, with a separator
# in between. Pairs of sentences and the task of telling whether they belong together are gone.


# %%
def full_sentences(documents: Sequence[Sequence[Sequence[int]]], n: int, START: int, END: int, PAD: int) -> Tensor:
    """[START, sentence, …, END, padding], in the order of the text; END between two documents as well. -> [N, n]."""
    inputs: list[list[int]] = [[]]
    for document in documents:
        separator = [END] if inputs[-1] else []
        for sentence in document:
            if len(sentence) > n - 2:
                raise ValueError(f"expected sentences of at most {n - 2} tokens, got one of {len(sentence)}")
            if len(inputs[-1]) + len(separator) + len(sentence) > n - 2:
                inputs.append([])
                separator = []
            inputs[-1] += [*separator, *sentence]
            separator = []
    return torch.tensor([[START, *words, END] + [PAD] * (n - 2 - len(words)) for words in inputs])


# %% [markdown]
# ## The experiment
# A few hundred sentences of a language whose words are spelled with syllables and cut by a byte-level BPE. The model
# passes over them many times; what it learned and what it only memorised is told by other sentences.


# %%
LANGUAGE = Language()


@dataclass(frozen=True)
class Config:
    """Sizes of the experiment."""

    seed: int = 0
    device: str = "cpu"
    steps: int = 1000
    sentences: int = 240
    n: int = 32
    batch: int = 8
    H: int = 64
    merges: int = 300
    learning_rate: float = 2e-3


def spell(sentence: Sentence) -> str:
    """Words as two syllables each, with a full stop."""
    syllables = [consonant + vowel for consonant in "bdfgklmnprstvz" for vowel in "aeiou"]
    return " ".join(syllables[word // 70] + syllables[word % 70] for word in sentence) + "."


def write(config: Config, rng: random.Random) -> list[list[str]]:
    """Documents of ten sentences."""
    documents = (LANGUAGE.document(rng, 10) for _ in range(config.sentences // 10))
    return [[spell(labelled.sentence) for labelled in document] for document in documents]


def specials(bpe: ByteLevelBPE) -> range:
    """The numbers of <s>, <pad>, </s> and <mask>, behind all symbols."""
    return range(len(bpe), len(bpe) + 4)


def train(config: Config, x: Tensor, bpe: ByteLevelBPE, k: int) -> MaskedLM:
    """A model that read x with k fixed masks, or with new ones (0)."""
    torch.manual_seed(config.seed)
    _, PAD, _, MASK = specials(bpe)
    bert = RoBERTa(MASK + 1, 2, config.H, 4, pad=PAD, positions=config.n, eps=1e-5)
    model = MaskedLM(bert).to(config.device)
    optimizer = torch.optim.Adam(model.parameters(), lr=config.learning_rate, betas=(0.9, 0.98))
    epochs, order = masks(x, len(bpe), MASK, k), torch.tensor([], dtype=torch.long)
    for _ in progress(config.steps, f"{k or 'new'} masks"):
        if not len(order):
            (read, chosen), order = next(epochs), torch.randperm(len(x))
        rows, order = order[: config.batch], order[config.batch :]
        loss = model.masked_loss(read[rows], (x[rows] != PAD)[:, None, None], chosen[rows], x[rows])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return model


@torch.no_grad()
def held_out_loss(model: MaskedLM, x: Tensor, bpe: ByteLevelBPE) -> float:
    """The loss on text that was never read, the mean of 5 masks."""
    _, PAD, _, MASK = specials(bpe)
    mask, drawn = (x != PAD)[:, None, None], islice(masks(x, len(bpe), MASK, 0), 5)
    return sum(float(model.masked_loss(read, mask, chosen, x)) for read, chosen in drawn) / 5


def run(config: Config) -> Report:
    """Masks fixed once, in ten ways, and drawn anew, on the same few sentences."""
    rng = random.Random(config.seed)
    texts, others = write(config, rng), write(config, rng)
    bpe = ByteLevelBPE.learn(" ".join(text for document in texts for text in document), config.merges)
    START, PAD, END, _ = specials(bpe)
    x, unseen = (
        full_sentences(
            [[bpe.encode(" " + text) for text in document] for document in some], config.n, START, END, PAD
        ).to(config.device)
        for some in (texts, others)
    )
    losses = {}
    for k in (0, 10, 1):
        model = train(config, x, bpe, k)
        torch.manual_seed(config.seed)
        losses[k] = held_out_loss(model, unseen, bpe)
    return Report(
        [
            Claim("held-out loss: what ten fixed masks lose to new ones", losses[10] - losses[0], "§4.1", at_least=0.3),
            Claim("held-out loss: what one fixed mask loses to ten", losses[1] - losses[10], "§4.1", at_least=0.3),
            Claim("held-out loss of one fixed mask", losses[1], "§4.1", at_least=math.log(len(bpe)), control=True),
            Claim("held-out loss with new masks", losses[0], "§4.1", at_most=math.log(len(bpe))),
        ],
        figure=lambda: draw(losses),
        caption="Loss on unseen sentences (lower is better) after training with new, ten fixed, and one fixed mask.",
    )


def draw(losses: dict[int, float]) -> Figure:
    """Bars of the losses."""
    import figures

    figure, [axes] = figures.new(height=1.8)
    axes.barh(range(len(losses)), list(losses.values()), color=figures.COLOURS[: len(losses)], height=0.6)
    axes.set_yticks(range(len(losses)), ["drawn anew", "fixed, ten", "fixed, one"])
    axes.invert_yaxis()
    axes.set(xlabel="loss on unseen sentences")
    return figure


if __name__ == "__main__":
    main(Config, run, __doc__)
