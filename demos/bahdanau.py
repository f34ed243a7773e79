"""Bahdanau attention: a decoder that searches the source for each word, against one that gets a single vector.

Paper: Bahdanau, Cho and Bengio, Neural Machine Translation by Jointly Learning to Align and Translate, ICLR 2015,
    arXiv 1409.0473v7
Entry: bahdanau-etal-2015-neural
Covers: §3.1 (eqs. 4 to 6), §3.2, appendix A (A.1.2 alignment model, A.2.1 encoder with eq. 7, A.2.2 decoder with
    maxout)
Omits: beam search, the vocabulary of 30,000 words with unknown ones, Adadelta (Adam here), the initial weights of B.1
Claim: attention keeps long sentences translatable, which one fixed vector does not (§5.1, figure 2), and its weights
    align words in the order that the meaning asks for (§5.2.1, figure 3)
Check: strings of 15 to 24 letters reversed, with attention and without; numbers in English words into German
Run: 30 seconds
Shapes: B batch, T_x and T_y lengths of source and target, m embedding, n state, K words
"""

# mask: True = a word, False = padding.

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, TypeVar

import torch
from torch import Tensor, nn
from torch.nn import functional as F
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from shared import Claim, Report, main, progress
from tasks import number_words, reversal
from tasks.batches import SHOWN, Batch, crossing_mass, framed_strings, numbers, strings
from tasks.reversal import PAD, START

if TYPE_CHECKING:
    from matplotlib.figure import Figure

ModelT = TypeVar("ModelT", bound=nn.Module)
LENGTHS = range(4, 25)

# %% [markdown]
# ## Encoder: an annotation for each word (§3.2; A.2.1, eq. 7)
# $$h_j = \left[\overrightarrow{h}_j ; \overleftarrow{h}_j\right]$$
# One GRU reads from the left and one from the right, so an annotation knows the whole sentence, and best what stands
# around its word.


# %%
class Annotations(NamedTuple):
    """A source as the decoder sees it: h_j and U_a h_j [B, T_x, …], mask [B, T_x], and both ends, each [B, n]."""

    h: Tensor
    U_a_h: Tensor
    mask: Tensor
    forward_end: Tensor
    backward_end: Tensor


class Encoder(nn.Module):
    """Eq. 7: h_j = [→h_j ; ←h_j]. [B, T_x] -> [B, T_x, 2 n], →h at the last word and ←h at the first [B, n].

    departs: torch's GRU, which resets after the multiplication with U, r ∘ (U h), and not before it, U (r ∘ h).
    """

    def __init__(self, K: int, m: int, n: int) -> None:
        super().__init__()
        self.E = nn.Embedding(K, m)
        self.gru = nn.GRU(m, n, batch_first=True, bidirectional=True)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        # Packed, so that the GRU from the right begins with the last word and not with padding.
        lengths = (x != PAD).sum(dim=1).cpu()
        packed = pack_padded_sequence(self.E(x), lengths, batch_first=True, enforce_sorted=False)
        states, (forward_end, backward_end) = self.gru(packed)
        h, _ = pad_packed_sequence(states, batch_first=True, total_length=x.shape[1])  # [B, T_x, 2 n]
        return h, forward_end, backward_end


# %% [markdown]
# ## The alignment model (§3.1, eqs. 5 and 6; A.1.2)
# $$e_{ij} = v_a^\top \tanh(W_a s_{i-1} + U_a h_j), \quad
# \alpha_{ij} = \frac{\exp(e_{ij})}{\sum_k \exp(e_{ik})}, \quad c_i = \sum_j \alpha_{ij} h_j$$
# Before each word the decoder asks with its state how well every annotation fits, and takes their mean by the
# answers. Gradients flow through the mean, so what to look for is learned from translations alone.


# %%
def normalise(e: Tensor, mask: Tensor) -> Tensor:
    """Eq. 6: α = softmax(e) over the words, and exactly 0 on padding. [..., T_x] -> [..., T_x]."""
    # The first fill takes padding out of the sum; the second is for a source that has no words at all.
    return e.masked_fill(~mask, torch.finfo(e.dtype).min).softmax(dim=-1).masked_fill(~mask, 0.0)


class Alignment(nn.Module):
    """A.1.2: α_i from e_ij = v_aᵀ tanh(W_a s_{i-1} + U_a h_j). [B, n], [B, T_x, n'], [B, T_x] -> [B, T_x].

    U_a h_j does not depend on i: `U_a` is applied once to a source, by who calls.
    """

    def __init__(self, n: int) -> None:
        super().__init__()
        self.W_a, self.U_a = nn.Linear(n, n, bias=False), nn.Linear(2 * n, n, bias=False)
        self.v_a = nn.Parameter(torch.randn(n) / n**0.5)

    def forward(self, s: Tensor, U_a_h: Tensor, mask: Tensor) -> Tensor:
        e = torch.tanh(self.W_a(s).unsqueeze(1) + U_a_h) @ self.v_a  # [B, T_x]
        return normalise(e, mask)


# %% [markdown]
# ## The state and the word (A.2.2)
# $$\begin{aligned} z_i &= \sigma(W_z E y_{i-1} + U_z s_{i-1} + C_z c_i), \quad
# r_i = \sigma(W_r E y_{i-1} + U_r s_{i-1} + C_r c_i) \\
# \tilde{s}_i &= \tanh(W E y_{i-1} + U [r_i \circ s_{i-1}] + C c_i), \quad
# s_i = (1 - z_i) \circ s_{i-1} + z_i \circ \tilde{s}_i \end{aligned}$$
# $$\tilde{t}_i = U_o s_{i-1} + V_o E y_{i-1} + C_o c_i, \quad
# t_i = \left[\max\{\tilde{t}_{i, 2k-1}, \tilde{t}_{i, 2k}\}\right]_k, \quad p(y_i) \propto \exp(y_i^\top W_o t_i)$$


# %%
class GatedUnit(nn.Module):
    """A.2.2: s_i from s_{i-1}, E y_{i-1} and c_i. [B, n], [B, m], [B, 2 n] -> [B, n].

    W, U, C are stacked: rows for the candidate, then for z, then for r.
    """

    def __init__(self, m: int, n: int) -> None:
        super().__init__()
        self.W, self.C = nn.Linear(m, 3 * n), nn.Linear(2 * n, 3 * n, bias=False)
        self.U, self.U_zr = nn.Linear(n, n, bias=False), nn.Linear(n, 2 * n, bias=False)

    def forward(self, s: Tensor, Ey: Tensor, c: Tensor) -> Tensor:
        n = s.shape[1]
        x = self.W(Ey) + self.C(c)  # [B, 3 n]
        z, r = torch.sigmoid(x[:, n:] + self.U_zr(s)).chunk(2, dim=1)
        candidate = torch.tanh(x[:, :n] + self.U(r * s))
        return (1 - z) * s + z * candidate


class Readout(nn.Module):
    """A.2.2: W_o t_i, the maxout of pairs in between. [B, n], [B, m], [B, 2 n] -> [B, K]."""

    def __init__(self, m: int, n: int, K: int) -> None:
        super().__init__()
        self.U_o, self.V_o, self.C_o = nn.Linear(n, 2 * m), nn.Linear(m, 2 * m, bias=False), nn.Linear(2 * n, 2 * m)
        self.W_o = nn.Linear(m, K)

    def forward(self, s: Tensor, Ey: Tensor, c: Tensor) -> Tensor:
        t = (self.U_o(s) + self.V_o(Ey) + self.C_o(c)).unflatten(-1, (-1, 2)).amax(dim=-1)  # [B, m]
        return self.W_o(t)


# %% [markdown]
# ## RNNencdec with one vector, and RNNsearch with attention (§2.1, §3.1, A.2.2)
# $$p(y_i \mid y_1, \dots, y_{i-1}, x) = g(y_{i-1}, s_i, c_i), \quad s_0 = \tanh(W_s \overleftarrow{h}_1)$$
# With the same $c$ for every $i$ this is the older encoder-decoder, where everything about the source goes through
# one vector. Attention is the difference between the two classes, and nothing else is.


# %%
class RNNencdec(nn.Module):
    """Eq. 4 with c_i = [→h_{T_x} ; ←h_1] for every i. [B, T_x], y_{i-1} [B, T_y] -> scores [B, T_y, K], α.

    departs: both ends of the encoder, not →h_{T_x} alone, so that the decoder is the same with attention.
    """

    def __init__(self, K_x: int, K_y: int, m: int, n: int) -> None:
        super().__init__()
        self.encoder, self.W_s = Encoder(K_x, m, n), nn.Linear(n, n)
        self.E, self.unit, self.readout = nn.Embedding(K_y, m), GatedUnit(m, n), Readout(m, n, K_y)

    def annotate(self, x: Tensor) -> Annotations:
        """What depends on the source only."""
        h, forward_end, backward_end = self.encoder(x)
        return Annotations(h, h, x != PAD, forward_end, backward_end)  # nothing is aligned, so there is no U_a

    def context(self, s: Tensor, source: Annotations) -> tuple[Tensor, Tensor]:
        """c_i and α_i, here of no words. [B, n] -> [B, 2 n], [B, T_x]."""
        return torch.cat([source.forward_end, source.backward_end], dim=1), torch.zeros_like(source.mask, dtype=s.dtype)

    def forward(self, x: Tensor, y: Tensor) -> tuple[Tensor, Tensor]:
        source, Ey = self.annotate(x), self.E(y)
        s, states, contexts, alphas = torch.tanh(self.W_s(source.backward_end)), [], [], []
        for i in range(y.shape[1]):
            c, alpha = self.context(s, source)
            states.append(s)  # s_{i-1}
            contexts.append(c)
            alphas.append(alpha)
            s = self.unit(s, Ey[:, i], c)
        return self.readout(torch.stack(states, 1), Ey, torch.stack(contexts, 1)), torch.stack(alphas, 1)

    @torch.no_grad()
    def translate(self, x: Tensor, T_y: int) -> Tensor:
        """The best word at each step, `T_y` of them: [B, T_x] -> [B, T_y]."""
        source = self.annotate(x)
        s, y, words = torch.tanh(self.W_s(source.backward_end)), x.new_full(x.shape[:1], START), []
        for _ in range(T_y):
            Ey, (c, _) = self.E(y), self.context(s, source)
            y, s = self.readout(s, Ey, c).argmax(dim=1), self.unit(s, Ey, c)
            words.append(y)
        return torch.stack(words, dim=1)


class RNNsearch(RNNencdec):
    """Eq. 5: c_i = Σ_j α_ij h_j, a vector of its own for each word."""

    def __init__(self, K_x: int, K_y: int, m: int, n: int) -> None:
        super().__init__(K_x, K_y, m, n)
        self.alignment = Alignment(n)

    def annotate(self, x: Tensor) -> Annotations:
        """With U_a h, which is the same for all i."""
        source = super().annotate(x)
        return source._replace(U_a_h=self.alignment.U_a(source.h))

    def context(self, s: Tensor, source: Annotations) -> tuple[Tensor, Tensor]:
        """[B, n] -> c_i [B, 2 n], α_i [B, T_x]."""
        alpha = self.alignment(s, source.U_a_h, source.mask)
        return torch.bmm(alpha.unsqueeze(1), source.h).squeeze(1), alpha


# %% [markdown]
# ## The experiment
# Strings are written backwards: the fixed vector must hold 24 letters, attention need not. Then numbers in real
# words, English into German cut into parts, where *twenty-one* becomes *ein-und-zwanzig*.


# %%
@dataclass(frozen=True)
class Config:
    """Sizes of the experiment."""

    seed: int = 0
    device: str = "cpu"
    steps: int = 450
    steps_numbers: int = 300
    m: int = 32
    n: int = 64
    n_fixed: int = 69  # makes up for the parameters of the alignment model
    batch: int = 64
    learning_rate: float = 0.005


def train(model: ModelT, batch: Callable[[], Batch], steps: int, learning_rate: float, name: str) -> ModelT:
    """Adam on the likelihood of each next word, gradients clipped to 1 (B.2), a rate that falls to 0."""
    optimizer = torch.optim.Adam(model.parameters(), lr=learning_rate)
    for step in progress(steps, name):
        optimizer.param_groups[0]["lr"] = learning_rate * (1 - step / steps)
        source, before, y = batch()
        loss = F.cross_entropy(model(source, before)[0].flatten(0, 1), y.flatten(), ignore_index=PAD)
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
    return model


def exact(written: Tensor, y: Tensor) -> float:
    """The share of targets without a wrong word; what is written after END does not count. [B, T_y], [B, T_y]."""
    return float(((written == y) | (y == PAD)).all(dim=1).float().mean())


def exact_by_length(model: RNNencdec, config: Config) -> list[float]:
    """The share of 50 unseen strings of each length that are reversed without a mistake."""
    rng, shares = random.Random(2 * config.seed + 1), []
    for length in LENGTHS:
        source, _, y = framed_strings(50, rng, length, config.device)
        shares.append(exact(model.translate(source, length + 1), y))
    return shares


def run(config: Config) -> Report:
    """Reversal with attention and without, then numbers, and how their alignments cross."""
    by_length = []
    for kind, n in ((RNNsearch, config.n), (RNNencdec, config.n_fixed)):
        torch.manual_seed(config.seed)
        model = kind(len(reversal.WORDS), len(reversal.WORDS), config.m, n).to(config.device)
        batch = strings(config.batch, 2 * config.seed, LENGTHS, config.device)
        train(model, batch, config.steps, config.learning_rate, f"{kind.__name__} reverses")
        by_length.append(exact_by_length(model, config))
    search, fixed = (sum(shares[-10:]) / 10 for shares in by_length)  # 15 to 24 letters

    torch.manual_seed(config.seed)
    model = RNNsearch(number_words.K_ENGLISH, number_words.K_GERMAN, config.m, config.n).to(config.device)
    batch, unseen = numbers(config.batch, config.seed, config.device)
    train(model, batch, config.steps_numbers, config.learning_rate, "RNNsearch translates")
    source, before, y = (x.to(config.device) for x in number_words.make_batch(unseen))
    translated = exact(model.translate(source, y.shape[1]), y)
    mass, crossed = crossing_mass(model(source, before)[1].tolist(), unseen)
    shown = [x.to(config.device) for x in number_words.make_batch([SHOWN])]
    alpha = model(*shown[:2])[1][0].tolist()
    return Report(
        [
            Claim("with attention: 15 to 24 letters reversed without a mistake", search, "§5.2.2", at_least=0.90),
            Claim("with one fixed vector", fixed, "§5.1, figure 2", at_most=0.10, control=True),
            Claim("unseen numbers translated into German without a mistake", translated, "§5.1", at_least=0.90),
            Claim("tens and ones whose alignments cross", crossed, "§5.2.1, figure 3", at_least=0.90),
            Claim("weight of tens and ones on the word that says the same", mass, "§5.2.1, figure 3"),
        ],
        figure=lambda: draw(alpha, by_length),
        caption=(
            "Left: the weights α with which each German part (row) looks at the English words (columns): where "
            "twenty-one becomes ein-und-zwanzig, they cross. Right: strings reversed without a mistake, by length."
        ),
    )


def draw(alpha: Sequence[Sequence[float]], by_length: Sequence[Sequence[float]]) -> Figure:
    """The alignment of one number, and both models over lengths."""
    import figures

    figure, [left, right] = figures.new(height=3.4, columns=2)
    figures.heatmap(left, alpha, [*number_words.german_parts(SHOWN), "(end)"], number_words.english(SHOWN).split())
    for shares, name, colour in zip(by_length, ("attention", "one vector"), figures.COLOURS, strict=False):
        right.plot(LENGTHS, shares, color=colour, label=name)
    right.set(xlabel="letters", ylabel="reversed without a mistake", ylim=(-0.02, 1.02))
    right.legend()
    return figure


if __name__ == "__main__":
    main(Config, run, __doc__)
