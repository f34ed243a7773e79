"""Put the notebooks of the built site on the branch `notebooks` of `origin`, where Colab opens them.

Builds nothing; `make notebooks` does so before. The branch holds nothing else and has no history: it is derived.
With GITHUB_TOKEN in the environment, git pushes with it; otherwise as git is set up.
"""

from __future__ import annotations

import base64
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
BRANCH = "notebooks"


def git(root: Path, *arguments: str, given: str = "") -> str:
    """What a git command prints."""
    done = subprocess.run(["git", *arguments], cwd=root, input=given, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"git {arguments[0]} failed: {done.stderr.strip()}")
    return done.stdout.strip()


def commit_of(root: Path, notebooks: list[Path]) -> str:
    """The commit that holds the notebooks and nothing else."""
    blobs = [(path.name, git(root, "hash-object", "-w", str(path))) for path in notebooks]
    tree = git(root, "mktree", given="".join(f"100644 blob {blob}\t{name}\n" for name, blob in blobs))
    source = git(root, "rev-parse", "--short", "HEAD")
    return git(root, "commit-tree", tree, "-m", f"Notebooks of {source}")


def publish(root: Path) -> str:
    """Push the notebooks of `root/site`; the commit that now stands on the branch."""
    notebooks = sorted((root / "site" / "demos").glob("*.ipynb"))
    if not notebooks:
        sys.exit("expected notebooks in site/demos, got none: build the site first (make site)")
    commit = commit_of(root, notebooks)
    token = os.environ.get("GITHUB_TOKEN", "")
    key = base64.b64encode(f"x-access-token:{token}".encode()).decode()
    header = ["-c", f"http.extraheader=AUTHORIZATION: basic {key}"] if token else []
    git(root, *header, "push", "--force", "origin", f"{commit}:refs/heads/{BRANCH}")
    return commit


if __name__ == "__main__":
    print(f"{BRANCH}: {publish(ROOT)}")
