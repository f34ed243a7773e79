"""BERT: an encoder learns from both sides of hidden words, and a handful of labels then suffices.

Paper: Devlin, Chang, Lee and Toutanova, BERT, NAACL 2019, arXiv 1810.04805v2
Entry: devlin-etal-2019-bert
Covers: §3 (input, figure 2), §3.1 (masked words 80/10/10, next sentence), §3.2 and figure 4 (heads of all four tasks)
Omits: sizes (§3), corpora (§3.1), §4.3 no answer, §4.4 choices, §5.3 features without fine-tuning, dropout on attention
  weights and before heads; the WordPiece tokens of §3 are in bert_tokens.py
Claim: tasks with few labels profit from a pre-trained deep model (§6), and from its seeing both sides (§5.1)
Check: topics of sentences from 6 labels against from scratch; a word whose cue stands on its right, masked causally
Run: 25 seconds
Shapes: B batch, n tokens, V vocabulary, L layers, H width, A heads
"""

# mask: True = may attend.

from __future__ import annotations

import copy
import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from shared import Claim, Report, main, progress
from tasks import ambiguous
from tasks.languages import Language, Sentence
from transformer import EncoderLayer, causal_mask, fused_attention

if TYPE_CHECKING:
    from matplotlib.figure import Figure

# %% [markdown]
# ## The model (§3, figure 2)
# $$x_i = \mathrm{LayerNorm}\left(E_{token} + E_{segment} + E_{position}\right), \qquad
# C = \tanh(W T_{[CLS]} + b)$$
# The encoder of the Transformer: every token sees all others. Positions are learned, and a second embedding tells
# two sentences apart. The first token, [CLS], stands for the whole input. The LayerNorm and the layer in front of C
# are in the authors' code; in the paper x is the sum, and C the last state of [CLS] itself.


# %%
class BERT(nn.Module):
    """§3. Tokens [B, n] and segments [B, n] -> T [B, n, H]."""

    def __init__(
        self, V: int, L: int, H: int, A: int, *, positions: int = 512, dropout: float = 0.0, eps: float = 1e-12
    ) -> None:
        super().__init__()
        self.words, self.positions, self.segments = (nn.Embedding(size, H) for size in (V, positions, 2))
        self.norm, self.dropout = nn.LayerNorm(H, eps=eps), nn.Dropout(dropout)
        how: dict[str, Any] = {"activation": F.gelu, "attend": fused_attention, "dropout": dropout, "eps": eps}
        self.layers = nn.ModuleList(EncoderLayer(H, A, 4 * H, **how) for _ in range(L))
        self.pooler = nn.Linear(H, H)
        self.apply(initialise)

    def place(self, tokens: Tensor) -> Tensor:
        """The positions of the tokens: [B, n] -> [n]."""
        return torch.arange(tokens.shape[1], device=tokens.device)

    def forward(self, tokens: Tensor, segments: Tensor | None = None, mask: Tensor | None = None) -> Tensor:
        segments = torch.zeros_like(tokens) if segments is None else segments
        x = self.words(tokens) + self.segments(segments) + self.positions(self.place(tokens))
        x = self.dropout(self.norm(x))  # [B, n, H]
        for layer in self.layers:
            x = layer(x, mask)
        return x

    def pool(self, T: Tensor) -> Tensor:
        """C: [B, n, H] -> [B, H]."""
        return self.pooler(T[:, 0]).tanh()


def initialise(module: nn.Module) -> None:
    """Weights from N(0, 0.02), as in the authors' code, biases zero. departs: not truncated."""
    if isinstance(module, nn.Linear | nn.Embedding):
        nn.init.normal_(module.weight, std=0.02)
    if isinstance(module, nn.Linear):
        nn.init.zeros_(module.bias)


# %% [markdown]
# ## Task 1: masked words (§3.1, appendix A.1)
# $$P(w_i \mid \tilde x) = \mathrm{softmax}\left(E_{token}\,\mathrm{LayerNorm}(\mathrm{gelu}(W T_i)) + b\right)$$
# Of the tokens, 15 % are to be predicted. Of these, 80 % become [MASK], 10 % a random word and 10 % stay, so that the
# model cannot trust any word it sees. Only these positions are scored. The layer W under the scores is again one of
# the authors' code.


# %%
def mask_tokens(tokens: Tensor, words: int, MASK: int, share: float = 0.15) -> tuple[Tensor, Tensor]:
    """What the model reads, and which tokens it predicts: [B, n] -> [B, n], [B, n] (True = predict).

    Tokens from `words` on are special and never chosen. departs: each word is chosen by chance; the authors' code
    chooses 15 % of each input exactly.
    """
    draw = torch.rand(tokens.shape, device=tokens.device) / share  # below 1: chosen
    chosen = (draw < 1) & (tokens < words)
    other = torch.randint_like(tokens, words)
    read = torch.where(chosen & (draw < 0.8), MASK, tokens)
    return torch.where(chosen & (draw >= 0.8) & (draw < 0.9), other, read), chosen


# %% [markdown]
# ## Task 2: the next sentence (§3.1)
# $$L = -\frac{1}{|M|} \sum_{i \in M} \log P(w_i \mid \tilde x) - \log P(y \mid C), \qquad
# y \in \{\mathrm{IsNext}, \mathrm{NotNext}\}$$
# In half of the pairs the second sentence follows the first, in the others it is any sentence. M are the chosen
# positions; the loss is the sum of both means (appendix A.2).


# %%
class PreTraining(nn.Module):
    """§3.1: both tasks on one encoder; the matrix of the words also scores them."""

    def __init__(self, bert: BERT) -> None:
        super().__init__()
        V, H = bert.words.weight.shape
        self.bert, self.transform, self.norm = bert, nn.Linear(H, H), nn.LayerNorm(H, eps=bert.norm.eps)
        self.bias, self.next = nn.Parameter(torch.zeros(V)), nn.Linear(H, 2)
        initialise(self.transform)
        initialise(self.next)

    def score(self, T: Tensor) -> Tensor:
        """[..., H] -> [..., V]."""
        return F.linear(self.norm(F.gelu(self.transform(T))), self.bert.words.weight, self.bias)

    def forward(self, tokens: Tensor, segments: Tensor, mask: Tensor | None = None) -> tuple[Tensor, Tensor]:
        """Logits of all words [B, n, V], and of 0 = is next, 1 = is not [B, 2]."""
        T = self.bert(tokens, segments, mask)
        return self.score(T), self.next(self.bert.pool(T))

    def word_loss(self, T: Tensor, chosen: Tensor, right: Tensor) -> Tensor:
        """-log P(w_i), the mean over the chosen; 0 if chance chose none. [B, n, H], [B, n], [B, n] -> a number."""
        total = F.cross_entropy(self.score(T[chosen]), right[chosen], reduction="sum")
        return total / chosen.sum().clamp(min=1)

    def loss(
        self, read: Tensor, segments: Tensor, mask: Tensor, chosen: Tensor, right: Tensor, is_random: Tensor
    ) -> Tensor:
        """L: what is read, and `right`, the words before masking, [B, n]; which pairs are random [B]."""
        T = self.bert(read, segments, mask)
        return self.word_loss(T, chosen, right) + F.cross_entropy(self.next(self.bert.pool(T)), is_random)


# %% [markdown]
# ## Fine-tuning: four kinds of tasks, one small head each (§3.2, figure 4)
# $$P_i^{start} = \frac{e^{S \cdot T_i}}{\sum_j e^{S \cdot T_j}}, \qquad
# \hat{s}_{i,j} = S \cdot T_i + E \cdot T_j, \quad j \ge i$$
# Sentences and pairs are classified from C, tokens each from its own T, and an answer is the span with the best
# start and end (§4.2). All parameters learn.


# %%
class Classifier(nn.Module):
    """Figure 4 a and b: a sentence, or a pair told apart by its segments. -> logits [B, K]."""

    def __init__(self, bert: BERT, K: int) -> None:
        super().__init__()
        self.bert, self.W = bert, nn.Linear(bert.pooler.in_features, K)
        initialise(self.W)

    def forward(self, tokens: Tensor, segments: Tensor | None = None, mask: Tensor | None = None) -> Tensor:
        return self.W(self.bert.pool(self.bert(tokens, segments, mask)))


class Tagger(Classifier):
    """Figure 4 d: every token. -> logits [B, n, K]."""

    def forward(self, tokens: Tensor, segments: Tensor | None = None, mask: Tensor | None = None) -> Tensor:
        return self.W(self.bert(tokens, segments, mask))


class SpanFinder(Tagger):
    """Figure 4 c: where an answer starts and ends. -> S·T and E·T, [B, n, 2]."""

    def __init__(self, bert: BERT) -> None:
        super().__init__(bert, 2)

    def loss(self, scores: Tensor, start: Tensor, end: Tensor) -> Tensor:
        """The mean of both ends' -log P: [B, n, 2], [B], [B] -> a number."""
        return (F.cross_entropy(scores[..., 0], start) + F.cross_entropy(scores[..., 1], end)) / 2

    def best(self, scores: Tensor) -> tuple[Tensor, Tensor]:
        """The span with the highest ŝ: [B, n, 2] -> [B], [B]."""
        spans = scores[:, :, None, 0] + scores[:, None, :, 1]  # [B, start, end]
        n = scores.shape[1]
        best = spans.masked_fill(~causal_mask(n, scores.device).T, -torch.inf).flatten(1).argmax(dim=1)
        return best // n, best % n


# %% [markdown]
# ## The experiment
# A language whose words belong to classes, which only their company tells; a sentence's topic is its main class.
# BERT reads pairs of sentences without labels, then learns the topics from one labelled sentence each. The second
# experiment is a word of two senses whose cue stands on its right.


# %%
LANGUAGE = Language(words_per_class=14)
WORDS = LANGUAGE.words
CLS, SEP, MASK, PAD = range(WORDS, WORDS + 4)


@dataclass(frozen=True)
class Config:
    """Sizes of the experiment."""

    seed: int = 0
    device: str = "cpu"
    steps: int = 800
    batch: int = 32
    L: int = 2
    H: int = 64
    A: int = 4
    learning_rate: float = 1e-3
    labels: int = 6


def pack(inputs: Sequence[Sequence[Sentence]], device: str = "cpu") -> tuple[Tensor, Tensor, Tensor]:
    """[CLS] A [SEP] or [CLS] A [SEP] B [SEP]: tokens [B, n], segments [B, n], mask [B, 1, 1, n]."""
    tokens = [[CLS, *(token for sentence in pair for token in (*sentence, SEP))] for pair in inputs]
    n = max(map(len, tokens))
    rows = torch.tensor([row + [PAD] * (n - len(row)) for row in tokens])
    first = torch.tensor([len(pair[0]) + 2 for pair in inputs]).unsqueeze(1)
    segments = ((torch.arange(n) >= first) & (rows != PAD)).long()
    return rows.to(device), segments.to(device), (rows != PAD)[:, None, None].to(device)


def make_pairs(rng: random.Random, count: int) -> tuple[list[tuple[Sentence, Sentence]], list[int]]:
    """Sentences with the next one of their document (0), or with one of another document (1)."""
    pairs, is_random = [], []
    for _ in range(count):
        A, B = LANGUAGE.document(rng, 2)
        is_random.append(rng.randrange(2))
        pairs.append((A.sentence, LANGUAGE.document(rng, 1)[0].sentence if is_random[-1] else B.sentence))
    return pairs, is_random


def new(config: Config, V: int = PAD + 1) -> BERT:
    """A fresh model, the same for the same seed."""
    torch.manual_seed(config.seed)
    return BERT(V, config.L, config.H, config.A, positions=32).to(config.device)


def pretrain(config: Config) -> PreTraining:
    """Both tasks at once, on text never read twice. departs: no weight decay; the rate falls in the last half only."""
    model, rng = PreTraining(new(config)).to(config.device), random.Random(4 * config.seed)
    optimizer = torch.optim.Adam(model.parameters(), lr=config.learning_rate)
    for step in progress(config.steps, "pre-training"):
        pairs, is_random = make_pairs(rng, config.batch)
        tokens, segments, mask = pack(pairs, config.device)
        read, chosen = mask_tokens(tokens, WORDS, MASK)
        loss = model.loss(read, segments, mask, chosen, tokens, torch.tensor(is_random, device=config.device))
        optimizer.param_groups[0]["lr"] = config.learning_rate * min(1, (step + 1) / 50, 2 - 2 * step / config.steps)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return model


Inputs = tuple[Tensor, Tensor | None, Tensor | None]  # tokens, segments, mask


def tune(head: Classifier, inputs: Inputs, right: Tensor, steps: int, learning_rate: float) -> None:
    """Fine-tuning of all parameters on all examples at once; -100 in `right` is no label."""
    optimizer = torch.optim.Adam(head.parameters(), lr=learning_rate)
    for _ in range(steps):
        loss = F.cross_entropy(head(*inputs).flatten(0, -2), right.flatten())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()


@torch.no_grad()
def accuracy(head: Classifier, inputs: Inputs, right: Tensor) -> float:
    """The share of right answers where there is a label."""
    return float((head(*inputs).argmax(dim=-1) == right)[right != -100].float().mean())


def learn_topics(config: Config, bert: BERT) -> float:
    """Accuracy on unseen sentences after a few labelled ones, the mean of 5 draws of these."""
    torch.manual_seed(config.seed)
    found, rng = 0.0, random.Random(4 * config.seed + 1)
    for _ in range(5):
        head = Classifier(copy.deepcopy(bert), LANGUAGE.classes).to(config.device)
        few_and_unseen = LANGUAGE.labelled(rng, config.labels), LANGUAGE.labelled(rng, 300)
        inputs = [pack([(x.sentence,) for x in some], config.device) for some in few_and_unseen]
        topics = [torch.tensor([x.topic for x in some], device=config.device) for some in few_and_unseen]
        tune(head, inputs[0], topics[0], 30, 3e-4)
        found += accuracy(head, inputs[1], topics[1]) / 5
    return found


def learn_senses(config: Config, *, causal: bool) -> float:
    """Accuracy on the word of two senses, its cue on the right; `causal` makes BERT a left-to-right model.

    departs: without pre-training, since 300 labels teach this much.
    """
    head, sets = Tagger(new(config, ambiguous.WORDS), 2).to(config.device), []
    mask = causal_mask(ambiguous.LENGTH) if causal else None
    for number in range(2):
        examples = ambiguous.make_examples(300, 2 * config.seed + number, "right")
        tokens = torch.tensor([x.words for x in examples], device=config.device)
        sense = torch.tensor([[x.sense] for x in examples], device=config.device)
        right = sense.where(tokens == ambiguous.AMBIGUOUS, -100)
        sets.append(((tokens, None, mask if mask is None else mask.to(config.device)), right))
    tune(head, *sets[0], 80, 2e-3)
    return accuracy(head, *sets[1])


def run(config: Config) -> Report:
    """Both tasks of pre-training, topics with it and without, senses from both sides and from the left."""
    model = pretrain(config)
    pairs, is_random = make_pairs(random.Random(4 * config.seed + 2), 500)
    with torch.no_grad():
        told = model(*pack(pairs, config.device))[1].argmax(dim=1).cpu() == torch.tensor(is_random)
    tuned, scratch = learn_topics(config, model.bert), learn_topics(config, new(config))
    both, left = learn_senses(config, causal=False), learn_senses(config, causal=True)
    bars = {"pre-trained": tuned, "from scratch": scratch, "both sides": both, "left to right": left}
    return Report(
        [
            Claim("topics from 6 labels: what pre-training adds", tuned - scratch, "§6", at_least=0.30),
            Claim("topics from scratch", scratch, "§6", at_most=0.55, control=True),
            Claim("next sentences told from random ones", float(told.float().mean()), "§3.1, task 2", at_least=0.65),
            Claim("senses whose cue stands on the right", both, "§5.1", at_least=0.95),
            Claim("the same from left to right", left, "§5.1", at_most=0.65, control=True),
        ],
        figure=lambda: draw(bars),
        caption="Right answers: topics from 6 labels, with pre-training and without; senses, from both sides and one.",
    )


def draw(bars: dict[str, float]) -> Figure:
    """Bars of the shares of right answers."""
    import figures

    figure, [axes] = figures.new(height=2.0)
    axes.barh(range(4), list(bars.values()), color=[figures.COLOURS[i] for i in (0, 1, 0, 1)], height=0.6)
    axes.set_yticks(range(4), list(bars))
    axes.invert_yaxis()
    axes.set(xlim=(0, 1), xlabel="right answers")
    return figure


if __name__ == "__main__":
    main(Config, run, __doc__)
