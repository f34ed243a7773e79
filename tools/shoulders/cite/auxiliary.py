r"""What LaTeX itself noted of the citations of a document, in its .aux file.

Knows `\citation` of LaTeX and natbib and `\abx@aux@cite` of biblatex, in all its versions.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from shoulders.cite import EVERYTHING, Citation, Inclusion, Mark
from shoulders.cite.latex import keys

_LINE = re.compile(
    r"\\(?:citation|abx@aux@cite(?:\{\d+\})?)\{(?P<keys>[^{}]*)\}"
    r"|(?P<all>\\abx@aux@nociteall)(?![A-Za-z@])"
    r"|\\@input\{(?P<file>[^{}]*)\}"
)
_CONTROL = re.compile(r"biblatex-control|[A-Za-z]+4[0-9-]*Control")  # how packages talk to their styles


def marks(text: str) -> Iterator[Mark]:
    r"""The citations and the .aux files of included chapters, in their order.

    >>> [mark.key for mark in marks(r"\citation{cho,luong}\abx@aux@cite{0}{bahdanau}")]
    ['cho', 'luong', 'bahdanau']
    """
    for match in _LINE.finditer(text):
        if match["all"]:
            yield Citation(match.start(), EVERYTHING)
        elif match["file"] is not None:
            yield Inclusion(match.start(), (match["file"].strip().strip('"'),))
        else:
            found = keys(match["keys"], match.start("keys"))
            yield from (citation for citation in found if not _CONTROL.fullmatch(citation.key))
