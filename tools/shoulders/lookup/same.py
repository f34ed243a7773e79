"""Whether two records are of one work: what sources that only collect say of others has to be doubted.

Knows nothing of the catalog, whose works `matching` finds.
"""

from __future__ import annotations

from shoulders.matching import same_family
from shoulders.readers import Entry
from shoulders.rules.checked import normal_title


def is_same(one: Entry, other: Entry) -> bool:
    """Whether title and first author agree, as far as both tell an author; a title is needed."""
    title = normal_title(one.title)
    return bool(title) and title == normal_title(other.title) and _agree(one, other, unknown=True)


def may_be_same(one: Entry, other: Entry) -> bool:
    """Whether nothing says that they are two works: the title may have changed, or the first author, but not both."""
    mine, theirs = normal_title(one.title), normal_title(other.title)
    return mine in theirs or theirs in mine or _agree(one, other, unknown=False)


def _agree(one: Entry, other: Entry, *, unknown: bool) -> bool:
    """Whether the first authors share a family name; `unknown` where one of the two has none."""
    if not (one.authors and other.authors):
        return unknown
    return same_family(one.authors[0], other.authors[0])
