"""GPT: a language model learns from text without labels, and a handful of labels then suffices.

Paper: Radford, Narasimhan, Salimans and Sutskever, Improving Language Understanding by Generative Pre-Training, 2018
Entry: radford-etal-2018-improving
Covers: §3.1 (eqs. 1 and 2), §3.2 (eqs. 3 to 5, the auxiliary objective), §3.3 (all four input transformations)
Omits: §4.1's subwords, corpus, sizes, weight decay and dropout on attention; §4.2's benchmarks; §5 zero-shot behaviour
Claim: pre-training as a language model is what makes fine-tuning on few labels work (§5, table 5)
Check: topics of sentences from 16 labels, pre-trained against from scratch, and on words that no label ever touched
Run: 15 seconds
Shapes: B batch, n tokens, d_model width, V vocabulary, C classes
"""

# mask: True = may attend. Padding stands on the right, where no token before it can see it.

from __future__ import annotations

import copy
import math
import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from shared import Claim, Report, main, progress
from tasks.languages import Labelled, Language
from transformer import EncoderLayer, causal_mask, fused_attention

if TYPE_CHECKING:
    from matplotlib.figure import Figure

LANGUAGE = Language()
START, DELIMITER, EXTRACT, PAD = range(LANGUAGE.words, LANGUAGE.words + 4)
VOCABULARY = LANGUAGE.words + 4
STD = 0.05  # departs: 0.02 in §4.1, for a width of 768

# %% [markdown]
# ## The model (§3.1, eq. 2)
# $$h_0 = U W_e + W_p, \quad h_l = \mathrm{transformer\_block}(h_{l-1}), \quad P(u) = \mathrm{softmax}(h_n W_e^\top)$$
# The decoder of the Transformer without an encoder to look at: layers of self-attention whose mask hides the future.
# Positions are learned, and the embedding of the words also scores the next word.


# %%
class GPT(nn.Module):
    """Eq. 2. Tokens [B, n] -> logits of the next token [B, n, V]."""

    def __init__(
        self, vocabulary: int, positions: int, d_model: int, h: int, layers: int, *, dropout: float = 0.0
    ) -> None:
        super().__init__()
        self.W_e, self.W_p = nn.Embedding(vocabulary, d_model), nn.Embedding(positions, d_model)
        gelu = partial(F.gelu, approximate="tanh")  # §4.1; the authors' form of it
        self.layers = nn.ModuleList(
            EncoderLayer(d_model, h, 4 * d_model, dropout=dropout, activation=gelu, attend=fused_attention)
            for _ in range(layers)
        )
        self.dropout = nn.Dropout(dropout)
        self.apply(initialise)

    def hidden(self, u: Tensor) -> Tensor:
        """h_n: [B, n] -> [B, n, d_model]."""
        n = u.shape[1]
        h = self.dropout(self.W_e(u) + self.W_p.weight[:n])  # [B, n, d_model]
        mask = causal_mask(n, u.device)
        for layer in self.layers:
            h = layer(h, mask)
        return h

    def score(self, h: Tensor) -> Tensor:
        """h_n W_eᵀ: [B, n, d_model] -> [B, n, V]."""
        return h @ self.W_e.weight.T

    def forward(self, u: Tensor) -> Tensor:
        return self.score(self.hidden(u))


def initialise(module: nn.Module) -> None:
    """§4.1: weights from N(0, STD²), biases zero."""
    if isinstance(module, nn.Linear | nn.Embedding):
        nn.init.normal_(module.weight, std=STD)
    if isinstance(module, nn.Linear) and module.bias is not None:
        nn.init.zeros_(module.bias)


# %% [markdown]
# ## Learning from text alone (§3.1, eq. 1)
# $$L_1(\mathcal{U}) = \sum_i \log P(u_i \mid u_{i-k}, \dots, u_{i-1}; \Theta)$$
# Every token of every text is a label for the tokens before it.


# %%
def language_model_loss(logits: Tensor, u: Tensor, padding: int = -100) -> Tensor:
    """-L_1 (eq. 1), the mean over tokens that are not padding. [B, n, V], [B, n] -> a number."""
    return F.cross_entropy(logits[:, :-1].flatten(0, 1), u[:, 1:].flatten(), ignore_index=padding)


# %% [markdown]
# ## Tasks as sequences of tokens (§3.3, figure 1)
# Instead of a new network for each task, each input is rewritten as text that the language model can read, with three
# new tokens: start, delimiter, extract. Nothing but these tokens and a linear layer is added.


# %%
Tokens = Sequence[int]


def classification(text: Tokens) -> list[int]:
    """[start, text, extract]."""
    return [START, *text, EXTRACT]


def entailment(premise: Tokens, hypothesis: Tokens) -> list[int]:
    """[start, premise, delimiter, hypothesis, extract]."""
    return [START, *premise, DELIMITER, *hypothesis, EXTRACT]


def similarity(one: Tokens, other: Tokens) -> list[list[int]]:
    """Both orders, for neither sentence comes first; what they extract is added."""
    return [entailment(one, other), entailment(other, one)]


def multiple_choice(context: Tokens, answers: Sequence[Tokens]) -> list[list[int]]:
    """The context with each answer; their scores meet in one softmax."""
    return [entailment(context, answer) for answer in answers]


def pad(sequences: Sequence[Tokens]) -> Tensor:
    """Sequences side by side, padded on the right: -> [B, n]."""
    n = max(map(len, sequences))
    return torch.tensor([[*sequence, *[PAD] * (n - len(sequence))] for sequence in sequences])


# %% [markdown]
# ## Fine-tuning (§3.2, eqs. 3 to 5)
# $$P(y \mid x^1, \dots, x^m) = \mathrm{softmax}(h_l^m W_y), \qquad
# L_3(\mathcal{C}) = L_2(\mathcal{C}) + \lambda \cdot L_1(\mathcal{C})$$
# The last layer at the extract token has read the whole input; a linear layer reads the answer from it. Going on to
# predict the words of the labelled sentences is meant to keep what pre-training taught. The new tokens start at random:
# had they been in the vocabulary all along, pre-training would have taught only that they never come.


# %%
class FineTuned(nn.Module):
    """Eq. 3: a GPT and the one new matrix W_y. Inputs [B, k, n] -> logits [B, C].

    Each input is k sequences: 1, or the 2 orders of a similarity (§3.3: what they extract is added), or the C answers
    of a multiple choice (`choose`), of which each gets one score.
    """

    def __init__(self, gpt: GPT, classes: int, *, choose: bool = False) -> None:
        super().__init__()
        self.gpt, self.choose = gpt, choose
        self.W_y = nn.Linear(gpt.W_e.embedding_dim, 1 if choose else classes, bias=False)
        initialise(self.W_y)
        nn.init.normal_(gpt.W_e.weight.data[START:], std=STD)

    def classify(self, h: Tensor, x: Tensor) -> Tensor:
        """Eq. 3 at the extract tokens: [B, k, n, d_model], [B, k, n] -> [B, C]."""
        m = (x == EXTRACT).int().argmax(dim=-1)  # [B, k]
        h_m = h.take_along_dim(m[..., None, None], dim=2).squeeze(2)  # [B, k, d_model]
        return self.W_y(h_m).squeeze(-1) if self.choose else self.W_y(h_m.sum(dim=1))

    def forward(self, x: Tensor) -> Tensor:
        return self.classify(self.gpt.hidden(x.flatten(0, 1)).unflatten(0, x.shape[:2]), x)

    def loss(self, x: Tensor, y: Tensor, lam: float) -> Tensor:
        """-L_3 (eq. 5), which is -L_2 (eq. 4) - λ L_1: [B, k, n], [B] -> a number."""
        h = self.gpt.hidden(x.flatten(0, 1))  # [B k, n, d_model]
        L_2 = F.cross_entropy(self.classify(h.unflatten(0, x.shape[:2]), x), y)
        return L_2 + lam * language_model_loss(self.gpt.score(h), x.flatten(0, 1), PAD)


# %% [markdown]
# ## The experiment
# An artificial language of 274 words in six classes that only their company tells apart. The labels are topics: 16
# sentences have one, and they use less than a third of the words. For so few labels the auxiliary objective is of no
# help here; the authors found it to help only where labels are many (§5). What can be had without any model is told by
# a vote: each word of a labelled sentence speaks for the topic of that sentence.


# %%
@dataclass(frozen=True)
class Config:
    """Sizes of the experiment."""

    seed: int = 0
    device: str = "cpu"
    steps: int = 900
    tuning_steps: int = 60
    labels: int = 16
    d_model: int = 32
    h: int = 4
    layers: int = 2
    n: int = 64
    batch: int = 16
    learning_rate: float = 3e-3
    tuning_rate: float = 1e-3
    lam: float = 0.5


def schedule(t: int, steps: int) -> float:
    """§4.1: linear warm-up, then a cosine down to zero."""
    warm_up = max(steps // 20, 1)
    return min((t + 1) / warm_up, (1 + math.cos(math.pi * t / max(steps, 1))) / 2)


def pre_train(config: Config, steps: int) -> GPT:
    """A language model of running text; without steps it is as it was born."""
    torch.manual_seed(config.seed)
    rng = random.Random(2 * config.seed)
    gpt = GPT(VOCABULARY, config.n, config.d_model, config.h, config.layers).to(config.device)
    optimizer = torch.optim.Adam(gpt.parameters(), lr=config.learning_rate)
    rate = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda t: schedule(t, steps))
    for _ in progress(steps, "pre-training"):
        u = torch.tensor([running_text(rng, config.n) for _ in range(config.batch)], device=config.device)
        loss = language_model_loss(gpt(u), u)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        rate.step()
    return gpt


def running_text(rng: random.Random, n: int) -> list[int]:
    """So many words of a document."""
    words: list[int] = []
    for labelled in LANGUAGE.document(rng, n // LANGUAGE.shortest + 1):
        words += labelled.sentence
    return words[:n]


def batch(examples: Sequence[Labelled], device: str) -> tuple[Tensor, Tensor]:
    """Inputs [B, 1, n] and topics [B]."""
    x = pad([classification(example.sentence) for example in examples]).unsqueeze(1)
    return x.to(device), torch.tensor([example.topic for example in examples], device=device)


def fine_tune(gpt: GPT, examples: Sequence[Labelled], config: Config, lam: float) -> FineTuned:
    """All parameters learn, from all labels at each step. departs: no dropout and a constant rate, for so few steps."""
    torch.manual_seed(config.seed)
    model = FineTuned(gpt, LANGUAGE.classes).to(config.device)
    x, y = batch(examples, config.device)
    optimizer = torch.optim.Adam(model.parameters(), lr=config.tuning_rate)
    for _ in progress(config.tuning_steps, "fine-tuning"):
        loss = model.loss(x, y, lam)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return model


@torch.no_grad()
def accuracy(model: FineTuned, examples: Sequence[Labelled], device: str) -> float:
    """The share of right topics."""
    x, y = batch(examples, device)
    return float((model(x).argmax(dim=-1) == y).float().mean())


def vote(labelled: Sequence[Labelled], test: Sequence[Labelled]) -> float:
    """The share of right topics without a model, by the words that occur in labelled sentences."""
    told = Counter((word, example.topic) for example in labelled for word in LANGUAGE.content(example.sentence))

    def topic(sentence: Tokens) -> int:
        return max(range(LANGUAGE.classes), key=lambda topic: sum(told[word, topic] for word in sentence))

    return sum(topic(example.sentence) == example.topic for example in test) / len(test)


@torch.no_grad()
def held_out_loss(gpt: GPT, config: Config) -> float:
    """The loss on text that was not trained on."""
    rng = random.Random(2 * config.seed + 1)
    u = torch.tensor([running_text(rng, config.n) for _ in range(64)], device=config.device)
    return float(language_model_loss(gpt(u), u))


def run(config: Config) -> Report:
    """Pre-trained, pre-trained but tuned without the auxiliary objective, and from scratch."""
    rng = random.Random(2 * config.seed + 1)
    labelled, test = LANGUAGE.labelled(rng, config.labels), LANGUAGE.labelled(rng, 500)
    touched = set().union(*(LANGUAGE.content(example.sentence) for example in labelled))
    unseen = LANGUAGE.labelled(rng, 300, touched)
    gpt, newborn = pre_train(config, config.steps), pre_train(config, 0)
    loss, blind = held_out_loss(gpt, config), held_out_loss(newborn, config)
    models = {
        "pre-trained": fine_tune(copy.deepcopy(gpt), labelled, config, config.lam),
        "without auxiliary loss": fine_tune(gpt, labelled, config, 0.0),
        "from scratch": fine_tune(newborn, labelled, config, config.lam),
    }
    right = {name: accuracy(model, test, config.device) for name, model in models.items()}
    new = {name: accuracy(model, unseen, config.device) for name, model in models.items()}
    gain = right["pre-trained"] - right["from scratch"]
    table = "§5, table 5"
    return Report(
        [
            Claim("pre-training adds to the share of right topics", gain, table, at_least=0.30),
            Claim("right topics, pre-trained", right["pre-trained"], table, at_least=0.75),
            Claim("right topics of words that no label touched", new["pre-trained"], "§1", at_least=0.80),
            Claim("right topics, from scratch", right["from scratch"], table, at_most=0.45, control=True),
            Claim("right topics of such words, from scratch", new["from scratch"], "§1", at_most=0.35, control=True),
            Claim("right topics, tuned without the auxiliary loss", right["without auxiliary loss"], table),
            Claim("right topics, by a vote of labelled words", vote(labelled, test)),
            # 0.42 would be had by knowing only how frequent each word is.
            Claim(
                "nats by which pre-training lowers the loss of unseen text", blind - loss, "§3.1, eq. 1", at_least=0.8
            ),
        ],
        figure=lambda: draw(right, new),
        caption=f"Right topics of unseen sentences after {config.labels} labels; below, of sentences whose words never "
        "occur in a labelled one. The line is chance.",
    )


def draw(right: dict[str, float], new: dict[str, float]) -> Figure:
    """Two bars for each model."""
    import figures

    figure, [axes] = figures.new(height=2.4)
    for number, (name, values) in enumerate({"all sentences": right, "only words without labels": new}.items()):
        rows = [row + 0.36 * number - 0.18 for row in range(len(values))]
        axes.barh(rows, list(values.values()), color=figures.COLOURS[number], height=0.34, label=name)
    axes.set_yticks(range(len(right)), list(right))
    axes.invert_yaxis()
    axes.axvline(1 / LANGUAGE.classes, color=figures.INK, linewidth=0.8, linestyle=":")
    axes.set(xlim=(0, 1), xlabel="right topics")
    axes.legend(loc="lower right")
    return figure


if __name__ == "__main__":
    main(Config, run, __doc__)
