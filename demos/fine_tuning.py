"""Fine-tuning: the small parts of the loop with which BERT and its heirs are trained, each by itself.

Paper: Loshchilov and Hutter, Decoupled Weight Decay Regularization, ICLR 2019, arXiv 1711.05101v3
Entry: loshchilov-hutter-2019-decoupled
Covers: §2 and algorithm 2 (Adam with L2 regularisation, AdamW); of others: what decays, warm-up, clipping, averages
Omits: SGDW (algorithm 1), warm restarts (§4.4), normalised weight decay (appendix), the view of Bayesian filtering (§3)
Claim: under Adam, L2 regularisation holds back weights with large gradients least; decoupled decay treats all alike
Check: weights and their average under noise; the loop on a small Transformer, with warm-up and without
Run: 6 seconds
Shapes: B sequences, n tokens, K classes
"""

# mask: none; the sequences have one length.

from __future__ import annotations

import copy
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from shared import Claim, Report, main, progress
from transformer import EncoderLayer

if TYPE_CHECKING:
    from matplotlib.figure import Figure

# %% [markdown]
# ## AdamW (algorithm 2)
# $$\theta_t = \theta_{t-1} - \eta_t \left( \frac{\alpha\, \hat m_t}{\sqrt{\hat v_t} + \epsilon} +
# \lambda\, \theta_{t-1} \right)$$
# L2 regularisation adds λθ to the gradient, and Adam then divides it by the root of the squared gradients like the
# rest. AdamW keeps it out of the gradient, so every weight shrinks by the same share.


# %%
class AdamW:
    """Algorithm 2; with `decoupled=False` its other half, Adam with L2 regularisation.

    Each group is a list of parameters with its own λ. λ stands beside α, as in the paper; torch multiplies it by the
    learning rate, so its `weight_decay` is λ / α.
    """

    def __init__(
        self,
        groups: Iterable[tuple[Sequence[nn.Parameter], float]],
        alpha: float,
        *,
        beta: tuple[float, float] = (0.9, 0.999),
        epsilon: float = 1e-8,
        decoupled: bool = True,
    ) -> None:
        self.groups = list(groups)
        self.alpha, self.beta, self.epsilon, self.decoupled = alpha, beta, epsilon, decoupled
        self.m = [[torch.zeros_like(theta) for theta in parameters] for parameters, _ in self.groups]
        self.v = [[torch.zeros_like(theta) for theta in parameters] for parameters, _ in self.groups]
        self.t = 0

    @torch.no_grad()
    def step(self, eta: float = 1.0) -> None:
        """Lines 5 to 12, with the multiplier η_t of the schedule. A parameter without gradient stays."""
        self.t += 1
        beta_1, beta_2 = self.beta
        for (parameters, decay), ms, vs in zip(self.groups, self.m, self.v, strict=True):
            for theta, m, v in zip(parameters, ms, vs, strict=True):
                if theta.grad is None:
                    continue
                g = theta.grad if self.decoupled else theta.grad + decay * theta
                m.mul_(beta_1).add_(g, alpha=1 - beta_1)
                v.mul_(beta_2).add_(g.square(), alpha=1 - beta_2)
                m_hat, v_hat = m / (1 - beta_1**self.t), v / (1 - beta_2**self.t)
                update = self.alpha * m_hat / (v_hat.sqrt() + self.epsilon)
                theta.sub_(eta * (update + decay * theta if self.decoupled else update))


# %% [markdown]
# ## What decays and what does not
# Biases and the gains of LayerNorm are few and set the scale of what follows; pulling them to zero is no
# regularisation. They are told by the kind of module: a list of names such as "LayerNorm" finds nothing in a model
# that calls it otherwise, and nobody notices.


# %%
def decay_groups(model: nn.Module, decay: float) -> list[tuple[list[nn.Parameter], float]]:
    """Every parameter once: those that decay, and the biases and LayerNorms that do not."""
    exempt = {
        id(parameter)
        for module in model.modules()
        for name, parameter in module.named_parameters(recurse=False)
        if isinstance(module, nn.LayerNorm) or name == "bias"
    }
    parameters = list(model.parameters())
    return [
        ([theta for theta in parameters if id(theta) not in exempt], decay),
        ([theta for theta in parameters if id(theta) in exempt], 0.0),
    ]


# %% [markdown]
# ## Linear warm-up and decay
# $$\eta_t = \begin{cases} t / w & t < w \\ (T - t) / (T - w) & t \ge w \end{cases}$$
# Adam's first steps rest on a handful of gradients and are long in all directions; the warm-up keeps them short
# until the averages are worth something. T is the number of steps, w that of the warm-up.


# %%
def warm_up_then_decay(t: int, w: int, T: int) -> float:
    """The multiplier of step t = 0, 1, …, T: from 0 up to 1 at w, down to 0 at T.

    Hugging Face's schedule for BERT. In the code of BERT's authors it falls along (T - t) / T, with a step down at w.
    """
    return t / w if t < w else max(0.0, (T - t) / (T - w))


# %% [markdown]
# ## Clipping the gradient
# $$g \leftarrow g \cdot \min\left(1, \frac{c}{\lVert g \rVert}\right)$$
# One norm over all parameters together, so that a gradient that is too long keeps its direction.


# %%
@torch.no_grad()
def clip(parameters: Iterable[nn.Parameter], c: float) -> float:
    """Shorten the gradients to a norm of at most c; the norm that they had."""
    gradients = [theta.grad for theta in parameters if theta.grad is not None]
    norm = math.sqrt(sum(float(g.square().sum()) for g in gradients))
    if norm > c:
        for g in gradients:
            g.mul_(c / norm)
    return norm


# %% [markdown]
# ## The average of the weights
# $$\bar\theta_t = d\, \bar\theta_{t-1} + (1 - d)\, \theta_t$$
# Polyak and Juditsky (1992) average the points that an optimiser visits; the exponential form forgets the first ones.
# The model in training is not touched: it goes on from θ, and the average is what one keeps.


# %%
class Average:
    """The exponential moving average of a model's weights, in a copy of the model."""

    def __init__(self, model: nn.Module, d: float) -> None:
        self.model, self.d = copy.deepcopy(model).requires_grad_(False), d

    @torch.no_grad()
    def update(self, model: nn.Module) -> None:
        """After each step. Buffers are not averaged; the models here have none."""
        for mean, theta in zip(self.model.parameters(), model.parameters(), strict=True):
            mean.mul_(self.d).add_(theta, alpha=1 - self.d)


# %% [markdown]
# ## The experiment
# A small post-norm Transformer reads seven different tokens and one of them again, in any order, and says which token
# it was.


# %%
@dataclass(frozen=True)
class Config:
    """Sizes of the experiment."""

    seed: int = 0
    device: str = "cpu"
    steps: int = 200
    warm_up: int = 80
    tokens: int = 12
    length: int = 8
    d_model: int = 32
    layers: int = 3
    batch: int = 64
    alpha: float = 0.04
    decay: float = 1e-4
    d: float = 0.99
    c: float = 1.0


class Reader(nn.Module):
    """Which token stands there twice? [B, n] -> logits [B, K]."""

    def __init__(self, config: Config) -> None:
        super().__init__()
        d = config.d_model
        self.embedding = nn.Embedding(config.tokens, d)
        self.layers = nn.ModuleList(EncoderLayer(d, 4, 2 * d) for _ in range(config.layers))
        self.out = nn.Linear(d, config.tokens)

    def forward(self, x: Tensor) -> Tensor:
        h = self.embedding(x)  # [B, n, d]
        for layer in self.layers:
            h = layer(h)
        return self.out(h.mean(dim=1))


def make_batch(config: Config, count: int) -> tuple[Tensor, Tensor]:
    """Sequences [B, n] and the token that stands there twice [B]."""
    different = torch.rand(count, config.tokens).argsort(dim=1)[:, : config.length - 1]
    y = different[:, 0]
    order = torch.rand(count, config.length).argsort(dim=1)
    x = torch.cat([different, y.unsqueeze(1)], dim=1).gather(1, order)
    return x.to(config.device), y.to(config.device)


@dataclass(frozen=True)
class Trained:
    """A model, the average of its weights, and the losses on the way."""

    model: Reader
    average: nn.Module
    losses: list[float]


def train(config: Config, *, warm_up: int) -> Trained:
    """The loop: loss, gradient, clipping, a step of so much, the average."""
    torch.manual_seed(config.seed)
    model = Reader(config).to(config.device)
    optimizer, average = AdamW(decay_groups(model, config.decay), config.alpha), Average(model, config.d)
    losses = []
    for t in progress(config.steps, f"warm-up {warm_up}"):
        x, y = make_batch(config, config.batch)
        loss = F.cross_entropy(model(x), y)
        model.zero_grad()
        loss.backward()
        clip(model.parameters(), config.c)
        optimizer.step(warm_up_then_decay(t, warm_up, config.steps))
        average.update(model)
        losses.append(loss.item())
    return Trained(model, average.model, losses)


def shrink(config: Config, *, decoupled: bool) -> list[float]:
    """What is left of weights of 1 whose gradients are noise around 0, small and a hundred times as large."""
    rng = torch.Generator().manual_seed(config.seed)
    theta = [nn.Parameter(torch.ones(500, device=config.device)) for _ in range(2)]
    alpha, decay = 0.001, 0.1
    optimizer = AdamW([(theta, alpha * decay if decoupled else decay)], alpha, decoupled=decoupled)
    for _ in range(1000):
        for weights, size in zip(theta, (0.1, 10.0), strict=True):
            weights.grad = (size * torch.randn(500, generator=rng)).to(config.device)
        optimizer.step()
    return [weights.mean().item() for weights in theta]


def wander(config: Config) -> tuple[float, float]:
    """How far from the minimum of ‖θ‖² / 2 noisy gradients leave the last weights and their average."""
    rng = torch.Generator().manual_seed(config.seed)
    model = nn.ParameterList([torch.ones(500, device=config.device)])
    average, optimizer = Average(model, config.d), AdamW([(list(model), 0.0)], 0.01)
    for _ in range(1000):
        model[0].grad = model[0].detach() + torch.randn(500, generator=rng).to(config.device)
        optimizer.step()
        average.update(model)
    return model[0].norm().item(), average.model.get_parameter("0").norm().item()


@torch.no_grad()
def evaluate(model: nn.Module, x: Tensor, y: Tensor) -> tuple[float, float]:
    """The loss and the share of right answers."""
    z = model(x)
    return float(F.cross_entropy(z, y)), float((z.argmax(dim=1) == y).float().mean())


def run(config: Config) -> Report:
    """The decay, the average, the warm-up."""
    small, large = shrink(config, decoupled=True)
    small_l2, large_l2 = shrink(config, decoupled=False)
    last, averaged = wander(config)
    warm = train(config, warm_up=config.warm_up)
    cold = train(config, warm_up=1)
    torch.manual_seed(config.seed + 10**6)
    unseen = make_batch(config, 2000)
    return Report(
        [
            Claim(
                "AdamW: small over large gradients, what is left of the weights",
                small / large,
                "§2",
                at_least=0.98,
                at_most=1.02,
            ),
            Claim("Adam with L2: the same", small_l2 / large_l2, "§2", at_most=0.6, control=True),
            Claim("constant rate: distance to the minimum, averaged over last weights", averaged / last, at_most=0.85),
            Claim("high rate, with warm-up: right answers", evaluate(warm.model, *unseen)[1], at_least=0.9),
            Claim("high rate, with warm-up: right answers, averaged weights", evaluate(warm.average, *unseen)[1]),
            Claim(
                "high rate, without: right answers",
                evaluate(cold.model, *unseen)[1],
                at_most=0.5,
                control=True,
            ),
        ],
        figure=lambda: draw({"warm-up": warm.losses, "no warm-up": cold.losses}),
        caption="The loss in training at a high learning rate, with warm-up and without, on a logarithmic scale.",
    )


def draw(losses: Mapping[str, Sequence[float]]) -> Figure:
    """The losses, each the mean of ten steps."""
    import figures

    figure, [axes] = figures.new(height=2.8)
    for (name, values), colour in zip(losses.items(), figures.COLOURS, strict=False):
        tens = [values[i : i + 10] for i in range(0, len(values), 10)]
        axes.plot(range(0, len(values), 10), [sum(ten) / len(ten) for ten in tens], color=colour, label=name)
    axes.set(yscale="log", xlabel="step", ylabel="loss")
    axes.legend()
    return figure


if __name__ == "__main__":
    main(Config, run, __doc__)
