"""UniLM: one Transformer that fills gaps, continues text or answers it, depending on its mask alone.

Paper: Dong et al., Unified Language Model Pre-training for Natural Language Understanding and Generation, NeurIPS 2019,
  arXiv 1905.03197v3
Entry: dong-etal-2019-unified
Covers: §2.2 (attention with a mask M, eqs. 2 and 3), §2.3 (all four masks), §2.4 (how often each takes its turn)
Omits: §2.1 segment embeddings, §2.3 next sentences, §2.4 the start from BERT, gaps of several words, §2.5 fine-tuning
Claim: one set of weights, trained under several masks in turn, restores masked words and generates (§1, §2)
Check: gaps filled, text generated in both directions; a model trained to generate while it sees everything
Run: 25 seconds
Shapes: B sequences, n tokens of which s are the source and its separator, d_model width, h heads
"""

# mask: True = may attend.

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from shared import Claim, Report, main, progress
from transformer import EncoderLayer, causal_mask

if TYPE_CHECKING:
    from matplotlib.figure import Figure

# %% [markdown]
# ## Four masks for one network (§2.3; M is eq. 2)
# $$M_{ij} = \begin{cases} 0 & i \text{ may attend to } j \\ -\infty & \text{otherwise} \end{cases}$$
# BERT sees everything, GPT only what came before. In the sequence-to-sequence mask both stand side by side: the
# source sees all of the source, and a word of the target sees the source and the target up to itself. The source
# never sees the target. In code M is a table of True and False.


# %%
def bidirectional_mask(n: int) -> Tensor:
    """§2.3, bidirectional LM: everything sees everything. -> [n, n]."""
    return torch.ones(n, n, dtype=torch.bool)


def left_to_right_mask(n: int) -> Tensor:
    """§2.3, unidirectional LM: i sees j ≤ i. -> [n, n]."""
    return causal_mask(n)


def right_to_left_mask(n: int) -> Tensor:
    """§2.3, unidirectional LM: i sees j ≥ i. -> [n, n]."""
    return causal_mask(n).T


def sequence_to_sequence_mask(s: int, n: int) -> Tensor:
    """§2.3, sequence-to-sequence LM: i sees the source, j < s, and j ≤ i. -> [n, n]."""
    return causal_mask(n) | (torch.arange(n) < s)


# %% [markdown]
# ## One shared Transformer (§2.2, eq. 3)
# $$A_l = \mathrm{softmax}\left(\frac{QK^\top}{\sqrt{d_k}} + M\right) V_l$$
# The layers are those of the Transformer's encoder. No weight belongs to a mask.


# %%
class UniLM(nn.Module):
    """§2.2. Tokens [B, n] and a mask [n, n] -> logits [B, n, tokens].

    departs: LayerNorm first, which trains without warm-up.
    """

    def __init__(self, tokens: int, n: int, d_model: int, h: int, layers: int) -> None:
        super().__init__()
        self.embedding, self.positions = nn.Embedding(tokens, d_model), nn.Embedding(n, d_model)
        self.layers = nn.ModuleList(EncoderLayer(d_model, h, 4 * d_model, norm_first=True) for _ in range(layers))
        self.norm, self.out = nn.LayerNorm(d_model), nn.Linear(d_model, tokens)

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        H = self.embedding(x) + self.positions.weight[: x.shape[1]]  # [B, n, d_model]
        for layer in self.layers:
            H = layer(H, mask.to(x.device))
        return self.out(self.norm(H))


# %% [markdown]
# ## What is predicted (§2.3)
# $$-\sum_{i \in \mathcal{M}} \log p(x_i \mid \tilde x), \qquad -\sum_{i} \log p(x_{i+1} \mid x_{\le i}), \qquad
# -\sum_{i} \log p(x_{i-1} \mid x_{\ge i})$$
# Under the bidirectional mask, words behind [MASK] are restored. Under the others each word predicts the next one, or
# from right to left the one before, which is fair only as long as it does not see it.


# %%
def masked_loss(model: UniLM, x: Tensor, share: float = 0.25) -> Tensor:
    """Restore tokens behind [MASK], with everything in view. [B, n] -> a number."""
    hidden = torch.rand(x.shape) < share
    hidden[:, 0] |= ~hidden.any(dim=1)
    hidden = hidden.to(x.device)
    z = model(x.masked_fill(hidden, MASK), bidirectional_mask(x.shape[1]))
    return F.cross_entropy(z[hidden], x[hidden])


def next_loss(model: UniLM, x: Tensor, mask: Tensor, first: int = 1) -> Tensor:
    """Each token from `first` on, predicted at the place before it. [B, n] -> a number.

    departs: the paper masks words here too and restores them; predicting the next one trains all places at once.
    """
    z = model(x[:, :-1], mask[:-1, :-1])  # [B, n - 1, tokens]
    return F.cross_entropy(z[:, first - 1 :].flatten(0, 1), x[:, first:].flatten())


def previous_loss(model: UniLM, x: Tensor, mask: Tensor) -> Tensor:
    """Each token but the last, predicted at the place behind it. [B, n] -> a number. departs: as next_loss does."""
    z = model(x, mask)  # [B, n, tokens]
    return F.cross_entropy(z[:, 1:].flatten(0, 1), x[:, :-1].flatten())


@torch.no_grad()
def generate(model: UniLM, source: Tensor, mask: Tensor, n: int) -> Tensor:
    """The likeliest next token, one after the other, up to length n. [B, s] -> [B, n]."""
    x = source
    while x.shape[1] < n:
        z = model(x, mask[: x.shape[1], : x.shape[1]])[:, -1]
        x = torch.cat([x, z.argmax(dim=1, keepdim=True)], dim=1)
    return x


@torch.no_grad()
def generate_backwards(model: UniLM, x: Tensor, mask: Tensor, s: int) -> Tensor:
    """The places below s anew, each the likeliest before what follows it. [B, n], [n, n] -> [B, n]."""
    x = x.clone()
    x[:, :s] = MASK
    for i in reversed(range(s)):
        x[:, i] = model(x, mask)[:, i + 1].argmax(dim=1)
    return x


# %% [markdown]
# ## The experiment
# A source of six letters, a separator, the same letters backwards, an end. For the control the target is harder than
# copying, each letter the sum of two neighbours of the source: a model that is trained to predict the next one under
# the bidirectional mask reads the answer and learns nothing else. Sources whose letters, as numbers, add up to a
# multiple of the size of the alphabet are kept for the test.


# %%
@dataclass(frozen=True)
class Config:
    """Sizes of the experiment."""

    seed: int = 0
    device: str = "cpu"
    steps: int = 900
    letters: int = 8
    length: int = 6
    d_model: int = 48
    h: int = 4
    layers: int = 2
    batch: int = 64
    learning_rate: float = 0.003


MASK, SEPARATOR, END, FIRST_LETTER = range(4)


def make_batch(config: Config, count: int, *, sums: bool = False, unseen: bool = False) -> Tensor:
    """Sources, separators, the sources backwards or sums of neighbours modulo 3, ends: [B, 2 length + 2]."""
    letters = 3 if sums else config.letters
    source = torch.randint(letters, (count, config.length))
    total = torch.zeros(1, dtype=torch.long) if unseen else torch.randint(1, letters, (count,))
    source[:, 0] = (total - source[:, 1:].sum(dim=1)) % letters  # now the letters add up to `total` modulo `letters`
    target = (source + source.roll(-1, dims=1)) % 3 if sums else source.flip(1)
    separator, end = torch.full((count, 1), SEPARATOR), torch.full((count, 1), END)
    x = torch.cat([source + FIRST_LETTER, separator, target + FIRST_LETTER, end], dim=1)
    return x.to(config.device)


Objective = Callable[[UniLM, Tensor, int], Tensor]


def all_in_turn(model: UniLM, x: Tensor, step: int) -> Tensor:
    """§2.4: of six steps two are bidirectional, two sequence-to-sequence, one left to right, one right to left."""
    n = x.shape[1]
    if step % 3 == 0:
        return masked_loss(model, x)
    if step % 3 == 1:
        return to_sequence(model, x, step)
    if step % 6 == 2:
        return next_loss(model, x, left_to_right_mask(n))
    return previous_loss(model, x, right_to_left_mask(n))


def to_sequence(model: UniLM, x: Tensor, _: int) -> Tensor:
    """The loss of the target under the sequence-to-sequence mask; the separator belongs to the source."""
    n = x.shape[1]
    return next_loss(model, x, sequence_to_sequence_mask(n // 2, n), first=n // 2)


def cheating(model: UniLM, x: Tensor, _: int) -> Tensor:
    """The same under a mask that shows the answer."""
    n = x.shape[1]
    return next_loss(model, x, bidirectional_mask(n), first=n // 2)


def train(config: Config, objective: Objective, steps: int, *, sums: bool = False) -> tuple[UniLM, float]:
    """A model trained with this objective, and the mean of the last losses."""
    torch.manual_seed(config.seed)
    n = 2 * config.length + 2
    model = UniLM(FIRST_LETTER + config.letters, n, config.d_model, config.h, config.layers).to(config.device)
    optimizer = torch.optim.Adam(model.parameters(), lr=config.learning_rate)
    last: list[float] = []
    for step in progress(steps, objective.__name__.replace("_", " ")):
        loss = objective(model, make_batch(config, config.batch, sums=sums), step)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        last = [*last[-49:], loss.item()]
    return model, sum(last) / len(last)


@torch.no_grad()
def filled(model: UniLM, x: Tensor, mask: Tensor) -> float:
    """The share of letters restored when each in turn is masked. [B, n], [n, n] -> a number."""
    letters = [i for i in range(x.shape[1]) if bool((x[:, i] >= FIRST_LETTER).all())]
    right = []
    for i in letters:
        gap = x.clone()
        gap[:, i] = MASK
        right.append((model(gap, mask)[:, i].argmax(dim=1) == x[:, i]).float().mean())
    return float(torch.stack(right).mean())


def all_masks(s: int, n: int) -> dict[str, Tensor]:
    """The four masks by name, each [n, n]."""
    return {
        "bidirectional": bidirectional_mask(n),
        "left to right": left_to_right_mask(n),
        "right to left": right_to_left_mask(n),
        "sequence to sequence": sequence_to_sequence_mask(s, n),
    }


def run(config: Config) -> Report:
    """Gaps, targets and sources, by one model; and targets by one that saw too much."""
    model, _ = train(config, all_in_turn, config.steps)
    fair, _ = train(config, to_sequence, (config.steps + 1) // 2, sums=True)
    cheater, cheated = train(config, cheating, (config.steps + 1) // 2, sums=True)
    torch.manual_seed(config.seed + 10**6)
    x, added = make_batch(config, 500, unseen=True), make_batch(config, 500, sums=True, unseen=True)
    n = x.shape[1]
    s = n // 2
    masks = all_masks(s, n)
    gaps = {name: filled(model, x, masks[name]) for name in ("bidirectional", "left to right")}
    backwards = (generate_backwards(model, x, masks["right to left"], s - 1) == x).all(dim=1)

    def written(by: UniLM, x: Tensor, mask: str) -> float:
        return float((generate(by, x[:, :s], masks[mask], n) == x).all(dim=1).float().mean())

    targets = {name: written(model, x, name) for name in ("sequence to sequence", "left to right")}
    sums, cheated_sums = written(fair, added, "sequence to sequence"), written(cheater, added, "bidirectional")
    return Report(
        [
            Claim("unseen: gaps filled under the bidirectional mask", gaps["bidirectional"], "§2.3", at_least=0.95),
            Claim("unseen: targets generated from sources", targets["sequence to sequence"], "§2.3", at_least=0.9),
            Claim("unseen: targets generated left to right", targets["left to right"], "§2.3", at_least=0.9),
            Claim("unseen: sources generated right to left", float(backwards.float().mean()), "§2.3", at_least=0.9),
            Claim("gaps left to right: half are told too late", gaps["left to right"], at_most=0.75, control=True),
            Claim("unseen: sums generated from sources", sums, "§2.3", at_least=0.8),
            Claim("after training with everything in view: the loss", cheated, at_most=0.05),
            Claim("and the sums generated", cheated_sums, at_most=0.1, control=True),
        ],
        figure=lambda: draw(all_masks(4, 7), 4),
        caption="Which place (row) may attend to which (column): four masks, one network. S: source, T: target.",
    )


def draw(masks: dict[str, Tensor], s: int) -> Figure:
    """The masks side by side."""
    import figures

    figure, axes = figures.new(height=2.2, columns=len(masks))
    for place, (name, mask) in zip(axes, masks.items(), strict=True):
        names = ["S" if i < s else "T" for i in range(len(mask))]
        figures.heatmap(place, mask.float().tolist(), names, names)
        place.set_title(name.replace(" to ", "\nto "))
    return figure


if __name__ == "__main__":
    main(Config, run, __doc__)
