"""Read the data files into records: the only reader of the catalog's YAML.

Every file is a list of records. All problems of all files are found in one pass; what records say about each
other is checked afterwards by `rules`.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Any, Generic

from pydantic import ValidationError

from shoulders.data import Data, Loaded, R, field_name
from shoulders.describe import describe_all
from shoulders.memory import Memory, mark
from shoulders.model import Person, ReadingList, Text, Topic, Venue, Work
from shoulders.problems import Problem, character_name, expected, shortened
from shoulders.safeyaml import Block, Location, Value, YamlError, split_blocks
from shoulders.textfile import HIDDEN, TextError, hidden_characters, read_text

MAX_PROBLEMS = 100_000  # of a file; nobody reads more, and they take memory

STAND_INS: Mapping[str, Any] = {
    "text": {"en": "...", "zh": "……"},
    "added": "2100-01-01",
    "first_public": "2100-01-01",
    "year": "2100",
    "kind": "paper",
}
"""What stands for a required field that is wrong, so that rules can look at the others."""

FILES = {"people": Person, "venues": Venue, "topics": Topic, "lists": ReadingList}


def load_data(root: Path, memory: Memory | None = None) -> Data:
    """All records under `root/data`, with every problem found while reading them.

    `memory` knows what was sound before, and hears what is now; the data are the same with and without.
    """
    data = Data(memory=Memory() if memory is None else memory)
    for file in data_files(root, data):
        data.of(file.model).extend(file.load())
    _report_strays(root / "data", root, data)
    return data


def data_files(root: Path, data: Data) -> Iterator[DataFile[Any]]:
    """All files of records, in the order in which they are read; their records' problems go to `data`."""
    folder = root / "data"
    parts = [path for path in _entries(folder / "papers", root, data) if path.suffix == ".yaml"]
    whole = folder / "papers.yaml"
    for path in parts if parts and not whole.exists() else [whole, *parts]:
        yield DataFile(path, root, Work, data)
    for name, model in FILES.items():
        yield DataFile(folder / f"{name}.yaml", root, model, data)


def _entries(folder: Path, root: Path, data: Data) -> list[Path]:
    """What a folder holds, sorted; nothing where there is no such folder."""
    try:
        return sorted(folder.iterdir())
    except FileNotFoundError:
        return []
    except OSError as error:
        name = folder.relative_to(root).as_posix()
        data.problems.append(Problem(name, 1, "", "", f"expected a folder: {error.strerror}"))
        data.unread.add(Work)
        return []


def _report_strays(folder: Path, root: Path, data: Data) -> None:
    """A YAML file that nothing reads: its entries would be missing in silence."""
    known = [f"{name}.yaml" for name in ("papers", *FILES)]
    for path in [*_entries(folder, root, Data()), *_entries(folder / "papers", root, Data())]:
        place = path.relative_to(root).as_posix()
        if path.suffix == ".yml":
            data.problems.append(Problem(place, 1, "", "", expected("a file name that ends in .yaml", path.name)))
        elif path.suffix == ".yaml" and path.parent == folder and path.name not in known:
            what = "one of " + ", ".join(known)
            data.problems.append(Problem(place, 1, "", "", expected(what, path.name, known)))


class DataFile(Generic[R]):
    """One file of records of one kind."""

    def __init__(self, path: Path, root: Path, model: type[R], data: Data) -> None:
        self.path = path
        self.name = path.relative_to(root).as_posix()
        self.model = model
        self.data = data
        self.told = 0

    def _problem(self, line: int, who: str, location: Location, message: str) -> None:
        self.data.problems.append(Problem(self.name, line, shortened(who), field_name(location), message))
        self.told += 1

    def load(self) -> list[Loaded[R]]:
        """The records of the file; reports the faults of all."""
        blocks = self.blocks()
        loaded = []
        for block in blocks:
            found = self.read(block)
            if found is not None:
                loaded.append(found)
            if self.told > MAX_PROBLEMS:
                self._problem(block.line, "", (), f"expected fewer problems, got {MAX_PROBLEMS}: stopped reading here")
                self.data.unread.add(self.model)
                break
        return loaded

    def blocks(self) -> list[Block]:
        """The entries of the file as they are written."""
        line = 1
        try:
            text = read_text(self.path)
            hidden = list(islice(hidden_characters(text), MAX_PROBLEMS))
            blocks = split_blocks(HIDDEN.sub("", text) if hidden else text)
        except FileNotFoundError:
            message = "expected this file, got none"
        except OSError as error:
            message = f"expected a readable file: {error.strerror}"
        except TextError as error:
            line, message = error.line, error.message
        else:
            self._report_hidden(hidden, blocks)
            return blocks
        self._problem(line, "", (), message)
        self.data.unread.add(self.model)
        return []

    def _report_hidden(self, hidden: list[tuple[int, str]], blocks: list[Block]) -> None:
        starts = [block.line for block in blocks]
        for line, character in hidden:
            number = bisect_right(starts, line) - 1
            who = _named(blocks[number]) if number >= 0 else ""
            self._problem(line, who, (), f"expected only characters that show, got {character_name(character)}")

    def read(self, block: Block) -> Loaded[R] | None:
        """The record of a block, as far as it can be used; reports its faults."""
        known_by = mark(self.model, block.text)
        known = self.data.memory.find(known_by)
        record = known if isinstance(known, self.model) else self._parsed(block, known_by)
        return None if record is None else Loaded(record, self.name, block, known_by)

    def _parsed(self, block: Block, known_by: str) -> R | None:
        faults: list[YamlError] = []
        try:
            value = block.parse(faults)
        except YamlError as error:
            faults.append(error)
            value = None
        who = _named(block, value)
        for fault in faults:
            self._problem(fault.line, who, fault.location, fault.message)
        if not isinstance(value, dict):
            if not faults:
                self._problem(block.line, who, (), expected("an entry with fields", value))
            self._broken(block, value, who)
            return None
        nothings = set(_nothings(value, ()))
        for location in sorted(nothings - {fault.location for fault in faults}, key=str):
            self._problem(block.line_of(location), who, location, "expected a value, got nothing")
        record, wrong = self._validate(block, value, who, nothings)
        if faults or wrong:
            self._broken(block, value, who)
            self.data.wrong |= {(self.name, shortened(who), name) for name in wrong}
        elif record is not None:
            self.data.memory.keep(known_by, record)
        return record

    def _validate(self, block: Block, value: Value, who: str, told: set[Location]) -> tuple[R | None, set[str]]:
        """The record, as far as it can be used, and the fields that are wrong."""
        wrong = {str(location[0]) for location in told if location}
        try:
            record = self.model.model_validate(value)
        except ValidationError as error:
            described = describe_all(error, value, self.model)
            for location, message in described:
                if location not in told:
                    self._problem(block.line_of(location), who, location, message)
                wrong |= {str(step) for step in location[:1]}
            return self._salvage(value, wrong), wrong
        return (self._salvage(value, wrong) if wrong else record), wrong

    def _salvage(self, value: dict[str, Any], wrong: set[str]) -> R | None:
        """The record without its wrong fields, where it can do without them; what stands in for one is wrong too."""
        rest = {name: part for name, part in value.items() if name not in wrong}
        for name, declared in self.model.model_fields.items():
            if declared.is_required() and name not in rest:
                rest |= {name: STAND_INS["text"]} if declared.annotation is Text else _stand_in(name, rest)
                wrong.add(name)
        try:
            return self.model.model_validate(rest)
        except ValidationError:
            return None

    def _broken(self, block: Block, value: Value, who: str) -> None:
        """Remember what a faulty record is called, so that what points to it is not called wrong."""
        names = [who]
        if isinstance(value, dict) and isinstance(aliases := value.get("aliases"), list):
            names += [alias for alias in aliases if isinstance(alias, str)]
        self.data.broken.update(name for name in names if name)
        self.data.broken_text.setdefault(self.model, []).append(block.text)


def _stand_in(name: str, rest: dict[str, Any]) -> dict[str, Any]:
    if name == "title":  # one that no other work has
        return {name: f"Title of {rest.get('key')}"[:100]}
    return {name: STAND_INS[name]} if name in STAND_INS else {}


_NAMED = re.compile(r"^(?:-| ) *(?:key|id) *: *[\"']?([^\s\"'#]{1,200})", re.MULTILINE)


def _named(block: Block, value: Value = None) -> str:
    """The key or id of an entry, also of one that does not parse."""
    if isinstance(value, dict):
        name = value.get("key", value.get("id"))
        return name if isinstance(name, str) else ""
    fields = re.match(r"-[ \n]+", block.text)
    match = _NAMED.search(block.text)
    if not fields or not match:
        return ""
    column = len(fields[0].rpartition("\n")[2])
    line = match[0]
    return match[1] if len(line) - len(line.lstrip("- ")) == column else ""


def _nothings(value: Value, location: Location) -> Iterator[Location]:
    """The places of the values that are not there (`key:`)."""
    parts: Iterable[tuple[str | int, Value]] = ()
    if isinstance(value, dict):
        parts = value.items()
    elif isinstance(value, list):
        parts = enumerate(value)
    elif value is None:
        yield location
    for step, part in parts:
        yield from _nothings(part, (*location, step))
