"""Changes of a data file such as people make, at random: most are sound, some are slips."""

from __future__ import annotations

import random
import re


def random_edit(chance: random.Random, text: str) -> str:
    """The papers with something changed: a title, a summary, a year, the order, an entry less, a line more, slips."""
    entries = re.split(r"(?m)^(?=- )", text)
    number = chance.randrange(1, len(entries))
    kind = chance.randrange(8)
    if kind == 0:
        entries[number] = re.sub(
            r"(?m)^  title: .*$", f"  title: Title {chance.random():.9f}", entries[number], count=1
        )
    elif kind == 1:
        entries[number] = re.sub(r"\ben: ", f"en: Now {chance.randrange(99)} words. ", entries[number], count=1)
    elif kind == 2:
        other = chance.randrange(1, len(entries))
        entries[number], entries[other] = entries[other], entries[number]
    elif kind == 3:
        entries[0] += "# another line\n"
    elif kind == 4:
        entries[number] = entries[number].replace("year: 20", f"year: {chance.choice(['20', 'x'])}")
    elif kind == 5:
        slip = chance.choice(["two  spaces", "no $\\frac{$ formula", "", "全是中文的一句话"])
        entries[number] = re.sub(r"\ben: ", f"en: {slip} ", entries[number], count=1)
    elif kind == 6:
        entries[number] = re.sub(
            r"\bzh: ", f"zh: {chance.choice(['中文,逗号', '中 文', 'English'])} ", entries[number], count=1
        )
    else:
        del entries[number]
    return "".join(entries)
