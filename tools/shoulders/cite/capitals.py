"""Capitals of a title that BibTeX would lower, as they stand outside braces.

Goes by the words that the catalog protects; of other words it cannot know which capitals matter.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from shoulders.cite.source import Edit

_BRACE = re.compile(r"[{}]")


def protected(title: str) -> Iterator[str]:
    r"""The words with capitals that stand in braces in a title, accents aside.

    >>> list(protected(r"{BERT} and {GPT-2} at Universit{\'e} {{}\AE r{\o}}"))
    ['BERT', 'GPT-2', '\\AE r{\\o}']
    """
    for start, end in _groups(title):
        inner = title[start + 1 : end]
        escaped = title[:start].endswith("\\")  # a brace that is printed
        if not escaped and not inner.startswith("\\") and any(c.isupper() for c in inner):
            yield inner.removeprefix("{}")


def lost(title: str, words: Iterable[str]) -> list[tuple[str, Edit]]:
    """The words whose capitals get lost, each with what keeps them, as places of the title.

    >>> lost("BERT: pre-{BERT} and gpt-2", ["BERT", "GPT-2"])
    [('BERT', Edit(start=0, end=4, text='{BERT}')), ('GPT-2', Edit(start=21, end=26, text='{GPT-2}'))]
    """
    words = list(words)
    found: dict[int, tuple[str, Edit]] = {}
    groups = list(_groups(title))
    for word in sorted(set(words), key=lambda word: (-len(word), word)):
        for match in _matches(title, word, words.count(word)):
            start, end = match.span()
            if any(opened < start < closed for opened, closed in groups):
                continue
            safe = match[0] == word and _begins(title[:start]) and not any(c.isupper() for c in word[1:])
            taken = any(edit.start < end and start < edit.end for _, edit in found.values())
            if not safe and not taken:
                brace = "{{}" if word.startswith("\\") else "{"  # BibTeX takes `{\` for an accent, braces or not
                found[start] = (word, Edit(start, end, f"{brace}{word}}}"))
    return [found[start] for start in sorted(found)]


def _matches(title: str, word: str, count: int) -> list[re.Match[str]]:
    """Where a word stands; in whatever case when it stands nowhere as it should, and as often."""
    pattern = rf"(?<![\w\\]){re.escape(word)}(?!\w)"
    exact = list(re.finditer(pattern, title))
    if exact:
        return exact
    other = list(re.finditer(pattern, title, re.IGNORECASE))
    return other if len(other) == count else []


def _begins(before: str) -> bool:
    """Whether BibTeX leaves the first letter of what follows: it begins the title, or comes after a colon."""
    return not before.strip("{} \n") or bool(re.search(r":\s+$", before))


def _groups(title: str) -> Iterator[tuple[int, int]]:
    """The outermost pairs of braces."""
    depth, start = 0, 0
    for match in _BRACE.finditer(title):
        if match[0] == "{":
            start = start if depth else match.start()
            depth += 1
        elif depth:
            depth -= 1
            if not depth:
                yield start, match.start()
