"""The first code of a demo's process: close what a demo may not use, then run it as a script.

Runs by its path, without the package: `python child.py BYTES SCRIPT [ARGUMENT]...`. Files may grow to BYTES.
"""

from __future__ import annotations

import resource
import runpy
import sys
from pathlib import Path

_NETWORK = ("socket.connect", "socket.bind", "socket.sendto", "socket.sendmsg", "socket.getaddrinfo")


def refuse_network(event: str, _: tuple[object, ...]) -> None:
    """Python's own door to the network; the kernel closes the others where it lets us."""
    if event in _NETWORK or event.startswith("socket.gethostby"):
        raise PermissionError("the network is closed to demos")


def main() -> None:
    """Give up what is not needed, then become the demo."""
    size, script = int(sys.argv[1]), sys.argv[2]
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    sys.addaudithook(refuse_network)
    sys.argv = sys.argv[2:]
    sys.path[0] = str(Path(script).parent)
    runpy.run_path(script, run_name="__main__")


if __name__ == "__main__":
    main()
