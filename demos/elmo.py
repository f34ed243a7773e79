"""ELMo: word vectors that are read from all layers of a language model in each direction.

Paper: Peters et al., Deep contextualized word representations, NAACL 2018, arXiv 1802.05365v2
Entry: peters-etal-2018-deep
Covers: §3.1 (the two language models), §3.2 (eq. 1), §3.3 (frozen, in a task's model), §3.4 (residual connection)
Omits: §3.2 layer normalisation, §3.3 dropout and the penalty on the layer weights, §3.4 characters, highway layers,
    projections and fine-tuning, §5.2 ELMo at the output of a task's model
Claim: the vector of a word depends on its sentence, and so tells its senses apart (§5.3, tables 4 and 5)
Check: words of two senses, the cue left or right: both directions against one, and against the static layer 0
Run: 5 seconds
Shapes: B batch, n words, D width of a direction, L LSTM layers, W words
"""

# mask: True = a word, False = padding, which stands on the right.

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from shared import Claim, Report, main, progress
from tasks.ambiguous import SIDES, WORDS, Example, make_examples

if TYPE_CHECKING:
    from matplotlib.figure import Figure

# %% [markdown]
# ## Two language models (§3.1)
# $$\sum_{k=1}^{n} \log p(t_k \mid t_1, \dots, t_{k-1}; \overrightarrow{\Theta})
# + \log p(t_k \mid t_{k+1}, \dots, t_n; \overleftarrow{\Theta})$$
# One stack of LSTMs reads a sentence from the left and predicts the next word, another reads it from the right and
# predicts the one before. They share the embedding of words and the softmax, nothing else; neither sees what it is to
# predict.


# %%
def reverse(x: Tensor, mask: Tensor) -> Tensor:
    """Turn round the words of each sentence and leave its padding where it is: [B, n, ...], [B, n] -> [B, n, ...]."""
    i = torch.arange(mask.shape[1], device=mask.device)
    turned = torch.where(mask, mask.sum(dim=1, keepdim=True) - 1 - i, i)  # [B, n]
    return x[torch.arange(len(x), device=x.device).unsqueeze(1), turned]


class Direction(nn.Module):
    """L LSTM layers, with a residual connection from each to the next (§3.4)."""

    def __init__(self, D: int, L: int) -> None:
        super().__init__()
        self.layers = nn.ModuleList(nn.LSTM(D, D, batch_first=True) for _ in range(L))

    def forward(self, x: Tensor) -> list[Tensor]:
        """What every layer says after each word: [B, n, D] -> L times [B, n, D]."""
        h: list[Tensor] = []
        for j, layer in enumerate(self.layers):
            out, _ = layer(h[-1] if h else x)
            h.append(out + h[-1] if j else out)
        return h


class BiLM(nn.Module):
    """§3.1: a forward and a backward language model.

    departs: words have embeddings of their own instead of a network over their characters, for these are numbers.
    """

    def __init__(self, W: int, D: int, L: int) -> None:
        super().__init__()
        self.x, self.s = nn.Embedding(W, D), nn.Linear(D, W)  # Θ_x and Θ_s
        self.forwards, self.backwards = Direction(D, L), Direction(D, L)

    def directions(self, words: Tensor, mask: Tensor) -> tuple[list[Tensor], list[Tensor]]:
        """The states of both stacks, each at the word that was read last: [B, n] -> L times [B, n, D], twice."""
        x = self.x(words)  # [B, n, D]
        back = self.backwards(reverse(x, mask))
        return self.forwards(x), [reverse(h, mask) for h in back]

    def forward(self, words: Tensor, mask: Tensor) -> Tensor:
        """h_{k,j} for j = 0 .. L; layer 0 is the embedding, twice: [B, n] -> [L + 1, B, n, 2 D]."""
        x = self.x(words)
        pairs = [(x, x), *zip(*self.directions(words, mask), strict=True)]
        return torch.stack([torch.cat(pair, dim=-1) for pair in pairs])

    def loss(self, words: Tensor, mask: Tensor) -> Tensor:
        """Minus the sum of both log likelihoods, for each predicted word: [B, n], [B, n] -> a number.

        departs: no marks of beginning and end, so each direction predicts every word but the first that it reads.
        """
        ahead, back = self.directions(words, mask)
        both = mask[:, 1:]  # a word and the one before it are there
        following = F.cross_entropy(self.s(ahead[-1][:, :-1])[both], words[:, 1:][both])
        preceding = F.cross_entropy(self.s(back[-1][:, 1:])[both], words[:, :-1][both])
        return following + preceding


# %% [markdown]
# ## ELMo: a mixture of the layers for each task (§3.2, eq. 1)
# $$\mathrm{ELMo}_k^{task} = \gamma^{task} \sum_{j=0}^{L} s_j^{task} \mathbf{h}_{k,j}, \qquad
# s^{task} = \mathrm{softmax}(w)$$
# Lower layers know more of syntax, higher ones more of meaning (§5.3); a task learns how much of each it wants. The
# language models stay as they are (§3.3).


# %%
class Mix(nn.Module):
    """Eq. 1: [L + 1, B, n, 2 D] -> [B, n, 2 D]."""

    def __init__(self, layers: int) -> None:
        super().__init__()
        self.w, self.gamma = nn.Parameter(torch.zeros(layers)), nn.Parameter(torch.ones(()))

    def forward(self, h: Tensor) -> Tensor:
        return self.gamma * torch.einsum("j,j...->...", self.w.softmax(dim=0), h)


class SenseTagger(nn.Module):
    """§3.3: a task's own model on top of ELMo: [L + 1, B, n, 2 D] -> [B, n, senses].

    departs: one linear layer that reads ELMo alone, not a recurrent network that reads [x_k; ELMo_k].
    """

    def __init__(self, layers: int, width: int, senses: int = 2) -> None:
        super().__init__()
        self.elmo, self.linear = Mix(layers), nn.Linear(width, senses)

    def forward(self, h: Tensor) -> Tensor:
        return self.linear(self.elmo(h))


# %% [markdown]
# ## The experiment
# The language models read sentences in which a word of two senses stands between two cues. In the labelled sentences
# one cue is missing: what comes from the left only the forward model can know, what comes from the right only the
# backward one, and layer 0 neither.


# %%
@dataclass(frozen=True)
class Config:
    """Sizes of the experiment."""

    seed: int = 0
    device: str = "cpu"
    steps: int = 300
    tagger_steps: int = 200
    labels: int = 400
    D: int = 32
    L: int = 2
    batch: int = 64
    learning_rate: float = 0.01
    tagger_rate: float = 0.03


def tensors(examples: Sequence[Example], device: str) -> tuple[Tensor, Tensor, Tensor]:
    """Words [B, n], positions [B] and senses [B]."""
    words = torch.tensor([example.words for example in examples], device=device)
    positions = torch.tensor([example.position for example in examples], device=device)
    return words, positions, torch.tensor([example.sense for example in examples], device=device)


def pre_train(config: Config, steps: int) -> BiLM:
    """Language models of running text; without steps they are as they were born."""
    torch.manual_seed(config.seed)
    model = BiLM(WORDS, config.D, config.L).to(config.device)
    optimizer = torch.optim.Adam(model.parameters(), lr=config.learning_rate)
    text = make_examples(steps * config.batch, 2 * config.seed, "both")
    for step in progress(steps, "language models"):
        words, *_ = tensors(text[step * config.batch :][: config.batch], config.device)
        loss = model.loss(words, torch.ones_like(words, dtype=torch.bool))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return model


@torch.no_grad()
def vectors(model: BiLM, examples: Sequence[Example], device: str) -> tuple[Tensor, Tensor]:
    """All layers at the ambiguous word, and its sense: [L + 1, B, 2 D], [B]. The language models stay as they are."""
    words, positions, senses = tensors(examples, device)
    h = model(words, torch.ones_like(words, dtype=torch.bool))
    return h[:, torch.arange(len(words), device=words.device), positions], senses


def train_tagger(h: Tensor, senses: Tensor, config: Config) -> SenseTagger:
    """A linear layer on a mixture of the layers it is given."""
    torch.manual_seed(config.seed)
    tagger = SenseTagger(len(h), h.shape[-1]).to(config.device)
    optimizer = torch.optim.Adam(tagger.parameters(), lr=config.tagger_rate)
    for _ in progress(config.tagger_steps, "senses"):
        loss = F.cross_entropy(tagger(h), senses)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return tagger


def evaluate(model: BiLM, config: Config) -> dict[str, tuple[float, float]]:
    """Right senses, cue left and cue right, by what part of the vectors a tagger reads."""
    labelled = [e for side in SIDES for e in make_examples(config.labels // 2, 2 * config.seed, side)]
    train = vectors(model, labelled, config.device)
    tests = [vectors(model, make_examples(500, 2 * config.seed + 1, side), config.device) for side in SIDES]
    parts = {
        "ELMo": (slice(None), slice(None)),
        "forward only": (slice(None), slice(config.D)),
        "backward only": (slice(None), slice(config.D, None)),
        "layer 0 only": (slice(1), slice(None)),
    }
    right = {}
    for name, (layers, features) in parts.items():
        tagger = train_tagger(train[0][layers, ..., features], train[1], config)
        told = [(tagger(h[layers, ..., features]).argmax(dim=-1) == senses).float().mean() for h, senses in tests]
        right[name] = float(told[0]), float(told[1])
    return right


def run(config: Config) -> Report:
    """ELMo, each direction by itself, layer 0, and language models that were never trained."""
    right = evaluate(pre_train(config, config.steps), config)
    untrained = evaluate(pre_train(config, 0), config)["ELMo"]
    senses, ahead, back, static = (right[name] for name in ("ELMo", "forward only", "backward only", "layer 0 only"))
    return Report(
        [
            Claim("right senses, ELMo, cue on the left", senses[0], "§5.3, table 5", at_least=0.95),
            Claim("right senses, ELMo, cue on the right", senses[1], "§5.3, table 5", at_least=0.95),
            Claim("forward only, cue on the left", ahead[0], "§3.1", at_least=0.95),
            Claim("forward only, cue on the right", ahead[1], "§3.1", at_most=0.60, control=True),
            Claim("backward only, cue on the left", back[0], "§3.1", at_most=0.60, control=True),
            Claim("backward only, cue on the right", back[1], "§3.1", at_least=0.95),
            Claim("layer 0 only, the better side", max(static), "§5.3, table 4", at_most=0.60, control=True),
            Claim("untrained language models, the better side", max(untrained), at_most=0.90, control=True),
        ],
        figure=lambda: draw({**right, "never trained": untrained}),
        caption="Right senses of an ambiguous word, its cue two or three words to the left or to the right, by what is "
        "read: all of ELMo, one direction, layer 0, or ELMo of untrained language models. The line is chance.",
    )


def draw(right: dict[str, tuple[float, float]]) -> Figure:
    """Two bars for each reader, one for each side of the cue."""
    import figures

    figure, [axes] = figures.new(height=2.8)
    for number, side in enumerate(SIDES):
        rows = [row + 0.36 * number - 0.18 for row in range(len(right))]
        values = [told[number] for told in right.values()]
        axes.barh(rows, values, color=figures.COLOURS[number], height=0.34, label=f"cue on the {side}")
    axes.set_yticks(range(len(right)), list(right))
    axes.invert_yaxis()
    axes.axvline(0.5, color=figures.INK, linewidth=0.8, linestyle=":")
    axes.set(xlim=(0, 1), xlabel="right senses")
    figure.legend(loc="outside upper center", ncols=2)
    return figure


if __name__ == "__main__":
    main(Config, run, __doc__)
