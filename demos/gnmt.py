"""GNMT: deep LSTMs that train, over wordpieces, with a beam search that counts length and coverage, in 8 bits.

Paper: Wu et al., Google's Neural Machine Translation System, 2016, arXiv 1609.08144v2
Entry: wu-etal-2016-google
Covers: §3 (eq. 4), §3.1 (eqs. 5 and 6), §3.2, §4.1 (with WordPiece), §6 (eqs. 10 to 13), §7 (eq. 14)
Omits: §3.3 parallelism, §4.2 mixed words and characters, §5 reinforcement learning (eqs. 8 and 9), §7 pruning
Claim: residual connections let eight LSTM layers train (§3.1); 8-bit inference changes next to nothing (§6, table 1)
Check: loss of eight layers with and without; translations of unseen numbers by beam search, in floats and in 8 bits
Run: 35 seconds
Shapes: B batch, M and N lengths of source and target (padded), V pieces, d width, L layers
"""

# mask: True = a piece of the source, False = padding. δ bounds the accumulators: c along time and x along depth.

from __future__ import annotations

import copy
import math
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from shared import Claim, Report, main, progress
from tasks.number_words import english, german, split_numbers
from tasks.reversal import END, PAD, START
from wordpiece import detokenize, learn, tokenize

if TYPE_CHECKING:
    from matplotlib.figure import Figure

# %% [markdown]
# ## An LSTM with bounded memory (§6, eqs. 10 and 11)
# $$\begin{aligned}
# i_t &= \sigma(W_1 x_t + W_2 m_{t-1}) & i'_t &= \tanh(W_3 x_t + W_4 m_{t-1}) \\
# f_t &= \sigma(W_5 x_t + W_6 m_{t-1}) & o_t &= \sigma(W_7 x_t + W_8 m_{t-1}) \\
# c_t &= \mathrm{clip}_\delta(c_{t-1} \odot f_t + i'_t \odot i_t) & m_t &= c_t \odot o_t
# \end{aligned}$$
# The clip is the only change to training that quantised inference needs: it says which range 16 bits must cover.


# %%
class LSTM(nn.Module):
    """Eqs. 10 and 11: [B, n, d_in] -> m [B, n, d]. There is no bias and no second tanh, as in eq. 11."""

    def __init__(self, d_in: int, d: int) -> None:
        super().__init__()
        self.W_x, self.W_m, self.d = nn.Linear(d_in, 4 * d, bias=False), nn.Linear(d, 4 * d, bias=False), d
        self.fixed: Callable[[Tensor], Tensor] = lambda x: x  # 16-bit rounding once the model is quantised

    def forward(self, x: Tensor, delta: float) -> Tensor:
        c = m = x.new_zeros(len(x), self.d)
        steps = []
        for from_x in self.W_x(x).unbind(dim=1):
            i, new, f, o = (from_x + self.W_m(m)).chunk(4, dim=-1)
            i, new, f, o = (self.fixed(gate) for gate in (i.sigmoid(), new.tanh(), f.sigmoid(), o.sigmoid()))
            c = self.fixed((c * f + new * i).clamp(-delta, delta))
            m = self.fixed(c * o)
            steps.append(m)
        return torch.stack(steps, dim=1)


# %% [markdown]
# ## Residual connections (§3.1, eqs. 5 and 6)
# $$x_t^i = \mathrm{clip}_\delta\left(m_t^i + x_t^{i-1}\right)$$
# A layer adds to what it was given, so a gradient reaches the bottom without passing through any gate. Without
# them, where $x_t^i = m_t^i$, four layers worked well for the authors, six hardly, and eight very poorly.


# %%
def stack(layers: nn.ModuleList, x: Tensor, delta: float, *, plain: int = 0, a: Tensor | None = None) -> Tensor:
    """Eqs. 5, 6 and 10: [B, n, d] -> [B, n, d]; the first `plain` layers have no residual connection.

    Each layer is given the attention context `a` [B, n, d] beside its input, if there is one.
    """
    for i, layer in enumerate(layers):
        m = layer(x if a is None else torch.cat([x, a], dim=-1), delta)
        x = m if i < plain else (m + x).clamp(-delta, delta)
    return x


# %% [markdown]
# ## Encoder, attention and decoder (§3, eq. 4; §3.2)
# $$s_t = v^\top \tanh(U x_t + W y_{i-1}), \quad p_t = \mathrm{softmax}(s)_t, \quad a_i = \sum_t p_t x_t$$
# The first encoder layer reads in both directions. Attention asks from the bottom decoder layer, and every layer
# above is given its answer. Residual connections begin at the third layer.


# %%
def reverse(x: Tensor, mask: Tensor) -> Tensor:
    """The other way round, padding where it was: [B, M, d], [B, M] -> [B, M, d]."""
    t = torch.arange(x.shape[1], device=x.device)
    t = torch.where(mask, mask.sum(dim=1, keepdim=True) - 1 - t, t)  # [B, M]
    return x.gather(1, t.unsqueeze(2).expand_as(x))


class GNMT(nn.Module):
    """Figure 1 with L layers on each side, d even.

    departs: attention asks with what the bottom layer says now, not a step ago, so that all steps can run at once.
    """

    def __init__(self, V: int, d: int, L: int) -> None:
        super().__init__()
        self.source, self.target = nn.Embedding(V, d), nn.Embedding(V, d)
        self.onward, self.backward = LSTM(d, d // 2), LSTM(d, d // 2)
        self.encoder = nn.ModuleList(LSTM(d, d) for _ in range(L - 1))
        self.U, self.W, self.v = nn.Linear(d, d), nn.Linear(d, d, bias=False), nn.Linear(d, 1, bias=False)
        self.bottom = LSTM(d, d)
        self.decoder = nn.ModuleList(LSTM(2 * d, d) for _ in range(L - 1))
        self.W_s = nn.Linear(d, V, bias=False)

    def encode(self, source: Tensor, delta: float = 1.0) -> tuple[Tensor, Tensor]:
        """[B, M] -> x [B, M, d] and its mask."""
        x, mask = self.source(source).clamp(-delta, delta), source != PAD  # δ bounds embeddings, too
        both = self.onward(x, delta), reverse(self.backward(reverse(x, mask), delta), mask)
        return stack(self.encoder, torch.cat(both, dim=-1), delta, plain=1), mask

    def decode(self, target: Tensor, x: Tensor, mask: Tensor, delta: float = 1.0) -> tuple[Tensor, Tensor]:
        """Eqs. 4 and 13 but for the softmax: [B, N] -> logits of the next pieces [B, N, V], and p [B, N, M]."""
        y = self.bottom(self.target(target).clamp(-delta, delta), delta)
        s = self.v(torch.tanh(self.U(x).unsqueeze(1) + self.W(y).unsqueeze(2))).squeeze(3)  # [B, N, M]
        p = s.masked_fill(~mask.unsqueeze(1), torch.finfo(s.dtype).min).softmax(dim=-1)
        top = stack(self.decoder, y, delta, plain=1, a=p @ x)
        return self.W_s(top).clamp(-25.0, 25.0), p


# %% [markdown]
# ## Quantised inference (§6, eq. 12)
# $$s_i = \max |W[i, :]|, \qquad WQ[i, j] = \mathrm{round}(W[i, j] / s_i \times 127)$$
# Weights and inputs of each product become 8-bit integers, each row of weights with its own scale. Everything else
# in an LSTM is rounded to 16 bits of a known range. The attention and the softmax stay in floats.


# %%
class IntegerLinear(nn.Module):
    """Eq. 12: x Wᵀ with both as integers of so many bits, x in [-1, 1].

    departs: the integers travel as float64, which holds them and their sums exactly on every device.
    """

    s: Tensor
    WQ: Tensor

    def __init__(self, W: Tensor, bits: int = 8) -> None:
        super().__init__()
        self.top = 2 ** (bits - 1) - 1  # 127
        self.register_buffer("s", W.abs().amax(dim=1).clamp(min=1e-12))
        self.register_buffer("WQ", (W / self.s.unsqueeze(1) * self.top).round().to(torch.int8))

    def forward(self, x: Tensor) -> Tensor:
        return ((x * self.top).round().double() @ self.WQ.T.double()).to(x) * self.s / self.top**2


def quantise(model: GNMT, bits: int = 8) -> GNMT:
    """A copy for inference with δ = 1 whose LSTMs and last layer compute in integers.

    departs: x, a sum of a few 16-bit numbers along the depth, is not rounded again before it becomes 8-bit.
    """
    model = copy.deepcopy(model)
    for module in list(model.modules()):
        if isinstance(module, LSTM):
            module.fixed = lambda x: (x * 32767).round() / 32767
        for name, part in list(module.named_children()):
            if name in ("W_x", "W_m", "W_s"):
                setattr(module, name, IntegerLinear(part.get_parameter("weight").detach(), bits))
    return model.requires_grad_(False)


# %% [markdown]
# ## Beam search (§7, eq. 14)
# $$s(Y, X) = \frac{\log P(Y \mid X)}{lp(Y)} + cp(X; Y), \qquad lp(Y) = \frac{(5 + |Y|)^\alpha}{(5 + 1)^\alpha}$$
# $$cp(X; Y) = \beta \sum_{i=1}^{|X|} \log\left(\min\left(\sum_{j=1}^{|Y|} p_{ij}, 1\right)\right)$$
# Every further piece lowers the probability, so without $lp$ short translations win; $cp$ punishes source pieces
# that no target piece has looked at.


# %%
def score(log_p: float, p: Tensor, alpha: float, beta: float) -> float:
    """Eq. 14 for one translation whose pieces looked at the source with p [|Y|, |X|]; END counts as a piece."""
    lp = (5 + len(p)) ** alpha / (5 + 1) ** alpha
    cp = beta * float(p.sum(dim=0).clamp(max=1.0).log().sum()) if beta else 0.0
    return log_p / lp + cp


def beam_search(
    step: Callable[[Tensor], tuple[Tensor, Tensor]], beam: int, longest: int, *, alpha: float, beta: float
) -> tuple[list[int], float]:
    """The best translation of at most `longest` pieces, without its END, and its score; -∞ if none ends.

    `step` gives, for prefixes [n, t], log P of the next piece [n, V] and p of all pieces with the next [n, t, |X|].
    """
    prefixes, log_p = torch.full((1, 1), START), torch.zeros(1)
    best: tuple[list[int], float] = ([], -math.inf)
    for _ in range(longest):
        following, p = step(prefixes)
        total = log_p.unsqueeze(1) + following.cpu()  # [n, V]
        log_p, place = total.flatten().topk(min(beam, total.numel()))
        row, piece = place // total.shape[1], place % total.shape[1]
        prefixes = torch.cat([prefixes[row], piece.unsqueeze(1)], dim=1)
        for k in (piece == END).nonzero().flatten().tolist():
            found = score(float(log_p[k]), p[row[k]], alpha, beta)
            best = max(best, (prefixes[k, 1:-1].tolist(), found), key=lambda pair: pair[1])
        prefixes, log_p = prefixes[piece != END], log_p[piece != END]
        # At best nothing more is lost, all of the source is looked at, and the translation is the longest.
        if not len(log_p) or score(float(log_p.max()), p.new_ones(longest, 1), alpha, beta) <= best[1]:
            break
    return best


# %% [markdown]
# ## The experiment
# Eight layers repeat what stood two places ago, with and without residual connections. Then three layers on each
# side translate numbers into German, where units come before tens, while δ goes down from 8 to 1.


# %%
@dataclass(frozen=True)
class Config:
    """Sizes of the experiment; `steps` are those of the translation, the tagging has four fifths as many."""

    seed: int = 0
    device: str = "cpu"
    steps: int = 500
    d: int = 64
    L: int = 3
    pieces: int = 150
    batch: int = 64
    learning_rate: float = 0.004
    alpha: float = 0.2
    beta: float = 0.2
    beam: int = 4


def tagging(config: Config, *, residual: bool, L: int = 8, d: int = 32, V: int = 30) -> list[float]:
    """The losses of an L-layer stack that learns to say which of V letters stood two places ago."""
    torch.manual_seed(config.seed)
    layers = nn.ModuleList(LSTM(d, d) for _ in range(L))
    model = nn.ModuleList([nn.Embedding(V, d), layers, nn.Linear(d, V)]).to(config.device)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.005)
    losses = []
    for _ in progress(config.steps * 4 // 5, f"{L} layers{' with residual connections' * residual}"):
        letters = torch.randint(V, (32, 8)).to(config.device)
        x = stack(layers, model[0](letters), math.inf, plain=0 if residual else L)
        loss = F.cross_entropy(model[2](x)[:, 2:].flatten(0, 1), letters[:, :-2].flatten())
        losses.append(update(model, optimizer, loss))
    return losses


def update(model: nn.Module, optimizer: torch.optim.Optimizer, loss: Tensor) -> float:
    """One step, with the gradient clipped to norm 5 (§8.3); the loss as a number."""
    optimizer.zero_grad()
    loss.backward()
    nn.utils.clip_grad_norm_(model.parameters(), 5.0)
    optimizer.step()
    return loss.item()


def pad(rows: Sequence[Sequence[int]], device: str) -> Tensor:
    """[B, longest], PAD behind the shorter rows."""
    return nn.utils.rnn.pad_sequence([torch.tensor(row) for row in rows], True, PAD).to(device)


def train(config: Config, X: Sequence[list[int]], Y: Sequence[list[int]], V: int) -> GNMT:
    """Maximum likelihood (eq. 7) with δ from 8 to 1 over the first three quarters; then δ stays."""
    torch.manual_seed(config.seed)
    model = GNMT(V, config.d, config.L).to(config.device)
    optimizer = torch.optim.Adam(model.parameters(), lr=config.learning_rate)
    decay = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: min(1.0, 2 - 2 * step / config.steps))
    for step in progress(config.steps, "translation"):
        delta = 8.0 - 7.0 * min(1.0, step / config.steps / 0.75)
        rows = torch.randint(len(X), (config.batch,)).tolist()
        x, mask = model.encode(pad([X[row] for row in rows], config.device), delta)
        target = pad([[START, *Y[row], END] for row in rows], config.device)
        logits, _ = model.decode(target[:, :-1], x, mask, delta)
        update(model, optimizer, F.cross_entropy(logits.flatten(0, 1), target[:, 1:].flatten(), ignore_index=PAD))
        decay.step()
    return model


@torch.no_grad()
def translate(model: GNMT, source: list[int], config: Config, *, longest: int = 14) -> list[int]:
    """One source by beam search."""
    x, mask = model.encode(pad([source], config.device))

    def step(prefixes: Tensor) -> tuple[Tensor, Tensor]:
        logits, p = model.decode(prefixes.to(config.device), x, mask)
        return logits[:, -1].log_softmax(dim=-1), p

    return beam_search(step, config.beam, longest, alpha=config.alpha, beta=config.beta)[0]


def agreement(a: Sequence[object], b: Sequence[object]) -> float:
    """The share of equal pairs."""
    return sum(x == y for x, y in zip(a, b, strict=True)) / len(a)


def run(config: Config) -> Report:
    """The tagging twice; then translation, whose model is quantised."""
    losses = [tagging(config, residual=residual) for residual in (True, False)]
    learned, held_out = split_numbers(9999, 200, config.seed)
    counts = Counter(word for n in learned[:1000] for word in f"{english(n)} {german(n)}".split())
    pieces = ["<pad>", "<start>", "<end>", *learn(counts, config.pieces)]
    number = {piece: i for i, piece in enumerate(pieces)}
    X, Y, unseen = (
        [[number[piece] for piece in tokenize(language(n), number)] for n in numbers]
        for language, numbers in ((english, learned), (german, learned), (english, held_out))
    )
    model = train(config, X, Y, len(pieces))
    unpenalised = replace(config, alpha=0.0, beta=0.0)
    ways = (model, config), (quantise(model), config), (quantise(model, bits=2), config), (model, unpenalised)
    floats, integers, coarse, pure = ([translate(m, source, how) for source in unseen] for m, how in ways)
    texts = ([detokenize([pieces[i] for i in row]) for row in rows] for rows in (floats, pure))
    right, right_pure = (agreement(text, [german(n) for n in held_out]) for text in texts)
    residual, plain = (sum(curve[-20:]) / len(curve[-20:]) for curve in losses)
    _, p = model.decode(pad([[START, *floats[0]]], config.device), *model.encode(pad(unseen[:1], config.device)))
    labels = [*(pieces[i] for i in floats[0]), "<end>"], [pieces[i] for i in unseen[0]]
    return Report(
        [
            Claim("loss of eight layers with residual connections", residual, "§3.1", at_most=0.05),
            Claim("loss of eight layers without", plain, "§3.1", at_least=1.0, control=True),
            Claim("unseen numbers translated right, by beam search", right, "§8", at_least=0.9),
            Claim("translations that 8 bits leave unchanged", agreement(floats, integers), "§6", at_least=0.99),
            Claim("translations that 2 bits leave unchanged", agreement(floats, coarse), at_most=0.5, control=True),
            Claim("more right with length normalisation and coverage than without", right - right_pure, "§7, table 2"),
        ],
        figure=lambda: draw(losses, p[0].tolist(), *labels),
        caption="Left: the loss of eight layers. Right: where each German piece looks in the English number.",
    )


def draw(losses: Sequence[list[float]], p: list[list[float]], rows: list[str], columns: list[str]) -> Figure:
    """The losses of both stacks, and p of one translation."""
    import figures

    figure, axes = figures.new(height=2.8, columns=2)
    for curve, name, colour in zip(losses, ("residual", "plain"), figures.COLOURS, strict=False):
        axes[0].plot(range(0, len(curve), 5), curve[::5], color=colour, label=name)
    axes[0].set(yscale="log", xlabel="step", ylabel="loss")
    axes[0].legend()
    figures.heatmap(axes[1], p, rows, columns)
    return figure


if __name__ == "__main__":
    main(Config, run, __doc__)
