"""LaTeX as the text it prints, as far as titles and names use it.

Runs nothing and reads no file: a macro that is not known gives what stands behind it, and where nothing would be
left, its name. Mathematics becomes its nearest letters.
"""

from __future__ import annotations

import logging
import re

from pylatexenc.latex2text import LatexNodes2Text, MacroTextSpec, get_default_latex_context_db

from shoulders.readers.prose import MAX_FIELD, clean

logging.getLogger("pylatexenc").addHandler(logging.NullHandler())  # what strangers wrote is no news for the log

_KERNEL = {
    "textless": "<",
    "textgreater": ">",
    "textbar": "|",
    "textbraceleft": "{",
    "textbraceright": "}",
    "textasciicircum": "^",
    "textunderscore": "_",
    "slash": "/",
}
_LIGATURES = {"---": "—", "--": "–", "``": "“", "''": "”", "?`": "¿", "!`": "¡", "~": " ", "{": "", "}": ""}
_LIGATURE = re.compile("|".join(map(re.escape, _LIGATURES)))
_BARE = re.compile(r"(?<!\\)([%&#])")


def _decoder() -> LatexNodes2Text:
    """pylatexenc's decoder with the macros of LaTeX's kernel that it does not know."""
    context = get_default_latex_context_db()
    macros = [MacroTextSpec(name, character) for name, character in _KERNEL.items()]
    context.add_context_category("kernel", prepend=True, macros=macros)
    return LatexNodes2Text(latex_context=context, math_mode="text", strict_latex_spaces=True)


_DECODER = _decoder()


def plain(value: str) -> str:
    r"""LaTeX as Unicode text on one line.

    >>> plain(r"{\'E}mile and {BERT} {\&} 10\,\% of R&amp;D")
    'Émile and BERT & 10 % of R&D'
    """
    if not value:
        return ""
    value = value[:MAX_FIELD]
    if "\\" not in value and "$" not in value:  # most fields: many times as quick as the whole grammar
        return clean(_LIGATURE.sub(lambda match: _LIGATURES[match[0]], value))
    value = re.sub(r"\\ifmmode.{0,40}?\\else(.{0,40}?)\\fi", r"\1", value)  # as ADS writes accents
    value = re.sub(r"\\(?:href|textcolor|foreignlanguage)\s?\{[^{}]*\}|\\url\b", "", value)
    value = _BARE.sub(r"\\\1", value)  # for TeX a comment, a column, an argument; here what somebody meant to print
    try:
        decoded = clean(str(_DECODER.latex_to_text(value)))
    except Exception:  # its parser stumbles over hostile LaTeX in every way that there is
        decoded = ""
    return decoded or clean(re.sub(r"[\\{}$]", "", value))
