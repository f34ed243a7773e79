"""Serve the built site on this machine and build it again when a file changes; open pages reload by themselves.

For writing, not for hosting: the site itself is static files for any web server.
"""

from __future__ import annotations

import http.server
import os
import signal
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
        ".wasm": "application/wasm",
    }

    def __init__(self, *args: Any, versions: _Versions, **options: Any) -> None:
        self.versions = versions
        super().__init__(*args, **options)

    def log_message(self, *args: object) -> None:
        """Keep quiet: the terminal tells of builds."""

    def do_GET(self) -> None:
        """Answer one request."""
        if urlsplit(self.path).path == EVENTS:
            self._stream()
            return
        try:
            self._file()
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True

    def _file(self) -> None:
        path = Path(self.translate_path(self.path))
        if path.is_dir() and not urlsplit(self.path).path.endswith("/"):
            super().do_GET()  # redirects to the address with a slash
            return
        if path.is_dir():
            path /= "index.html"
        status = HTTPStatus.OK
        if not path.is_file():
            root = Path(self.directory)
            zh = urlsplit(self.path).path.startswith("/zh/")
            path, status = (root / "zh" if zh else root) / "404.html", HTTPStatus.NOT_FOUND
        if path.suffix != ".html" or not path.is_file():
            super().do_GET()
            return
        body = path.read_bytes() + _RELOAD
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


class _Changes(FileSystemEventHandler):
    """Notes when something worth a build changed."""

    def __init__(self) -> None:
        self.last = 0.0
        self.event = threading.Event()

    def on_any_event(self, event: FileSystemEvent) -> None:
        """Note a change; reading a file is none, and neither are editors' and Python's own files."""
        if event.event_type in ("opened", "closed_no_write"):
            return
        parts = Path(str(event.src_path)).parts
        if "__pycache__" in parts or parts[-1].startswith(".") or parts[-1].endswith(("~", ".pyc", ".swp")):
            return
        self.last = time.monotonic()
        self.event.set()


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
    site, versions, changes, stop = root / "site", _Versions(), _Changes(), threading.Event()
    http.server.ThreadingHTTPServer.daemon_threads = True
    server = listen(host, port, partial(_Handler, directory=str(site), versions=versions))

    def end(*_: object) -> None:
        stop.set()
        changes.event.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, end)
    observer = Observer()
    for name in WATCHED:
        if (root / name).exists():
            observer.schedule(changes, str(root / name), recursive=True)
    observer.start()
    try:
        _build(root, stop, say)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        address = f"http://{host}:{server.server_address[1]}/"
        if not stop.is_set():
            say(f"Serving {address} (Chinese: {address}zh/). Ctrl-C ends.")
            _rebuild_on_change(root, changes, versions, stop, say)
            server.shutdown()
    finally:
        versions.close()
        server.server_close()
        observer.stop()
        observer.join()
        say("Stopped.")


def _rebuild_on_change(root: Path, changes: _Changes, versions: _Versions, stop: threading.Event, say: Say) -> None:
    while True:
        changes.event.wait()
        if stop.is_set():
            return
        while (wait := changes.last + _QUIET - time.monotonic()) > 0:
            time.sleep(wait)
        changes.event.clear()
        say("Changed: building again.")
        if _build(root, stop, say):
            versions.bump()


def _build(root: Path, stop: threading.Event, say: Say) -> bool:
    """Build in a process of its own, so that a change of our own code takes effect too."""
    command = [sys.executable, "-m", "shoulders", "build", "--root", str(root)]
    # Its own session: Ctrl-C reaches us alone, and we end the build.
    process = subprocess.Popen(command, start_new_session=True)
    while True:
        try:
            code = process.wait(timeout=0.2)
            break
        except subprocess.TimeoutExpired:
            if stop.is_set():
                os.killpg(process.pid, signal.SIGTERM)
    if code and not stop.is_set():
        say("The build failed; the site stands as it was.")
    return code == 0
