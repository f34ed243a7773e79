"""Reads a large catalog of which nothing is known yet in several processes, each of which fills shelves of the memory.

What is sound and well written is then found there when all is read in turn: of 10,000 works in half the time.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

from shoulders import load, rules, workers
from shoulders.data import Data
from shoulders.load import DataFile
from shoulders.memory import FOLDER, Memory, mark
from shoulders.safeyaml import Block

LARGE = 1_000_000  # bytes of data; one process reads less about as soon
MANY = 1_000  # problems on a shelf, after which it is left to the reading of all in turn, which tells them

Found = tuple[DataFile[Any], Block]


def remembered(root: Path, done: workers.Done = workers.ignored) -> Memory:
    """What is known of the records under `root/data`; where nothing is, after reading ahead, which `done` hears of."""
    folder = root / FOLDER
    known = Memory(folder)
    with suppress(OSError, workers.WorkerLost):  # it is only a help: what is wrong is told when all is read in turn
        if known.is_empty and read_ahead(root, folder, done):
            return Memory(folder)
    return known


def read_ahead(root: Path, folder: Path, done: workers.Done = workers.ignored) -> bool:
    """Fill the memory in `folder` with the records under `root/data`; whether that was worth it.

    Raises:
        OSError: when a file cannot be looked at, or nothing can be kept.
        WorkerLost: when the system ends a process.
    """
    files = list(load.data_files(root, Data()))
    if workers.cores() < 2 or sum(file.path.stat().st_size for file in files if file.path.is_file()) < LARGE:
        return False
    folder.mkdir(parents=True, exist_ok=True)
    if not os.access(folder, os.W_OK):
        return False
    shelves: dict[str, list[Found]] = {}
    for file in files:
        for block in file.blocks():
            shelves.setdefault(mark(file.model, block.text)[0], []).append((file, block))
    workers.run([partial(_fill, root, folder, name, found) for name, found in shelves.items()], done)
    return True


def _fill(root: Path, folder: Path, name: str, found: Sequence[Found]) -> None:
    data = Data(memory=Memory(folder, name))
    for file, block in found:
        if loaded := DataFile(file.path, root, file.model, data).read(block):
            data.of(file.model).append(loaded)
        if len(data.problems) > MANY:
            break
    rules.check_texts(data)
    data.memory.save()
