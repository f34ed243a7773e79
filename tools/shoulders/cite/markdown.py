"""What a Markdown document cites, as Pandoc reads it.

Pandoc says which keys; where they stand is looked up in the text, as Pandoc does not tell. Its sandbox lets a document
read nothing and run nothing.
"""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterator
from typing import Any

import pypandoc

from shoulders.cite import Citation, CiteError, Label, Mark, latex

SECONDS = 30
OPTIONS = ("+RTS", "-M1G", "-RTS", "--sandbox", "--from=markdown", "--to=json")
_KEY = re.compile(r"@(?:\{([^{}\s]+)\}|([\w*][^\s\[\]{};,|*]*))")
_LABEL = re.compile(r"\{#([^\s{}]+)[^{}\n]*\}|^#\|[ ]*label:[ ]*(\S+)", re.MULTILINE)


def marks(text: str) -> Iterator[Mark]:
    """The citations in their order, those of the metadata last; the names of figures, tables and sections.

    Raises:
        CiteError: when Pandoc is missing or cannot read the text.
    """
    for label in _LABEL.finditer(text):
        yield Label(label[1] or label[2])
    places: dict[str, int] = {}
    for match in _KEY.finditer(text):
        token = match[1] or match[2]
        for key in (token, token.rstrip(":.#$%&-+?<>~/")):
            places.setdefault(key, match.start())
    document = _parsed(text)
    for key in [*_keys(document["blocks"]), *_keys(document["meta"])]:
        yield Citation(places.get(key, max(text.find(key), 0)), key)


def _parsed(text: str) -> dict[str, Any]:
    try:
        done = subprocess.run(
            [pypandoc.get_pandoc_path(), *OPTIONS],
            input=text.encode(),
            capture_output=True,
            timeout=SECONDS,
            check=True,
        )
        document: dict[str, Any] = json.loads(done.stdout)
    except OSError as error:
        raise CiteError(f"pandoc could not be started ({error}): reinstall pypandoc_binary") from error
    except subprocess.TimeoutExpired:
        raise CiteError(f"expected Markdown, got what Pandoc does not read in {SECONDS} seconds") from None
    except subprocess.CalledProcessError as error:
        said = error.stderr.decode(errors="replace").strip().split("\n")[0]
        raise CiteError(f"expected Markdown that Pandoc reads; it said: {said}") from None
    except (ValueError, RecursionError):
        raise CiteError("expected Markdown, got what is nested too deeply") from None
    return document


def _keys(node: Any) -> Iterator[str]:
    """The keys in a part of Pandoc's document, in its order; raw LaTeX in it is read as such."""
    waiting = [node]
    while waiting:
        node = waiting.pop()
        if isinstance(node, dict) and node.get("t") in ("RawInline", "RawBlock"):
            if node["c"][0] in ("tex", "latex"):
                yield from (mark.key for mark in latex.marks(node["c"][1]) if isinstance(mark, Citation))
        elif isinstance(node, dict):
            if "citationId" in node:
                yield node["citationId"]
            waiting += reversed(list(node.values()))
        elif isinstance(node, list):
            waiting += reversed(node)
