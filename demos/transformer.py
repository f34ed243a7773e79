"""Transformer: an encoder and a decoder of attention alone write strings backwards.

Paper: Vaswani et al., Attention Is All You Need, NIPS 2017, arXiv 1706.03762v7
Entry: vaswani-etal-2017-attention
Covers: §3.1 to §3.5 (eqs. 1 and 2), §5.3 (eq. 3), §5.4 label smoothing, §6.1 beam search and averaged checkpoints
Omits: dropout in the experiment (nothing to overfit), byte pairs and batches by length (§5.1), §6.3 parsing
Claim: without recurrence or convolution, the positions must be told (§3.5); then attention alone translates (§6.1)
Check: reversed strings with and without positions; what positions and the mask of the decoder exactly change
Run: 35 seconds
Shapes: B batch, n and m lengths of queries and keys, h heads, d_model width, d_k width of a head, W words
"""

# mask: True = may attend. Everywhere, here and in the demos that build on this one.

from __future__ import annotations

import math
import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F
from torch.optim.swa_utils import AveragedModel

from gnmt import beam_search
from label_smoothing import label_smoothing_loss
from shared import Claim, Report, main, progress
from tasks.reversal import END, PAD, START, WORDS, make_batch, to_ids

if TYPE_CHECKING:
    from matplotlib.figure import Figure

# %% [markdown]
# ## Scaled dot-product attention (§3.2.1, eq. 1)
# $$\mathrm{Attention}(Q, K, V) = \mathrm{softmax}\left(\frac{QK^\top}{\sqrt{d_k}}\right) V$$
# Each query takes the mean of the values, weighted by how well their keys answer it; the root keeps gradients alive.


# %%
def attention_weights(Q: Tensor, K: Tensor, mask: Tensor | None = None) -> Tensor:
    """softmax(QKᵀ / √d_k), 0 where no key may be attended to. [B, h, n, d_k], [B, h, m, d_k] -> [B, h, n, m]."""
    scores = Q @ K.transpose(-2, -1) / math.sqrt(K.shape[-1])  # [B, h, n, m]
    if mask is None:
        return scores.softmax(dim=-1)
    # The lowest number, not -inf: a row of -inf would give NaN, in the gradient too.
    lowest = torch.finfo(scores.dtype).min
    return scores.masked_fill(~mask, lowest).softmax(dim=-1).masked_fill(~mask, 0.0)


def attention(Q: Tensor, K: Tensor, V: Tensor, mask: Tensor | None = None) -> Tensor:
    """Eq. 1: softmax(QKᵀ / √d_k) V. [B, h, n, d_k], [B, h, m, d_k], [B, h, m, d_v] -> [B, h, n, d_v]."""
    return attention_weights(Q, K, mask) @ V


def fused_attention(Q: Tensor, K: Tensor, V: Tensor, mask: Tensor | None = None) -> Tensor:
    """The same by torch's fused kernel, which is faster on long inputs and never holds the [n, m] weights."""
    return F.scaled_dot_product_attention(Q, K, V, attn_mask=mask)


# %% [markdown]
# ## Multi-head attention (§3.2.2)
# $$\mathrm{MultiHead}(Q, K, V) = \mathrm{Concat}(\mathrm{head}_1, \dots, \mathrm{head}_h) W^O, \quad
# \mathrm{head}_i = \mathrm{Attention}(QW_i^Q, KW_i^K, VW_i^V)$$
# The heads look from h different points of view, each in a space of d_model / h.


# %%
Pointwise = Callable[[Tensor], Tensor]
Mask = Tensor | None
Attend = Callable[[Tensor, Tensor, Tensor, Mask], Tensor]


class MultiHeadAttention(nn.Module):
    """§3.2.2. departs: W have biases, as in BERT and GPT-2. [B, n, d_model], [B, m, d_model] -> [B, n, d_model]."""

    def __init__(self, d_model: int, h: int, attend: Attend = attention) -> None:
        super().__init__()
        if d_model % h:
            raise ValueError(f"expected a width that {h} heads divide, got {d_model}")
        self.h, self.attend = h, attend
        self.W_Q, self.W_K, self.W_V, self.W_O = (nn.Linear(d_model, d_model) for _ in range(4))

    def forward(self, x: Tensor, memory: Tensor, mask: Tensor | None = None) -> Tensor:
        Q, K, V = self.split(self.W_Q(x)), self.split(self.W_K(memory)), self.split(self.W_V(memory))
        heads = self.attend(Q, K, V, mask)  # [B, h, n, d_k]
        return self.W_O(heads.transpose(1, 2).flatten(2))

    def weights(self, x: Tensor, memory: Tensor, mask: Tensor | None = None) -> Tensor:
        """What each head looks at: [B, h, n, m]."""
        return attention_weights(self.split(self.W_Q(x)), self.split(self.W_K(memory)), mask)

    def split(self, x: Tensor) -> Tensor:
        """Into heads: [B, n, d_model] -> [B, h, n, d_k]."""
        return x.unflatten(-1, (self.h, -1)).transpose(1, 2)


# %% [markdown]
# ## Feed-forward network and residual connections (§3.3, eq. 2; §3.1)
# $$\mathrm{FFN}(x) = \max(0, xW_1 + b_1)W_2 + b_2, \qquad \mathrm{LayerNorm}(x + \mathrm{Sublayer}(x))$$


# %%
class FeedForward(nn.Module):
    """Eq. 2, at each position by itself: [B, n, d_model] -> [B, n, d_model]."""

    def __init__(self, d_model: int, d_ff: int, activation: Pointwise = F.relu) -> None:
        super().__init__()
        self.W_1, self.W_2, self.activation = nn.Linear(d_model, d_ff), nn.Linear(d_ff, d_model), activation

    def forward(self, x: Tensor) -> Tensor:
        return self.W_2(self.activation(self.W_1(x)))


class Residual(nn.Module):
    """§3.1: LayerNorm(x + Sublayer(x)), dropout of §5.4; `norm_first`: x + Sublayer(LayerNorm(x)), as in GPT-2."""

    def __init__(self, d_model: int, dropout: float = 0.0, *, norm_first: bool = False, eps: float = 1e-5) -> None:
        super().__init__()
        self.norm, self.dropout, self.norm_first = nn.LayerNorm(d_model, eps=eps), nn.Dropout(dropout), norm_first

    def forward(self, x: Tensor, sublayer: Callable[[Tensor], Tensor]) -> Tensor:
        if self.norm_first:
            return x + self.dropout(sublayer(self.norm(x)))
        return self.norm(x + self.dropout(sublayer(x)))


# %% [markdown]
# ## Encoder and decoder layers (§3.1)
# An encoder layer attends to its own input, a decoder layer to what it has written and to the encoder's output.


# %%
class EncoderLayer(nn.Module):
    """§3.1: self-attention, then the FFN. `how`: options of Residual. [B, n, d_model] -> [B, n, d_model]."""

    def __init__(
        self, d_model: int, h: int, d_ff: int, *, activation: Pointwise = F.relu, attend: Attend = attention, **how: Any
    ) -> None:
        super().__init__()
        self.attention = MultiHeadAttention(d_model, h, attend)
        self.feed_forward = FeedForward(d_model, d_ff, activation)
        self.residuals = nn.ModuleList(Residual(d_model, **how) for _ in range(2))

    def forward(self, x: Tensor, mask: Tensor | None = None) -> Tensor:
        x = self.residuals[0](x, lambda y: self.attention(y, y, mask))
        return self.residuals[1](x, self.feed_forward)


class DecoderLayer(nn.Module):
    """§3.1: self-attention, attention to the memory, FFN. [B, n, d_model], [B, m, d_model] -> [B, n, d_model]."""

    def __init__(self, d_model: int, h: int, d_ff: int, **how: Any) -> None:
        super().__init__()
        self.self_attention, self.cross_attention = MultiHeadAttention(d_model, h), MultiHeadAttention(d_model, h)
        self.feed_forward = FeedForward(d_model, d_ff)
        self.residuals = nn.ModuleList(Residual(d_model, **how) for _ in range(3))

    def forward(self, x: Tensor, memory: Tensor, mask: Mask = None, memory_mask: Mask = None) -> Tensor:
        x = self.residuals[0](x, lambda y: self.self_attention(y, y, mask))
        x = self.residuals[1](x, lambda y: self.cross_attention(y, memory, memory_mask))
        return self.residuals[2](x, self.feed_forward)


def causal_mask(n: int, device: torch.device | None = None) -> Tensor:
    """§3.2.3: position i may attend to positions up to i. -> [n, n], True = may attend."""
    return torch.ones(n, n, dtype=torch.bool, device=device).tril()


# %% [markdown]
# ## Positional encoding (§3.5)
# $$PE_{(pos, 2i)} = \sin\left(pos / 10000^{2i/d_{model}}\right), \quad
# PE_{(pos, 2i+1)} = \cos\left(pos / 10000^{2i/d_{model}}\right)$$
# Attention alone does not know in which order its inputs stand.


# %%
def positional_encoding(n: int, d_model: int) -> Tensor:
    """§3.5: sines on even and cosines on odd features. -> [n, d_model], `d_model` even."""
    pos = torch.arange(n).unsqueeze(1)
    angle = pos / 10000 ** (torch.arange(0, d_model, 2) / d_model)  # [n, d_model / 2]
    return torch.stack([angle.sin(), angle.cos()], dim=-1).flatten(1)


# %% [markdown]
# ## The model (§3.1; embeddings and softmax, §3.4)
# $$x = \sqrt{d_{model}}\,E_{word} + PE, \qquad P(y_{t+1} \mid y_{\le t}) = \mathrm{softmax}(E z_t)$$
# One matrix $E$, of variance $1/d_{model}$, embeds the source and the target and scores the next word.


# %%
class Transformer(nn.Module):
    """Fig. 1: N encoder and N decoder layers. Source [B, m] and target [B, n] -> logits [B, n, W]."""

    # departs: `norm_first` and a last normalisation; in the paper's order so short a training may fail.
    def __init__(
        self, W: int, d_model: int, h: int, d_ff: int, N: int, *, norm_first: bool = True, positions: bool = True
    ) -> None:
        super().__init__()
        self.E, self.positions = nn.Parameter(torch.randn(W, d_model) / math.sqrt(d_model)), positions
        self.encoder = nn.ModuleList(EncoderLayer(d_model, h, d_ff, norm_first=norm_first) for _ in range(N))
        self.decoder = nn.ModuleList(DecoderLayer(d_model, h, d_ff, norm_first=norm_first) for _ in range(N))
        self.norms = nn.ModuleList(nn.LayerNorm(d_model) if norm_first else nn.Identity() for _ in range(2))

    def embed(self, words: Tensor) -> Tensor:
        """[B, n] -> [B, n, d_model]."""
        x = F.embedding(words, self.E) * math.sqrt(self.E.shape[1])
        return x + positional_encoding(*x.shape[1:]).to(x) if self.positions else x

    def encode(self, source: Tensor) -> Tensor:
        """[B, m] -> [B, m, d_model]."""
        x, mask = self.embed(source), (source != PAD)[:, None, None]  # [B, 1, 1, m]
        for layer in self.encoder:
            x = layer(x, mask)
        return self.norms[0](x)

    def decode(self, target: Tensor, memory: Tensor, source: Tensor) -> Tensor:
        """Logits of the word that follows each. [B, n], [B, m, d_model], [B, m] -> [B, n, W]."""
        x, mask, memory_mask = self.embed(target), causal_mask(target.shape[1], target.device), source != PAD
        for layer in self.decoder:
            x = layer(x, memory, mask, memory_mask[:, None, None])
        return self.norms[1](x) @ self.E.T

    def forward(self, source: Tensor, target: Tensor) -> Tensor:
        return self.decode(target, self.encode(source), source)


# %% [markdown]
# ## Training: label smoothing (§5.4) and warm-up (§5.3, eq. 3)
# $$q'(k) = (1 - \epsilon_{ls})\,\delta_{k,y} + \frac{\epsilon_{ls}}{W}, \qquad
# lrate = d_{model}^{-0.5} \cdot \min(step^{-0.5}, step \cdot warmup^{-1.5})$$
# The model is asked to keep some doubt. The rate rises in a line, then falls with the root of the step.


# %%
def smoothed_loss(logits: Tensor, y: Tensor, epsilon: float = 0.1) -> Tensor:
    """-Σ q'(k) log p(k), a mean over words that are not padding. [B, n, W], [B, n] -> a number."""
    return label_smoothing_loss(logits[y != PAD], y[y != PAD], epsilon)


def learning_rate(step: int, d_model: int, warmup: int) -> float:
    """Eq. 3, for steps counted from 1."""
    return d_model**-0.5 * min(step**-0.5, step * warmup**-1.5)


# %% [markdown]
# ## Decoding (§3.1), and the experiment
# Strings of 4 to 16 letters are written backwards, letter by letter, greedily or with GNMT's beam search (§6.1).
# Without positions the decoder sees which letters there are, but not in which order, nor how many are written.


# %%
@torch.no_grad()
def greedy(model: Transformer, source: Tensor, most: int) -> Tensor:
    """The most probable word at each step, padded after END. [B, m] -> [B, most]."""
    memory, y = model.encode(source), torch.full_like(source[:, :1], START)
    for _ in range(most):
        word = model.decode(y, memory, source)[:, -1].argmax(dim=-1)  # [B]
        y = torch.cat([y, word.masked_fill((y == END).any(dim=1), PAD).unsqueeze(1)], dim=1)
    return y[:, 1:]


@torch.no_grad()
def translate(model: Transformer, source: Tensor, most: int, beam: int = 4, alpha: float = 0.6) -> list[int]:
    """§6.1: the output with the best log P(Y) / lp(Y), without END. [1, m] -> at most `most` - 1 words."""
    memory = model.encode(source)

    def step(y: Tensor) -> tuple[Tensor, Tensor]:
        logits = model.decode(y.to(source), *(x.expand(len(y), *x.shape[1:]) for x in (memory, source)))
        return logits[:, -1].log_softmax(dim=-1), torch.ones(*y.shape, 1)  # covered: no penalty

    return beam_search(step, beam, most, alpha=alpha, beta=0.0)[0]


@dataclass(frozen=True)
class Config:
    """Sizes of the experiment."""

    seed: int = 0
    device: str = "cpu"
    steps: int = 900
    batch: int = 64
    d_model: int = 64


def train(config: Config, *, positions: bool = True) -> Transformer:
    """Adam as in §5.3, and the mean of the last 5 checkpoints as in §6.1."""
    torch.manual_seed(config.seed)
    model = Transformer(len(WORDS), config.d_model, h=4, d_ff=128, N=1, positions=positions).to(config.device)
    optimizer = torch.optim.Adam(model.parameters(), betas=(0.9, 0.98), eps=1e-9)
    averaged, rng = AveragedModel(model), random.Random(2 * config.seed)
    for step in progress(config.steps, f"with{'out' * (not positions)} positions"):
        source, target, y = (x.to(config.device) for x in make_batch(config.batch, rng))
        optimizer.param_groups[0]["lr"] = learning_rate(step + 1, config.d_model, warmup=200)
        loss = smoothed_loss(model(source, target), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        if step + 1 in range(config.steps - 80, config.steps + 1, 20):
            averaged.update_parameters(model)
    model.load_state_dict(averaged.module.state_dict())
    return model


@torch.no_grad()
def changes(model: Transformer, source: Tensor, target: Tensor) -> tuple[float, float]:
    """How far outputs move: the decoder's if later words change, the encoder's if its input is turned round."""
    other = torch.cat([target[:, :2], target[:, 2:].flip(1)], dim=1)
    leak = (model(source, other) - model(source, target))[:, :2].abs().max()
    return float(leak), float((model.encode(source.flip(1)).flip(1) - model.encode(source)).abs().max())


def run(config: Config) -> Report:
    """Reversal with positions and without, and what the masks and the positions exactly promise."""
    source, target, y = (x.to(config.device) for x in make_batch(200, random.Random(2 * config.seed + 1)))
    model, blind = train(config), train(config, positions=False)
    right, lost = (float((greedy(m, source, y.shape[1]) == y).all(dim=1).float().mean()) for m in (model, blind))
    (leak, ordered), (_, unordered) = changes(model, source, target), changes(blind, source, target)
    beams = [translate(model, source[i : i + 1], 18) == y[i][y[i] > END].tolist() for i in range(50)]
    return Report(
        [
            Claim("fresh strings reversed without a mistake", right, "§6.1", at_least=0.95),
            Claim("the same of 50, with a beam of 4", sum(beams) / 50, "§6.1", at_least=0.90),
            Claim("the same without positions", lost, "§3.5", at_most=0.05, control=True),
            Claim("what later words change in predictions", leak, "§3.2.3", at_most=0.0),
            Claim("what order changes in the encoder without positions", unordered, "§3.5", at_most=1e-4),
            Claim("the same with positions", ordered, "§3.5", at_least=0.1, control=True),
        ],
        figure=lambda: draw(model, to_ids(["transformers"]), to_ids(["sremrofsnart"], start=True)),
        caption="Where each head of the decoder looks in the word (columns) to write the next letter of its reversal.",
    )


def draw(model: Transformer, source: Tensor, target: Tensor) -> Figure:
    """The attention of the decoder to the source, one picture for each head."""
    import figures

    layer: Any = model.cpu().decoder[0]
    x = layer.residuals[0](model.embed(target), lambda y: layer.self_attention(y, y, causal_mask(y.shape[1])))
    weights = layer.cross_attention.weights(layer.residuals[1].norm(x), model.encode(source))[0]  # [h, n, m]
    figure, axes = figures.new(columns=len(weights), height=2.2)
    for ax, head in zip(axes, weights.tolist(), strict=True):
        figures.heatmap(ax, head, [WORDS[i] for i in target[0, 1:]] + ["end"], [WORDS[i] for i in source[0]])
    return figure


if __name__ == "__main__":
    main(Config, run, __doc__)
