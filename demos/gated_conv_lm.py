"""Gated convolutional language model: a stack of causal convolutions with gates in place of a recurrent network.

Paper: Dauphin, Fan, Auli and Grangier, Language Modeling with Gated Convolutional Networks, ICML 2017, arXiv 1612.08083
Entry: dauphin-etal-2017-language
Covers: §2 (eq. 1, causal convolutions, residual bottlenecks, adaptive softmax), §3 (linear and tanh gates, eqs. 2, 3)
Omits: §4.2 weight normalisation and Nesterov's momentum, §5.1 speed on a GPU, §5.3 bilinear layers
Claim: with a finite context, gated convolutions do better than LSTMs of comparable size (§5, tables 2 and 3)
Check: bits per character against an LSTM; causality and context exact; the adaptive against the full softmax on words
Run: 25 seconds
Shapes: B texts, n positions, m and o widths in and out, k width of a kernel, V symbols (a vocabulary), d width
"""

from __future__ import annotations

import copy
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from shared import Claim, Report, main, progress
from tasks.prose import encode, split, words

if TYPE_CHECKING:
    from matplotlib.figure import Figure

# %% [markdown]
# ## The gated layer (§2, eq. 1)
# $$h_l(X) = (X * W + b) \otimes \sigma(X * V + c)$$
# Two convolutions of the same input: one says what to pass on, the other how much of it. The input is shifted
# right by k - 1 zeros, so that no position sees a later one.


# %%
class CausalConv(nn.Conv1d):
    """X * W + b, where output i sees inputs i - k + 1 to i. [B, m, n] -> [B, o, n]."""

    def forward(self, X: Tensor) -> Tensor:
        return super().forward(F.pad(X, (self.kernel_size[0] - 1, 0)))


Activation = Callable[[Tensor], Tensor]


def linear(x: Tensor) -> Tensor:
    """What a GLU has where a GTU has tanh: nothing."""
    return x


# %% [markdown]
# ## Why the gate is linear (§3, eqs. 2 and 3)
# $$\begin{aligned}
# \nabla[\tanh(X) \otimes \sigma(X)] &= \tanh'(X) \nabla X \otimes \sigma(X) + \sigma'(X) \nabla X \otimes \tanh(X) \\
# \nabla[X \otimes \sigma(X)] &= \nabla X \otimes \sigma(X) + X \otimes \sigma'(X) \nabla X
# \end{aligned}$$
# A gate as in an LSTM (the first line, a GTU) shrinks every part of the gradient by a derivative below 1. The linear
# gate (the second, a GLU) lets one part through where the gate is open, however deep the stack.


# %%
class Gated(nn.Module):
    """Eq. 1 with `activation` linear (GLU), or with tanh (GTU). [B, m, n] -> [B, o, n]."""

    def __init__(self, m: int, o: int, k: int, activation: Activation = linear) -> None:
        super().__init__()
        self.W, self.V = CausalConv(m, o, k), CausalConv(m, o, k)  # with their biases b and c
        self.activation = activation

    def forward(self, X: Tensor) -> Tensor:
        return self.activation(self.W(X)) * self.V(X).sigmoid()


class Block(nn.Module):
    """§2: a residual bottleneck, X + h(h(h(X))): narrow, convolve, widen. [B, d, n] -> [B, d, n]."""

    def __init__(self, d: int, narrow: int, k: int, activation: Activation = linear) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            Gated(d, narrow, 1, activation), Gated(narrow, narrow, k, activation), Gated(narrow, d, 1, activation)
        )

    def forward(self, X: Tensor) -> Tensor:
        return X + self.layers(X)


# %% [markdown]
# ## The stack (§2)
# $$H = h_L \circ \dots \circ h_0(E)$$
# The context is finite: each convolution adds k - 1 positions. There is no state to carry, so all positions of a text
# are computed at once.


# %%
class GatedConvLM(nn.Module):
    """§2: embeddings, a gated layer and `depth` blocks; says what each next symbol may be. [B, n] -> [B, n, d]."""

    def __init__(self, V: int, d: int, narrow: int, k: int, depth: int, activation: Activation = linear) -> None:
        super().__init__()
        self.E = nn.Embedding(V, d)
        nn.init.normal_(self.E.weight, std=0.3)
        self.first = Gated(d, d, k, activation)
        self.blocks = nn.ModuleList(Block(d, narrow, k, activation) for _ in range(depth))
        self.context = 1 + (depth + 1) * (k - 1)

    def forward(self, x: Tensor) -> Tensor:
        H = self.first(self.E(x).transpose(1, 2))  # [B, d, n]
        for block in self.blocks:
            H = block(H)
        return H.transpose(1, 2)


# %% [markdown]
# ## The adaptive softmax (§2)
# $$\log p(w) = \log p(c \mid h) + \log p(w \mid c, h)$$
# Most of a text is few words. The frequent ones get a full softmax; the rest is reached by way of a cluster, whose
# own softmax is narrow and is computed only where its words occur. The clusters are those of Grave et al. (2017).


# %%
class AdaptiveSoftmax(nn.Module):
    """Symbols 0 to V - 1, the most frequent first; cluster c begins at cutoffs[c], with d / 4^(c+1) features."""

    def __init__(self, d: int, V: int, cutoffs: Sequence[int]) -> None:
        super().__init__()
        self.cutoffs = [*cutoffs, V]
        sizes = [high - low for low, high in zip(self.cutoffs, self.cutoffs[1:], strict=False)]
        self.head = nn.Linear(d, cutoffs[0] + len(sizes), bias=False)  # frequent words, then clusters
        narrow = [max(1, d // 4 ** (c + 1)) for c in range(len(sizes))]
        self.tails = nn.ModuleList(
            nn.Sequential(nn.Linear(d, width, bias=False), nn.Linear(width, size, bias=False))
            for width, size in zip(narrow, sizes, strict=True)
        )

    def log_probabilities(self, h: Tensor) -> Tensor:
        """log p of every symbol: [N, d] -> [N, V]."""
        head = self.head(h).log_softmax(dim=-1)
        first = self.cutoffs[0]
        parts = [head[:, first + c, None] + tail(h).log_softmax(dim=-1) for c, tail in enumerate(self.tails)]
        return torch.cat([head[:, :first], *parts], dim=-1)

    def forward(self, h: Tensor, target: Tensor) -> Tensor:
        """-log p(target), each tail computed only for its own targets: [N, d], [N] -> [N]."""
        first, head = self.cutoffs[0], self.head(h).log_softmax(dim=-1)
        entry = target.clone()  # where the head holds the target, or its cluster
        inside = torch.zeros_like(head[:, 0])
        for c, tail in enumerate(self.tails):
            rows = ((target >= self.cutoffs[c]) & (target < self.cutoffs[c + 1])).nonzero().squeeze(1)
            entry = entry.index_fill(0, rows, first + c)
            within = tail(h[rows]).log_softmax(dim=-1).gather(1, target[rows, None] - self.cutoffs[c])
            inside = inside.index_add(0, rows, within.squeeze(1))
        return -head.gather(1, entry.unsqueeze(1)).squeeze(1) - inside

    def multiplications(self, target: Tensor) -> float:
        """How many a symbol of this text costs, on average."""
        cost = float(self.head.weight.numel())
        for c, tail in enumerate(self.tails):
            used = (target >= self.cutoffs[c]) & (target < self.cutoffs[c + 1])
            cost += float(used.float().mean()) * sum(p.numel() for p in tail.parameters())
        return cost


# %% [markdown]
# ## The experiment
# Prose of Python's own manual. By characters, the gated convolutions stand against an LSTM of as many parameters, and
# the linear gate against tanh. By words, the adaptive softmax stands against the full one.


# %%
@dataclass(frozen=True)
class Config:
    """Sizes of the experiment."""

    seed: int = 0
    device: str = "cpu"
    steps: int = 300
    word_steps: int = 150
    d: int = 64
    narrow: int = 32
    k: int = 5
    depth: int = 4
    batch: int = 16
    length: int = 64
    learning_rate: float = 0.02
    lstm_learning_rate: float = 0.04  # the best for it of .01, .02, .04 and .08; .06 does as well


class FullSoftmax(nn.Linear):
    """-log p(target) over all symbols: [N, d], [N] -> [N]."""

    def forward(self, h: Tensor, target: Tensor) -> Tensor:  # type: ignore[override]
        return F.cross_entropy(super().forward(h), target, reduction="none")


class LSTM(nn.Module):
    """The baseline: as wide as it takes to have as many parameters. [B, n] -> [B, n, H]."""

    def __init__(self, V: int, d: int, H: int) -> None:
        super().__init__()
        self.E, self.lstm = nn.Embedding(V, d), nn.LSTM(d, H, batch_first=True)

    def forward(self, x: Tensor) -> Tensor:
        return self.lstm(self.E(x))[0]


class LanguageModel(nn.Module):
    """A body that reads, and an output that says -log p of the next symbol: [B, n + 1] -> [B, n]."""

    def __init__(self, body: nn.Module, output: nn.Module) -> None:
        super().__init__()
        self.body, self.output = body, output

    def forward(self, x: Tensor) -> Tensor:
        h = self.body(x[:, :-1])
        return self.output(h.flatten(0, 1), x[:, 1:].flatten()).view(h.shape[:2])


def size(model: nn.Module) -> int:
    """How many parameters."""
    return sum(p.numel() for p in model.parameters())


def lstm_of_size(V: int, d: int, parameters: int) -> LanguageModel:
    """The narrowest LSTM with at least so many."""
    H = next(H for H in range(1, parameters) if V * d + 4 * H * (d + H + 2) + (H + 1) * V >= parameters)
    return LanguageModel(LSTM(V, d, H), FullSoftmax(H, V))


def train(
    config: Config, model: LanguageModel, text: Tensor, steps: int, what: str, learning_rate: float
) -> list[float]:
    """Train on random pieces of the text, with the gradient clipped (§4.2). -> the bits per symbol of each step.

    departs: Adam with one cycle of the learning rate, instead of Nesterov's momentum with weight normalisation.
    """
    generator = torch.Generator().manual_seed(config.seed)
    model.to(config.device)
    optimizer = torch.optim.Adam(model.parameters(), lr=learning_rate)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, learning_rate, max(steps, 2))
    told = []
    for _ in progress(steps, what):
        start = torch.randint(len(text) - config.length, (config.batch, 1), generator=generator)
        loss = model(text[start + torch.arange(config.length + 1)].to(config.device)).mean()
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        schedule.step()
        told.append(loss.item() / math.log(2))
    return told


@torch.no_grad()
def bits(config: Config, model: LanguageModel, text: Tensor, length: int = 256, skip: int = 32) -> float:
    """Bits per symbol of unseen text; the first of each piece only give context."""
    pieces = text[: len(text) // length * length].view(-1, length).to(config.device)
    return float(model(pieces)[:, skip:].mean()) / math.log(2)


@torch.no_grad()
def moved(body: nn.Module, x: Tensor, position: int) -> set[int]:
    """Which outputs move, however little, when one symbol changes."""
    other = x.clone()
    other[:, position] = (other[:, position] + 1) % 2
    body = copy.deepcopy(body).double()  # the first position of a context moves the output by less than a float shows
    return set((body(x) != body(other)).any(dim=2).any(dim=0).nonzero().flatten().tolist())


def by_characters(config: Config) -> tuple[list[Claim], dict[str, list[float]]]:
    """GLU, GTU and LSTM: claims, and the learning curve of each."""
    text, unseen = split()
    symbols, x, test = encode(text, unseen)
    V, found, curves, sizes = len(symbols), dict[str, float](), dict[str, list[float]](), dict[str, int]()
    for name in ("GLU", "GTU", "LSTM"):
        torch.manual_seed(config.seed)
        rate = config.lstm_learning_rate if name == "LSTM" else config.learning_rate
        if name == "LSTM":
            model = lstm_of_size(V, config.d, sizes["GLU"])
        else:
            gate = linear if name == "GLU" else torch.tanh
            body = GatedConvLM(V, config.d, config.narrow, config.k, config.depth, gate)
            model = LanguageModel(body, FullSoftmax(config.d, V))
        curves[name] = train(config, model, x, config.steps, name, rate)
        found[name], sizes[name] = bits(config, model, test), size(model)
        if name == "GLU":
            reach, p = body.context, 9
            moves = moved(body, test[: 2 * reach].unsqueeze(0).to(config.device), p)
    gain, larger = found["LSTM"] - found["GLU"], sizes["LSTM"] / sizes["GLU"]
    return [
        Claim("bits per character fewer than an LSTM", gain, "§5, tables 2 and 3", at_least=0.05),
        Claim("the LSTM has no fewer parameters: its share", larger, "§5", at_least=1.0, at_most=1.02),
        Claim("outputs before a character that it moves", len([i for i in moves if i < p]), "§2", at_most=0),
        Claim(f"outputs wrongly in or out of its {reach} next", len(moves ^ {*range(p, p + reach)}), "§2", at_most=0),
        Claim("bits per character of unseen text", found["GLU"], "§5"),
        Claim("bits per character fewer with a linear gate than with tanh", found["GTU"] - found["GLU"], "§5.2"),
    ], curves


def by_words(config: Config) -> list[Claim]:
    """The adaptive softmax against the full one, and against clusters that are not by frequency."""
    text, unseen = split()
    symbols, x, test = encode(words(text), words(unseen), fewest=2)
    V, cutoffs = len(symbols), (200, 1000)
    shuffled = torch.randperm(V, generator=torch.Generator().manual_seed(config.seed))
    found, costs = [], list[float]()
    for name, order in (("full", None), ("adaptive", None), ("clusters by chance", shuffled)):
        torch.manual_seed(config.seed)
        output = FullSoftmax(config.d, V) if name == "full" else AdaptiveSoftmax(config.d, V, cutoffs)
        model = LanguageModel(GatedConvLM(V, config.d, config.narrow, config.k, depth=1), output)
        renamed = [numbers if order is None else order[numbers] for numbers in (x, test)]
        train(config, model, renamed[0], config.word_steps, f"{name} softmax", config.learning_rate)
        found.append(bits(config, model, renamed[1]))
        if isinstance(output, AdaptiveSoftmax):
            costs.append(output.multiplications(renamed[1]) / (config.d * V))
    full, adaptive, chance = found
    return [
        Claim("adaptive softmax: bits per word more than the full softmax", adaptive - full, "§2", at_most=0.15),
        Claim("adaptive softmax: multiplications, as a share of the full one's", costs[0], "§2", at_most=0.2),
        Claim("clusters by chance: bits per word above the full one", chance - full, "§2", at_least=0.2, control=True),
    ]


def run(config: Config) -> Report:
    """Characters, then words."""
    characters, curves = by_characters(config)
    return Report(
        [*characters, *by_words(config)],
        figure=lambda: draw(curves),
        caption="Bits per character in training: a linear gate (GLU), a tanh gate (GTU) and an LSTM of equal size.",
    )


def draw(curves: dict[str, list[float]], window: int = 10) -> Figure:
    """Learning curves, each point the mean of a few steps."""
    import figures

    figure, [axes] = figures.new(height=3.0)
    for (name, curve), colour in zip(curves.items(), figures.COLOURS, strict=False):
        means = [sum(curve[i : i + window]) / len(curve[i : i + window]) for i in range(0, len(curve), window)]
        axes.plot(range(window // 2, len(curve) + window // 2, window)[: len(means)], means, color=colour, label=name)
    axes.set(xlabel="step", ylabel="bits per character", ylim=(1.8, 5))
    axes.legend()
    return figure


if __name__ == "__main__":
    main(Config, run, __doc__)
