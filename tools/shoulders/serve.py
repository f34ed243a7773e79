"""Serve the built site on this machine and build it again when a file changes; open pages reload by themselves.

For writing, not for hosting: the site itself is static files for any web server.
"""

from __future__ import annotations

import http.server
import os
import select
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import IO, cast

from watchdog.events import FileSystemEvent, FileSystemEventHandler
from watchdog.observers import Observer

from shoulders.web import Handler, Versions, listen

Say = Callable[[str], None]

WATCHED = ("data", "docs", "demos", "tools", "mkdocs.yml", "mkdocs.zh.yml")
_QUIET = 0.1  # seconds without a change before a build starts
_LOOK = 0.1  # seconds between looks at whether the end was asked for, or something changed


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
        self.names: set[str] = set()  # of WATCHED, what changed

    def on_any_event(self, event: FileSystemEvent) -> None:
        """Note a change; reading a file is none."""
        if event.event_type in ("opened", "closed_no_write"):
            return
        # An editor that saves through a file of its own moves that one to the real name.
        if names := {name for path in (event.src_path, event.dest_path) if path and (name := self.matters(str(path)))}:
            self.names |= names
            self.last = time.monotonic()
            self.event.set()

    def taken(self) -> set[str]:
        """What changed since this was last asked; from now on another change counts."""
        self.event.clear()
        names, self.names = self.names, set()
        return names

    def matters(self, path: str) -> str:
        """Which of WATCHED a file belongs to that the site is made of; nothing for those of editors and Python."""
        try:
            parts = Path(path).relative_to(self.root).parts
        except ValueError:
            return ""
        if not parts or parts[0] not in WATCHED or "__pycache__" in parts:
            return ""
        return "" if parts[-1].startswith(".") or parts[-1].endswith(("~", ".pyc", ".swp")) else parts[0]


class _Preview:
    """The process that writes the pages of changed entries at once; where it fails, the whole build tells why."""

    def __init__(self, root: Path, site: Path) -> None:
        command = [sys.executable, "-m", "shoulders.preview", str(root), str(site)]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True)
        self._asked, self._told = cast(IO[bytes], self.process.stdin), cast(IO[bytes], self.process.stdout)

    def update(self, stop: _Stop) -> int:
        """How many entries changed whose pages now stand in the site."""
        try:
            self._asked.write(b"\n")
            self._asked.flush()
            while not stop.asked:
                if select.select([self._told], [], [], _LOOK)[0]:
                    return int(self._told.readline() or b"0")
        except (OSError, ValueError):
            pass
        return 0

    def end(self) -> None:
        """End the process."""
        self.process.kill()
        self.process.communicate()


def serve(root: Path, *, host: str, port: int, say: Say) -> None:
    """Build and serve until interrupted.

    Raises:
        BuildError: when no port is free.
    """
    site, versions, changes, stop = root / "site", Versions(), _Changes(root), _Stop()
    http.server.ThreadingHTTPServer.daemon_threads = True
    server = listen(host, port, partial(Handler, directory=str(site), versions=versions, host=host))

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)
    observer = Observer()
    observer.schedule(changes, str(root), recursive=False)  # the files, also those that come later
    for name in WATCHED:
        if (root / name).is_dir():
            observer.schedule(changes, str(root / name), recursive=True)
    observer.start()
    preview = _Preview(root, site)
    try:
        _build(root, stop, changes)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        address = f"http://{host}:{server.server_address[1]}/"
        if not stop.asked:
            say(f"Serving {address} (Chinese: {address}zh/). Ctrl-C ends.")
            preview = _rebuild_on_change(root, preview, changes, versions, stop, say)
            server.shutdown()
    finally:
        preview.end()
        versions.close()
        server.server_close()
        observer.stop()
        observer.join()
        say("Stopped.")


def _rebuild_on_change(
    root: Path, preview: _Preview, changes: _Changes, versions: Versions, stop: _Stop, say: Say
) -> _Preview:
    """Follow changes until the end: changed entries first, then everything. Returns the last process for previews."""
    while not stop.asked:
        if not changes.event.wait(timeout=_LOOK):
            continue
        while (wait := changes.last + _QUIET - time.monotonic()) > 0:
            time.sleep(wait)
        names = changes.taken()
        if stop.asked:
            break
        if names == {"data"} and (count := preview.update(stop)):
            versions.bump()
            say(f"Changed: {count} {'entry' if count == 1 else 'entries'}, to be seen now. Building the rest.")
        else:
            say("Changed: building again.")
        if "tools" in names:
            preview.end()
            preview = _Preview(root, root / "site")  # of our own code as it is now
        built = _build(root, stop, changes)
        if built:
            versions.bump()
        elif built is False and not stop.asked:
            say("The build failed; the site stands as it was.")
    return preview


def _build(root: Path, stop: _Stop, changes: _Changes) -> bool | None:
    """Build in a process of its own, so that a change of our own code takes effect too.

    Whether it was built; None where a change came meanwhile, which gives it up.
    """
    command = [sys.executable, "-m", "shoulders", "build", "--root", str(root)]
    # Its own session: Ctrl-C reaches us alone, and we end the build.
    process = subprocess.Popen(command, start_new_session=True)
    while True:
        try:
            return process.wait(timeout=_LOOK) == 0
        except subprocess.TimeoutExpired:
            if stop.asked or changes.event.is_set():
                os.killpg(process.pid, signal.SIGTERM)
                process.wait()
                return None
