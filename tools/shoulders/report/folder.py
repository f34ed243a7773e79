"""A folder with a report in it, `report.json` and pictures beside, of which a stranger may have made every byte.

The text is written anew from the checked record; nothing else of the folder is looked at.
"""

from __future__ import annotations

from pathlib import Path

from shoulders.report.markdown import render
from shoulders.report.record import Report, from_json, to_json
from shoulders.strictjson import JsonError
from shoulders.textfile import TextError, read_text
from shoulders.wholefile import write_whole

MAX_REPORT = 4 * 1024 * 1024  # bytes
MAX_PICTURE = 2 * 1024 * 1024
PNG = b"\x89PNG\r\n\x1a\n"


class FolderError(Exception):
    """The folder holds no report; every line of the message says what is wrong."""


def read(folder: Path) -> Report:
    """The report of a folder.

    Raises:
        FolderError: naming everything that is wrong with it.
    """
    path = folder / "report.json"
    try:
        if path.is_symlink():
            raise FolderError(f"{path}: expected a file, got a link")
        if path.stat().st_size > MAX_REPORT:
            raise FolderError(f"{path}: expected at most {MAX_REPORT >> 20} MiB, got {path.stat().st_size >> 20} MiB")
        return from_json(read_text(path))
    except FileNotFoundError:
        raise FolderError(f"{path}: expected a report, got none") from None
    except OSError as error:
        raise FolderError(f"{path}: expected a readable file: {error.strerror}") from None
    except TextError as error:
        raise FolderError(f"{path}:{error.line}: {error.message}") from None
    except JsonError as error:
        raise FolderError("\n".join(f"{path}: {line}" for line in str(error).split("\n"))) from None


def pictures(folder: Path, report: Report) -> tuple[str, ...]:
    """The names of the pictures of new and changed works that lie in a folder."""
    names = (f"{key}.png" for key in report.works("new", "changed"))
    return tuple(name for name in names if _is_picture(folder / name))


def _is_picture(path: Path) -> bool:
    try:
        if path.is_symlink() or not path.is_file() or path.stat().st_size > MAX_PICTURE:
            return False
        with path.open("rb") as stream:
            return stream.read(len(PNG)) == PNG
    except OSError:
        return False


def write(folder: Path, report: Report, text: str = "") -> None:
    """The record as `report.json` and its text as `report.md`.

    Raises:
        wholefile.WriteError: when nothing could be written.
    """
    files = {"report.json": to_json(report), "report.md": text or render(report)}
    write_whole({folder / name: content.encode("utf-8") for name, content in files.items()})
