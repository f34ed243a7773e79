"""What public sources say of a work: one module per source, each giving a `Record`; `resolve` asks them in turn.

Only reads, and writes nothing. What comes is untrusted: a field of another shape than expected is a field not given.
"""

from __future__ import annotations

from dataclasses import dataclass

from shoulders.readers import Entry


@dataclass(frozen=True, slots=True)
class Retraction:
    """That a work was retracted: the day, as far as it is known, and where that is said."""

    date: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """What one source says of one work."""

    source: str  # its name, as people know it
    entry: Entry
    first_public: str = ""  # the day anybody could first read it, as far as the source tells
    abstract: str = ""  # to guess topics from; it is never kept
    licence: str = ""
    references: tuple[Entry, ...] = ()  # what it cites, each with what is known
    published: str = ""  # of a preprint, the DOI of its published version
    retraction: Retraction | None = None
    warnings: tuple[str, ...] = ()  # sentences that a person should read

    @property
    def is_preprint(self) -> bool:
        """Whether it is the record of a version that is not published."""
        return self.entry.is_preprint
