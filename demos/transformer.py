"""Transformer: an encoder and a decoder of attention alone, reversing strings.

Paper: Vaswani et al., Attention Is All You Need, NIPS 2017, arXiv 1706.03762v7
Entry: vaswani-etal-2017-attention
Covers: §3.1 stacks, §3.2 attention (eq. 1), §3.3 feed-forward (eq. 2)
Omits: everything else so far
Claim: attention finds what it needs by content and position (§3.2)
Check: to come
Run: 1 second
Shapes: B batch, n and m lengths of queries and keys, h heads, d_model width, d_k width of a head
"""

# mask: True = may attend. Everywhere, here and in the demos that build on this one.

from __future__ import annotations

import math
from collections.abc import Callable

import torch
from torch import Tensor, nn
from torch.nn import functional as F

# %% [markdown]
# ## Scaled dot-product attention (§3.2.1, eq. 1)
# $$\mathrm{Attention}(Q, K, V) = \mathrm{softmax}\left(\frac{QK^\top}{\sqrt{d_k}}\right) V$$
# Each query takes the mean of the values, weighted by how well their keys answer it. Without the root, long
# vectors would push the softmax to where its gradient vanishes.


# %%
def attention_weights(Q: Tensor, K: Tensor, mask: Tensor | None = None) -> Tensor:
    """softmax(QKᵀ / √d_k). [B, h, n, d_k], [B, h, m, d_k] -> [B, h, n, m].

    A mask that broadcasts to [B, h, n, m] is True where a query may attend; a query that may attend to nothing
    gets weights 0.
    """
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
Attend = Callable[[Tensor, Tensor, Tensor, Tensor | None], Tensor]


class MultiHeadAttention(nn.Module):
    """§3.2.2. [B, n, d_model], [B, m, d_model] -> [B, n, d_model].

    departs: the projections have biases, as in the authors' later models and in torch.
    """

    def __init__(self, d_model: int, h: int, attend: Attend = attention) -> None:
        super().__init__()
        if d_model % h:
            raise ValueError(f"expected a width that {h} heads divide, got {d_model}")
        self.h, self.attend = h, attend
        self.W_Q, self.W_K, self.W_V, self.W_O = (nn.Linear(d_model, d_model) for _ in range(4))

    def forward(self, x: Tensor, memory: Tensor, mask: Tensor | None = None) -> Tensor:
        Q, K, V = self.split(self.W_Q(x)), self.split(self.W_K(memory)), self.split(self.W_V(memory))
        out: Tensor = self.W_O(
            self.attend(Q, K, V, mask).transpose(1, 2).flatten(2)
        )  # [B, h, n, d_k] -> [B, n, d_model]
        return out

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
Activation = Callable[[Tensor], Tensor]


class FeedForward(nn.Module):
    """Eq. 2, at each position by itself: [B, n, d_model] -> [B, n, d_model]."""

    def __init__(self, d_model: int, d_ff: int, activation: Activation = F.relu) -> None:
        super().__init__()
        self.W_1, self.W_2 = nn.Linear(d_model, d_ff), nn.Linear(d_ff, d_model)
        self.activation = activation

    def forward(self, x: Tensor) -> Tensor:
        return self.W_2(self.activation(self.W_1(x)))


class Residual(nn.Module):
    """§3.1: LayerNorm(x + Sublayer(x)), with dropout on the sublayer (§5.4).

    `norm_first` gives x + Sublayer(LayerNorm(x)) instead: GPT-2's order, which needs no warm-up to train.
    """

    def __init__(self, d_model: int, dropout: float = 0.0, *, norm_first: bool = False, eps: float = 1e-5) -> None:
        super().__init__()
        self.norm, self.dropout, self.norm_first = nn.LayerNorm(d_model, eps=eps), nn.Dropout(dropout), norm_first

    def forward(self, x: Tensor, sublayer: Callable[[Tensor], Tensor]) -> Tensor:
        if self.norm_first:
            return x + self.dropout(sublayer(self.norm(x)))
        return self.norm(x + self.dropout(sublayer(x)))


# %% [markdown]
# ## Encoder and decoder layers (§3.1)
# An encoder layer attends to its own input; a decoder layer attends to what it has written so far and then to
# the encoder's output.


# %%
class EncoderLayer(nn.Module):
    """§3.1: self-attention, then the feed-forward network. [B, n, d_model] -> [B, n, d_model]."""

    def __init__(
        self,
        d_model: int,
        h: int,
        d_ff: int,
        *,
        dropout: float = 0.0,
        activation: Activation = F.relu,
        norm_first: bool = False,
        eps: float = 1e-5,
        attend: Attend = attention,
    ) -> None:
        super().__init__()
        self.attention = MultiHeadAttention(d_model, h, attend)
        self.feed_forward = FeedForward(d_model, d_ff, activation)
        self.residuals = nn.ModuleList(Residual(d_model, dropout, norm_first=norm_first, eps=eps) for _ in range(2))

    def forward(self, x: Tensor, mask: Tensor | None = None) -> Tensor:
        x = self.residuals[0](x, lambda y: self.attention(y, y, mask))
        return self.residuals[1](x, self.feed_forward)


class DecoderLayer(nn.Module):
    """§3.1: masked self-attention, attention to the encoder's output, then the feed-forward network.

    [B, n, d_model] and memory [B, m, d_model] -> [B, n, d_model].
    """

    def __init__(
        self, d_model: int, h: int, d_ff: int, *, dropout: float = 0.0, norm_first: bool = False, eps: float = 1e-5
    ) -> None:
        super().__init__()
        self.self_attention, self.cross_attention = MultiHeadAttention(d_model, h), MultiHeadAttention(d_model, h)
        self.feed_forward = FeedForward(d_model, d_ff)
        self.residuals = nn.ModuleList(Residual(d_model, dropout, norm_first=norm_first, eps=eps) for _ in range(3))

    def forward(
        self, x: Tensor, memory: Tensor, mask: Tensor | None = None, memory_mask: Tensor | None = None
    ) -> Tensor:
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
    if d_model % 2:
        raise ValueError(f"expected an even width, got {d_model}")
    pos = torch.arange(n).unsqueeze(1)
    angle = pos / 10000 ** (torch.arange(0, d_model, 2) / d_model)  # [n, d_model / 2]
    return torch.stack([angle.sin(), angle.cos()], dim=-1).flatten(1)
