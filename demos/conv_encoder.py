"""Convolutional encoder: two stacks of convolutions read the source in place of a recurrent network.

Paper: Gehring, Auli, Grangier and Dauphin, A Convolutional Encoder Model for Neural Machine Translation, ACL 2017,
    arXiv 1611.02344v1
Entry: gehring-etal-2017-convolutional
Covers: §3.2 (the convolutional encoder: CNN-a, CNN-c, position embeddings, residual connections), §2 (dot attention)
Omits: §3.1 the pooling encoder, layers of several widths (§4.2), input feeding, dropout, beam search, speed (§5.4)
Claim: stacked convolutions of a limited view encode a sentence about as well as a bidirectional recurrent network (§5)
Check: strings reversed, against a bidirectional GRU with Bahdanau's attention and the same decoder; the view is exact
Run: 40 seconds
Shapes: B batch, m source and n target words, d width of a layer, k width of a kernel, K words of the vocabulary
"""

# mask: True = a word, False = padding.

from __future__ import annotations

import copy
import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn

from bahdanau import Encoder, exact, normalise, train
from shared import Claim, Report, main
from tasks.batches import framed_strings, strings
from tasks.reversal import PAD, START, WORDS

if TYPE_CHECKING:
    from matplotlib.figure import Figure

# %% [markdown]
# ## A stack of convolutions (§3.2)
# $$h^{l}_j = \tanh\left(h^{l-1}_j + W^l [h^{l-1}_{j-\lfloor k/2 \rfloor}, \dots, h^{l-1}_{j+\lfloor k/2 \rfloor}]
# + b^l\right)$$
# Each layer widens the view by k - 1 words, and all words are computed at once. The residual connection lets a deep
# stack train; tanh comes after it, so that nothing goes around a layer unchanged.


# %%
class CNN(nn.Module):
    """§3.2: `layers` convolutions of width k, a residual connection around each, then tanh. [B, m, d] -> [B, m, d]."""

    def __init__(self, d: int, k: int, layers: int) -> None:
        super().__init__()
        if k % 2 == 0:
            raise ValueError(f"expected an odd width, got {k}")
        self.layers = nn.ModuleList(nn.Conv1d(d, d, k, padding=k // 2) for _ in range(layers))

    def forward(self, h: Tensor, mask: Tensor) -> Tensor:
        real = mask.unsqueeze(1)  # [B, 1, m]
        h = h.transpose(1, 2) * real  # [B, d, m]
        for conv in self.layers:
            h = torch.tanh(h + conv(h)) * real  # padding stays 0, as beyond the ends
        return h.transpose(1, 2)


# %% [markdown]
# ## Two stacks: where to look, and what is found there (§3.2)
# $$e_j = w_j + l_j, \quad z_j = \mathrm{CNN\text{-}a}(e)_j$$
# Words and their positions go through a deep stack for the attention and through a shallow one for what attention
# takes, so that what is found stays close to the word.


# %%
# departs: the spread of the first embeddings, where §4.2 has numbers between -0.05 and 0.05. With torch's 1 the first
# scores are so far apart that attention hardly learns.
SPREAD = 0.3


class ConvEncoder(nn.Module):
    """§3.2: z = CNN-a(e) and CNN-c(e). [B, m] -> [B, m, d], [B, m, d]."""

    def __init__(self, K: int, d: int, k: int, a: int, c: int, longest: int, *, positions: bool = True) -> None:
        super().__init__()
        self.w, self.l = nn.Embedding(K, d), nn.Embedding(longest, d) if positions else None
        self.cnn_a, self.cnn_c = CNN(d, k, a), CNN(d, k, c)
        nn.init.normal_(self.w.weight, std=SPREAD)
        if self.l is not None:
            nn.init.normal_(self.l.weight, std=SPREAD / 3)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        mask, e = x != PAD, self.w(x)
        if self.l is not None:
            e = e + self.l.weight[: x.shape[1]]
        return self.cnn_a(e, mask), self.cnn_c(e, mask)


class RecurrentEncoder(nn.Module):
    """The baseline: Bahdanau's bidirectional GRU, its states brought to width d twice. [B, m] -> [B, m, d] twice."""

    def __init__(self, K: int, d: int, state: int) -> None:
        super().__init__()
        self.gru, self.to_a, self.to_c = Encoder(K, d, state), nn.Linear(2 * state, d), nn.Linear(2 * state, d)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        h, _, _ = self.gru(x)
        return self.to_a(h), self.to_c(h)


# %% [markdown]
# ## Attention (§2, §3.2)
# $$d_i = W_d h_i + b_d + g_i, \quad a_{ij} = \frac{\exp(d_i^\top z_j)}{\sum_t \exp(d_i^\top z_t)}, \quad
# c_i = \sum_j a_{ij}\, \mathrm{CNN\text{-}c}(e)_j$$
# The query is the decoder's state and the word just written, g. The weights come from one stack, the values from the
# other.


# %%
class Translator(nn.Module):
    """An LSTM decoder over any encoder. x [B, m], words before y [B, n] -> scores of y [B, n, K], weights a [B, n, m].

    departs: c goes to the output beside h, as in Luong et al., and not into the next state (input feeding), so that all
    words are trained at once; the first state is made of the mean of CNN-c.
    """

    def __init__(self, encoder: nn.Module, K: int, d: int) -> None:
        super().__init__()
        self.encoder = encoder
        self.g, self.lstm, self.start = nn.Embedding(K, d), nn.LSTM(d, d, batch_first=True), nn.Linear(d, d)
        self.W_d, self.W_c, self.W_o = nn.Linear(d, d), nn.Linear(2 * d, d), nn.Linear(d, K)
        nn.init.normal_(self.g.weight, std=SPREAD)

    def forward(self, x: Tensor, y: Tensor) -> tuple[Tensor, Tensor]:
        mask, (z, values), g = x != PAD, self.encoder(x), self.g(y)
        mean = (values * mask.unsqueeze(2)).sum(dim=1) / mask.sum(dim=1, keepdim=True).clamp(min=1)  # [B, d]
        state = torch.tanh(self.start(mean)).unsqueeze(0)
        h, _ = self.lstm(g, (state, torch.zeros_like(state)))  # [B, n, d]
        a = normalise((self.W_d(h) + g) @ z.transpose(1, 2), mask.unsqueeze(1))  # [B, n, m]
        return self.W_o(torch.tanh(self.W_c(torch.cat([a @ values, h], dim=2)))), a

    @torch.no_grad()
    def translate(self, x: Tensor, n: int) -> Tensor:
        """The likeliest word at each step, `n` of them: [B, m] -> [B, n]."""
        y = x.new_full((len(x), 1), START)
        for _ in range(n):
            y = torch.cat([y, self(x, y)[0][:, -1:].argmax(dim=2)], dim=1)
        return y[:, 1:]


# %% [markdown]
# ## The experiment
# Strings are written backwards, by the same decoder from every encoder. The order of the letters is known from the
# layers, which see what stands beside a letter, or from the positions; without both a string is a bag of letters. On
# one thread, strings this short take the convolutions as long as the GRU, so the paper's speed is not claimed here.


# %%
@dataclass(frozen=True)
class Config:
    """Sizes of the experiment."""

    seed: int = 0
    device: str = "cpu"
    steps: int = 700
    d: int = 64
    k: int = 3
    layers_a: int = 4
    layers_c: int = 2
    state: int = 70  # of the GRU, which has as many parameters as the convolutions then
    batch: int = 64
    learning_rate: float = 0.005


LENGTHS = range(4, 13)


def encoders(config: Config) -> dict[str, Callable[[], nn.Module]]:
    """What is compared."""
    K, longest = len(WORDS), LENGTHS[-1] + 2

    def convolutions(a: int, c: int, *, positions: bool = True) -> nn.Module:
        return ConvEncoder(K, config.d, config.k, a, c, longest, positions=positions)

    return {
        "convolutions": lambda: convolutions(config.layers_a, config.layers_c),
        "GRU": lambda: RecurrentEncoder(K, config.d, config.state),
        "no positions": lambda: convolutions(config.layers_a, config.layers_c, positions=False),
        "no layers": lambda: convolutions(0, 0),
        "neither": lambda: convolutions(0, 0, positions=False),
    }


def reverse(config: Config, encoder: Callable[[], nn.Module], name: str) -> tuple[Translator, list[float]]:
    """A translator that was trained to reverse, and the share of 100 fresh strings of each length it gets right."""
    torch.manual_seed(config.seed)
    model = Translator(encoder(), len(WORDS), config.d).to(config.device)
    batch = strings(config.batch, 2 * config.seed, LENGTHS, config.device)
    train(model, batch, config.steps, config.learning_rate, name)
    rng, shares = random.Random(2 * config.seed + 1), []
    for length in LENGTHS:
        x, _, y = framed_strings(100, rng, length, config.device)
        shares.append(exact(model.translate(x, length + 1), y))
    return model, shares


@torch.no_grad()
def moved(encoder: nn.Module, x: Tensor, position: int) -> set[int]:
    """Which z move, however little, when one word changes."""
    encoder, other = copy.deepcopy(encoder).double(), x.clone()
    other[:, position] = START + 2 + (other[:, position] - START) % 20
    return set((encoder(x)[0] != encoder(other)[0]).any(dim=2).any(dim=0).nonzero().flatten().tolist())


def run(config: Config) -> Report:
    """Convolutions and a GRU; then convolutions without positions, positions without layers, and neither."""
    found, first = {}, None
    for name, encoder in encoders(config).items():
        model, found[name] = reverse(config, encoder, name)
        first = first or model
    share = {name: sum(shares) / len(shares) for name, shares in found.items()}
    x, _, _ = framed_strings(50, random.Random(config.seed), LENGTHS[-1], config.device)
    reach, p = config.layers_a * (config.k // 2), x.shape[1] // 2
    view = {*range(max(0, p - reach), min(x.shape[1], p + reach + 1))}
    wrong = len(moved(first.encoder, x, p) ^ view) if first else -1
    without = share["convolutions"] - share["no positions"]
    return Report(
        [
            Claim("strings reversed without a mistake", share["convolutions"], "§5", at_least=0.85),
            Claim("fewer than with a bidirectional GRU", share["GRU"] - share["convolutions"], "§5", at_most=0.05),
            Claim(
                "neither layers nor positions: a bag of letters", share["neither"], "§3.2", at_most=0.2, control=True
            ),
            Claim(f"z wrongly in or out of the {2 * reach + 1} around a word", wrong, "§3.2", at_most=0),
            Claim("more with position embeddings than without", without, "§5.1"),
            Claim("position embeddings without layers suffice here", share["no layers"], "§3.2"),
        ],
        figure=lambda: draw(found),
        caption="Strings reversed without a mistake, by length: convolutions, a bidirectional GRU with the same "
        "decoder, convolutions without position embeddings, position embeddings without layers, and neither.",
    )


def draw(found: dict[str, list[float]]) -> Figure:
    """A line for each encoder."""
    import figures

    figure, [axes] = figures.new(height=2.8)
    for (name, shares), colour in zip(found.items(), figures.COLOURS, strict=False):
        axes.plot(LENGTHS, shares, color=colour, label=name)
    axes.set(xlabel="letters", ylabel="reversed without a mistake", ylim=(-0.02, 1.02))
    axes.legend()
    return figure


if __name__ == "__main__":
    main(Config, run, __doc__)
