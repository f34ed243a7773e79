"""Focal loss: examples that are easy by now count for almost nothing.

Paper: Lin et al., Focal Loss for Dense Object Detection, ICCV 2017, arXiv 1708.02002v2
Entry: lin-etal-2017-focal
Covers: §3 (cross entropy, eqs. 1 and 2), §3.1 (α, eq. 3), §3.2 (eqs. 4 and 5), §3.3 and §4.1 (the prior at the start)
Omits: the detector RetinaNet (§4), the loss normalised by the number of objects, other forms and gradients (appendix)
Claim: with γ = 2 the mass of easy negatives hardly adds to the loss, which α alone does not achieve (§3, §5.1)
Check: what the easiest negatives add to the loss of one network, and the rare class to that of a fresh one
Run: 3 seconds
Shapes: B points, K classes
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn

from shared import Claim, Report, main, progress
from tasks.imbalance import FEATURES, RARE, make_points

if TYPE_CHECKING:
    from matplotlib.figure import Figure

# %% [markdown]
# ## From cross entropy to the focal loss (§3, eqs. 1 to 5)
# $$\mathrm{CE}(p_t) = -\log(p_t), \qquad \mathrm{FL}(p_t) = -\alpha_t (1 - p_t)^{\gamma} \log(p_t)$$
# p_t is the probability that the model gives to the true class. The factor in front is near 1 where the model errs
# and vanishes where it is right, the faster the larger γ. The weight α_t knows the class and nothing else: it
# balances rare against frequent, not hard against easy.


# %%
def focal_loss(z: Tensor, y: Tensor, *, gamma: float = 2.0, alpha: Tensor | None = None) -> Tensor:
    """Eq. 5, or eq. 4 without alpha, for each example. Logits [B, K], classes [B], alpha [K] -> [B].

    z are logits: the softmax is here, and nowhere else. departs: a softmax over K classes in the place of the
    paper's sigmoid; for two classes with logits 0 and x it is the same.
    """
    log_p_t = z.log_softmax(dim=1).gather(1, y.unsqueeze(1)).squeeze(1)  # [B]
    # 1 - p_t without loss of digits, and never 0: the slope of 0 to the power of γ < 1 is infinite.
    away = -torch.expm1(log_p_t).clamp(max=-torch.finfo(z.dtype).tiny)
    loss = -(away**gamma) * log_p_t
    return loss if alpha is None else alpha[y] * loss


# %% [markdown]
# ## The prior at the start (§3.3; b in §4.1)
# $$b = -\log\left(\frac{1 - \pi}{\pi}\right)$$
# A fresh network calls half of everything rare, and the loss of the many drowns the first steps. The bias of the last
# layer makes it say π instead.


# %%
class Classifier(nn.Module):
    """A small network for two classes; class 1 is the rare one. [B, features] -> logits [B, 2]."""

    def __init__(self, hidden: int, pi: float = 0.01) -> None:
        super().__init__()
        self.hidden, self.out = nn.Linear(FEATURES, hidden), nn.Linear(hidden, 2)
        with torch.no_grad():
            self.out.bias.copy_(torch.tensor([0.0, -math.log((1 - pi) / pi)]))

    def forward(self, x: Tensor) -> Tensor:
        return self.out(self.hidden(x).tanh())


# %% [markdown]
# ## The experiment
# Of a hundred points, one is of the rare class, four look like it, and the rest are easy. As the paper does for its
# detector (§5.1), one network, trained with γ = 2, is asked how its loss over the frequent class would be shared out
# between the points under different γ. A fresh network is asked what the rare class adds to its loss, with the prior
# and without. That γ makes a better classifier did not come out at this size: more of the rare class is found by α,
# at the price of false alarms.


# %%
@dataclass(frozen=True)
class Config:
    """Sizes of the experiment."""

    seed: int = 0
    device: str = "cpu"
    points: int = 20000
    steps: int = 300
    hidden: int = 16
    batch: int = 512
    learning_rate: float = 0.003
    alpha: float = 0.75  # of the rare class; best for γ = 0 in table 1 (a), while the paper takes 0.25 for γ = 2


def train(config: Config, *, gamma: float, alpha: Tensor | None = None) -> Classifier:
    """A classifier, trained with this loss; γ = 0 without α is the cross entropy."""
    torch.manual_seed(config.seed)
    x, kinds = (part.to(config.device) for part in make_points(config.points, seed=2 * config.seed))
    y = (kinds == RARE).long()
    model = Classifier(config.hidden).to(config.device)
    optimizer = torch.optim.Adam(model.parameters(), lr=config.learning_rate)
    for _ in progress(config.steps, f"γ = {gamma:g}{'' if alpha is None else ' with α'}"):
        rows = torch.randint(config.points, (config.batch,))
        loss = focal_loss(model(x[rows]), y[rows], gamma=gamma, alpha=alpha).mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return model


def shares(losses: Tensor) -> Tensor:
    """How much of all loss the easiest 1, 2, 3, … examples make up. [B] -> [B], the last is 1."""
    return losses.cpu().sort().values.cumsum(dim=0) / losses.cpu().sum()  # deterministic on the CPU only


def recall(z: Tensor, y: Tensor) -> float:
    """The share of the rare class that is called so. [B, 2], [B] -> a number."""
    return float((z.argmax(dim=1) == 1)[y == 1].float().mean())


def average_precision(z: Tensor, y: Tensor) -> float:
    """The mean, over points of the rare class, of the share of rare ones among all that rank as high."""
    ranked = y[(z[:, 1] - z[:, 0]).argsort(descending=True)]  # [B]
    precision = ranked.cumsum(dim=0) / torch.arange(1, len(y) + 1, device=y.device)
    return float(precision[ranked == 1].mean())


@torch.no_grad()
def rare_share(config: Config, pi: float, x: Tensor, y: Tensor) -> float:
    """What the rare class adds to the cross entropy of a network that was never trained. -> a share."""
    torch.manual_seed(config.seed)
    losses = focal_loss(Classifier(config.hidden, pi).to(config.device)(x), y, gamma=0.0)
    return float(losses[y == 1].sum() / losses.sum())


def run(config: Config) -> Report:
    """Where the loss goes, and what becomes of the rare class."""
    x, kinds = (part.to(config.device) for part in make_points(config.points, seed=2 * config.seed + 1))
    y = (kinds == RARE).long()
    alpha = torch.tensor([1 - config.alpha, config.alpha], device=config.device)
    losses = {"CE": (0.0, None), "α": (0.0, alpha), "γ": (2.0, None), "both": (2.0, alpha)}
    models = {name: train(config, gamma=gamma, alpha=weights) for name, (gamma, weights) in losses.items()}
    with torch.no_grad():
        z = {name: model(x) for name, model in models.items()}
    negatives = y == 0
    curves = {g: shares(focal_loss(z["γ"], y, gamma=g)[negatives]) for g in (0.0, 0.5, 1.0, 2.0)}
    easiest = int(0.9 * negatives.sum())
    plain, focal = float(curves[0.0][easiest]), float(curves[2.0][easiest])
    weighted = float(shares(focal_loss(z["γ"], y, gamma=0.0, alpha=alpha)[negatives])[easiest])
    found = {name: recall(logits, y) for name, logits in z.items()}
    precision = {name: average_precision(logits, y) for name, logits in z.items()}
    return Report(
        [
            Claim("share of the easiest 90 % of negatives in their loss, γ = 2", focal, "§5.1, figure 4", at_most=0.10),
            Claim("the same with γ = 0", plain, "§3", at_least=0.20, control=True),
            Claim("what α changes in it", abs(weighted - plain), "§3.1", at_most=1e-3),
            Claim("share of the rare class in the first loss", rare_share(config, 0.01, x, y), "§3.3", at_least=0.5),
            Claim("the same without the prior", rare_share(config, 0.5, x, y), "§3.3", at_most=0.1, control=True),
            Claim("rare points found: what α and γ add to cross entropy", found["both"] - found["CE"], "§3.2"),
            Claim("the same with α alone", found["α"] - found["CE"], "§3.1"),
            Claim("the same with γ alone", found["γ"] - found["CE"], "§3.2"),
            Claim("average precision: what γ adds to cross entropy", precision["γ"] - precision["CE"], "§5.1"),
        ],
        figure=lambda: draw({g: curve.tolist() for g, curve in curves.items()}),
        caption=(
            "The points of the frequent class from the easiest to the hardest, and the share of its loss that they "
            "make up together, for one network and four values of γ."
        ),
    )


def draw(curves: dict[float, Sequence[float]]) -> Figure:
    """Cumulated shares of the loss, as in the paper's figure 4."""
    import figures

    figure, [axes] = figures.new(height=2.8)
    for (gamma, curve), colour in zip(curves.items(), figures.COLOURS, strict=False):
        rows = [round(step / 200 * (len(curve) - 1)) for step in range(201)]
        places = [row / (len(curve) - 1) for row in rows]
        axes.plot(places, [curve[row] for row in rows], color=colour, label=f"γ = {gamma:g}")
    axes.legend()
    axes.set(xlim=(0.5, 1), ylim=(0, 1), xlabel="points of the frequent class, easiest first", ylabel="share of loss")
    return figure


if __name__ == "__main__":
    main(Config, run, __doc__)
