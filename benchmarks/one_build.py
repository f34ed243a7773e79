"""One build of a project for `build.py`, with the seconds of each stage: PROJECT LANGUAGES STAGES-LEFT-OUT."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

from shoulders import build, load, read_ahead
from shoulders.model import Language


def main(project: str, languages: str, leave_out: str) -> None:
    """Build once; reading the data, ahead and in turn, is timed as the part of checking that it is."""
    read = 0.0

    def timed(real: Callable[..., Any]) -> Callable[..., Any]:
        def run(*given: Any) -> Any:
            nonlocal read
            start = time.perf_counter()
            found = real(*given)
            read += time.perf_counter() - start
            return found

        return run

    load.load_data, read_ahead.remembered = timed(load.load_data), timed(read_ahead.remembered)
    build.build(
        Path(project),
        languages=cast(list[Language], languages.split(",")),
        leave_out=leave_out.split(","),
        report=print,
    )
    print(f"  load    {read:6.2f} s")


if __name__ == "__main__":
    main(*sys.argv[1:])
