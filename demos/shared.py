"""What every demo needs and no paper is about: claims, seed, progress, flags and the report.

Never holds a layer, a loss, a tokenizer or an update rule: those are somebody's idea and stand where it is shown.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import math
import os
import platform
import random
import re
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import torch

if TYPE_CHECKING:
    from matplotlib.figure import Figure

ConfigT = TypeVar("ConfigT")
PROGRESS = "SHOULDERS_PROGRESS"  # set by the runner: progress as lines, though nobody sits at a terminal


@dataclasses.dataclass(frozen=True)
class Claim:
    """One measured value against its bounds; without bounds it is an observation, told but not gated.

    `source` says where the paper makes the claim. `control` marks what must fail without the idea.
    """

    statement: str
    value: float
    source: str = ""
    at_least: float | None = None
    at_most: float | None = None
    control: bool = False

    @property
    def holds(self) -> bool:
        """Whether the value is a number within the bounds."""
        above = self.at_least is None or self.value >= self.at_least
        below = self.at_most is None or self.value <= self.at_most
        return math.isfinite(self.value) and above and below

    def __str__(self) -> str:
        pairs = (">=", self.at_least), ("<=", self.at_most)
        bounds = [f"{sign} {bound:g}" for sign, bound in pairs if bound is not None]
        mark = ("holds" if self.holds else "FAILS") if bounds else "seen"
        return f"  {mark:5}  {self.value:<9.4g} {' '.join(bounds):9}  {self.statement}" + " (control)" * self.control


@dataclasses.dataclass(frozen=True)
class Report:
    """What a run found: its claims, and the figure if it draws one.

    `figure` is called only when a figure is asked for; `caption` says in words what it shows.
    """

    claims: Sequence[Claim]
    figure: Callable[[], Figure] | None = None
    caption: str = ""


def seed_everything(seed: int) -> None:
    """Make a run repeatable: Python's and torch's generators from one seed, one thread, deterministic kernels."""
    os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")  # without it a GPU refuses deterministic kernels
    random.seed(seed)
    torch.manual_seed(seed)
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)


def progress(count: int, what: str) -> Iterator[int]:
    """Count from 0 to `count - 1`, telling on standard error how far it is: a bar-less loop for training."""
    live, lines = sys.stderr.isatty(), PROGRESS in os.environ
    told = time.monotonic()
    for step in range(count):
        yield step
        now = time.monotonic()
        if (live or lines) and (now - told > 0.5 or step + 1 == count):
            told = now
            print(f"{what}: {step + 1}/{count}", end="\r\x1b[K" if live else "\n", file=sys.stderr, flush=True)


def main(config: type[ConfigT], run: Callable[[ConfigT], Report], card: str | None) -> None:
    """Run a demo from the command line: every field of `config` is a flag; exit code 1 when a claim fails."""
    arguments = _parser(config, card or "").parse_args()
    values = vars(arguments)
    report_path, figure_path = values.pop("report"), values.pop("figure")
    chosen = config(**values)
    seed_everything(values["seed"])
    start = time.perf_counter()
    found = run(chosen)
    seconds = time.perf_counter() - start
    for claim in found.claims:
        print(claim)
    failed = sum(not claim.holds for claim in found.claims)
    print(f"{len(found.claims)} lines, {failed} failed, {seconds:.1f} s")
    if figure_path and found.figure:
        import figures

        figures.save(found.figure(), figure_path)
    if report_path:
        report_path.write_text(json.dumps(_report(found, values, seconds, card or "")), "utf-8")
    sys.exit(1 if failed else 0)


def _parser(config: type[Any], card: str) -> argparse.ArgumentParser:
    name = Path(sys.argv[0]).name
    parser = argparse.ArgumentParser(
        description=card.split("\n", 1)[0],
        epilog=f"Example: python demos/{name} --steps 50",
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    for field in dataclasses.fields(config):
        kind = type(field.default)
        flag = f"--{field.name.replace('_', '-')}"
        if kind is bool:
            parser.add_argument(flag, action=argparse.BooleanOptionalAction, default=field.default, help="yes or no")
        elif field.name == "device":
            parser.add_argument(flag, choices=("cpu", "cuda"), default=field.default, help="where to compute")
        else:
            parser.add_argument(flag, type=kind, default=field.default, help=kind.__name__)
    parser.add_argument("--report", type=Path, help="write the claims as JSON to this file")
    parser.add_argument("--figure", type=Path, help="draw the figure as SVG into this file")
    return parser


def _report(found: Report, config: dict[str, Any], seconds: float, card: str) -> dict[str, Any]:
    entry = re.search(r"^Entry:\s*(\S+)", card, re.MULTILINE)
    return {
        "entry": entry[1] if entry else "",
        "claims": [dataclasses.asdict(claim) for claim in found.claims],
        "caption": found.caption,
        "config": config,
        "seconds": seconds,
        "versions": {"python": platform.python_version(), "torch": torch.__version__},
    }
