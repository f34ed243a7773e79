"""A hostile formula is refused at once: the converter would never end, or end the process."""

from __future__ import annotations

import time

import pytest

from shoulders import mathml


@pytest.mark.parametrize(
    "tex",
    [
        *("(" * 60, "[(" * 500, r"\langle " * 60, r"\lvert " * 60, "{(}" * 60 + ")" * 60, "⟨" * 60),
        *("{" * 10_000, r"\sqrt" * 3000),
    ],
)
def test_refused_in_no_time(tex: str) -> None:
    start = time.perf_counter()
    with pytest.raises(mathml.MathError, match=r"longer than 2000|never closed"):
        mathml.display(tex)
    assert time.perf_counter() - start < 0.5


@pytest.mark.parametrize("tex", [r"x \in [0, 1) \cup (2, 3]", r"\left( \frac{(a)}{[b]} \right)", "f(g(h(x)))", "(" * 8])
def test_common_brackets_are_taken(tex: str) -> None:
    assert "<math" in mathml.display(tex)
