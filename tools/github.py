"""What the workflows say at GitHub: a comment on a pull request, a pull request for an issue, a word on an issue.

Everything goes through `gh api` and `git push`, both with GITHUB_TOKEN. What strangers named is read from the file of
the event and sent as JSON: no shell and no template sees it. Texts are those that `shoulders report` wrote.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from repository import commit_of, git, push
from shoulders.report import folder, markdown

ROOT = Path(__file__).parent.parent
BOT = "github-actions[bot]"
MARK = "<!-- shoulders report -->"
PER_PAGE = 100


def api(method: str, path: str, fields: dict[str, Any] | None = None) -> Any:
    """GitHub's answer."""
    command = ["gh", "api", "--method", method, path, *(["--input", "-"] if fields is not None else [])]
    given = json.dumps(fields) if fields is not None else ""
    done = subprocess.run(command, input=given, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{method} {path}: {done.stderr.strip()}")
    return json.loads(done.stdout)


def listed(path: str, query: dict[str, str]) -> Iterator[Any]:
    """Every item of a list, page by page."""
    for page in range(1, 100):
        items = api("GET", f"{path}?{urlencode({**query, 'per_page': PER_PAGE, 'page': page})}")
        yield from items
        if len(items) < PER_PAGE:
            return


def event() -> Any:
    """What happened, as GitHub tells it."""
    return json.loads(Path(os.environ["GITHUB_EVENT_PATH"]).read_text("utf-8"))


def here(*parts: str) -> str:
    """The path of the repository in the interface, and what comes behind."""
    return "/".join(["repos", os.environ["GITHUB_REPOSITORY"], *parts])


def web(*parts: str) -> str:
    """The address of the repository on the web, and what comes behind."""
    return "/".join([os.environ["GITHUB_SERVER_URL"], os.environ["GITHUB_REPOSITORY"], *parts])


# a comment on a pull request ---------------------------------------------------------------------


def comment(place: Path) -> None:
    """Put the text of a report on the pull requests whose head the run of the event has checked."""
    run = event()["workflow_run"]
    head = f"{run['head_repository']['owner']['login']}:{run['head_branch']}"
    pulls = listed(here("pulls"), {"state": "open", "head": head})
    numbers = [pull["number"] for pull in pulls if pull["head"]["sha"] == run["head_sha"]]
    text = (place / "report.md").read_text("utf-8")
    body = f"{MARK}\n{text}\n[The run and what it made · 运行记录与产物]({run['html_url']})\n"
    for number in numbers:
        ours = listed(here("issues", f"{number}", "comments"), {})
        found = next((each for each in ours if _is_ours(each)), None)
        if found:
            api("PATCH", here("issues", "comments", f"{found['id']}"), {"body": body})
        else:
            api("POST", here("issues", f"{number}", "comments"), {"body": body})
        print(f"#{number}: {'said anew' if found else 'said'}")
    if not numbers:
        print("No open pull request stands at this commit any more")


def _is_ours(said: Any) -> bool:
    """Whether it is the comment that was made before; anybody may write our mark."""
    return (said["user"] or {}).get("login") == BOT and said["body"].startswith(MARK)


# a pull request for an issue ---------------------------------------------------------------------


def propose(place: Path) -> None:
    """Open a pull request with the data files and the report that the first job left in a folder, or renew it."""
    told = event()
    number, base = told["issue"]["number"], told["repository"]["default_branch"]
    report = folder.read(place / "report")
    (key,) = report.works("new")[:1] or sys.exit(f"{place}: expected a new work, got none")
    branch = f"add-paper/issue-{number}"
    push(ROOT, commit_data(place, f"Add {key}"), branch)
    pictures = folder.pictures(place / "report", report)
    shown = [show(place / "report" / name, number) for name in pictures]
    said = (
        f"Closes #{number}.\n\nA workflow made this of the issue. GitHub starts no checks for what a workflow opens: "
        "what the check finds is told here, and closing and opening this again starts them all.\n"
        "由工作流根据该议题生成。GitHub 不会为它自动运行检查：检查结果见下，关闭再打开即可全部运行。\n"
    )
    body = "\n".join([said, markdown.render(report), *shown])
    fields = {"title": f"Add {key}", "body": body}
    owner = os.environ["GITHUB_REPOSITORY"].partition("/")[0]
    open_already = list(listed(here("pulls"), {"state": "open", "head": f"{owner}:{branch}"}))
    for pull in open_already:
        api("PATCH", here("pulls", f"{pull['number']}"), fields)
    if not open_already:
        api("POST", here("pulls"), {**fields, "head": branch, "base": base})
    print(f"{branch}: {key}")


def commit_data(place: Path, message: str) -> str:
    """A commit after HEAD with the data files of a folder in the place of ours."""
    for path in sorted([*(place / "data").glob("*.yaml"), *(place / "data" / "papers").glob("*.yaml")]):
        if re.fullmatch(r"[a-z0-9-]+\.yaml", path.name) and path.is_file() and not path.is_symlink():
            ours = ROOT / path.relative_to(place)
            ours.parent.mkdir(exist_ok=True)
            ours.write_bytes(path.read_bytes())
    git(ROOT, "add", "data")
    git(ROOT, "commit", "--quiet", "-m", message)
    return git(ROOT, "rev-parse", "HEAD")


def show(picture: Path, number: int) -> str:
    """The picture in Markdown, once a branch of its own holds it."""
    commit = commit_of(ROOT, [picture], f"Picture for #{number}")
    push(ROOT, commit, f"pictures/issue-{number}")
    return f"![The page · 页面]({web('raw', commit, picture.name)})\n"


# a word on an issue ------------------------------------------------------------------------------


def tell() -> None:
    """Say on the issue that its paper could not be added, and where to read why."""
    run = web("actions", "runs", os.environ["GITHUB_RUN_ID"])
    body = f"The paper could not be added; [the run]({run}) says why. 未能加入这篇论文，原因见[运行记录]({run})。"
    api("POST", here("issues", f"{event()['issue']['number']}", "comments"), {"body": body})


def main(command: str, place: Path) -> None:
    """Say what the command names."""
    try:
        {"comment": lambda: comment(place), "propose": lambda: propose(place), "tell": tell}[command]()
    except folder.FolderError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2] if len(sys.argv) > 2 else "."))
