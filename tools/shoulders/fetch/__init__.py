"""The only part that talks to the network: politely, and to nobody it should not talk to.

Knows addresses and answers, not what the answers mean; that is the work of `lookup` and `links`.
"""

from shoulders.fetch.client import Client
from shoulders.fetch.errors import FetchError, NotFoundError, UnsureError
from shoulders.fetch.reading import Answer
from shoulders.fetch.services import SERVICES, Service, services

__all__ = ["SERVICES", "Answer", "Client", "FetchError", "NotFoundError", "Service", "UnsureError", "services"]
