"""BiLSTM-CRF: tags judged together as a sentence, not each by itself.

Paper: Lample et al., Neural Architectures for Named Entity Recognition, NAACL 2016, arXiv 1603.01360v3
Entry: lample-etal-2016-neural
Covers: §2.1 and §2.3 (bidirectional LSTM), §2.2 (the CRF: score, eq. 1 by the forward algorithm, eq. 2 by Viterbi)
Omits: §2.3 a hidden layer under the CRF, §2.4 the scheme IOBES, §3 the transition-based model, §4 words from
  characters, pre-trained vectors, dropout
Claim: the CRF learns which tags may stand side by side, which tags chosen one by one cannot respect (§2.2)
Check: the same BiLSTM with a CRF and with a softmax for each word, on sentences whose tags have a grammar
Run: 6 seconds
Shapes: B sentences, n words (padded), k tags, d width of a vector
"""

# mask: True = a word, False = padding. Padding stands at the end, and every sentence has a word.

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn
from torch.nn import functional as F
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from shared import Claim, Report, main, progress
from tasks.entities import INDEX, TAGS, WORDS, Sentence, legal, make_sentences

if TYPE_CHECKING:
    from matplotlib.figure import Figure

# %% [markdown]
# ## The score of a tagging (§2.2)
# $$s(X, y) = \sum_{i=0}^{n} A_{y_i, y_{i+1}} + \sum_{i=1}^{n} P_{i, y_i}$$
# P says how well each tag suits each word, A how well each tag follows another; the sentence is judged as a whole.
# The first and the last transition come from a start tag, y₀, and go to an end tag.
#
# ## All taggings at once: the forward algorithm (§2.2, eq. 1)
# $$\alpha_i(t') = P_{i, t'} + \log \sum_{t} \exp\left(\alpha_{i-1}(t) + A_{t, t'}\right), \qquad
# \log p(y \mid X) = s(X, y) - \log \sum_{\tilde y} e^{s(X, \tilde y)}$$
# There are kⁿ taggings, but their sum needs only n steps, as a score looks no further back than one tag.


# %%
class CRF(nn.Module):
    """§2.2: the transitions between k tags. `A[t, u]` scores that u follows t.

    departs: the rows and columns of A for the start and the end tag are vectors of their own, so that no score
    exists for what cannot happen, a sentence that goes on after its end.
    """

    def __init__(self, k: int) -> None:
        super().__init__()
        self.A = nn.Parameter(torch.randn(k, k) * 0.1)
        self.start, self.end = nn.Parameter(torch.randn(k) * 0.1), nn.Parameter(torch.randn(k) * 0.1)

    def score(self, P: Tensor, y: Tensor, mask: Tensor) -> Tensor:
        """s(X, y) of §2.2. [B, n, k], [B, n], [B, n] -> [B]."""
        emissions = P.gather(2, y.unsqueeze(2)).squeeze(2)  # [B, n]
        transitions = self.A[y[:, :-1], y[:, 1:]]  # [B, n - 1]
        last = y.gather(1, mask.sum(dim=1, keepdim=True) - 1).squeeze(1)  # [B]
        inner = (emissions * mask).sum(dim=1) + (transitions * mask[:, 1:]).sum(dim=1)
        return self.start[y[:, 0]] + inner + self.end[last]

    def log_partition(self, P: Tensor, mask: Tensor) -> Tensor:
        """log Σ exp s(X, ỹ) over all taggings, the second term of eq. 1. [B, n, k], [B, n] -> [B]."""
        alpha = self.start + P[:, 0]  # [B, k]
        for i in range(1, P.shape[1]):
            step = (alpha.unsqueeze(2) + self.A).logsumexp(dim=1) + P[:, i]  # [B, k, k] -> [B, k]
            alpha = torch.where(mask[:, i : i + 1], step, alpha)
        return (alpha + self.end).logsumexp(dim=1)

    def loss(self, P: Tensor, y: Tensor, mask: Tensor) -> Tensor:
        """-log p(y | X), eq. 1, the mean over sentences. -> a number."""
        return (self.log_partition(P, mask) - self.score(P, y, mask)).mean()

    def marginals(self, P: Tensor, mask: Tensor) -> Tensor:
        """p(y_i = t | X), which is the gradient of the log partition. [B, n, k], [B, n] -> [B, n, k]."""
        with torch.enable_grad():
            P = P.detach().requires_grad_()
            return torch.autograd.grad(self.log_partition(P, mask).sum(), P)[0]


# %% [markdown]
# ## The best tagging: Viterbi (§2.2, eq. 2)
# $$y^* = \arg\max_{\tilde y} s(X, \tilde y)$$
# The same steps with a maximum in the place of the sum; what won is remembered and followed back from the end.


# %%
def viterbi(crf: CRF, P: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
    """Eq. 2: y* and its score. [B, n, k], [B, n] -> [B, n] with padding 0, [B]."""
    B, n, k = P.shape
    delta = crf.start + P[:, 0]  # [B, k]
    came_from = []
    stay = torch.arange(k, device=P.device).expand(B, k)
    for i in range(1, n):
        best, before = (delta.unsqueeze(2) + crf.A).max(dim=1)  # [B, k, k] -> [B, k]
        word = mask[:, i : i + 1]
        delta = torch.where(word, best + P[:, i], delta)
        came_from.append(torch.where(word, before, stay))
    score, tag = (delta + crf.end).max(dim=1)  # [B]
    y = [tag]
    for before in reversed(came_from):
        y.append(before.gather(1, y[-1].unsqueeze(1)).squeeze(1))
    return torch.stack(y[::-1], dim=1) * mask, score


# %% [markdown]
# ## The words: a bidirectional LSTM (§2.1, §2.3)
# $$P_i = W [\overrightarrow{h_i}; \overleftarrow{h_i}] + b$$
# Each word is scored with the whole sentence in view. What the LSTM cannot see is which tags its neighbours will
# get.


# %%
class Tagger(nn.Module):
    """A BiLSTM, with a CRF on top or without. Words [B, n] -> tags [B, n]."""

    def __init__(self, words: int, k: int, d: int, *, crf: bool) -> None:
        super().__init__()
        self.embedding = nn.Embedding(words, d)
        self.lstm = nn.LSTM(d, d, batch_first=True, bidirectional=True)
        self.project = nn.Linear(2 * d, k)
        self.crf = CRF(k) if crf else None

    def emissions(self, x: Tensor, mask: Tensor) -> Tensor:
        """P, any numbers, no softmax: the CRF normalises over sentences. [B, n] -> [B, n, k]."""
        # Packed, so that the LSTM from the right begins with the last word and not with padding.
        packed = pack_padded_sequence(self.embedding(x), mask.sum(dim=1).cpu(), batch_first=True, enforce_sorted=False)
        h, _ = pad_packed_sequence(self.lstm(packed)[0], batch_first=True, total_length=x.shape[1])  # [B, n, 2 d]
        return self.project(h)

    def loss(self, x: Tensor, y: Tensor, mask: Tensor) -> Tensor:
        """The CRF's loss, or the cross entropy of each word by itself."""
        P = self.emissions(x, mask)
        return F.cross_entropy(P[mask], y[mask]) if self.crf is None else self.crf.loss(P, y, mask)

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        P = self.emissions(x, mask)
        return P.argmax(dim=2) * mask if self.crf is None else viterbi(self.crf, P, mask)[0]


# %% [markdown]
# ## The experiment
# A language with two kinds of names. An I follows only a B or an I of its own kind, and many words mislead about the
# kind. The same BiLSTM is trained twice, with a CRF and with a softmax for every word. Where the kind is in doubt,
# the softmax settles it anew at each word; the CRF settles it once.


# %%
@dataclass(frozen=True)
class Config:
    """Sizes of the experiment."""

    seed: int = 0
    device: str = "cpu"
    sentences: int = 2000
    steps: int = 300
    d: int = 24
    batch: int = 32
    learning_rate: float = 0.01


def to_tensors(sentences: Sequence[Sentence], device: str = "cpu") -> tuple[Tensor, Tensor, Tensor]:
    """Words, tags and mask, each [B, n]."""
    n = max(len(sentence.words) for sentence in sentences)
    x, y = torch.zeros(2, len(sentences), n, dtype=torch.long)
    for b, sentence in enumerate(sentences):
        x[b, : len(sentence.words)] = torch.tensor([INDEX[word] for word in sentence.words])
        y[b, : len(sentence.tags)] = torch.tensor([TAGS.index(tag) for tag in sentence.tags])
    mask = torch.arange(n) < torch.tensor([len(sentence.words) for sentence in sentences]).unsqueeze(1)
    return x.to(device), y.to(device), mask.to(device)


def train(config: Config, *, crf: bool) -> Tagger:
    """A tagger, trained on sentences of the language."""
    torch.manual_seed(config.seed)
    x, y, mask = to_tensors(make_sentences(config.sentences, seed=2 * config.seed), config.device)
    model = Tagger(len(WORDS), len(TAGS), config.d, crf=crf).to(config.device)
    optimizer = torch.optim.Adam(model.parameters(), lr=config.learning_rate)
    for _ in progress(config.steps, "BiLSTM-CRF" if crf else "softmax for each word"):
        rows = torch.randint(len(x), (config.batch,))
        loss = model.loss(x[rows], y[rows], mask[rows])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return model


def breaks_grammar(tags: Sequence[int]) -> bool:
    """Whether some tag stands where it may not."""
    names: list[str | None] = [None, *(TAGS[tag] for tag in tags)]
    return not all(legal(before, after) for before, after in pairwise(names) if after)


@torch.no_grad()
def evaluate(model: Tagger, x: Tensor, y: Tensor, mask: Tensor) -> tuple[float, float, float]:
    """The shares of sentences that are right as a whole, of right tags, and of sentences against the grammar."""
    found = model(x, mask)
    right = found == y * mask
    broken = [breaks_grammar(tags[m].tolist()) for tags, m in zip(found, mask, strict=True)]
    return float(right.all(dim=1).float().mean()), float(right[mask].float().mean()), sum(broken) / len(broken)


def run(config: Config) -> Report:
    """With the CRF and without, on sentences that neither has learned from."""
    known = {sentence.words for sentence in make_sentences(config.sentences, seed=2 * config.seed)}
    others = make_sentences(1000, seed=2 * config.seed + 1)
    test = to_tensors([sentence for sentence in others if sentence.words not in known], config.device)
    model = train(config, crf=True)
    crf, crf_tags, crf_broken = evaluate(model, *test)
    softmax, softmax_tags, softmax_broken = evaluate(train(config, crf=False), *test)
    follows = model.get_parameter("crf.A").detach().softmax(dim=1).tolist()
    return Report(
        [
            Claim("unseen sentences right as a whole: what the CRF adds", crf - softmax, "§2.2", at_least=0.03),
            Claim("sentences that the CRF tags against the grammar", crf_broken, "§2.2", at_most=0.002),
            Claim("sentences tagged so word by word", softmax_broken, "§2.2", at_least=0.15, control=True),
            Claim("sentences that the CRF gets right as a whole", crf, "§2.2", at_least=0.35),
            Claim("single tags right: what the CRF adds", crf_tags - softmax_tags),
        ],
        figure=lambda: draw(follows, [crf, softmax], [crf_broken, softmax_broken]),
        caption=(
            "Left: how readily each tag (column) follows each (row), as the CRF learned it: names keep their kind. "
            "Right: of unseen sentences, those tagged rightly as a whole and those tagged against the grammar."
        ),
    )


def draw(follows: Sequence[Sequence[float]], right: Sequence[float], broken: Sequence[float]) -> Figure:
    """The transitions as probabilities, and bars of both models."""
    import figures

    figure, [left, axes] = figures.new(height=2.6, columns=2)
    figures.heatmap(left, follows, TAGS, TAGS)
    left.set(title="transitions A", xlabel="next tag", ylabel="tag")
    for place, (name, values) in enumerate({"CRF": (right[0], broken[0]), "softmax": (right[1], broken[1])}.items()):
        x = [position + 0.4 * place for position in range(2)]
        axes.bar(x, values, width=0.36, color=figures.COLOURS[place], label=name)
    axes.set_xticks([0.2, 1.2], ["right", "against the grammar"])
    axes.set(ylabel="share of sentences")
    axes.legend()
    return figure


if __name__ == "__main__":
    main(Config, run, __doc__)
