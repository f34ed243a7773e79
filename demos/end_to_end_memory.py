"""End-to-end memory networks: hops of soft attention find the supporting sentences that nobody pointed out.

Paper: Sukhbaatar, Szlam, Weston and Fergus, End-To-End Memory Networks, NIPS 2015, arXiv 1503.08895v5
Entry: sukhbaatar-etal-2015-end
Covers: §2.1 (eqs. 1 to 3), §2.2 (eq. 4, adjacent tying), §4.1 (position and temporal encoding), §4.2 (linear start)
Omits: §2.2 layer-wise tying, §4.1 random noise, §4.4 the twenty bAbI tasks, §5 language modelling
Claim: several hops answer what one cannot, without being told the supports (§4.4, table 1)
Check: the answer from three hops against one hop, an LSTM that reads the story, and three hops without linear start
Run: 25 seconds
Shapes: B stories, N memories (padded), J words of a sentence, V vocabulary, d width, K hops
"""

# mask: True = a memory, False = padding. Memory 0 is the last sentence of the story (§4.1).

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from memory_networks import Batch
from shared import Claim, Report, main, progress
from tasks.stories import INDEX, WORDS, Story, make_stories

if TYPE_CHECKING:
    from matplotlib.figure import Figure

# %% [markdown]
# ## Sentences become vectors (§4.1)
# $$m_i = \sum_j l_j \cdot A x_{ij} + T_A(i), \qquad l_{kj} = (1 - j/J) - (k/d)(1 - 2j/J)$$
# The position encoding $l$ weighs each feature of a word by where the word stands, so the sum still knows the
# order. The learned rows $T_A(i)$ say how long ago a sentence was told: the last one is number 1.


# %%
def position_encoding(J: int, d: int) -> Tensor:
    """l_kj = (1 - j/J) - (k/d)(1 - 2j/J), j = 1..J, k = 1..d (§4.1). -> [J, d]."""
    j = torch.arange(1, J + 1).unsqueeze(1) / J
    k = torch.arange(1, d + 1) / d
    return (1 - j) - k * (1 - 2 * j)


def encode(x: Tensor, A: Tensor) -> Tensor:
    """Σ_j l_j · A x_j: words as numbers [..., J], embeddings [V, d] -> [..., d]."""
    return (position_encoding(x.shape[-1], A.shape[1]).to(A) * F.embedding(x, A)).sum(dim=-2)


# %% [markdown]
# ## One hop: a soft look-up (§2.1, eqs. 1 and 2)
# $$p_i = \mathrm{Softmax}(u^\top m_i), \qquad o = \sum_i p_i c_i$$
# Each sentence has two embeddings, $m_i$ to be found by and $c_i$ to be read. Where Memory Networks take the best
# memory and must be told which it is, the softmax lets the error of the answer flow back to what was looked at.


# %%
def hop(u: Tensor, m: Tensor, c: Tensor, mask: Tensor, *, linear: bool = False) -> tuple[Tensor, Tensor]:
    """Eqs. 1 and 2. [B, d], [B, N, d], [B, N, d], [B, N] -> o [B, d], p [B, N].

    `linear` leaves the softmax out (§4.2).
    departs: padding gets weight 0; in the paper it is a null memory that takes part in the softmax.
    """
    score = torch.einsum("bd,bnd->bn", u, m)
    p = score if linear else score.masked_fill(~mask, torch.finfo(score.dtype).min).softmax(dim=1)
    p = p.masked_fill(~mask, 0.0)
    return torch.einsum("bn,bnd->bd", p, c), p


# %% [markdown]
# ## K hops, adjacent tying, and the answer (§2.2, eqs. 3 and 4)
# $$u^{k+1} = u^k + o^k, \qquad \hat a = \mathrm{Softmax}\left(W(o^K + u^K)\right)$$
# $$A^{k+1} = C^k, \qquad B = A^1, \qquad W^\top = C^K$$
# What was read is added to the question, and the sum asks again. What hop $k$ reads by, hop $k + 1$ matches by, so
# K hops have K + 1 embeddings in all.


# %%
class EndToEndMemory(nn.Module):
    """K hops over up to N memories, adjacent weight tying: `A[k]` is A^{k+1} and C^k, `A[0]` also B, `A[K]` also Wᵀ."""

    def __init__(self, d: int, K: int, N: int) -> None:
        super().__init__()
        self.A = nn.ParameterList(torch.randn(len(WORDS), d) * 0.1 for _ in range(K + 1))
        self.T = nn.ParameterList(torch.randn(N, d) * 0.1 for _ in range(K + 1))

    def forward(self, batch: Batch, *, linear: bool = False) -> tuple[Tensor, list[Tensor]]:
        """Logits of the answers [B, V], and p of each hop [B, N]. `batch.memories` are words as numbers [B, N, J]."""
        N = batch.memories.shape[1]
        memories = [encode(batch.memories, A) + T[:N] for A, T in zip(self.A, self.T, strict=True)]
        u, looked_at = encode(batch.questions, self.A[0]), []
        for m, c in pairwise(memories):
            o, p = hop(u, m, c, batch.mask, linear=linear)
            u = u + o  # eq. 4
            looked_at.append(p)
        return u @ self.A[-1].T, looked_at  # the softmax of eq. 3 is in the loss


# %% [markdown]
# ## Stories into memory (§4.1)
# The memories stand in reverse order, so a row of $T_A$ means the same in short and long stories.


# %%
def memorise(stories: Sequence[Story], N: int, device: str = "cpu") -> Batch:
    """The N latest sentences of each story, the last one first, as numbers of words."""
    memories = torch.zeros(len(stories), N, 3, dtype=torch.long)
    for b, story in enumerate(stories):
        for i, event in enumerate(story.events[: -N - 1 : -1]):
            memories[b, i] = torch.tensor([INDEX[word] for word in event])
    length = torch.tensor([len(story.events) for story in stories]).unsqueeze(1)
    questions = torch.tensor([[INDEX[word] for word in story.question] for story in stories])
    supports = length - 1 - torch.tensor([story.supports for story in stories])
    answers = torch.tensor([INDEX[story.answer] for story in stories])
    return Batch(*(x.to(device) for x in (memories, torch.arange(N) < length, questions, supports, answers)))


# %% [markdown]
# ## The experiment, and linear start (§4.2)
# The stories of Memory Networks, but only question and answer are known in training. At first the softmax of each
# hop is left out, so the model is linear up to its answer and every memory gets a gradient; then it is put in.
# Where the softmax stands from the beginning, this task is not learned in as many steps.


# %%
@dataclass(frozen=True)
class Config:
    """Sizes of the experiment."""

    seed: int = 0
    device: str = "cpu"
    stories: int = 10000
    steps: int = 1500
    linear_start: float = 0.2  # share of the steps
    N: int = 14
    d: int = 32
    batch: int = 64
    learning_rate: float = 0.01


class StoryLSTM(nn.Module):
    """The baseline of §4.3, with more than twice the parameters: an LSTM reads the story, then the question."""

    def __init__(self, d: int) -> None:
        super().__init__()
        self.embedding = nn.Embedding(len(WORDS) + 1, d)  # the last is padding, which stands before the story
        self.lstm, self.W = nn.LSTM(d, d, batch_first=True), nn.Linear(d, len(WORDS))

    def forward(self, batch: Batch) -> Tensor:
        words = batch.memories.masked_fill(~batch.mask.unsqueeze(2), len(WORDS))
        read = torch.cat([words.flip(1).flatten(1), batch.questions], dim=1)  # [B, N J + 2]
        return self.W(self.lstm(self.embedding(read))[0][:, -1])


Answer = Callable[[Batch, bool], Tensor]


def train(config: Config, model: nn.Module, answer: Answer, stories: Batch, *, name: str) -> None:
    """Cross-entropy of the answers; `answer(batch, linear)` gives their logits.

    departs: Adam with a linear decay after half of the steps, instead of annealed stochastic gradient descent; the
    linear start ends after a share of the steps, not when the loss on a validation set stops falling.
    """
    torch.manual_seed(config.seed)
    optimizer = torch.optim.Adam(model.parameters(), lr=config.learning_rate)
    decay = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: min(1.0, 2 - 2 * step / config.steps))
    for step in progress(config.steps, name):
        batch = stories.take(torch.randint(len(stories.answers), (config.batch,)))
        loss = F.cross_entropy(answer(batch, step < config.linear_start * config.steps), batch.answers)
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 40.0)  # §4.2
        optimizer.step()
        decay.step()


def train_memory(config: Config, K: int, stories: Batch, *, linear_start: bool = True) -> EndToEndMemory:
    """A network of K hops."""
    torch.manual_seed(config.seed)
    model = EndToEndMemory(config.d, K, config.N).to(config.device)
    name = f"{K} hop{'s' * (K > 1)}{'' if linear_start else ' without linear start'}"
    train(config, model, lambda batch, early: model(batch, linear=early and linear_start)[0], stories, name=name)
    return model


def train_lstm(config: Config, stories: Batch) -> StoryLSTM:
    """The baseline."""
    torch.manual_seed(config.seed)
    model = StoryLSTM(config.d).to(config.device)
    train(config, model, lambda batch, _: model(batch), stories, name="LSTM")
    return model


def share(logits: Tensor, right: Tensor) -> float:
    """How often the largest of [B, n] is the right one [B]."""
    return float((logits.argmax(dim=1) == right).float().mean())


def run(config: Config) -> Report:
    """Three hops, two, one, three without linear start, and an LSTM."""
    texts = make_stories(500, seed=2 * config.seed + 1)
    test = memorise(texts, config.N, config.device)
    stories = memorise(make_stories(config.stories, seed=2 * config.seed), config.N, config.device)
    networks = {K: train_memory(config, K, stories) for K in (1, 2, 3)}
    cold = train_memory(config, 3, stories, linear_start=False)
    lstm = train_lstm(config, stories)
    with torch.no_grad():
        found = {K: network(test) for K, network in networks.items()}
        (cold_logits, cold_p), lstm_logits = cold(test), lstm(test)
    right = {K: share(logits, test.answers) for K, (logits, _) in found.items()}
    first, second = test.supports.unbind(1)
    two, three = found[2][1], found[3][1]
    picture = next(b for b, story in enumerate(texts) if len(story.events) == 9)
    return Report(
        [
            Claim("three hops answer questions about unseen stories", right[3], "§4.4, table 1", at_least=0.95),
            Claim(
                "of two hops, the first looks at who took the thing", share(two[0], first), "figure 2", at_least=0.95
            ),
            Claim("and the second at where that person went", share(two[1], second), "figure 2", at_least=0.95),
            Claim(
                "the last of three hops looks at where that person went",
                share(three[2], second),
                "figure 2",
                at_least=0.95,
            ),
            Claim("one hop does not see where the person went", right[1], "table 1", at_most=0.60, control=True),
            Claim(
                "an LSTM reads the story in vain",
                share(lstm_logits, test.answers),
                "table 1",
                at_most=0.60,
                control=True,
            ),
            Claim(
                "three hops without linear start", share(cold_logits, test.answers), "§4.2", at_most=0.60, control=True
            ),
            Claim("two hops are enough for two supports", right[2]),
            Claim("of three hops, the first looks at who took the thing", share(three[0], first)),
            Claim("of three hops, the second does", share(three[1], first)),
        ],
        figure=lambda: draw(texts[picture], [[p[picture].tolist() for p in hops] for hops in (three, cold_p)]),
        caption="Where three hops look in one story, with and without linear start. With it, hop 3 finds the answer.",
    )


def draw(story: Story, weights: Sequence[Sequence[Sequence[float]]]) -> Figure:
    """p of each hop over the sentences in the order of time, with and without linear start."""
    import figures

    figure, axes = figures.new(height=2.6, columns=2)
    rows = [" ".join(event) for event in story.events]
    for ax, hops, title in zip(axes, weights, ("linear start", "no linear start"), strict=True):
        table = [[p[len(rows) - 1 - i] for p in hops] for i in range(len(rows))]
        figures.heatmap(ax, table, rows if ax is axes[0] else [""] * len(rows), "1 2 3".split())
        ax.set(title=title, xlabel="hop", aspect="auto")
    figure.suptitle(f"{' '.join(story.question)}? {story.answer}", fontsize=9)
    return figure


if __name__ == "__main__":
    main(Config, run, __doc__)
