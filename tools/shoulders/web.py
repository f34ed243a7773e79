"""The web server of `shoulders serve`: the built site, and a stream that tells open pages of a new build.

For this machine only; it follows no files and builds nothing.
"""

from __future__ import annotations

import http.server
import ipaddress
import socket
import threading
from collections.abc import Callable
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from shoulders.build import BuildError

EVENTS = "/~reload"
_RELOAD = (
    b"<script>(()=>{const e=new EventSource('" + EVENTS.encode() + b"');let first=null;"
    b"e.onmessage=m=>{if(first===null)first=m.data;else if(m.data!==first)location.reload()};"
    b"addEventListener('pagehide',()=>e.close())})()</script>"
)
PORTS_TRIED = 50


class Versions:
    """The number of the site's last build, on which open pages wait."""

    def __init__(self) -> None:
        self.number = 0
        self.closing = False
        self.changed = threading.Condition()

    def bump(self) -> None:
        """Tell of another build."""
        with self.changed:
            self.number += 1
            self.changed.notify_all()

    def close(self) -> None:
        """Let everybody go who waits."""
        with self.changed:
            self.closing = True
            self.changed.notify_all()


class Handler(http.server.SimpleHTTPRequestHandler):
    """Static files, our 404 pages, and a stream that tells open pages of a new build."""

    extensions_map = {  # noqa: RUF012 - as the standard library declares it
        **http.server.SimpleHTTPRequestHandler.extensions_map,
        ".bib": "text/plain; charset=utf-8",
        ".ris": "text/plain; charset=utf-8",
        ".txt": "text/plain; charset=utf-8",
    }

    def __init__(self, *args: Any, versions: Versions, host: str, **options: Any) -> None:
        self.versions, self.host = versions, host
        super().__init__(*args, **options)

    def log_message(self, *args: object) -> None:
        """Keep quiet: the terminal tells of builds."""

    def do_GET(self) -> None:
        """Answer one request."""
        try:
            if not is_ours(self.headers.get("Host", ""), self.host):
                self.send_error(HTTPStatus.MISDIRECTED_REQUEST, "Open the address that shoulders serve printed")
            elif self.path.partition("?")[0] == EVENTS and self.command == "GET":
                self._stream()
            else:
                self._file()
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True

    do_HEAD = do_GET

    def _file(self) -> None:
        address = self.path.partition("?")[0]
        path = Path(self.translate_path(self.path))
        if _stands(path) and path.is_dir() and address.endswith("/"):
            path /= "index.html"
        if _stands(path) and (path.is_dir() or path.suffix != ".html"):
            # A folder's address without its slash is redirected to the one with it.
            super().do_HEAD() if self.command == "HEAD" else super().do_GET()
            return
        status, body = HTTPStatus.OK, b""
        if not _stands(path):
            root = Path(self.directory)
            path, status = root / ("zh" if address.startswith("/zh/") else "") / "404.html", HTTPStatus.NOT_FOUND
            body = b"" if _stands(path) else b"<!doctype html><title>404</title>There is no site yet; see the terminal."
        body = (body or path.read_bytes()) + _RELOAD
        self.send_response(status)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-cache")
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(body)

    def _stream(self) -> None:
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Cache-Control", "no-cache")
        self.end_headers()
        versions = self.versions
        try:
            while not versions.closing:
                self.wfile.write(f"data: {versions.number}\n\n".encode())
                self.wfile.flush()
                with versions.changed:
                    versions.changed.wait(timeout=15)
        except OSError:
            self.close_connection = True


def _stands(path: Path) -> bool:
    try:
        return path.exists()
    except (OSError, ValueError):  # a name that no file can have
        return False


def is_ours(header: str, host: str) -> bool:
    """Whether a request's `Host` names this machine.

    A page of another site can have its own name lead to this machine and then read what is served here (DNS
    rebinding), but it cannot choose the name that its requests carry. An address in numbers leads nowhere else.

    >>> is_ours("localhost:8000", "127.0.0.1"), is_ours("evil.example:8000", "127.0.0.1")
    (True, False)
    """
    try:
        name = urlsplit(f"//{header}").hostname or ""
    except ValueError:
        return False
    if name in ("", "localhost", host.casefold(), socket.gethostname().casefold()) or name.endswith(".localhost"):
        return True
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def listen(host: str, port: int, handler: Callable[..., Any]) -> http.server.ThreadingHTTPServer:
    """A server on the first free port from `port` on.

    Raises:
        BuildError: when none of the next ports is free, or the address is none of this machine.
    """
    reason = ""
    for number in range(port, min(port + PORTS_TRIED, 65536)) if port else (0,):
        try:
            return http.server.ThreadingHTTPServer((host, number), handler)
        except OSError as error:
            reason = error.strerror or str(error)
    raise BuildError(f"cannot listen at {host} from port {port} on: {reason}. Choose others with --host and --port")
