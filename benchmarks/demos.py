"""Train our GPT-2 and BERT beside those of Hugging Face in the same configuration: tokens a second, and their ratio.

A step is forward, loss, backward and AdamW on random tokens, without dropout, in float32, on one CPU thread or on a
graphics card. The two models of a pair take turns, so that what else the machine does hits both; the median step of
each counts. Hugging Face scores every position of a masked language model, ours the masked ones alone.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import torch
import transformers
from torch.nn import functional as F

sys.path.insert(0, str(Path(__file__).parent.parent / "demos"))

from bert import BERT, PreTraining, mask_tokens
from gpt import language_model_loss
from gpt2 import GPT2

Step = Callable[[], None]
WARM_UP = 3


@dataclass(frozen=True)
class Size:
    """A configuration: batch, length, width, heads, layers, words."""

    B: int
    n: int
    d: int
    h: int
    layers: int
    V: int

    def __str__(self) -> str:
        return f"{self.layers} layers of {self.d}, {self.h} heads, {self.V} words, {self.B} x {self.n} tokens"


SIZES = (
    Size(B=16, n=64, d=64, h=4, layers=2, V=500),
    Size(B=8, n=128, d=128, h=4, layers=4, V=1000),
    Size(B=4, n=256, d=256, h=8, layers=4, V=4000),
)


def stepper(model: torch.nn.Module, loss: Callable[[], torch.Tensor]) -> Step:
    """A function that trains a model by one step."""
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-4)

    def step() -> None:
        optimizer.zero_grad()
        loss().backward()
        optimizer.step()

    return step


def gpt2_pair(size: Size, device: str) -> tuple[Step, Step]:
    """Language modelling: ours, theirs."""
    tokens = torch.randint(size.V, (size.B, size.n), device=device)
    ours = GPT2(size.V, size.n, size.d, size.h, size.layers).to(device)
    config = transformers.GPT2Config(
        vocab_size=size.V, n_positions=size.n, n_embd=size.d, n_head=size.h, n_layer=size.layers,
        resid_pdrop=0.0, embd_pdrop=0.0, attn_pdrop=0.0, bos_token_id=0, eos_token_id=0, use_cache=False,
    )  # fmt: skip
    theirs = torch.nn.Module.to(transformers.GPT2LMHeadModel(config), device)
    return (
        stepper(ours, lambda: language_model_loss(ours(tokens), tokens)),
        stepper(theirs, lambda: theirs(input_ids=tokens, labels=tokens).loss),
    )


def bert_pair(size: Size, device: str) -> tuple[Step, Step]:
    """Masked language modelling with some padding: ours, theirs."""
    tokens = torch.randint(size.V - 4, (size.B, size.n), device=device)
    length = torch.randint(size.n // 2, size.n + 1, (size.B, 1), device=device)
    length[0] = size.n
    real = torch.arange(size.n, device=device) < length
    read, chosen = mask_tokens(tokens, size.V - 4, size.V - 1)
    chosen = chosen & real
    segments = torch.zeros_like(tokens)
    ours = PreTraining(BERT(size.V, size.layers, size.d, size.h, positions=size.n)).to(device)
    config = transformers.BertConfig(
        vocab_size=size.V, hidden_size=size.d, num_hidden_layers=size.layers, num_attention_heads=size.h,
        intermediate_size=4 * size.d, max_position_embeddings=size.n, hidden_dropout_prob=0.0,
        attention_probs_dropout_prob=0.0,
    )  # fmt: skip
    theirs = torch.nn.Module.to(transformers.BertForMaskedLM(config), device)
    labels = torch.where(chosen, tokens, -100)
    mask = real[:, None, None]

    def our_loss() -> torch.Tensor:
        T = ours.bert(read, segments, mask)
        return F.cross_entropy(ours.score(T[chosen]), tokens[chosen])

    return (
        stepper(ours, our_loss),
        stepper(theirs, lambda: theirs(input_ids=read, attention_mask=real.long(), labels=labels).loss),
    )


def seconds(step: Step, device: str) -> float:
    """How long one step takes."""
    start = time.perf_counter()
    step()
    if device == "cuda":
        torch.cuda.synchronize()
    return time.perf_counter() - start


def compare(pair: tuple[Step, Step], rounds: int, device: str) -> tuple[float, float]:
    """The median seconds of a step of ours and of theirs, measured in turn."""
    for step in pair * WARM_UP:
        seconds(step, device)
    times = [[seconds(step, device) for step in pair] for _ in range(rounds)]
    ours, theirs = (statistics.median(column) for column in zip(*times, strict=True))
    return ours, theirs


def results(rounds: int, device: str) -> Iterator[tuple[str, Size, float, float]]:
    """Name, size, and tokens a second of ours and theirs."""
    for name, make in (("GPT-2", gpt2_pair), ("BERT", bert_pair)):
        for size in SIZES:
            torch.manual_seed(0)
            ours, theirs = compare(make(size, device), rounds, device)
            yield name, size, size.B * size.n / ours, size.B * size.n / theirs


def main() -> None:
    """Print a line for each model and size; exit code 1 when one of ours is slower than its fellow."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0], epilog="Example: make bench-demos")
    parser.add_argument("--device", choices=["cpu", "cuda"], default="cpu")
    parser.add_argument("--rounds", type=int, default=15, help="steps of each model that are timed (default 15)")
    arguments = parser.parse_args()
    if arguments.device == "cuda" and not torch.cuda.is_available():
        sys.exit("expected a graphics card for --device cuda, got none")
    torch.set_num_threads(1)
    transformers.logging.set_verbosity_error()
    print(f"torch {torch.__version__}, transformers {transformers.__version__}, {arguments.device}")
    slower = 0
    for name, size, ours, theirs in results(arguments.rounds, arguments.device):
        slower += ours < theirs
        print(f"{name:6} {ours:9.0f} {theirs:9.0f} tokens/s  {ours / theirs:5.2f} x   {size}", flush=True)
    sys.exit(1 if slower else 0)


if __name__ == "__main__":
    main()
