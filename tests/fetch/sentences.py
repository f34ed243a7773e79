"""What every failure has to be: an error of ours whose message is one sentence with advice."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from shoulders.fetch import FetchError

ADVICE = re.compile(r"; (check|give|open|try|use) [^;]*[^.;\s]$")


def failing(ask: Callable[..., object], *arguments: object, host: str = "127.0.0.1") -> FetchError:
    """The error that comes, after a look at how it is told."""
    with pytest.raises(FetchError) as caught:
        ask(*arguments)
    told = str(caught.value)
    assert told.isprintable(), told
    assert host in told
    assert ADVICE.search(told), told
    assert len(told) < 250
    return caught.value
