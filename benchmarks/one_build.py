"""One build of a project for `build.py`, with the seconds of each stage: PROJECT LANGUAGES STAGES-LEFT-OUT."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import cast

from shoulders import build, load
from shoulders.data import Data
from shoulders.memory import Memory
from shoulders.model import Language


def main(project: str, languages: str, leave_out: str) -> None:
    """Build once; reading the data is timed as the part of checking that it is."""
    read, real = 0.0, load.load_data

    def timed(root: Path, memory: Memory | None = None) -> Data:
        nonlocal read
        start = time.perf_counter()
        data = real(root, memory)
        read += time.perf_counter() - start
        return data

    load.load_data = timed
    build.build(
        Path(project),
        languages=cast(list[Language], languages.split(",")),
        leave_out=leave_out.split(","),
        report=print,
    )
    print(f"  load    {read:6.2f} s")


if __name__ == "__main__":
    main(*sys.argv[1:])
