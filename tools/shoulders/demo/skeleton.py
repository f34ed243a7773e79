"""The first files of a new demo. They run, and fail until somebody has shown something."""

from __future__ import annotations

import keyword
import os
import re
import sys
from pathlib import Path

from shoulders.model import Work
from shoulders.problems import expected

_NAME = re.compile(r"[a-z][a-z0-9_]*")
_TAKEN = frozenset("shared figures tasks torch numpy matplotlib num2words transformers tokenizers pytest".split())

DEMO = '''"""{title}: one line on the idea and the task.

Paper: {paper}
Entry: {key}
Covers: which sections and equations
Omits: what of the paper is left out
Claim: what the paper claims, in your words, with its section
Check: what this demo measures, against what
Run: seconds
Shapes: B batch, n length, d width
"""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor

from shared import Claim, Report, main

# %% [markdown]
# ## The idea (section, equation)
# $$y = f(x)$$
# Two or three sentences of your own: what the equation says and why it is so.


# %%
def idea(x: Tensor) -> Tensor:
    """Equation 1: what it computes. [B, n, d] -> [B, n, d]."""
    raise NotImplementedError("the idea of the paper")


# %% [markdown]
# ## The experiment
# What the task is, and what is left out for the control.


# %%
@dataclass(frozen=True)
class Config:
    """Sizes of the experiment; every field is a flag."""

    seed: int = 0
    device: str = "cpu"
    steps: int = 300


def run(config: Config) -> Report:
    """Measure with the idea, and without it."""
    return Report(
        [
            Claim("what holds with the idea", 0.0, "section", at_least=1.0),
            Claim("what fails without it", 1.0, "section", at_most=0.0, control=True),
        ]
    )


if __name__ == "__main__":
    main(Config, run, __doc__)
'''

TESTS = '''"""{title} against an independent implementation and exact properties."""

from __future__ import annotations

import pytest
import torch

import {name}


def test_the_idea_equals_an_independent_implementation():
    x = torch.randn(2, 3, 5)
    expected = x  # of another library, or of a loop over numbers
    torch.testing.assert_close({name}.idea(x), expected)


def test_one_sample_changes_nothing_in_another():
    pytest.fail("not written yet")
'''

MUTANTS = """# Bugs to plant in demos/{name}.py; `make mutants` plants each by itself, and the tests must catch it.
# At least five. `old` stands exactly once in the demo.

[[mutant]]
bug = "the idea is not used"
old = 'raise NotImplementedError("the idea of the paper")'
new = "return x"
"""


def begin(root: Path, work: Work, name: str | None) -> list[Path]:
    """Write the files of a new demo of `work`: the demo, its tests and its bugs.

    Raises:
        ValueError: when `name` is no name for a demo.
        FileExistsError: when a file is there already; nothing is written then.
    """
    name = name or _name_of(work)
    taken = name in _TAKEN or name in sys.stdlib_module_names  # a demo stands before libraries on the path
    if not _NAME.fullmatch(name) or keyword.iskeyword(name) or taken:
        raise ValueError(expected("a name of small letters, digits and underscores that is not taken", name))
    year = work.first_public[:4]
    words = {
        "title": _plain(work.nickname or work.title),
        "paper": f"{_plain(work.title)}, {year}",
        "key": work.key,
        "name": name,
    }
    files = {
        root / "demos" / f"{name}.py": DEMO,
        root / "tests" / "demos" / f"test_{name}.py": TESTS,
        root / "tests" / "demos" / "mutants" / f"{name}.toml": MUTANTS,
    }
    for path in files:
        if os.path.lexists(path):
            raise FileExistsError(f"{path.relative_to(root)} is there already; --name gives another name")
    for path, text in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8") as stream:
            stream.write(text.format(**words))
    return [path.relative_to(root) for path in files]


def _name_of(work: Work) -> str:
    word = work.nickname or work.key.rsplit("-", 1)[-1]
    name = re.sub(r"[^a-z0-9]+", "_", word.lower()).strip("_")
    return name if _NAME.fullmatch(name) else re.sub(r"[^a-z0-9]+", "_", work.key)


def _plain(text: str) -> str:
    """A text that can stand on a line of a docstring: it cannot end it or escape from it."""
    return " ".join(text.replace("\\", "").replace('"', "'").split())
