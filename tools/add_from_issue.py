"""Add the paper that an issue names: `make add-from-issue ISSUE=FILE`, or without a file the issue of GitHub's event.

Looks nothing up and writes nothing itself; that is the work of `shoulders add`, once the whole form is found sound.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from shoulders.issue_form import parse
from shoulders.problems import ProblemsError, format_text
from shoulders.textfile import TextError, read_text

ROOT = Path(__file__).parent.parent


def body_of(file: str, event: str) -> str:
    """The body of the issue in a file, or in the file of an event."""
    if file:
        return read_text(Path(file))
    return json.loads(Path(event).read_text("utf-8"))["issue"]["body"] or ""  # null when the issue has none


def main(arguments: list[str]) -> int:
    """Add the paper; the exit code of `shoulders add`, or 1 when the form is not sound."""
    file, event = next(iter(arguments), ""), os.environ.get("GITHUB_EVENT_PATH", "")
    if not (file or event):
        print("expected the file of an issue: make add-from-issue ISSUE=FILE", file=sys.stderr)
        return 2
    try:
        proposal = parse(body_of(file, event), file or "issue")
    except (OSError, TextError) as error:
        print(f"expected a file with the text of an issue: {error}", file=sys.stderr)
        return 1
    except ProblemsError as error:
        print(format_text(error.problems), end="", file=sys.stderr)
        return 1
    return subprocess.run([sys.executable, "-m", "shoulders", *proposal.arguments], cwd=ROOT, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
