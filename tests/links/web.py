"""A small web on this machine that answers as it is told to, and a project whose links lead there."""

from __future__ import annotations

import http.server
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.builders import entry, fields, write_data

ARCHIVE = "/wayback"
HANG = -1  # instead of a status: no answer before the test is over
SETTINGS = "site_name: S\nsite_url: https://shoulders.example.org/\nsite_description: d\n"


@dataclass
class Web:
    """What stands at each path, and what was asked for in which order; at /wayback it is the archive."""

    base: str
    answers: dict[str, int | str | dict[str, int]] = field(default_factory=dict)
    archived: dict[str, Any] = field(default_factory=dict)  # by address: what the archive says, as JSON or as bytes
    asked: list[str] = field(default_factory=list)
    agents: set[str] = field(default_factory=set)
    over: threading.Event = field(default_factory=threading.Event)

    def __call__(self, path: str, answer: int | str | dict[str, int] = 200) -> str:
        """Make a path answer with a status, by method where they differ, or send on to another; its address."""
        self.answers[path] = answer
        return self.base + path


class _Handler(http.server.BaseHTTPRequestHandler):
    web: Web

    def do_GET(self) -> None:
        """Answer, and note that it was asked."""
        web, path = self.web, urlsplit(self.path).path
        web.asked.append(f"{self.command} {self.path}")
        web.agents.add(self.headers["User-Agent"])
        answer = web.answers.get(path, 404)
        status = answer.get(self.command, 200) if isinstance(answer, dict) else answer
        if status == HANG:
            web.over.wait(30)
        elif path == ARCHIVE:
            self.archive()
        elif isinstance(status, str):
            self.send_response(302)
            self.send_header("Location", status)
            self.end_headers()
        else:
            self.say(status, b"<title>A page</title>", "text/html")

    do_HEAD = do_GET

    def archive(self) -> None:
        """What the archive has of the address that is asked for."""
        said = self.web.archived.get(parse_qs(urlsplit(self.path).query)["url"][0], {"archived_snapshots": {}})
        if isinstance(said, bytes):
            self.say(200, said, "text/html")
        else:
            self.say(200, json.dumps(said).encode(), "application/json")

    def say(self, status: int, body: bytes, kind: str) -> None:
        """Send an answer with its body, unless only the head was asked for."""
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        """Say nothing."""


@contextmanager
def serve(host: str = "127.0.0.1") -> Iterator[Web]:
    """A server on a port of its own."""
    handler = type("Handler", (_Handler,), {})
    server = http.server.ThreadingHTTPServer((host, 0), handler)
    server.daemon_threads = True
    web = Web(f"http://{host}:{server.server_address[1]}")
    handler.web = web  # type: ignore[attr-defined]  # the handler finds it there
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    try:
        yield web
    finally:
        web.over.set()
        server.shutdown()
        server.server_close()


def copy(moment: str = "20240109080706", **changed: Any) -> dict[str, Any]:
    """What the archive says of an address of which it has a copy."""
    closest = {"status": "200", "available": True, "url": "http://elsewhere.example/", "timestamp": moment, **changed}
    return {"archived_snapshots": {"closest": closest}}


def make_project(root: Path, *sources: str, page: str = "") -> Path:
    """A project of one work whose facts were checked at these addresses, and a page in Markdown."""
    work = fields(url=None, type="thesis", school="School of Stones", sources=list(sources))
    write_data(root, papers=entry(**work))
    for name in ("mkdocs.yml", "mkdocs.zh.yml"):
        (root / name).write_text(SETTINGS, "utf-8")
    if page:
        (root / "docs" / "en").mkdir(parents=True, exist_ok=True)
        (root / "docs" / "en" / "about.md").write_text(page, "utf-8")
    return root
