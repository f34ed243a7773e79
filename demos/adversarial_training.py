"""Adversarial training: learn from word vectors that were pushed where it hurts most.

Paper: Miyato, Dai and Goodfellow, Adversarial Training Methods for Semi-Supervised Text Classification, ICLR 2017,
  arXiv 1605.07725v4
Entry: miyato-etal-2017-adversarial
Covers: §3 (the perturbation, eq. 5; the loss, eq. 6), in the form known as FGM that moves the embedding matrix
Omits: §2 LSTM and normalised embeddings (eq. 1), §3 virtual adversarial training (no labels), §4 pre-training and data
Claim: a model trained so is harder to lead astray by a small change of its word vectors (§3), and errs less (§5)
Check: accuracy when the vectors are pushed as far as in training, against a model trained without
Run: 4 seconds
Shapes: B sentences, n words, d width of a vector
"""

# mask: none; the sentences have one length.

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from shared import Claim, Report, main, progress

if TYPE_CHECKING:
    from matplotlib.figure import Figure

# %% [markdown]
# ## The perturbation (§3, eq. 5)
# $$r = \epsilon\, \frac{g}{\lVert g \rVert_2}, \qquad g = \nabla_E\, L(\theta)$$
# Of all changes of length ε this one raises the loss most, to first order. The paper writes the gradient of the
# log-probability and a minus; here it is the gradient of the loss. The paper pushes the vectors of each sentence by
# itself; the form that most libraries copy, FGM (fast gradient method), pushes the embedding matrix E, so all
# sentences of a batch share one push. Long vectors would make every push harmless, so the paper normalises them (§2);
# FGM does not.


# %%
def perturbation(g: Tensor, epsilon: float) -> Tensor:
    """r = ε g / ‖g‖, eq. 5, of length ε over all entries together; 0 if g is 0. Any shape -> the same.

    departs: of the embedding matrix [words, d] and not of a sentence's vectors [n, d].
    """
    norm = g.norm()
    return epsilon * g / norm if norm > 0 else torch.zeros_like(g)


@contextmanager
def perturbed(weight: Tensor, epsilon: float) -> Iterator[Tensor]:
    """Within, the weight stands at E + r for the gradient it holds; afterwards at E again, to the last bit.

    E is kept and put back, as adding r and taking it off again would leave rounding errors that pile up.
    """
    if weight.grad is None:
        raise ValueError("expected a gradient, got none: call backward() on the clean loss first")
    kept = weight.detach().clone()
    r = perturbation(weight.grad, epsilon)
    try:
        with torch.no_grad():
            weight.add_(r)
        yield r
    finally:
        with torch.no_grad():
            weight.copy_(kept)


# %% [markdown]
# ## The step (§3, eq. 6)
# $$\nabla_\theta L(\theta) + \nabla_\theta L_{\mathrm{adv}}(\theta), \qquad
# L_{\mathrm{adv}}(\theta) = -\frac{1}{N} \sum_{n} \log p(y_n \mid s_n + r_n; \theta)$$
# Two backward passes, whose gradients add up before the optimiser sees them. r counts as a constant.


# %%
def adversarial_backward(loss: Callable[[], Tensor], weight: Tensor, epsilon: float) -> tuple[float, float]:
    """∇L + ∇L_adv, eq. 6, into `.grad`, which should hold nothing before. -> the clean and the adversarial loss."""
    clean = loss()
    clean.backward()
    with perturbed(weight, epsilon):
        worse = loss()
        worse.backward()
    return clean.item(), worse.item()


# %% [markdown]
# ## The experiment
# Sentences of ten words with a mood. Each mood has thirty words, three quarters of a sentence are its own, the rest
# are of the other. One control is trained without pushes, another with pushes of the same length in random directions,
# as in the paper's table 2. As the vectors grow under pushes, those of the test are also made longer in proportion.


# %%
WORDS, LENGTH = 60, 10


@dataclass(frozen=True)
class Config:
    """Sizes of the experiment."""

    seed: int = 0
    device: str = "cpu"
    sentences: int = 500
    steps: int = 300
    d: int = 16
    batch: int = 32
    epsilon: float = 12.0
    learning_rate: float = 0.01


class Classifier(nn.Module):
    """The mean of the word vectors, and a small network. Words [B, n] -> logits [B, 2]."""

    def __init__(self, d: int) -> None:
        super().__init__()
        self.E = nn.Embedding(WORDS, d)
        self.hidden, self.out = nn.Linear(d, d), nn.Linear(d, 2)

    def forward(self, x: Tensor) -> Tensor:
        return self.out(self.hidden(self.E(x).mean(dim=1)).tanh())


def make_sentences(count: int, seed: int, device: str = "cpu") -> tuple[Tensor, Tensor]:
    """Words [B, n] and moods [B], the same for the same seed."""
    rng = torch.Generator().manual_seed(seed)
    y = torch.randint(2, (count,), generator=rng)
    own = torch.rand(count, LENGTH, generator=rng) < 0.75
    mood = torch.where(own, y.unsqueeze(1), 1 - y.unsqueeze(1))  # [B, n]
    x = mood * (WORDS // 2) + torch.randint(WORDS // 2, (count, LENGTH), generator=rng)
    return x.to(device), y.to(device)


def train(config: Config, push: str) -> Classifier:
    """A classifier, trained with `push` adversarial, random or none."""
    torch.manual_seed(config.seed)
    x, y = make_sentences(config.sentences, 2 * config.seed, config.device)
    model = Classifier(config.d).to(config.device)
    optimizer = torch.optim.Adam(model.parameters(), lr=config.learning_rate)
    for _ in progress(config.steps, f"push: {push}"):
        rows = torch.randint(config.sentences, (config.batch,))

        def loss(rows: Tensor = rows) -> Tensor:
            return F.cross_entropy(model(x[rows]), y[rows])

        optimizer.zero_grad()
        if push == "adversarial":
            adversarial_backward(loss, model.E.weight, config.epsilon)
        else:
            loss().backward()
        if push == "random":
            clean = model.E.weight.grad
            model.E.weight.grad = torch.randn_like(model.E.weight)
            with perturbed(model.E.weight, config.epsilon):
                model.E.weight.grad = clean
                loss().backward()
        optimizer.step()
    return model


def accuracy(model: Classifier, x: Tensor, y: Tensor, epsilon: float) -> float:
    """Right answers when the embedding matrix is pushed so far, against this model and these sentences."""
    model.zero_grad()
    F.cross_entropy(model(x), y).backward()
    with perturbed(model.E.weight, epsilon), torch.no_grad():
        return float((model(x).argmax(dim=1) == y).float().mean())


def run(config: Config) -> Report:
    """Three ways to train, and pushes of growing length."""
    x, y = make_sentences(1000, 2 * config.seed + 1, config.device)
    models = {push: train(config, push) for push in ("adversarial", "random", "none")}
    lengths = [config.epsilon * step / 5 for step in range(8)]
    curves = {push: [accuracy(model, x, y, length) for length in lengths] for push, model in models.items()}
    clean = {push: curve[0] for push, curve in curves.items()}
    pushed = {push: curve[5] for push, curve in curves.items()}
    norms = {push: model.E.weight.norm().item() for push, model in models.items()}
    longer = norms["adversarial"] / norms["none"]
    relative = accuracy(models["adversarial"], x, y, longer * config.epsilon) - pushed["none"]
    return Report(
        [
            Claim("right answers when pushed", pushed["adversarial"], "§3", at_least=0.75),
            Claim("the same, trained without pushes", pushed["none"], "§3", at_most=0.85, control=True),
            Claim(
                "pushed: what adversarial training adds", pushed["adversarial"] - pushed["none"], "§3", at_least=0.06
            ),
            Claim("pushed in proportion to the matrix: what it adds", relative, "§2", at_least=0.02),
            Claim("pushed: what it adds to random pushes", pushed["adversarial"] - pushed["random"], "§5.1, table 2"),
            Claim("right answers when not pushed", clean["adversarial"], at_least=0.90),
            Claim("unpushed: what adversarial training adds", clean["adversarial"] - clean["none"], "§5"),
            Claim("length of the embedding matrix over that without pushes", longer, "§2"),
        ],
        figure=lambda: draw(lengths, curves),
        caption="Right answers on unseen sentences when the embedding matrix is pushed against the model, by how far.",
    )


def draw(lengths: Sequence[float], curves: Mapping[str, Sequence[float]]) -> Figure:
    """Accuracy against the length of the push."""
    import figures

    figure, [axes] = figures.new(height=2.6)
    for (push, curve), colour in zip(curves.items(), figures.COLOURS, strict=False):
        axes.plot(lengths, curve, color=colour, marker="o", markersize=3, label=f"pushes in training: {push}")
    axes.set(ylim=(0.3, 1), xlabel="length of the push", ylabel="right answers")
    axes.legend()
    return figure


if __name__ == "__main__":
    main(Config, run, __doc__)
