"""Memory Networks: two look-ups in a memory of sentences find what one cannot.

Paper: Weston, Chopra and Bordes, Memory Networks, ICLR 2015, arXiv 1410.3916v11
Entry: weston-etal-2015-memory
Covers: §2 (I, G, O, R), §3.1 (eqs. 2 to 8, the basic model, supervised supports), §3.4 (eq. 10, time), and
    algorithm 1 of its appendix
Omits: §3.2 words that are not segmented, §3.3 hashing, §3.5 unseen words, §3.6 exact matches, the recurrent R
Claim: with k = 2 supporting look-ups the model answers questions that k = 1 cannot (§5.2, table 3)
Check: the answer from two look-ups against one, and against look-ups without time features
Run: 5 seconds
Shapes: B stories, N memories (padded), W words, n width of the embedding, k look-ups
"""

# mask: True = a memory, False = padding.

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn

from shared import Claim, Report, main, progress
from tasks.stories import INDEX, WORDS, Story, make_stories

if TYPE_CHECKING:
    from matplotlib.figure import Figure

# %% [markdown]
# ## I and G: sentences become vectors and go into memory (§2, §3.1)
# $$\Phi(x) \in \{0, 1\}^{W}$$
# The input module I turns a text into a bag of words; G writes each sentence to the next free slot. The paper stores
# the text and takes $\Phi$ of it at each comparison, which comes to the same.


# %%
def bag_of_words(words: Sequence[str]) -> Tensor:
    """I: which words occur. -> [W]."""
    phi = torch.zeros(len(WORDS))
    phi[[INDEX[word] for word in words]] = 1.0
    return phi


@dataclass(frozen=True)
class Batch:
    """Stories side by side: memories [B, N, W], mask [B, N], questions [B, W], supports [B, 2], answers [B]."""

    memories: Tensor
    mask: Tensor
    questions: Tensor
    supports: Tensor
    answers: Tensor

    def take(self, rows: Tensor) -> Batch:
        """Some of the stories."""
        return Batch(*(x[rows] for x in (self.memories, self.mask, self.questions, self.supports, self.answers)))


def memorise(stories: Sequence[Story], device: str = "cpu") -> Batch:
    """G: every event in a slot of its own, in the order of time."""
    N = max(len(story.events) for story in stories)
    memories = torch.zeros(len(stories), N, len(WORDS))
    for b, story in enumerate(stories):
        for i, event in enumerate(story.events):
            memories[b, i] = bag_of_words(event)
    mask = torch.arange(N) < torch.tensor([len(story.events) for story in stories]).unsqueeze(1)
    questions = torch.stack([bag_of_words(story.question) for story in stories])
    supports = torch.tensor([story.supports for story in stories])
    answers = torch.tensor([INDEX[story.answer] for story in stories])
    return Batch(*(x.to(device) for x in (memories, mask, questions, supports, answers)))


# %% [markdown]
# ## O: the score of a memory against a rival (§3.4, eq. 10)
# $$s_{O_t}(x, y, y') = \Phi_x(x)^\top U_{O_t}^\top U_{O_t}\left(\Phi_y(y) - \Phi_y(y') + \Phi_t(x, y, y')\right)$$
# Positive when y answers x better than y' does. The time features say which of the two was written earlier, so
# the later of two equal sentences can win. One matrix U serves every look-up and embeds three dictionaries: words of
# the question, words of memories found before, and words of the memories to be scored.


# %%
class Score(nn.Module):
    """Eq. 10 for all pairs of memories at once.

    departs: one time feature, 1 where y is newer than y' and -1 where it is older, instead of three of 0 and 1. A
    question is always the newest, so two of the three never fire, and a 0 cannot make a newer equal sentence win.
    """

    def __init__(self, n: int, *, time: bool = True) -> None:
        super().__init__()
        W = len(WORDS)
        self.U = nn.Parameter(torch.randn(n, 3 * W + 1) * 0.1)  # [question | found | scored | time]
        self.time = time

    def embed(self, question: Tensor, found: Tensor, scored: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """U Φ_x(x), U Φ_y(y) and U Φ_t: [B, W], [B, W], [B, N, W] -> [B, n], [B, N, n], [n]."""
        W = question.shape[-1]
        x = question @ self.U[:, :W].T + found @ self.U[:, W : 2 * W].T
        return x, scored @ self.U[:, 2 * W : 3 * W].T, self.U[:, 3 * W]

    def forward(self, question: Tensor, found: Tensor, memories: Tensor) -> Tensor:
        """s[b, i, j]: memory i against its rival j. [B, W], [B, W], [B, N, W] -> [B, N, N]."""
        x, y, newer = self.embed(question, found, memories)
        match = torch.einsum("bd,bnd->bn", x, y)  # [B, N]
        s = match.unsqueeze(2) - match.unsqueeze(1)  # [B, N, N]
        if self.time:
            i = torch.arange(memories.shape[1], device=memories.device)
            s = s + (i.unsqueeze(1) - i).sign() * (x @ newer)[:, None, None]
        return s


def look_up(s: Tensor, mask: Tensor) -> Tensor:
    """Algorithm 1: keep the winner so far, and let each later memory challenge it. [B, N, N], [B, N] -> [B]."""
    B, N = mask.shape
    rows = torch.arange(B, device=s.device)
    t = torch.zeros(B, dtype=torch.long, device=s.device)
    for i in range(1, N):
        wins = (s[rows, i, t] > 0) & mask[:, i]
        t = torch.where(wins, i, t)
    return t


def ranking_loss(s: Tensor, correct: Tensor, mask: Tensor, margin: float = 0.1) -> Tensor:
    """Eqs. 6 and 7 with the scores of eq. 10: the correct memory beats every rival, and none beats it, by a margin.

    [B, N, N], [B], [B, N] -> a number.
    departs: all rivals at each step, where the paper samples one, and all wrong answers in eq. 8.
    """
    rows = torch.arange(len(correct), device=s.device)
    rival = mask.clone()
    rival[rows, correct] = False
    loss = (margin - s[rows, correct]).clamp(min=0) + (margin + s[rows, :, correct]).clamp(min=0)  # [B, N]
    return (loss * rival).sum() / len(correct)


# %% [markdown]
# ## k look-ups, then R: the answer (§3.1, eqs. 2 to 5)
# $$o_1 = \arg\max_i s_O(x, m_i), \quad o_2 = \arg\max_i s_O([x, m_{o_1}], m_i), \quad
# r = \arg\max_w s_R([x, m_{o_1}, m_{o_2}], w)$$


# %%
class MemoryNetwork(nn.Module):
    """k hard look-ups with one score, and a response of one word."""

    def __init__(self, n: int, k: int, *, time: bool = True) -> None:
        super().__init__()
        self.k, self.score = k, Score(n, time=time)
        self.U_R = nn.Parameter(torch.randn(n, 3 * len(WORDS)) * 0.1)  # [question | found | answers]

    def found(self, batch: Batch, o: Sequence[Tensor]) -> Tensor:
        """The memories found so far, the sum of their bags of words: [B, W]."""
        rows = torch.arange(len(batch.questions), device=batch.questions.device)
        return sum((batch.memories[rows, i] for i in o), torch.zeros_like(batch.questions))

    def respond(self, batch: Batch, o: Sequence[Tensor]) -> Tensor:
        """s_R (eq. 5) of every word: [B, W]."""
        x = torch.cat([batch.questions, self.found(batch, o)], dim=1)  # [B, 2 W]
        return x @ self.U_R[:, : x.shape[1]].T @ self.U_R[:, x.shape[1] :]

    def loss(self, batch: Batch, margin: float = 0.1) -> Tensor:
        """Eqs. 6 to 8: during training the supports are given, so each look-up sees the right ones before it."""
        o = [batch.supports[:, hop] for hop in range(self.k)]
        loss = torch.zeros((), device=batch.questions.device)
        for hop in range(self.k):
            s = self.score(batch.questions, self.found(batch, o[:hop]), batch.memories)
            loss = loss + ranking_loss(s, o[hop], batch.mask, margin)
        r = self.respond(batch, o)
        right = r.gather(1, batch.answers.unsqueeze(1))  # [B, 1]
        wrong = torch.ones_like(r).scatter(1, batch.answers.unsqueeze(1), 0.0)
        return loss + ((margin - right + r).clamp(min=0) * wrong).sum() / len(r)

    def forward(self, batch: Batch) -> tuple[Tensor, list[Tensor]]:
        """The scores of the answers [B, W], and what each look-up found [B]."""
        o: list[Tensor] = []
        for _ in range(self.k):
            o.append(look_up(self.score(batch.questions, self.found(batch, o), batch.memories), batch.mask))
        return self.respond(batch, o), o


# %% [markdown]
# ## The experiment
# Stories of people who walk and take things. Where the milk is, is told by two sentences: who took it, and where
# that person went; the second shares no word with the question.


# %%
@dataclass(frozen=True)
class Config:
    """Sizes of the experiment."""

    seed: int = 0
    device: str = "cpu"
    stories: int = 1000
    steps: int = 300
    n: int = 32
    batch: int = 64
    learning_rate: float = 0.02


def train(config: Config, k: int, *, time: bool = True) -> MemoryNetwork:
    """A network with k look-ups, trained on stories whose supports are known."""
    torch.manual_seed(config.seed)
    stories = memorise(make_stories(config.stories, seed=2 * config.seed), config.device)
    model = MemoryNetwork(config.n, k, time=time).to(config.device)
    optimizer = torch.optim.Adam(model.parameters(), lr=config.learning_rate)
    for _ in progress(config.steps, f"{k} look-up{'s' * (k > 1)}{'' if time else ' without time'}"):
        loss = model.loss(stories.take(torch.randint(config.stories, (config.batch,))))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return model


@torch.no_grad()
def evaluate(model: MemoryNetwork, batch: Batch) -> tuple[float, float]:
    """The share of right answers, and of stories where every look-up found its support."""
    answers, o = model(batch)
    right = (answers.argmax(dim=1) == batch.answers).float().mean()
    found = torch.stack([i == batch.supports[:, hop] for hop, i in enumerate(o)]).all(dim=0).float().mean()
    return float(right), float(found)


def run(config: Config) -> Report:
    """Two look-ups, one look-up, and two that know nothing of time."""
    test = memorise(make_stories(500, seed=2 * config.seed + 1), config.device)
    two, supports = evaluate(train(config, k=2), test)
    one, _ = evaluate(train(config, k=1), test)
    timeless, _ = evaluate(train(config, k=2, time=False), test)
    names = ("two look-ups", "one look-up", "two, no time")
    return Report(
        [
            Claim("two look-ups answer questions about unseen stories", two, "§5.2, table 3", at_least=0.95),
            Claim("both look-ups find their supporting sentence", supports, "§3.1, eqs. 2 and 3", at_least=0.95),
            Claim("one look-up does not see where the person went", one, "§5.2, table 3", at_most=0.60, control=True),
            Claim("without time features old news wins", timeless, "§3.4", at_most=0.85, control=True),
        ],
        figure=lambda: draw(names, (two, one, timeless)),
        caption="Right answers on 500 unseen stories: two look-ups, one, and two without time features.",
    )


def draw(names: Sequence[str], values: Sequence[float]) -> Figure:
    """Bars of the shares of right answers."""
    import figures

    figure, [axes] = figures.new(height=1.8)
    axes.barh(range(len(names)), values, color=figures.COLOURS[: len(names)], height=0.6)
    axes.set_yticks(range(len(names)), names)
    axes.invert_yaxis()
    axes.set(xlim=(0, 1), xlabel="right answers")
    return figure


if __name__ == "__main__":
    main(Config, run, __doc__)
