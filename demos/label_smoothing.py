"""Label smoothing: a target that can be reached keeps a classifier from being too sure.

Paper: Szegedy et al., Rethinking the Inception Architecture for Computer Vision, CVPR 2016, arXiv 1512.00567v3
Entry: szegedy-etal-2016-rethinking
Covers: §7 (the smoothed target q', the two cross entropies it splits into)
Omits: everything else of the paper: factorised convolutions (§3), auxiliary classifiers (§4), Inception-v2 (§6)
Claim: without smoothing the largest logit runs away from the others and the model is overconfident (§7)
Check: the gap between logits and the calibration on unseen points, with ε = 0, 0.1 and 0.3, and with softmax twice
Run: 3 seconds
Shapes: B points, K classes
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn

from shared import Claim, Report, main, progress
from tasks.clouds import CLASSES, FEATURES, make_clouds

if TYPE_CHECKING:
    from matplotlib.figure import Figure

# %% [markdown]
# ## The smoothed target (§7)
# $$q'(k \mid x) = (1 - \epsilon)\, \delta_{k, y} + \epsilon\, u(k), \qquad u(k) = 1 / K$$
# The true class gives a share ε of its target to all classes alike, itself included.


# %%
def smoothed(y: Tensor, K: int, epsilon: float) -> Tensor:
    """q' of §7. Classes [B] -> [B, K]; every row adds up to 1."""
    one_hot = torch.zeros(len(y), K, device=y.device).scatter(1, y.unsqueeze(1), 1.0)
    return (1 - epsilon) * one_hot + epsilon / K


# %% [markdown]
# ## The loss (§7)
# $$H(q', p) = -\sum_{k} q'(k) \log p(k) = (1 - \epsilon) H(q, p) + \epsilon H(u, p)$$
# The second part grows without bound when some class is given no probability, so the loss is least at a finite
# distance between the logits, where p = q'. Plain cross entropy is least at infinity.


# %%
def label_smoothing_loss(z: Tensor, y: Tensor, epsilon: float) -> Tensor:
    """H(q', p), the mean over the batch. Logits [B, K], classes [B] -> a number.

    z are logits: the softmax is here, and nowhere else.
    """
    return -(smoothed(y, z.shape[1], epsilon) * z.log_softmax(dim=1)).sum(dim=1).mean()


def best_gap(K: int, epsilon: float) -> float:
    """How far the true logit stands above the others where the loss is least: log of q'(y) / q'(k), from p = q'."""
    return math.log((1 - epsilon + epsilon / K) / (epsilon / K)) if epsilon else math.inf


# %% [markdown]
# ## How well a model knows what it knows
# $$\mathrm{ECE} = \sum_{m} \frac{|B_m|}{n} \left| \mathrm{acc}(B_m) - \mathrm{conf}(B_m) \right|$$
# The expected calibration error sorts predictions into bins by their confidence and compares it with the share that
# is right. The paper speaks of confidence and does not measure this; later work did (Guo et al., 2017).


# %%
def bins_of(p: Tensor, y: Tensor, bins: int = 10) -> list[tuple[float, float, float]]:
    """For each bin with predictions in it: their share, mean confidence, accuracy. [B, K], [B]."""
    confidence, predicted = p.max(dim=1)  # [B]
    right = (predicted == y).float()
    number = (confidence * bins).long().clamp(max=bins - 1)  # [B]: which bin
    members = [number == m for m in range(bins)]
    return [
        (float(chosen.float().mean()), float(confidence[chosen].mean()), float(right[chosen].mean()))
        for chosen in members
        if chosen.any()
    ]


def calibration_error(p: Tensor, y: Tensor, bins: int = 10) -> float:
    """The expected calibration error. Probabilities [B, K], classes [B] -> a number."""
    return sum(share * abs(accuracy - confidence) for share, confidence, accuracy in bins_of(p, y, bins))


# %% [markdown]
# ## The experiment
# Five clouds of points that overlap, and few points to learn from. One control smooths too much; another makes a
# mistake that is seen often, a softmax at the end of the model when the loss has one already. What the loss takes for
# logits then lies between 0 and 1, so it is never satisfied: it drives the model to extremes, smoothing or not.


# %%
@dataclass(frozen=True)
class Config:
    """Sizes of the experiment."""

    seed: int = 0
    device: str = "cpu"
    points: int = 300
    steps: int = 500
    hidden: int = 64
    batch: int = 64
    learning_rate: float = 0.005
    epsilon: float = 0.1


class Classifier(nn.Sequential):
    """[B, features] -> logits [B, K]."""

    def __init__(self, hidden: int) -> None:
        super().__init__(nn.Linear(FEATURES, hidden), nn.ReLU(), nn.Linear(hidden, CLASSES))


def train(config: Config, epsilon: float, *, twice: bool = False) -> Classifier:
    """A classifier trained with so much smoothing; `twice` puts a softmax where none belongs, before the loss."""
    torch.manual_seed(config.seed)
    x, y = (part.to(config.device) for part in make_clouds(config.points, 2 * config.seed))
    model = Classifier(config.hidden).to(config.device)
    optimizer = torch.optim.Adam(model.parameters(), lr=config.learning_rate)
    for _ in progress(config.steps, f"ε = {epsilon:g}"):
        rows = torch.randint(config.points, (config.batch,))
        z = model(x[rows])
        loss = label_smoothing_loss(z.softmax(dim=1) if twice else z, y[rows], epsilon)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return model


def gap(z: Tensor, y: Tensor) -> float:
    """How far the true logit stands above the mean of the others. [B, K], [B] -> the mean over points."""
    true = z.gather(1, y.unsqueeze(1)).squeeze(1)  # [B]
    others = (z.sum(dim=1) - true) / (z.shape[1] - 1)
    return float((true - others).mean())


def run(config: Config) -> Report:
    """Without smoothing, with it, with too much, and with softmax twice."""
    known = [part.to(config.device) for part in make_clouds(config.points, 2 * config.seed)]
    x, y = (part.to(config.device) for part in make_clouds(4000, 2 * config.seed + 1))
    models = {epsilon: train(config, epsilon) for epsilon in (0.0, config.epsilon, 0.3)}
    wrong = train(config, config.epsilon, twice=True)
    with torch.no_grad():
        p = {epsilon: model(x).softmax(dim=1) for epsilon, model in models.items()}
        twice = wrong(x).softmax(dim=1)
        gaps = {epsilon: gap(model(known[0]), known[1]) for epsilon, model in models.items()}
    ece = {epsilon: calibration_error(probabilities, y) for epsilon, probabilities in p.items()}
    right = {epsilon: float((q.argmax(dim=1) == y).float().mean()) for epsilon, q in p.items()}
    away = abs(gaps[config.epsilon] - best_gap(CLASSES, config.epsilon))
    curves = {f"ε = {epsilon:g}": bins_of(q, y) for epsilon, q in p.items()} | {"softmax twice": bins_of(twice, y)}
    return Report(
        [
            Claim("calibration error on unseen points with smoothing", ece[config.epsilon], "§7", at_most=0.05),
            Claim("without smoothing: overconfident", ece[0.0], "§7", at_least=0.08, control=True),
            Claim("with ε = 0.3: not confident enough", ece[0.3], at_least=0.10, control=True),
            Claim("true logit above the others: how far from where the loss is least", away, "§7", at_most=0.5),
            Claim("true logit above the others without smoothing", gaps[0.0], "§7", at_least=7.0, control=True),
            Claim(
                "smoothed, but softmax twice: overconfident", calibration_error(twice, y), at_least=0.08, control=True
            ),
            Claim("right on unseen points: what smoothing adds", right[config.epsilon] - right[0.0]),
        ],
        figure=lambda: draw(curves),
        caption=(
            "How sure the model is of its prediction, and how often it is right, on unseen points. On the diagonal it "
            "knows what it knows; below it is too sure, and so it is where softmax is taken twice, smoothed or not."
        ),
    )


def draw(curves: Mapping[str, Sequence[tuple[float, float, float]]]) -> Figure:
    """Accuracy against confidence."""
    import figures

    figure, [axes] = figures.new(height=2.8)
    axes.plot([0, 1], [0, 1], color=figures.INK, linewidth=0.8, linestyle=":")
    for (name, points), colour in zip(curves.items(), figures.COLOURS, strict=False):
        shown = [(confidence, accuracy) for share, confidence, accuracy in points if share >= 0.01]
        axes.plot(*zip(*shown, strict=True), color=colour, marker="o", markersize=4, label=name)
    axes.set(xlim=(0.2, 1), ylim=(0, 1.02), xlabel="confidence", ylabel="right")
    axes.legend()
    return figure


if __name__ == "__main__":
    main(Config, run, __doc__)
