"""Convolutional sequence to sequence learning: gated convolutions on both sides, and attention in every decoder layer.

Paper: Gehring, Auli, Grangier, Yarats and Dauphin, Convolutional Sequence to Sequence Learning, ICML 2017,
    arXiv 1705.03122
Entry: gehring-etal-2017-convolutional-sequence
Covers: §3.1 positions, §3.2 blocks, §3.3 multi-step attention (eqs. 1 and 2), §3.4 scaling, §3.5 initial weights
Omits: dropout, weight normalisation and Nesterov's momentum (§4.2), linear maps between unequal widths, beam search
Claim: a layer's attention knows what the layers before it have found, so attention takes several steps (§3.3, §5.5)
Check: walks of two arrows at a time, against attention in the last layer only; receptive fields exact
Run: 25 seconds
Shapes: B pairs, m source and n target tokens, d width, k width of a kernel, V symbols, L layers
"""

# mask: True = a token of the source, False = padding.

from __future__ import annotations

import copy
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from gated_conv_lm import Gated
from shared import Claim, Report, main, progress
from tasks.arrows import ARROWS, PAD, PLACES, make_walks

if TYPE_CHECKING:
    from matplotlib.figure import Figure

# %% [markdown]
# ## Position embeddings (§3.1)
# $$e_j = w_j + p_j$$
# A convolution sees what stands next to what, not where it stands; a learned vector for each position tells it.


# %%
class Embedding(nn.Module):
    """§3.1: words and their absolute positions. [B, m] -> [B, m, d].

    departs: words with a spread of 0.5 in place of 0.1 (§3.5), which learns faster at this size.
    """

    def __init__(self, V: int, d: int, longest: int) -> None:
        super().__init__()
        self.w, self.p = nn.Embedding(V, d), nn.Embedding(longest, d)
        nn.init.normal_(self.w.weight, std=0.5)
        nn.init.normal_(self.p.weight, std=0.1)

    def forward(self, x: Tensor) -> Tensor:
        return self.w(x) + self.p.weight[: x.shape[1]]


# %% [markdown]
# ## Blocks (§3.2), their scale (§3.4) and their first weights (§3.5)
# $$h_i^l = \sqrt{0.5}\left(v\left(W^l [h_{i-k/2}^{l-1}, \dots, h_{i+k/2}^{l-1}] + b_w^l\right) + h_i^{l-1}\right),
# \quad v([A\ B]) = A \otimes \sigma(B)$$
# The gated layer of Dauphin et al., a residual connection, and a factor that keeps the variance of a sum of two what it
# was. L blocks see L(k - 1) + 1 inputs: around a position in the encoder, up to it in the decoder.

# %%
SCALE = math.sqrt(0.5)


def gated(d: int, k: int) -> Gated:
    """The gated layer with weights of variance 4 / (k d), since the gate divides that of its input by 4 (§3.5).

    departs: maps that no gate follows begin as in torch, with a variance of 1 / (3 d) in place of 1 / d.
    """
    layer = Gated(d, d, k)
    for conv in (layer.W, layer.V):
        nn.init.normal_(conv.weight, std=math.sqrt(4 / (k * d)))
        nn.init.constant_(conv.get_parameter("bias"), 0.0)
    return layer


def centred(layer: nn.Module, h: Tensor, k: int) -> Tensor:
    """A layer that looks back, moved left by half its width so that it looks to both sides. [B, d, m] -> [B, d, m]."""
    half = k // 2
    out: Tensor = layer(F.pad(h, (0, half)))
    return out[..., half:]


class Encoder(nn.Module):
    """§3.2: what stands around each source token, and its embedding. [B, m], [B, m] -> [B, m, d], [B, m, d]."""

    def __init__(self, embedding: Embedding, d: int, k: int, L: int) -> None:
        super().__init__()
        if k % 2 == 0:
            raise ValueError(f"expected an odd width, got {k}")
        self.embedding, self.k = embedding, k
        self.layers = nn.ModuleList(gated(d, k) for _ in range(L))

    def forward(self, x: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
        e = self.embedding(x)
        real = mask.unsqueeze(1)  # [B, 1, m]
        h = e.transpose(1, 2) * real  # [B, d, m]
        for layer in self.layers:
            h = (centred(layer, h, self.k) + h) * SCALE * real  # padding stays 0, as beyond the ends
        return h.transpose(1, 2), e


# %% [markdown]
# ## Multi-step attention (§3.3, eqs. 1 and 2)
# $$d_i^l = W_d^l h_i^l + b_d^l + g_i, \quad
# a_{ij}^l = \frac{\exp(d_i^l \cdot z_j^u)}{\sum_{t} \exp(d_i^l \cdot z_t^u)}, \quad
# c_i^l = \sum_j a_{ij}^l (z_j^u + e_j)$$
# The query holds the target word $g_i$ before the step. The keys $z$ know a token's surroundings; the values add the
# token itself. What a layer finds is added to its output, so the next layer's query can ask on from there.


# %%
class Attention(nn.Module):
    """Eqs. 1 and 2, times m √(1/m) (§3.4). h, g [B, n, d], z, e [B, m, d], mask [B, m] -> [B, n, d], [B, n, m].

    departs: c goes through a linear map, and the sums of query and of output are scaled by √.5: so in their code.
    """

    def __init__(self, d: int) -> None:
        super().__init__()
        self.W_d, self.W_c = nn.Linear(d, d), nn.Linear(d, d)

    def forward(self, h: Tensor, g: Tensor, z: Tensor, e: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
        query = (self.W_d(h) + g) * SCALE
        scores = (query @ z.transpose(1, 2)).masked_fill(~mask.unsqueeze(1), torch.finfo(h.dtype).min)  # [B, n, m]
        a = scores.softmax(dim=-1)
        c = a @ (z + e) * mask.sum(dim=1).sqrt()[:, None, None]
        return (h + self.W_c(c)) * SCALE, a


class Decoder(nn.Module):
    """§3.2, §3.3: causal blocks; those in `attentive` attend. y [B, n] -> scores [B, n, V], weights [B, n, m] each."""

    def __init__(self, embedding: Embedding, d: int, k: int, L: int, V: int, attentive: Sequence[int]) -> None:
        super().__init__()
        self.embedding = embedding
        self.layers = nn.ModuleList(gated(d, k) for _ in range(L))
        self.attention = nn.ModuleDict({str(l): Attention(d) for l in attentive})
        self.W_o = nn.Linear(d, V)

    def forward(self, y: Tensor, z: Tensor, e: Tensor, mask: Tensor) -> tuple[Tensor, list[Tensor]]:
        g = h = self.embedding(y)
        weights: list[Tensor] = []
        for l, layer in enumerate(self.layers):
            out = layer(h.transpose(1, 2)).transpose(1, 2)
            if str(l) in self.attention:
                out, a = self.attention[str(l)](out, g, z, e, mask)
                weights.append(a)
            h = (out + h) * SCALE
        return self.W_o(h), weights


# %% [markdown]
# ## The whole
# All target positions are trained at once. The encoder gets a gradient from each attention; they are averaged, not
# summed (§3.4).


# %%
def scale_gradient(x: Tensor, by: float) -> Tensor:
    """x itself, whose gradient is multiplied (§3.4)."""
    return x * by + x.detach() * (1 - by)


class ConvS2S(nn.Module):
    """x [B, m], y [B, n] -> scores of each next word [B, n, V], and what each attention looks at [B, n, m]."""

    def __init__(self, d: int, k: int, L: int, attentive: Sequence[int]) -> None:
        super().__init__()
        V = PAD + 1
        self.encoder = Encoder(Embedding(V, d, longest=2 * len(PLACES)), d, k, L)
        self.decoder = Decoder(Embedding(V, d, longest=len(ARROWS)), d, k, L, V, attentive)

    def forward(self, x: Tensor, y: Tensor) -> tuple[Tensor, list[Tensor]]:
        mask = x != PAD
        z, e = self.encoder(x, mask)
        return self.decoder(y, scale_gradient(z, 1 / len(self.decoder.attention)), e, mask)

    @torch.no_grad()
    def generate(self, x: Tensor, y: Tensor, steps: int) -> Tensor:
        """Go on from y, each time with the likeliest word: [B, m], [B, n] -> [B, n + steps]."""
        for _ in range(steps):
            y = torch.cat([y, self(x, y)[0][:, -1:].argmax(dim=-1)], dim=1)
        return y


# %% [markdown]
# ## The experiment
# Six places, each with an arrow to another; a walk crosses one arrow, then two, one, two. The place between two arrows
# is never told, so the second look-up needs what the first has found: one attention for each word cannot do it, but
# where both arrows were told side by side, within the view of one key.


# %%
@dataclass(frozen=True)
class Config:
    """Sizes of the experiment."""

    seed: int = 0
    device: str = "cpu"
    steps: int = 1000
    d: int = 32
    d_last: int = 34  # makes up for the parameters of the attentions that the other model lacks
    k: int = 3
    layers: int = 3
    batch: int = 64
    learning_rate: float = 0.008


def train(config: Config, d: int, attentive: Sequence[int]) -> ConvS2S:
    """A model of width d whose decoder attends in the layers `attentive`.

    departs: Adam with one cycle of the learning rate, instead of Nesterov's momentum.
    """
    torch.manual_seed(config.seed)
    generator = torch.Generator().manual_seed(2 * config.seed)
    model = ConvS2S(d, config.k, config.layers, attentive).to(config.device)
    optimizer = torch.optim.Adam(model.parameters(), lr=config.learning_rate)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, config.learning_rate, max(config.steps, 2))
    for _ in progress(config.steps, "attention in layers " + " and ".join(str(l + 1) for l in attentive)):
        x, y = (numbers.to(config.device) for numbers in make_walks(config.batch, generator))
        scores, _weights = model(x, y[:, :-1])
        loss = F.cross_entropy(scores.flatten(0, 1), y[:, 1:].flatten())
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 0.5)
        optimizer.step()
        schedule.step()
    return model


@torch.no_grad()
def moved_keys(model: ConvS2S, x: Tensor, position: int) -> set[int]:
    """Which z move, however little, when one source token changes."""
    encoder, other, mask = copy.deepcopy(model.encoder).double(), x.clone(), torch.ones_like(x, dtype=torch.bool)
    other[:, position] = (other[:, position] + 1) % len(PLACES)
    return set((encoder(x, mask)[0] != encoder(other, mask)[0]).any(dim=2).any(dim=0).nonzero().flatten().tolist())


@torch.no_grad()
def moved_words(model: ConvS2S, x: Tensor, y: Tensor, position: int) -> set[int]:
    """Which outputs move, however little, when one target token changes."""
    model, other = copy.deepcopy(model).double(), y.clone()
    other[:, position] = (other[:, position] + 1) % len(PLACES)
    return set((model(x, y)[0] != model(x, other)[0]).any(dim=2).any(dim=0).nonzero().flatten().tolist())


def fresh_walks(config: Config, count: int) -> tuple[Tensor, Tensor]:
    """Of so many walks those whose arrows were not told in training, in this order."""
    generator = torch.Generator().manual_seed(2 * config.seed)
    told = {tuple(x) for _ in range(config.steps) for x in make_walks(config.batch, generator)[0].tolist()}
    x, y = make_walks(count, torch.Generator().manual_seed(2 * config.seed + 1))
    fresh = [i for i, arrows in enumerate(x.tolist()) if tuple(arrows) not in told]
    return x[fresh].to(config.device), y[fresh].to(config.device)


def arrows_found(model: ConvS2S, x: Tensor, y: Tensor) -> list[float]:
    """Where two arrows are crossed: how often each layer's attention peaks at the first arrow and at the second."""
    _scores, weights = model(x, y[:, :-1])
    steps = [i for i, crossed in enumerate(ARROWS) if crossed == 2]
    starts, ends = x[:, ::2], x[:, 1::2]
    first = (starts.unsqueeze(1) == y[:, steps].unsqueeze(2)).int().argmax(dim=2)  # [B, steps]: which arrow leaves y
    second = (ends.unsqueeze(1) == y[:, [i + 1 for i in steps]].unsqueeze(2)).int().argmax(dim=2)
    peaks = [a[:, steps].unflatten(2, (-1, 2)).sum(dim=3).argmax(dim=2) for a in weights]
    return [float((peak == arrow).float().mean()) for peak in peaks for arrow in (first, second)]


def run(config: Config) -> Report:
    """Attention in every layer, and in the last only."""
    layers = range(config.layers)
    many, last = train(config, config.d, layers), train(config, config.d_last, layers[-1:])
    x, y = fresh_walks(config, 1000)
    right = [model.generate(x, y[:, :1], len(ARROWS)) == y for model in (many, last)]
    walks = [float(r.all(dim=1).float().mean()) for r in right]
    single = float(right[1][:, 1].float().mean())
    reach, p = config.layers * (config.k - 1) // 2, 6
    keys = moved_keys(many, x[:50], p) ^ {*range(p - reach, p + reach + 1)}
    words = moved_words(many, x[:50], y[:50, :-1], 1) ^ {*range(1, len(ARROWS))}
    found = arrows_found(many, x, y)
    shown = max(range(50), key=lambda i: len(set(y[i].tolist())))  # a walk that sees much
    return Report(
        [
            Claim("attention in every layer: walks right to the end", walks[0], "§3.3", at_least=0.9),
            Claim(
                "more than with attention in the last layer only", walks[0] - walks[1], "§5.5, table 5", at_least=0.4
            ),
            Claim(
                "attention in the last layer only: walks right", walks[1], "§5.5, table 5", at_most=0.6, control=True
            ),
            Claim("the same model where one arrow is crossed: first steps right", single, "§3.3", at_least=0.9),
            Claim(f"keys wrongly in or out of the {2 * reach + 1} around a token", len(keys), "§3.2", at_most=0),
            Claim("outputs wrongly in or out of those from a target token on", len(words), "§3.2", at_most=0),
            Claim("two arrows: layer 1 looks at the first", found[0], "§3.3"),
            Claim("two arrows: the last layer looks at the second", found[-1], "§3.3"),
        ],
        figure=lambda: draw(many, x[shown : shown + 1], y[shown : shown + 1]),
        caption="What each decoder layer looks at while a walk crosses one arrow, two, one, two. "
        "Columns: the arrows as they were told, from place to place; rows: the place reached.",
    )


def draw(model: ConvS2S, x: Tensor, y: Tensor) -> Figure:
    """The attention of each layer side by side."""
    import figures

    _scores, weights = model(x, y[:, :-1])
    figure, axes = figures.new(height=2.2, columns=len(weights))
    rows = [f"{'one arrow' if n == 1 else 'two arrows'} to {PLACES[i]}" for n, i in zip(ARROWS, y[0, 1:], strict=True)]
    for number, (ax, a) in enumerate(zip(axes, weights, strict=True)):
        figures.heatmap(ax, a[0].tolist(), rows if number == 0 else [""] * len(rows), [PLACES[i] for i in x[0]])
        ax.set_title(f"layer {number + 1}", fontsize=9)
    return figure


if __name__ == "__main__":
    main(Config, run, __doc__)
