"""The Markdown of hand-written pages: citations `[@key]` and formulas, for any builder that speaks Python-Markdown.

Knows no catalog: a citation becomes a placeholder that `stamp` fills, so that this works in every builder alike.
"""

from __future__ import annotations

import re
from html import unescape
from typing import Any
from xml.etree.ElementTree import Element

from markdown import Markdown
from markdown.extensions import Extension
from markdown.inlinepatterns import InlineProcessor
from markdown.treeprocessors import Treeprocessor
from markdown.util import AtomicString

from shoulders import mathml
from shoulders.problems import quoted

CITATION = r"\[(@[A-Za-z0-9-]+(?:\s*;\s*@[A-Za-z0-9-]+)*)\]"
_MATH = re.compile(r"\\[(\[](.*)\\[)\]]", re.DOTALL)


class _Citation(InlineProcessor):
    """`[@key]` and `[@key; @other]` become `<cite data-keys="key other">`."""

    def handleMatch(self, m: re.Match[str], data: str) -> tuple[Element, int, int]:  # type: ignore[override]  # noqa: ARG002
        element = Element("cite")
        keys = [part.strip().removeprefix("@") for part in m.group(1).split(";")]
        element.set("data-keys", " ".join(keys))
        element.text = AtomicString(m.group(0))  # else it is looked at again inside bold text
        return element, m.start(0), m.end(0)


class _Math(Treeprocessor):
    """Arithmatex's generic output becomes MathML."""

    def run(self, root: Element) -> None:
        for parent in root.iter():
            for child in parent:
                if "arithmatex" not in (child.get("class") or "").split():
                    continue
                match = _MATH.fullmatch((child.text or "").strip())
                if match:
                    tex = unescape(match[1])  # Arithmatex has escaped it
                    convert = mathml.display if child.tag == "div" else mathml.inline
                    try:
                        formula = str(convert(tex))
                    except mathml.MathError as error:
                        what = f"expected LaTeX that becomes MathML, got {quoted(tex.strip())}"
                        raise mathml.MathError(f"{what}: {error}") from None
                    child.text = self.md.htmlStash.store(formula)
                    if child.tag == "div":  # may be wider than the page, and then is scrolled with the keyboard
                        child.attrib |= {"tabindex": "0", "role": "group", "aria-label": " ".join(tex.split())}


class ShouldersExtension(Extension):
    """Citations and formulas of the hand-written pages."""

    def extendMarkdown(self, md: Markdown) -> None:
        """Register both with Python-Markdown."""
        md.inlinePatterns.register(_Citation(CITATION, md), "shoulders-citation", 175)
        md.treeprocessors.register(_Math(md), "shoulders-math", 15)


def makeExtension(**options: Any) -> ShouldersExtension:
    """The entry point that Python-Markdown calls."""
    return ShouldersExtension(**options)
