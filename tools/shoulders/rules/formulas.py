"""Rules on formulas: every equation, and every `$…$` in a text, is LaTeX that becomes MathML."""

from __future__ import annotations

from collections.abc import Iterator

from shoulders import mathml
from shoulders.model import LANGUAGES
from shoulders.problems import Problem, quoted
from shoulders.rules.checked import Checked


def formulas_convert(checked: Checked) -> Iterator[Problem]:
    """LaTeX in the catalog can be shown."""
    for loaded in checked.unread:
        for number, equation in enumerate(getattr(loaded.record, "equations", ())):
            if problem := _fault(equation.tex):
                yield loaded.problem(("equations", number, "tex"), problem)
    for loaded, location, text in checked.texts:
        for language in LANGUAGES:
            for tex in mathml.formulas(getattr(text, language) or ""):
                if problem := _fault(tex):
                    yield loaded.problem((*location, language), problem)


def _fault(tex: str) -> str:
    try:
        mathml.display(tex)
    except mathml.MathError as error:
        return f"expected LaTeX that becomes MathML, got {quoted(tex)}: {error}"
    return ""
