"""Which addresses may be asked, as far as they tell: none of this machine, none of a private network.

Where a name leads is not looked at here but where connections are made, in `transport`.
"""

from __future__ import annotations

import ipaddress
import re
import socket
from urllib.parse import urlsplit

from shoulders.problems import shortened

_NAME = re.compile(r"([a-z0-9_-]+\.)+[a-z0-9-]+")
_LOCAL = (".localhost", ".local", ".internal", ".intranet", ".home.arpa", ".lan")
_UNICAST = ipaddress.IPv6Network("2000::/3")  # all of IPv6 that anybody has been given so far
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")


def origin(address: str) -> str:
    """Scheme, host and port of an address.

    >>> origin("https://Example.org/a"), origin("http://[::1]:8000/a")
    ('https://example.org:443', 'http://[::1]:8000')

    Raises:
        ValueError: when it is no http or https address.
    """
    parts = urlsplit(address)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("an http or https address")
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return f"{parts.scheme}://{host}:{parts.port or (443 if parts.scheme == 'https' else 80)}"


def host_of(address: str) -> str:
    """The host of an address, to be named in a sentence; where it has none, the address.

    >>> host_of("https://arxiv.org/abs/2401.99999"), host_of("mailto:nobody")
    ('arxiv.org', 'mailto:nobody')
    """
    try:
        return shortened(urlsplit(address).hostname or address)
    except ValueError:
        return shortened(address)


def is_public(host: str) -> bool:
    """Whether a host may be asked, as far as its name tells: no address of a private network, no local name.

    >>> is_public("arxiv.org"), is_public("127.0.0.1"), is_public("[::1]"), is_public("printer.local")
    (True, False, False, False)
    """
    bare = host.strip("[]").rstrip(".").casefold()
    try:
        # `socket` understands 0x7f.1 and 2130706433, too
        return is_public_ip(socket.inet_ntoa(socket.inet_aton(bare)))
    except (OSError, ValueError):
        pass
    try:
        return is_public_ip(bare)
    except ValueError:
        return _NAME.fullmatch(bare) is not None and not bare.endswith(_LOCAL)


def is_public_ip(text: str) -> bool:
    """Whether an address is one of the open network, whatever it is wrapped in.

    >>> is_public_ip("8.8.8.8"), is_public_ip("64:ff9b::8.8.8.8"), is_public_ip("64:ff9b::10.0.0.1")
    (True, True, False)

    Raises:
        ValueError: when it is no IP address.
    """
    address = ipaddress.ip_address(text)
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour or _nat64(address)
        if inner is None:
            return address in _UNICAST and address.is_global
        address = inner
    return address.is_global and not address.is_multicast


def _nat64(address: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF) if address in _NAT64 else None
