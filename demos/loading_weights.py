"""Loading weights: other people's names become ours, and nothing is left random without being told.

Paper: MuQiuJun-AI, bert4pytorch, a BERT to read and to build on, GitHub, 2021
Entry: muqiujunai-2021-bert4pytorch
Covers: a map of names from Hugging Face's BERT, RoBERTa and GPT-2 to ours; strict loading; tied and fused weights
Omits: downloading, files (safetensors, pickles), checkpoints in parts, TensorFlow's own format
Claim: the weights of BERT and RoBERTa load (README); strictly, we add, for a model that lacks some runs all the same
Check: every number arrives unchanged; a misspelt name is refused; square weights that were not turned go unnoticed
Run: 1 second
Shapes: V vocabulary, n positions, L layers, H width
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn

from bert import BERT
from gpt2 import GPT2
from shared import Claim, Report, main

if TYPE_CHECKING:
    from matplotlib.figure import Figure

# %% [markdown]
# ## The map of names
# A name is rewritten part by part, in the order of the map; so `attention.output.dense` stands there before
# `output.dense`. Two names may become one: the matrix that embeds words also scores them, and checkpoints hold it
# twice. One name may become several: GPT-2 keeps $W_Q$, $W_K$, $W_V$ in one.

# %%
Names = Mapping[str, str]
BERT_NAMES: Names = {
    "LayerNorm.gamma": "LayerNorm.weight",  # as the oldest checkpoints have it
    "LayerNorm.beta": "LayerNorm.bias",
    "roberta.": "bert.",
    "embeddings.word_embeddings": "words",
    "embeddings.position_embeddings": "positions",
    "embeddings.token_type_embeddings": "segments",
    "embeddings.LayerNorm": "norm",
    "encoder.layer.": "layers.",
    "attention.self.query": "attention.W_Q",
    "attention.self.key": "attention.W_K",
    "attention.self.value": "attention.W_V",
    "attention.output.dense": "attention.W_O",
    "attention.output.LayerNorm": "residuals.0.norm",
    "intermediate.dense": "feed_forward.W_1",
    "output.dense": "feed_forward.W_2",
    "output.LayerNorm": "residuals.1.norm",
    "pooler.dense": "pooler",
    "cls.predictions.transform.dense": "transform",
    "cls.predictions.transform.LayerNorm": "norm",
    "cls.predictions.decoder.weight": "bert.words.weight",
    "cls.predictions.decoder.bias": "bias",
    "cls.predictions.bias": "bias",
    "cls.seq_relationship": "next",
    "lm_head.dense": "transform",  # from here on RoBERTa's
    "lm_head.layer_norm": "norm",
    "lm_head.decoder.weight": "bert.words.weight",
    "lm_head.decoder.bias": "bias",
    "lm_head.bias": "bias",
    "classifier": "W",  # the heads of tasks
    "qa_outputs": "W",
}
GPT2_NAMES: Names = {
    "transformer.": "",
    "h.": "layers.",
    "wte": "W_e",
    "wpe": "W_p",
    "ln_f": "norm",
    "lm_head": "W_e",
    "ln_1": "residuals.0.norm",
    "ln_2": "residuals.1.norm",
    "attn.c_attn": "attention.W_{Q,K,V}",
    "attn.c_proj": "attention.W_O",
    "mlp.c_fc": "feed_forward.W_1",
    "mlp.c_proj": "feed_forward.W_2",
}
NO_WEIGHTS = re.compile(r"position_ids$|\.attn\.(masked_)?bias$")  # constants that some checkpoints hold
CONV1D = re.compile(r"\.c_(attn|proj|fc)\.weight$")


def our_names(name: str, names: Names) -> list[str]:
    """What the tensor is called here; several names if it is to be cut along its first side."""
    for theirs, ours in names.items():
        name = name.replace(theirs, ours)
    before, _, rest = name.partition("{")
    parts, _, after = rest.partition("}")
    return [before + part + after for part in parts.split(",")]


def translate(checkpoint: Mapping[str, Tensor], names: Names, *, transpose: bool = True) -> dict[str, Tensor]:
    """The checkpoint in our names.

    GPT-2's layers are one-dimensional convolutions, whose weights stand [in, out]; ours stand [out, in].

    Raises:
        ValueError: if two tensors get one name and differ.
    """
    found: dict[str, Tensor] = {}
    for name, tensor in checkpoint.items():
        if NO_WEIGHTS.search(name):
            continue
        ours = our_names(name, names)
        whole = tensor.T if transpose and CONV1D.search(name) else tensor
        for key, part in zip(ours, whole.chunk(len(ours)), strict=True):
            if key in found and not torch.equal(found[key], part):
                raise ValueError(f"expected one tensor for {key}, got another as {name}")
            found[key] = part
    return found


# %% [markdown]
# ## Loading, strictly
# Missing are parameters that nothing fills, unexpected are tensors that nothing takes, and a shape that differs is
# as bad. All of them are told at once, before anything is changed. A model whose weights did not all load runs all the
# same, and is wrong: so loading is strict unless told otherwise. (bert4pytorch, as we read it, hands its option
# `ignore_invalid_weights`, off by default, to torch as `strict`: it stays silent when some are left out.)


# %%
@torch.no_grad()
def load(model: nn.Module, weights: Mapping[str, Tensor], *, strict: bool = True) -> list[str]:
    """Copy the weights into the model; what did not fit, a line each (empty if `strict`).

    Raises:
        ValueError: if `strict` and something does not fit; the model is then as it was.
    """
    parameters = dict(model.named_parameters())
    wrong = [f"missing: {name}" for name in parameters if name not in weights]
    wrong += [f"unexpected: {name}" for name in weights if name not in parameters]
    both = [name for name in parameters if name in weights]
    unfit = [name for name in both if parameters[name].shape != weights[name].shape]
    wrong += [f"shape: {n}: expected {[*parameters[n].shape]}, got {[*weights[n].shape]}" for n in unfit]
    if strict and wrong:
        raise ValueError("\n".join(wrong))
    for name in both:
        if name not in unfit:
            parameters[name].copy_(weights[name])
    return wrong


# %% [markdown]
# ## The experiment
# Checkpoints as the library would write them, of random numbers; models that hold nothing but NaN. After loading
# there must be no NaN left. Then a name is misspelt, and then GPT-2's weights are not turned: square ones fit anyway.


# %%
PICTURED = (
    "bert.embeddings.word_embeddings.weight",
    "cls.predictions.decoder.weight",
    "bert.encoder.layer.0.attention.self.query.weight",
    "bert.encoder.layer.0.intermediate.dense.bias",
    "bert.encoder.layer.0.output.LayerNorm.weight",
)


@dataclass(frozen=True)
class Config:
    """Sizes of the experiment."""

    seed: int = 0
    device: str = "cpu"
    steps: int = 2  # layers
    H: int = 24
    V: int = 50


def bert_checkpoint(V: int, n: int, L: int, H: int) -> dict[str, Tensor]:
    """A BERT in Hugging Face's names, of random numbers."""
    shapes = {"word_embeddings": V, "position_embeddings": n, "token_type_embeddings": 2}
    found = {f"embeddings.{name}.weight": torch.randn(size, H) for name, size in shapes.items()}
    blocks = {"attention.self.query": (H, H), "attention.self.key": (H, H), "attention.self.value": (H, H)}
    blocks |= {"attention.output.dense": (H, H), "intermediate.dense": (4 * H, H), "output.dense": (H, 4 * H)}
    layers = {f"encoder.layer.{i}.{name}": shape for i in range(L) for name, shape in blocks.items()}
    for name, (rows, columns) in {**layers, "pooler.dense": (H, H)}.items():
        found |= {f"{name}.weight": torch.randn(rows, columns), f"{name}.bias": torch.randn(rows)}
    norms = [f"encoder.layer.{i}.{name}" for i in range(L) for name in ("attention.output", "output")]
    for name in ["embeddings", *norms]:
        found |= {f"{name}.LayerNorm.weight": torch.randn(H), f"{name}.LayerNorm.bias": torch.randn(H)}
    return found


def gpt2_checkpoint(V: int, n: int, L: int, H: int) -> dict[str, Tensor]:
    """A GPT-2 in Hugging Face's names, of random numbers."""
    found = {"wte.weight": torch.randn(V, H), "wpe.weight": torch.randn(n, H)}
    found |= {"ln_f.weight": torch.randn(H), "ln_f.bias": torch.randn(H)}
    sizes = {"attn.c_attn": (H, 3 * H), "attn.c_proj": (H, H), "mlp.c_fc": (H, 4 * H), "mlp.c_proj": (4 * H, H)}
    for i in range(L):
        for name, (rows, columns) in sizes.items():
            found |= {f"h.{i}.{name}.weight": torch.randn(rows, columns), f"h.{i}.{name}.bias": torch.randn(columns)}
        for name in ("ln_1", "ln_2"):
            found |= {f"h.{i}.{name}.weight": torch.randn(H), f"h.{i}.{name}.bias": torch.randn(H)}
    return found


@torch.no_grad()
def empty(model: nn.Module) -> nn.Module:
    """The model with NaN for every number."""
    for parameter in model.parameters():
        parameter.fill_(torch.nan)
    return model


def loaded(model: nn.Module) -> float:
    """The share of a model's numbers that are no longer NaN."""
    numbers = nn.utils.parameters_to_vector(model.parameters())
    return float(numbers.isfinite().float().mean())


def read_back(model: nn.Module, checkpoint: Mapping[str, Tensor], names: Names) -> float:
    """The largest difference between the checkpoint and what the model holds, in the names of the checkpoint."""
    ours, differences = model.state_dict(), []
    for name, tensor in checkpoint.items():
        held = torch.cat([ours[key] for key in our_names(name, names)]).cpu()
        differences.append(((held.T if CONV1D.search(name) else held) - tensor).abs().max())
    return float(torch.stack(differences).max())


def complaints(model: nn.Module, weights: Mapping[str, Tensor]) -> list[str]:
    """What strict loading says."""
    try:
        return load(model, weights)
    except ValueError as error:
        return str(error).splitlines()


def run(config: Config) -> Report:
    """A BERT and a GPT-2 arrive; then two mistakes, with and without somebody who looks."""
    torch.manual_seed(config.seed)
    sizes = (config.V, 16, config.steps, config.H)
    theirs, their_gpt2 = bert_checkpoint(*sizes), gpt2_checkpoint(*sizes)
    bert, careless = (
        empty(BERT(config.V, config.steps, config.H, 4, positions=16)).to(config.device) for _ in range(2)
    )
    gpt2 = empty(GPT2(config.V, 16, config.H, 4, config.steps)).to(config.device)
    load(bert, translate(theirs, BERT_NAMES))
    load(gpt2, translate(their_gpt2, GPT2_NAMES))
    arrived, changed = min(map(loaded, (bert, gpt2))), read_back(bert, theirs, BERT_NAMES)
    changed_gpt2 = read_back(gpt2, their_gpt2, GPT2_NAMES)
    misspelt = translate({name.replace("dense.weight", "dens.weight"): x for name, x in theirs.items()}, BERT_NAMES)
    told = len(complaints(bert, misspelt))
    load(careless, misspelt, strict=False)
    square = {name: x for name, x in their_gpt2.items() if name.endswith("attn.c_proj.weight")}
    not_turned = translate(their_gpt2, GPT2_NAMES) | translate(square, GPT2_NAMES, transpose=False)
    told_of_turning = len(complaints(gpt2, not_turned))
    turned = read_back(gpt2, square, GPT2_NAMES)
    mistakes = 6 * config.steps + 2  # of each name: one is missing, another unexpected
    return Report(
        [
            Claim("weights that arrived, of both models", arrived, at_least=1.0),
            Claim("largest change on the way there and back: BERT", changed, at_most=0.0),
            Claim("largest change on the way there and back: GPT-2, cut and turned", changed_gpt2, at_most=0.0),
            Claim("lines told when 3 L + 1 names are misspelt", told, at_least=mistakes, at_most=mistakes),
            Claim("weights that arrived then, not strict", loaded(careless), at_most=0.9, control=True),
            Claim("square weights not turned: changes", turned, at_least=0.1, control=True),
            Claim("lines told of them: shapes and names are right", told_of_turning, at_most=0, control=True),
        ],
        figure=lambda: draw(PICTURED, ["transformer.h.0.attn.c_attn.weight", "transformer.h.0.mlp.c_fc.weight"]),
        caption="Names of a checkpoint on the left, ours on the right; GPT-2's fused matrix becomes three.",
    )


def draw(names: Sequence[str], gpt2: Sequence[str]) -> Figure:
    """Names and what becomes of them."""
    import figures

    figure, [axes] = figures.new(height=2.6)
    pairs = [(name, ours) for name in names for ours in our_names(name, BERT_NAMES)]
    pairs += [(name, ours) for name in gpt2 for ours in our_names(name, GPT2_NAMES)]
    left, right = (list(dict.fromkeys(side)) for side in zip(*pairs, strict=True))
    for y, theirs in enumerate(left):
        at = y * (len(right) - 1) / (len(left) - 1)
        axes.text(0.47, at, theirs, ha="right", va="center", family="monospace", fontsize=7)
        for ours in (ours for name, ours in pairs if name == theirs):
            axes.plot([0.48, 0.62], [at, right.index(ours)], color=figures.COLOURS[theirs in gpt2], linewidth=1)
    for y, ours in enumerate(right):
        axes.text(0.63, y, ours, va="center", family="monospace", fontsize=7)
    axes.set(xlim=(0, 1), ylim=(len(right) - 0.5, -0.5))
    axes.set_axis_off()
    return figure


if __name__ == "__main__":
    main(Config, run, __doc__)
