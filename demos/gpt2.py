"""GPT-2: a larger language model reads its task from the prompt.

Paper: Radford et al., Language Models are Unsupervised Multitask Learners, 2019
Entry: radford-etal-2019-language
Covers: §2 (eq. 1, tasks as prompts), §2.2 (byte-level BPE), §2.3 (model, scaled weights), §3.6 (top-k sampling)
Omits: WebText (§2.1), the benchmarks of §3, overlap of training and test text (§4), dropout and weight decay
Claim: with size, language models do tasks that nobody trained them on, told only by the text before the answer (§3)
Check: a ladder of widths at equal tokens; numbers in words of three languages, asked for in a prompt
Run: 30 seconds
Shapes: B batch, n tokens, m tokens so far, d_model width, V vocabulary
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from byte_pair_encoding import ByteLevelBPE
from gpt import initialise, language_model_loss, schedule
from shared import Claim, Report, main, progress
from tasks.numbers import LANGUAGES, Line, make_lines
from transformer import EncoderLayer, causal_mask

if TYPE_CHECKING:
    from matplotlib.figure import Figure

# %% [markdown]
# ## Attention to the past, and a memory of it
# $$p(x) = \prod_{i=1}^{n} p(s_i \mid s_1, \dots, s_{i-1})$$
# Every token attends to itself and what stands before it (§2, eq. 1). When a text is written token by token, the keys
# and values of the tokens before have been computed already; a layer may keep them, as in the authors' code.


# %%
class CausalAttention:
    """Eq. 1 of the Transformer without the future, by torch's fused kernel. Keeps keys and values if told to.

    Q [B, h, n, d_k] are the latest n of the m tokens so far. -> [B, h, n, d_k].
    """

    def __init__(self) -> None:
        self.keeps = False
        self.kept: tuple[Tensor, Tensor] | None = None

    def __call__(self, Q: Tensor, K: Tensor, V: Tensor, mask: Tensor | None = None) -> Tensor:
        if self.keeps:
            if self.kept is not None:
                K, V = torch.cat([self.kept[0], K], dim=2), torch.cat([self.kept[1], V], dim=2)  # [B, h, m, d_k]
            self.kept = K, V
        n, m = Q.shape[2], K.shape[2]
        if 1 < n < m:
            mask = causal_mask(m, Q.device)[m - n :]  # [n, m]; the kernel's own would begin at the first token
        return F.scaled_dot_product_attention(Q, K, V, mask, is_causal=n == m)

    def keep(self, on: bool) -> None:
        """Begin to keep keys and values, from nothing, or stop it."""
        self.keeps, self.kept = on, None


# %% [markdown]
# ## The model (§2.3)
# $$x_{l+1} = x_l + \mathrm{Sublayer}(\mathrm{LayerNorm}(x_l)), \qquad
# P = \mathrm{softmax}(\mathrm{LayerNorm}(x_N) W_e^\top)$$
# GPT with the normalisation moved to the input of each sublayer and one more at the end. N sublayers add to what
# passes through, so the weights that they end in start smaller by $1 / \sqrt{N}$: the sum keeps its size at any depth.


# %%
class GPT2(nn.Module):
    """§2.3. Tokens [B, n] -> logits of the next token [B, n, V]."""

    def __init__(self, vocabulary: int, positions: int, d_model: int, h: int, layers: int) -> None:
        super().__init__()
        self.W_e, self.W_p = nn.Embedding(vocabulary, d_model), nn.Embedding(positions, d_model)
        self.attends = [CausalAttention() for _ in range(layers)]
        gelu = partial(F.gelu, approximate="tanh")
        self.layers = nn.ModuleList(
            EncoderLayer(d_model, h, 4 * d_model, activation=gelu, norm_first=True, attend=attend)
            for attend in self.attends
        )
        self.norm = nn.LayerNorm(d_model)
        self.apply(initialise)
        for name, weight in self.named_parameters():
            if name.endswith(("W_O.weight", "W_2.weight")):
                weight.data /= math.sqrt(2 * layers)

    def forward(self, u: Tensor, past: int = 0) -> Tensor:
        """Logits after the tokens u, before which `past` others were read and kept."""
        x = self.W_e(u) + self.W_p.weight[past : past + u.shape[1]]  # [B, n, d_model]
        for layer in self.layers:
            x = layer(x)
        return self.norm(x) @ self.W_e.weight.T

    def keep(self, on: bool) -> None:
        """Whether all layers keep keys and values from now on."""
        for attend in self.attends:
            attend.keep(on)


# %% [markdown]
# ## Writing: top-k (§3.6) and temperature
# $$p_i \propto \exp(z_i / T) \quad \text{if } z_i \text{ is among the } k \text{ largest, else } 0$$
# k cuts off the long tail of unlikely tokens, each of which may derail the text; the authors write summaries with 2.
# A low temperature T, which is in their code, trusts the model's first choice more.


# %%
def probabilities(logits: Tensor, temperature: float = 1.0, k: int | None = None) -> Tensor:
    """What to draw the next token from: [B, V] -> [B, V]. Temperature 0 is greedy: the first of the best."""
    if temperature == 0:
        return F.one_hot(logits.argmax(dim=-1), logits.shape[-1]).to(logits.dtype)
    if k is not None:
        best = logits.topk(min(k, logits.shape[-1])).indices
        logits = torch.full_like(logits, -math.inf).scatter(-1, best, logits.gather(-1, best))
    return (logits / temperature).softmax(dim=-1)


@torch.no_grad()
def generate(model: GPT2, u: Tensor, count: int, temperature: float = 1.0, k: int | None = None) -> Tensor:
    """The prompts and so many tokens more: [B, n] -> [B, n + count]."""
    model.keep(True)
    logits = model(u)[:, -1]  # [B, V]
    for i in range(count):
        drawn = torch.multinomial(probabilities(logits, temperature, k), 1)  # [B, 1]
        u = torch.cat([u, drawn], dim=1)
        if i + 1 < count:
            logits = model(drawn, past=u.shape[1] - 1)[:, -1]
    model.keep(False)
    return u


# %% [markdown]
# ## The experiment
# Lines such as `347 in German is dreihundertsiebenundvierzig`, mixed and unlabelled, are all that the models read. One
# number in five occurs in no line; asked for by a prompt, it must be put together from what the other lines say.


# %%
@dataclass(frozen=True)
class Config:
    """Sizes of the experiment."""

    seed: int = 0
    device: str = "cpu"
    steps: int = 600
    merges: int = 200
    smallest: int = 16  # width
    rungs: int = 3  # each twice as wide as the one before
    layers: int = 2
    n: int = 32
    batch: int = 32
    learning_rate: float = 8e-3
    numbers: int = 100  # held-out numbers to ask for


def train(config: Config, d_model: int, tokens: Tensor, vocabulary: int) -> GPT2:
    """A model of the width, trained on windows of the text; all widths see the same tokens."""
    torch.manual_seed(config.seed)
    model = GPT2(vocabulary, config.n, d_model, h=4, layers=config.layers).to(config.device)
    order = torch.Generator().manual_seed(config.seed)
    optimizer = torch.optim.Adam(model.parameters(), lr=config.learning_rate)
    rate = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda t: schedule(t, config.steps))
    for _ in progress(config.steps, f"width {d_model}"):
        starts = torch.randint(len(tokens) - config.n + 1, (config.batch, 1), generator=order)
        u = tokens[starts + torch.arange(config.n)].to(config.device)
        loss = language_model_loss(model(u), u)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        rate.step()
    return model


def answer(
    model: GPT2, bpe: ByteLevelBPE, prompts: Sequence[str], temperature: float = 0.0, k: int | None = None
) -> list[str]:
    """What a model writes after each prompt, up to the end of the line."""
    encoded = [bpe.encode(prompt) for prompt in prompts]
    answers = [""] * len(prompts)
    for length in sorted({len(u) for u in encoded}):
        rows = [row for row, u in enumerate(encoded) if len(u) == length]
        u = torch.tensor([encoded[row] for row in rows], device=model.W_e.weight.device)  # [B, n], no padding
        written = generate(model, u, len(model.W_p.weight) - length, temperature, k)[:, length:]
        for row, line in zip(rows, written.tolist(), strict=True):
            answers[row] = bpe.decode(line).split(b"\n")[0].decode(errors="replace")
    return answers


def right(
    model: GPT2, bpe: ByteLevelBPE, lines: Sequence[Line], temperature: float = 0.0, k: int | None = None
) -> float:
    """The share of lines whose answer a model writes exactly, asked by their prompts, each on a new line."""
    answers = answer(model, bpe, ["\n" + line.prompt for line in lines], temperature, k)
    return sum(a == line.answer for a, line in zip(answers, lines, strict=True)) / len(lines)


def mistold(line: Line) -> Line:
    """The line with a prompt that names another language: whoever heeds the prompt does not write its answer."""
    languages = list(LANGUAGES)
    named = line.prompt.split()[2]
    return Line(line.prompt.replace(named, languages[languages.index(named) - 1]), line.answer)


def untold(line: Line) -> Line:
    """The line with a prompt that does not name the language: the model has to, before it answers."""
    number, rest = line.prompt.split(" in ")
    return Line(f"{number} in", f" {rest}{line.answer}")


@torch.no_grad()
def loss_on(model: GPT2, tokens: Tensor, n: int) -> float:
    """The mean loss on a text, cut into windows of n."""
    u = tokens[: len(tokens) // n * n].view(-1, n).to(model.W_e.weight.device)
    return float(language_model_loss(model(u), u))


def run(config: Config) -> Report:
    """Climb the ladder; ask all for numbers; ask the largest with another language named, and with none."""
    lines, held_out = make_lines(config.seed)
    text = "".join(line.text for line in lines)
    bpe = ByteLevelBPE.learn(text, config.merges)
    tokens, unseen = torch.tensor(bpe.encode(text)), torch.tensor(bpe.encode("".join(line.text for line in held_out)))
    asked = held_out[: config.numbers * len(LANGUAGES)]
    widths = [config.smallest * 2**i for i in range(config.rungs)]
    models = [train(config, width, tokens, len(bpe)) for width in widths]
    losses = [loss_on(model, unseen, config.n) for model in models]
    exact = [right(model, bpe, asked) for model in models]
    misled = right(models[-1], bpe, [mistold(line) for line in asked])
    guessed = right(models[-1], bpe, [untold(line) for line in asked])
    drawn = {k: right(models[-1], bpe, asked, 1.0, k) for k in (2, None)}
    falls = min(a - b for a, b in pairwise(losses))
    return Report(
        [
            Claim(
                "nats by which the loss on unseen lines falls, the smallest step", falls, "§4, fig. 4", at_least=0.02
            ),
            Claim("held-out numbers written exactly, by the largest model", exact[-1], "§3, fig. 1", at_least=0.5),
            Claim("the same by the smallest model", exact[0], "§3, fig. 1", at_most=0.2, control=True),
            Claim("by the largest, if the prompt names another language", misled, "§2", at_most=0.05, control=True),
            Claim("by the largest, if no prompt names the language; a third at best", guessed, "§2"),
            Claim("by the largest, drawn from the two likeliest tokens", drawn[2], "§3.6"),
            Claim("by the largest, drawn from all tokens", drawn[None], "§3.6"),
        ],
        figure=lambda: draw(widths, losses, exact),
        caption="Left: the loss on lines about held-out numbers, by the width of the model. Right: the share of these "
        "numbers that the model writes exactly when a prompt asks for them. All models read the same tokens.",
    )


def draw(widths: Sequence[int], losses: Sequence[float], exact: Sequence[float]) -> Figure:
    """The ladder, twice."""
    import figures

    figure, axes = figures.new(height=2.4, columns=2)
    for number, (values, label) in enumerate(((losses, "loss on unseen lines, nats"), (exact, "exact answers"))):
        axes[number].plot(widths, values, "o-", color=figures.COLOURS[number])
        axes[number].set(xscale="log", xlabel="width", ylabel=label, ylim=(0, 1.1 * max(values)))
        axes[number].set_xticks(widths, map(str, widths), minor=False)
        axes[number].minorticks_off()
    return figure


if __name__ == "__main__":
    main(Config, run, __doc__)
