"""Put the notebooks of the built site on the branch `notebooks` of `origin`, where Colab opens them.

Builds nothing; `make notebooks` does so before. The branch holds nothing else and has no history: it is derived.
"""

from __future__ import annotations

import sys
from pathlib import Path

from repository import commit_of, git, push

ROOT = Path(__file__).parent.parent
BRANCH = "notebooks"


def publish(root: Path) -> str:
    """Push the notebooks of `root/site`; the commit that now stands on the branch."""
    notebooks = sorted((root / "site" / "demos").glob("*.ipynb"))
    if not notebooks:
        sys.exit("expected notebooks in site/demos, got none: build the site first (make site)")
    commit = commit_of(root, notebooks, f"Notebooks of {git(root, 'rev-parse', '--short', 'HEAD')}")
    push(root, commit, BRANCH)
    return commit


if __name__ == "__main__":
    print(f"{BRANCH}: {publish(ROOT)}")
