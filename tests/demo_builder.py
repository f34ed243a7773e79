"""Invented demos with all that stands beside them: cells, a record, a figure, tests and bugs. None is ever run."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from shoulders import runs
from shoulders.sources import read_sources, requirements

DEMO = '''"""Counting pebbles with a very small network.

Paper: Pebbles, 2010
Entry: {key}
Covers: §2, eq. 1
Omits: sand
Claim: Two pebbles are more than one,
  and three are more than two.
Check: heaps of 1 to 9
Shapes: B heaps
"""

# pebbles: True = counted

from __future__ import annotations

from dataclasses import dataclass
{imports}
# %% [markdown]
# ## The sum (§2, eq. 1)
# $$s = \\sum_{{i=1}}^{{n}} p_i$$
# All $n$ pebbles *together*, as `sum` would have it.


# %%
def count(pebbles: list[int]) -> int:
    """Eq. 1: sum p_i. [n] -> a number."""
    return sum(pebbles)  # <b>no markup</b>


# %% [markdown]
# ## The experiment
# Heaps of every size.

# %%
@dataclass(frozen=True)
class Config:
    seed: int = 0


if __name__ == "__main__":
    main(Config, run, __doc__)
'''

FIGURE = (
    '<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg" width="40pt" height="20pt" viewBox="0 0 40 20">'
    '<rect x="1" y="1" width="30" height="8" style="fill: #3b7dd8"/>'
    '<text x="1" y="18" style="fill: #24292f">heap</text></svg>\n'
)

CLAIMS = (
    {"statement": "pebbles are counted", "value": 0.987654321, "source": "§2, table 1", "at_least": 0.9},
    {"statement": "without the sum they are not", "value": 0.25, "source": "§3", "at_most": 0.5, "control": True},
    {"statement": "sand slows it down by", "value": 1.5, "source": "§4"},
)


def write_demo(root: Path, name: str, key: str, *, imports: str = "", text: str | None = None) -> None:
    """A demo without a record, with its tests and bugs."""
    files = {
        f"demos/{name}.py": DEMO.format(key=key, imports=imports) if text is None else text,
        f"tests/demos/test_{name}.py": "def test_a_heap_is_its_pebbles():\n    pass\n\n\ndef helper():\n    pass\n",
        f"tests/demos/mutants/{name}.toml": '[[mutant]]\nbug = "b"\nold = "o"\nnew = "n"\n' * 7,
    }
    for path, content in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(content, "utf-8")


def write_record(root: Path, name: str, key: str, *, figure: str = FIGURE, **changed: Any) -> runs.Run:
    """The record of a run of the demo as it stands, over three seeds."""
    sources = read_sources(root, name).fingerprints
    claims = changed.pop("claims", CLAIMS)
    values = {claim["statement"]: [claim["value"] + seed / 8 for seed in range(3)] for claim in claims}
    fields: dict[str, Any] = {
        "entry": key,
        "date": "2026-02-03",
        "device": "cpu",
        "seed": 0,
        "seconds": 3.5,
        "memory_mib": 321.0,
        "network": "closed by the kernel",
        "versions": {"python": "3.11.0", "torch": "2.13.0"},
        "requirements": requirements(root),
        "sources": sources,
        "config": {"seed": 0},
        "claims": claims,
        "caption": "Heaps of pebbles.",
        "figure": runs.fingerprint(figure.encode()) if figure else "",
        "spread": {"seeds": [0, 1, 2], "values": values, "sources": sources},
    }
    run = runs.Run.model_validate(fields | changed, strict=False)
    path = runs.record_path(root, name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(runs.dump(run), "utf-8")
    if figure:
        runs.figure_path(root, name).write_text(figure, "utf-8")
    return run
