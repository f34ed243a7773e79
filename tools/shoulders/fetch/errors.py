"""What can go wrong on the network, each in one sentence that says what to do."""

from __future__ import annotations


class FetchError(Exception):
    """Nothing came that can be used. The message is one sentence for a person."""

    def __init__(self, message: str, *, status: int | None = None) -> None:
        super().__init__(message)
        self.status = status  # of HTTP, where an answer came


class NotFoundError(FetchError):
    """The server says that there is no such thing (404, 410)."""


class UnsureError(FetchError):
    """The server refuses to tell (401, 403, 429 and the like): nothing follows from that."""
