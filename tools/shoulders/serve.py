"""Serve the built site on this machine and build it again when a file changes; open pages reload by themselves.

For writing, not for hosting: the site itself is static files for any web server.
"""

from __future__ import annotations

import http.server
import ipaddress
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from functools import partial
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from watchdog.events import FileSystemEvent, FileSystemEventHandler
from watchdog.observers import Observer

from shoulders.build import BuildError

Say = Callable[[str], None]

WATCHED = ("data", "docs", "demos", "tools", "mkdocs.yml", "mkdocs.zh.yml")
EVENTS = "/~reload"
_RELOAD = (
    b"<script>(()=>{const e=new EventSource('" + EVENTS.encode() + b"');let first=null;"
    b"e.onmessage=m=>{if(first===null)first=m.data;else if(m.data!==first)location.reload()};"
    b"addEventListener('pagehide',()=>e.close())})()</script>"
)
PORTS_TRIED = 50
_QUIET = 0.25  # seconds without a change before a build starts
_LOOK = 0.2  # seconds between looks at whether the end was asked for


class _Versions:
    """The number of the site's last build, on which open pages wait."""

    def __init__(self) -> None:
        self.number = 0
        self.closing = False
        self.changed = threading.Condition()

    def bump(self) -> None:
        with self.changed:
            self.number += 1
            self.changed.notify_all()

    def close(self) -> None:
        with self.changed:
            self.closing = True
            self.changed.notify_all()


class _Handler(http.server.SimpleHTTPRequestHandler):
    """Static files, our 404 pages, and a stream that tells open pages of a new build."""

    extensions_map = {  # noqa: RUF012 - as the standard library declares it
        **http.server.SimpleHTTPRequestHandler.extensions_map,
        ".bib": "text/plain; charset=utf-8",
        ".ris": "text/plain; charset=utf-8",
        ".txt": "text/plain; charset=utf-8",
    }

    def __init__(self, *args: Any, versions: _Versions, host: str, **options: Any) -> None:
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


class _Stop:
    """Whether a signal asked for the end: a plain flag, since a handler must not wait for a lock it interrupted."""

    asked = False

    def __call__(self, *_: object) -> None:
        """Note the signal."""
        self.asked = True


class _Changes(FileSystemEventHandler):
    """Notes when something worth a build changed."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.last = 0.0
        self.event = threading.Event()

    def on_any_event(self, event: FileSystemEvent) -> None:
        """Note a change; reading a file is none."""
        if event.event_type in ("opened", "closed_no_write"):
            return
        # An editor that saves through a file of its own moves that one to the real name.
        if any(self.matters(str(path)) for path in (event.src_path, event.dest_path) if path):
            self.last = time.monotonic()
            self.event.set()

    def matters(self, path: str) -> bool:
        """Whether a file is one that the site is made of, none of editors' and Python's own."""
        try:
            parts = Path(path).relative_to(self.root).parts
        except ValueError:
            return False
        if not parts or parts[0] not in WATCHED or "__pycache__" in parts:
            return False
        return not (parts[-1].startswith(".") or parts[-1].endswith(("~", ".pyc", ".swp")))


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


def serve(root: Path, *, host: str, port: int, say: Say) -> None:
    """Build and serve until interrupted.

    Raises:
        BuildError: when no port is free.
    """
    site, versions, changes, stop = root / "site", _Versions(), _Changes(root), _Stop()
    http.server.ThreadingHTTPServer.daemon_threads = True
    server = listen(host, port, partial(_Handler, directory=str(site), versions=versions, host=host))

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)
    observer = Observer()
    observer.schedule(changes, str(root), recursive=False)  # the files, also those that come later
    for name in WATCHED:
        if (root / name).is_dir():
            observer.schedule(changes, str(root / name), recursive=True)
    observer.start()
    try:
        _build(root, stop, say)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        address = f"http://{host}:{server.server_address[1]}/"
        if not stop.asked:
            say(f"Serving {address} (Chinese: {address}zh/). Ctrl-C ends.")
            _rebuild_on_change(root, changes, versions, stop, say)
            server.shutdown()
    finally:
        versions.close()
        server.server_close()
        observer.stop()
        observer.join()
        say("Stopped.")


def _rebuild_on_change(root: Path, changes: _Changes, versions: _Versions, stop: _Stop, say: Say) -> None:
    while not stop.asked:
        if not changes.event.wait(timeout=_LOOK):
            continue
        while (wait := changes.last + _QUIET - time.monotonic()) > 0:
            time.sleep(wait)
        changes.event.clear()
        if stop.asked:
            return
        say("Changed: building again.")
        if _build(root, stop, say):
            versions.bump()


def _build(root: Path, stop: _Stop, say: Say) -> bool:
    """Build in a process of its own, so that a change of our own code takes effect too."""
    command = [sys.executable, "-m", "shoulders", "build", "--root", str(root)]
    # Its own session: Ctrl-C reaches us alone, and we end the build.
    process = subprocess.Popen(command, start_new_session=True)
    while True:
        try:
            code = process.wait(timeout=_LOOK)
            break
        except subprocess.TimeoutExpired:
            if stop.asked:
                os.killpg(process.pid, signal.SIGTERM)
    if code and not stop.asked:
        say("The build failed; the site stands as it was.")
    return code == 0
