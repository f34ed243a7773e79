"""Servers on loopback that answer as a test tells them, well or badly, and remember what they were asked."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

CERTIFICATE = Path(__file__).parent / "certificate.pem"


@dataclass(frozen=True)
class Asked:
    """One request as it came."""

    method: str
    path: str
    headers: dict[str, str]  # names in small letters


class Talk:
    """One connection: the test writes to it, and learns when the other side has hung up."""

    def __init__(self, sock: socket.socket, ended: threading.Event) -> None:
        self.sock, self.ended = sock, ended
        self.sent = 0

    def send(self, data: bytes) -> None:
        self.sock.sendall(data)
        self.sent += len(data)

    def drip(self, data: bytes) -> None:
        """The same bytes for ever, slowly, but often enough that no single wait for them is long."""
        while not self.ended.wait(0.02):
            self.send(data)


Behaviour = Callable[[Talk], None]


class Server:
    """Listens until it is closed. The first request for a path meets the first behaviour, and so on; the last stays."""

    def __init__(self, *, tls: bool = False) -> None:
        self.asked: list[Asked] = []
        self.connections = 0
        self.talks: list[Talk] = []
        self.hung_up = threading.Event()  # somebody went before the answer was whole
        self._behaviours: dict[str, list[Behaviour]] = {}
        self._otherwise: list[Behaviour] = [reply(404)]
        self.ended = threading.Event()
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER) if tls else None
        if self._context:
            self._context.load_cert_chain(CERTIFICATE)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self.origin = f"http{'s' if tls else ''}://127.0.0.1:{self.port}"
        self._threads = [threading.Thread(target=self._listen, daemon=True)]
        self._threads[0].start()

    def on(self, path: str, *behaviours: Behaviour) -> str:
        """From now on the path is answered so; its address."""
        self._behaviours[path] = list(behaviours)
        return self.origin + path

    def always(self, *behaviours: Behaviour) -> None:
        """From now on every other path is answered so."""
        self._otherwise = list(behaviours)

    def close(self) -> None:
        """End, with everybody who is still connected."""
        self.ended.set()
        _connected(self.port).close()  # which wakes the listener
        for thread in self._threads:
            thread.join()
        self._listener.close()

    def count(self, path: str) -> int:
        """How often the path was asked for."""
        return sum(asked.path == path for asked in self.asked)

    def _listen(self) -> None:
        while True:
            sock, _ = self._listener.accept()
            if self.ended.is_set():
                sock.close()
                return
            self.connections += 1
            thread = threading.Thread(target=self._serve, args=(sock,), daemon=True)
            self._threads.append(thread)
            thread.start()

    def _serve(self, sock: socket.socket) -> None:
        sock.settimeout(10)
        try:
            if self._context:
                sock = self._context.wrap_socket(sock, server_side=True)
            self.handle(sock)
        except OSError:
            self.hung_up.set()
        finally:
            sock.close()

    def handle(self, sock: socket.socket) -> None:
        """Read one request, answer it, and hang up."""
        asked = read_request(sock, self.ended)
        if asked is None:
            return
        left = self._behaviours.get(asked.path, self._otherwise)
        self.asked.append(asked)
        talk = Talk(sock, self.ended)
        self.talks.append(talk)
        (left.pop(0) if len(left) > 1 else left[0])(talk)
        with suppress(OSError):  # what was not read must not turn the answer into a reset
            sock.shutdown(socket.SHUT_WR)


def _connected(port: int) -> socket.socket:
    sock = socket.socket()  # looks up no name, which a test may have made impossible
    sock.connect(("127.0.0.1", port))
    return sock


def read_request(sock: socket.socket, ended: threading.Event) -> Asked | None:
    """The head of a request; None where none comes."""
    data = b""
    sock.settimeout(0.05)
    while b"\r\n\r\n" not in data and not ended.is_set():
        with suppress(TimeoutError):
            part = sock.recv(65536)
            if not part:
                return None
            data += part
    sock.settimeout(10)
    if ended.is_set():
        return None
    first, *lines = data.partition(b"\r\n\r\n")[0].decode("latin-1").split("\r\n")
    method, path, _ = first.split(" ")
    return Asked(method, path, {name.casefold(): value for name, _, value in (line.partition(": ") for line in lines)})


def head(status: int, headers: Iterable[str] = ()) -> bytes:
    """The lines before a body."""
    return "\r\n".join([f"HTTP/1.1 {status} So", *headers, "", ""]).encode("latin-1")


def reply(status: int = 200, *headers: str, body: bytes = b"", kind: str = "application/json") -> Behaviour:
    """An answer as it should be."""
    return raw(head(status, [f"Content-Type: {kind}", f"Content-Length: {len(body)}", *headers]) + body)


def raw(data: bytes) -> Behaviour:
    """These bytes."""
    return lambda talk: talk.send(data)


def leads_to(address: str, status: int = 302) -> Behaviour:
    """A redirect."""
    return reply(status, f"Location: {address}")


def dripping(start: bytes, data: bytes = b" ") -> Behaviour:
    """A beginning, and then never an end."""

    def behave(talk: Talk) -> None:
        talk.send(start)
        talk.drip(data)

    return behave


def silent(talk: Talk) -> None:
    """Nothing at all."""
    while not talk.ended.wait(0.02):
        talk.sock.settimeout(0.02)
        with suppress(TimeoutError):
            if not talk.sock.recv(1):
                raise ConnectionResetError


def flood(start: bytes, piece: bytes, size: int) -> Behaviour:
    """A body of so many bytes, sent as fast as they are taken."""

    def behave(talk: Talk) -> None:
        talk.send(start)
        while talk.sent < size and not talk.ended.is_set():
            talk.send(piece)

    return behave


class Proxy(Server):
    """A proxy that leads every tunnel to one server, whatever name is asked for."""

    def __init__(self, target: Server) -> None:
        self._target = target
        self.names: list[str] = []
        super().__init__()

    def handle(self, sock: socket.socket) -> None:
        asked = read_request(sock, self.ended)
        if asked is None:
            return
        self.asked.append(asked)
        self.names.append(asked.path)
        sock.sendall(head(200))
        with _connected(self._target.port) as onward:
            back = threading.Thread(target=_pass_on, args=(onward, sock, self.ended))
            back.start()
            _pass_on(sock, onward, self.ended)
            back.join()


def _pass_on(source: socket.socket, target: socket.socket, ended: threading.Event) -> None:
    source.settimeout(0.05)
    with suppress(OSError):
        while not ended.is_set():
            with suppress(TimeoutError):
                part = source.recv(65536)
                if not part:
                    break
                target.sendall(part)
    with suppress(OSError):
        target.shutdown(socket.SHUT_WR)
