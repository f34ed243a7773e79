"""The first code of a demo's process: close what a demo may not use, run it as a script, say how it ended.

Runs by its path, without the package: `python child.py BYTES SCRIPT [ARGUMENT]...`. Files may grow to BYTES. Two
processes come of it. The demo gets one that leads a session of its own. The other, the keeper, inherits whatever the
demo leaves running (on Linux); when the demo has ended it writes one line to its standard output, the exit code, the
KiB of memory that the demo held and the milliseconds that it computed, and it ends with its standard input, that is
with whoever asked, however that one dies.
"""

from __future__ import annotations

import os
import resource
import runpy
import signal
import sys
import threading
from pathlib import Path
from types import TracebackType

_NETWORK = ("socket.connect", "socket.bind", "socket.sendto", "socket.sendmsg", "socket.getaddrinfo")
_SET_CHILD_SUBREAPER = 36  # of prctl(2)


def refuse_network(event: str, _: tuple[object, ...]) -> None:
    """Python's own door to the network; the kernel closes the others where it lets us."""
    if event in _NETWORK or event.startswith("socket.gethostby"):
        raise PermissionError("the network is closed to demos")


def inherit_orphans() -> None:
    """Become the parent of descendants whose parent ends, as the first process of a namespace is anyway."""
    if sys.platform == "linux" and os.getpid() != 1:
        import ctypes

        ctypes.CDLL(None).prctl(_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def become_demo(size: int, arguments: list[str]) -> None:
    """Give up what is not needed, then run the script."""
    os.setsid()
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(2, 1)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    sys.addaudithook(refuse_network)
    sys.excepthook = tell_error
    sys.argv = arguments
    sys.path[0] = str(Path(arguments[0]).parent)
    runpy.run_path(arguments[0], run_name="__main__")


def tell_error(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """As Python does, but for our own lines before the script's."""
    own = trace
    while own and own.tb_frame.f_code.co_filename != sys.argv[0]:
        own = own.tb_next
    sys.__excepthook__(kind, error.with_traceback(own), own)


def keep(demo: int) -> None:
    """Wait for the demo and for all that it leaves, until nobody asks any more."""
    threading.Thread(target=end_with_input, args=(demo,), daemon=True).start()
    scale = 1024 if sys.platform == "darwin" else 1
    while True:
        try:
            ended, status, usage = os.wait4(-1, 0)
        except ChildProcessError:
            threading.Event().wait()
        if ended == demo:
            computed = round(1000 * (usage.ru_utime + usage.ru_stime))
            line = f"{os.waitstatus_to_exitcode(status)} {usage.ru_maxrss // scale} {computed}\n"
            os.write(1, line.encode())  # in one piece


def end_with_input(demo: int) -> None:
    """End, and the demo too, when there is nobody left at the other end of standard input."""
    sys.stdin.buffer.read()
    try:
        os.killpg(demo, signal.SIGKILL)
    finally:
        os._exit(1)


def main() -> None:
    """Become two."""
    inherit_orphans()
    demo = os.fork()
    if demo:
        keep(demo)
    become_demo(int(sys.argv[1]), sys.argv[2:])


if __name__ == "__main__":
    main()
