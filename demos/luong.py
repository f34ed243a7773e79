"""Luong attention: dot, general, concat and location scores, a local window that the decoder predicts, input feeding.

Paper: Luong, Pham and Manning, Effective Approaches to Attention-based Neural Machine Translation, EMNLP 2015,
    arXiv 1508.04025v5
Entry: luong-etal-2015-effective
Covers: §3.1 global attention (eqs. 5 to 8), §3.2 local attention, monotonic and predictive (eqs. 9 and 10), §3.3
Omits: stacks of four layers (one here), dropout, plain SGD (Adam here), ensembles, unknown words put in place
Claim: simple scores will do: dot with global attention, general with local; a score by location learns no good
    alignments, and a window that the decoder predicts does best of all (§5.3, table 4)
Check: strings of 15 to 24 letters reversed; where the weights peak; numbers in words from English into German
Run: 40 seconds
Shapes: B batch, S source, k decoder steps (all of them, or one), d embedding, n state, K words
"""

# mask: True = a word, False = padding.

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn
from torch.nn import functional as F
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from bahdanau import LENGTHS, exact, normalise, train
from shared import Claim, Report, main
from tasks import number_words, reversal
from tasks.batches import SHOWN, crossing_mass, framed_strings, numbers, strings
from tasks.reversal import PAD, START

if TYPE_CHECKING:
    from matplotlib.figure import Figure

# %% [markdown]
# ## Three scores by content and one by location (§3.1, eq. 8)
# $$\mathrm{score}(h_t, \bar{h}_s) = \begin{cases} h_t^\top \bar{h}_s & \text{dot} \\
# h_t^\top W_a \bar{h}_s & \text{general} \\
# v_a^\top \tanh(W_a [h_t ; \bar{h}_s]) & \text{concat} \end{cases} \qquad a_t = \mathrm{softmax}(W_a h_t)$$
# Unlike Bahdanau's, they ask with the state at the present step, $h_t$. A row of the location matrix belongs to a
# place in the source, whatever word stands there.


# %%
class Dot(nn.Module):
    """h_tᵀ h̄_s. [B, k, n], [B, S, n] -> [B, k, S]."""

    def forward(self, h: Tensor, h_bar: Tensor) -> Tensor:
        return h @ h_bar.transpose(1, 2)


class General(nn.Module):
    """h_tᵀ W_a h̄_s. [B, k, n], [B, S, n] -> [B, k, S]."""

    def __init__(self, n: int) -> None:
        super().__init__()
        self.W_a = nn.Linear(n, n, bias=False)

    def forward(self, h: Tensor, h_bar: Tensor) -> Tensor:
        return h @ self.W_a(h_bar).transpose(1, 2)


class Concat(nn.Module):
    """v_aᵀ tanh(W_a [h_t ; h̄_s]). [B, k, n], [B, S, n] -> [B, k, S].

    The two halves of W_a are applied before the pairs are made: once to each state and not once to each pair.
    departs: both are learned. The paper set that of h̄_s to the identity, and concat did badly (footnote 15).
    """

    def __init__(self, n: int) -> None:
        super().__init__()
        self.W_h, self.W_s = nn.Linear(n, n, bias=False), nn.Linear(n, n, bias=False)
        self.v_a = nn.Parameter(torch.randn(n) / n**0.5)

    def forward(self, h: Tensor, h_bar: Tensor) -> Tensor:
        return torch.tanh(self.W_h(h).unsqueeze(2) + self.W_s(h_bar).unsqueeze(1)) @ self.v_a


class Location(nn.Module):
    """Eq. 8: row s of W_a h_t; no weight for words past `longest` (footnote 6). [B, k, n], [B, S, n] -> [B, k, S]."""

    def __init__(self, n: int, longest: int) -> None:
        super().__init__()
        self.W_a = nn.Linear(n, longest, bias=False)

    def forward(self, h: Tensor, h_bar: Tensor) -> Tensor:
        score = self.W_a(h)[:, :, : h_bar.shape[1]]
        return F.pad(score, (0, h_bar.shape[1] - score.shape[2]), value=torch.finfo(score.dtype).min)


class Mean(nn.Module):
    """No score, a control: all words weigh the same. [B, k, n], [B, S, n] -> [B, k, S]."""

    def forward(self, h: Tensor, h_bar: Tensor) -> Tensor:
        return torch.zeros_like(h @ h_bar.transpose(1, 2))


# %% [markdown]
# ## Global and local weights (§3.1, eq. 7; §3.2, eqs. 9 and 10)
# $$a_t(s) = \mathrm{align}(h_t, \bar{h}_s) = \frac{\exp(\mathrm{score}(h_t, \bar{h}_s))}{\sum_{s'}
# \exp(\mathrm{score}(h_t, \bar{h}_{s'}))}$$
# $$p_t = S \cdot \mathrm{sigmoid}(v_p^\top \tanh(W_p h_t)), \qquad
# a_t(s) = \mathrm{align}(h_t, \bar{h}_s) \exp\left(-\frac{(s - p_t)^2}{2 \sigma^2}\right), \quad \sigma = D / 2$$
# Local attention looks at the words $[p_t - D, p_t + D]$ only. A window alone gives $p_t$ no gradient; the Gaussian
# does. Monotonic alignment has no need of one: there $p_t = t$.


# %%
def places(h_bar: Tensor) -> Tensor:
    """s = 1 … S."""
    return torch.arange(1, h_bar.shape[1] + 1, device=h_bar.device)


class Global(nn.Module):
    """Eq. 7 over all words. [B, k, n] from step `t` on, [B, S, n], [B, 1, S] -> [B, k, S]."""

    def __init__(self, score: nn.Module) -> None:
        super().__init__()
        self.score = score

    def forward(self, h: Tensor, h_bar: Tensor, mask: Tensor, t: int = 1) -> Tensor:  # noqa: ARG002 - for local-m
        return normalise(self.score(h, h_bar), mask)


class LocalM(Global):
    """§3.2, local-m: eq. 7 over the words from t - D to t + D."""

    def __init__(self, score: nn.Module, D: int) -> None:
        super().__init__(score)
        self.D = D

    def forward(self, h: Tensor, h_bar: Tensor, mask: Tensor, t: int = 1) -> Tensor:
        p = t - 1 + places(h).unsqueeze(1)  # p_t = t, [k, 1]
        return super().forward(h, h_bar, mask & ((places(h_bar) - p).abs() <= self.D))


class LocalP(Global):
    """§3.2, local-p: eq. 10, the words around a predicted p_t, weighted by a Gaussian; they no longer sum to 1."""

    def __init__(self, score: nn.Module, n: int, D: int) -> None:
        super().__init__(score)
        self.W_p, self.v_p = nn.Linear(n, n, bias=False), nn.Linear(n, 1, bias=False)
        self.D = D

    def predict(self, h: Tensor, mask: Tensor) -> Tensor:
        """Eq. 9: p_t, a real number from 0 to S. [B, k, n], [B, 1, S] -> [B, k, 1]."""
        S = mask.sum(dim=-1, keepdim=True)
        return S * torch.sigmoid(self.v_p(torch.tanh(self.W_p(h))))

    def forward(self, h: Tensor, h_bar: Tensor, mask: Tensor, t: int = 1) -> Tensor:  # noqa: ARG002 - for local-m
        away = places(h_bar) - self.predict(h, mask)  # s - p_t, [B, k, S]
        align = super().forward(h, h_bar, mask & (away.abs() <= self.D))
        sigma = self.D / 2
        return align * torch.exp(-(away**2) / (2 * sigma**2))


# %% [markdown]
# ## The model, and input feeding (§3, eqs. 5 and 6; §3.3)
# $$c_t = \sum_s a_t(s) \bar{h}_s, \quad \tilde{h}_t = \tanh(W_c [c_t ; h_t]), \quad
# p(y_t \mid y_{<t}, x) = \mathrm{softmax}(W_s \tilde{h}_t)$$
# Attention comes after the recurrence, so without input feeding all steps of the decoder run at once. With it,
# $\tilde{h}_{t-1}$ is put beside the next input, and the decoder knows where it has looked.


# %%
def backwards(x: Tensor, mask: Tensor) -> Tensor:
    """The words of each source from the last to the first, padding still behind; twice is nothing. [B, S, …]."""
    last = mask.sum(dim=1, keepdim=True) - 1
    order = (last - torch.arange(mask.shape[1], device=mask.device)) % mask.shape[1]  # [B, S]
    return x[torch.arange(len(x), device=x.device).unsqueeze(1), order]


class Translator(nn.Module):
    """Eqs. 5 and 6 on an LSTM encoder that reads the source backwards (§4.2) and an LSTM decoder.

    [B, S], y_{t-1} [B, k] -> scores of y_t [B, k, K], a_t [B, k, S].
    """

    def __init__(self, K_x: int, K_y: int, d: int, n: int, weights: nn.Module, *, feed: bool = False) -> None:
        super().__init__()
        self.E_x, self.E_y = nn.Embedding(K_x, d), nn.Embedding(K_y, d)
        self.encoder = nn.LSTM(d, n, batch_first=True)
        self.decoder = nn.LSTM(d + n if feed else d, n, batch_first=True)
        self.weights, self.feed = weights, feed
        self.W_c, self.W_s = nn.Linear(2 * n, n, bias=False), nn.Linear(n, K_y, bias=False)

    def encode(self, x: Tensor) -> tuple[Tensor, tuple[Tensor, Tensor]]:
        """h̄ in the order of the source, and the state after its first word: [B, S] -> [B, S, n], 2 of [1, B, n]."""
        mask = x != PAD
        packed = pack_padded_sequence(
            self.E_x(backwards(x, mask)), mask.sum(dim=1).cpu(), batch_first=True, enforce_sorted=False
        )
        states, end = self.encoder(packed)
        h_bar, _ = pad_packed_sequence(states, batch_first=True, total_length=x.shape[1])
        return backwards(h_bar, mask), end

    def attend(self, h: Tensor, h_bar: Tensor, mask: Tensor, t: int = 1) -> tuple[Tensor, Tensor]:
        """Eq. 5: h̃_t and a_t from step `t` on. [B, k, n], [B, S, n], [B, 1, S] -> [B, k, n], [B, k, S]."""
        a = self.weights(h, h_bar, mask, t)
        return torch.tanh(self.W_c(torch.cat([a @ h_bar, h], dim=2))), a

    def decode(self, y: Tensor, h_bar: Tensor, mask: Tensor, state: tuple[Tensor, Tensor]) -> tuple[Tensor, Tensor]:
        """Eq. 6 without its softmax, and a_t, for all steps from the first. -> [B, k, K], [B, k, S]."""
        if not self.feed:
            h_tilde, a = self.attend(self.decoder(self.E_y(y), state)[0], h_bar, mask)
            return self.W_s(h_tilde), a
        h_tilde, outputs, weights = torch.zeros_like(h_bar[:, :1]), [], []
        for t, Ey in enumerate(self.E_y(y).split(1, dim=1), 1):
            h, state = self.decoder(torch.cat([Ey, h_tilde], dim=2), state)  # §3.3
            h_tilde, a = self.attend(h, h_bar, mask, t)
            outputs.append(h_tilde)
            weights.append(a)
        return self.W_s(torch.cat(outputs, dim=1)), torch.cat(weights, dim=1)

    def forward(self, x: Tensor, y: Tensor) -> tuple[Tensor, Tensor]:
        h_bar, state = self.encode(x)
        return self.decode(y, h_bar, (x != PAD).unsqueeze(1), state)

    @torch.no_grad()
    def translate(self, x: Tensor, T: int) -> Tensor:
        """The best word at each step, `T` of them; each step reads all before it anew. [B, S] -> [B, T]."""
        (h_bar, state), y = self.encode(x), x.new_full((len(x), 1), START)
        for _ in range(T):
            scores, _ = self.decode(y, h_bar, (x != PAD).unsqueeze(1), state)
            y = torch.cat([y, scores[:, -1:].argmax(dim=2)], dim=1)
        return y[:, 1:]


# %% [markdown]
# ## The experiment
# Strings are written backwards. The encoder reads them backwards too, as in the paper, so that a state knows the
# letters to the right of its own, which have just been written: a score by content can look for them. A score by
# location has to count from the length of the string, which takes it many more steps to learn than it gets here.
# The mean of all words is no attention at all. Numbers in words are translated with the general score and input
# feeding, and with the concat score.


# %%
@dataclass(frozen=True)
class Config:
    """Sizes of the experiment."""

    seed: int = 0
    device: str = "cpu"
    steps: int = 280
    steps_numbers: int = 200
    d: int = 32
    n: int = 128
    D: int = 4
    batch: int = 64
    learning_rate: float = 0.005


def kinds(n: int, D: int) -> dict[str, Callable[[], nn.Module]]:
    """The ways to weigh the words that are compared."""
    return {
        "dot": lambda: Global(Dot()),
        "general": lambda: Global(General(n)),
        "local-p": lambda: LocalP(General(n), n, D),
        "location": lambda: Global(Location(n, LENGTHS[-1] + 2)),
        "mean": lambda: Global(Mean()),
    }


@torch.no_grad()
def evaluate(model: Translator, config: Config) -> tuple[float, float]:
    """Of unseen strings of 15 to 24 letters: the share reversed without a mistake, of letters where a_t peaks right."""
    rng, shares, peaks = random.Random(2 * config.seed + 1), [], []
    for length in LENGTHS[-10:]:
        source, before, y = framed_strings(50, rng, length, config.device)
        shares.append(exact(model.translate(source, length + 1), y))
        peak = model(source, before)[1][:, :length].argmax(dim=2)
        peaks.append(float((peak == torch.arange(length, 0, -1).to(peak)).float().mean()))
    return sum(shares) / len(shares), sum(peaks) / len(peaks)


def reverse(config: Config, name: str) -> Translator:
    """A model with weights of one kind, trained to write strings backwards."""
    torch.manual_seed(config.seed)
    K = len(reversal.WORDS)
    model = Translator(K, K, config.d, config.n, kinds(config.n, config.D)[name]()).to(config.device)
    batch = strings(config.batch, 2 * config.seed, LENGTHS, config.device)
    return train(model, batch, config.steps, config.learning_rate, f"{name} reverses")


@torch.no_grad()
def translate_numbers(config: Config, score: nn.Module, *, feed: bool) -> tuple[float, float, float, list[list[float]]]:
    """Of unseen numbers: the share translated without a mistake, the alignment of tens and ones, and one matrix a."""
    torch.manual_seed(config.seed)
    size = (number_words.K_ENGLISH, number_words.K_GERMAN, config.d, config.n)
    model = Translator(*size, Global(score), feed=feed).to(config.device)
    batch, unseen = numbers(config.batch, config.seed, config.device)
    with torch.enable_grad():
        train(model, batch, config.steps_numbers, config.learning_rate, f"{type(score).__name__.lower()} translates")
    source, before, y = (x.to(config.device) for x in number_words.make_batch(unseen))
    mass, crossed = crossing_mass(model(source, before)[1].tolist(), unseen)
    shown = [x.to(config.device) for x in number_words.make_batch([SHOWN])]
    return exact(model.translate(source, y.shape[1]), y), mass, crossed, model(*shown[:2])[1][0].tolist()


def run(config: Config) -> Report:
    """Strings with each kind of weights; numbers with input feeding, and with concat."""
    found = {name: evaluate(reverse(config, name), config) for name in kinds(config.n, config.D)}
    fed, fed_mass, _, _ = translate_numbers(config, General(config.n), feed=True)
    concat, mass, crossed, a = translate_numbers(config, Concat(config.n), feed=False)
    bounds = {"dot": 0.85, "general": 0.85, "local-p": 0.80}
    right, source = "reversed without a mistake", "§5.3, table 4"
    return Report(
        [
            *(Claim(f"{k}: 15 to 24 letters {right}", found[k][0], source, at_least=b) for k, b in bounds.items()),
            *(
                Claim(f"{k}: weights that peak on the letter to write", found[k][1], "§5.4", at_least=0.9)
                for k in bounds
            ),
            Claim(f"location: {right} after as many steps", found["location"][0], source, at_most=0.10, control=True),
            Claim("location: weights that peak there", found["location"][1], source, at_most=0.6, control=True),
            Claim(f"mean of all words: {right}", found["mean"][0], "§5.2, figure 6", at_most=0.10, control=True),
            Claim("general, input feeding: unseen numbers in German", fed, "§3.3", at_least=0.90),
            Claim("concat: unseen numbers in German", concat, "§3.1", at_least=0.90),
            Claim("concat: tens and ones whose alignments cross", crossed, "§5.4", at_least=0.90),
            Claim("concat: weight of tens and ones on the word that says the same", mass, "§5.4"),
            Claim("general, input feeding: weight of tens and ones on that word", fed_mass, "§5.4"),
        ],
        figure=lambda: draw(a, found),
        caption=(
            "Left: where each German part (row) looks among the English words (columns), by the concat score. "
            "Right: strings of 15 to 24 letters reversed without a mistake, by how the words are weighed."
        ),
    )


def draw(a: Sequence[Sequence[float]], found: dict[str, tuple[float, float]]) -> Figure:
    """The alignment of one number, and bars for the kinds of weights."""
    import figures

    figure, [left, right] = figures.new(height=3.4, columns=2)
    figures.heatmap(left, a, [*number_words.german_parts(SHOWN), "(end)"], number_words.english(SHOWN).split())
    right.barh(range(len(found)), [share for share, _ in found.values()], color=figures.COLOURS, height=0.6)
    right.set_yticks(range(len(found)), list(found))
    right.invert_yaxis()
    right.set(xlim=(0, 1), xlabel="reversed without a mistake")
    return figure


if __name__ == "__main__":
    main(Config, run, __doc__)
