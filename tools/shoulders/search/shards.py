"""The index cut into files small enough that a query asks for a few kilobytes.

Terms stand in order, so that a word and what begins with it are neighbours. A beginning that so many terms have that
they fill several files is a term of its own, such as `con*`, and holds the best of what they hold.
"""

from __future__ import annotations

import json
from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from typing import Any

from shoulders.search.documents import Document
from shoulders.search.postings import LEAST, STEPS, Postings, pack, unpack, utf16
from shoulders.search.terms import STOP

TERMS_BYTES = 9000  # of a file of terms, before compression
RECORDS_BYTES = 2600  # of a file of records
WIDE = 3  # a beginning that reaches over so many files is a term of its own
BEST = 100  # what such a term holds
# Levels by which a term that only begins with what was asked is worth less: some, and one for each further letter.
FURTHER, LONGER = 4, 6
COMMON = 300  # documents of a word that a long query can do without


def dump(value: object) -> str:
    """JSON without spaces."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def cut(lists: Mapping[str, Postings]) -> tuple[dict[str, Any], dict[str, str]]:
    """What a query has to know of the terms, and their files by name."""
    lines = {term: f"{dump(term)},{dump(_encoded(found))}" for term, found in lists.items()}
    firsts, size = [""], 0
    for term, line in lines.items():
        if size and size + len(line) > TERMS_BYTES:
            firsts.append(term)
            size = 0
        size += len(line) + 1
    lines |= {term: f"{dump(term)},{dump(_encoded(found))}" for term, found in _beginnings(lists, firsts).items()}
    files: list[list[str]] = [[] for _ in firsts]
    keys = [utf16(first) for first in firsts]
    for term in sorted(lines, key=utf16):
        files[bisect_right(keys, utf16(term)) - 1].append(lines[term])
    common = sorted((term for term in lists if len(lists[term]) >= COMMON), key=lambda term: (-len(lists[term]), term))
    scale = {"least": LEAST, "steps": STEPS, "further": FURTHER, "longer": LONGER}
    plan = {"terms": firsts, "common": common, "wide": WIDE, "scale": scale, "stop": sorted(STOP)}
    return plan, {f"t{i}": f"[{','.join(file)}]" for i, file in enumerate(files)}


def _encoded(found: Postings) -> list[int]:
    """Postings as numbers: a level is that of all that follow, each of them as the step from the one before."""
    numbers: list[int] = []
    level, last = 0, 0
    for its, number in unpack(found):
        if its != level:
            numbers.append(its)
            level, last = its, 0
        numbers.append(number - last)
        last = number
    return numbers


def _beginnings(lists: Mapping[str, Postings], firsts: Sequence[str]) -> dict[str, Postings]:
    """The best of what begins with each beginning that reaches over `WIDE` files or more."""
    ordered = list(lists)
    keys = [utf16(term) for term in ordered]
    first_keys = [utf16(first) for first in firsts]
    found: dict[str, Postings] = {}
    for beginning in sorted({first[:length] for first in firsts for length in range(1, len(first) + 1)}):
        low, high = _reach(first_keys, beginning)
        if high - low + 1 < WIDE:
            continue
        best: dict[int, int] = {}
        start, end = bisect_left(keys, utf16(beginning)), _reach(keys, beginning)[1] + 1
        for term in ordered[start:end]:
            longer = min(len(term) - len(beginning), LONGER)
            less = longer + FURTHER if longer else 0
            for level, number in unpack(lists[term][:BEST]):
                best[number] = min(best.get(number, -1), level + less)
        found[f"{beginning}*"] = sorted(pack(level, number) for number, level in best.items())[:BEST]
    return found


def _reach(first_keys: Sequence[bytes], beginning: str) -> tuple[int, int]:
    """The first and the last of the files that hold what begins so, of those that begin with `first_keys`."""
    return bisect_right(first_keys, utf16(beginning)) - 1, bisect_right(first_keys, utf16(beginning + "\uffff")) - 1


def records(found: Sequence[Document]) -> tuple[list[int], dict[str, str]]:
    """With which number each file of records begins, and the files: what is shown of a document."""
    starts: list[int] = []
    files: list[list[str]] = []
    size = RECORDS_BYTES
    for number, document in enumerate(found):
        line = dump([document.path, document.title, document.nickname, document.by, document.text])
        if size + len(line.encode()) > RECORDS_BYTES:
            starts.append(number)
            files.append([])
            size = 0
        files[-1].append(line)
        size += len(line.encode()) + 1
    return starts, {f"r{i}": f"[{','.join(file)}]" for i, file in enumerate(files)}
