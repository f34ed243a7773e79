"""Public services as the network part meets them: a server on this machine whose answers have the recorded shapes.

All works are invented. A test may replace any answer by a bad one.
"""

from __future__ import annotations

import http.server
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from shoulders.fetch import SERVICES

ARXIV, DOI, ACL = "2411.09998", "10.5555/cil.2025.101", "2025.cil-main.7"
TITLE = "Gated Counting: a Study in Half-Open Doors"
ATOM = "application/atom+xml; charset=UTF-8"
JSON = "application/json"
CSL = "application/vnd.citationstyles.csl+json"


@dataclass
class Reply:
    """What is answered: status, type, body, further headers."""

    body: str | bytes | Any
    type: str = JSON
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def bytes(self) -> bytes:
        """The body as it is sent."""
        if isinstance(self.body, bytes):
            return self.body
        return (self.body if isinstance(self.body, str) else json.dumps(self.body)).encode()


@dataclass
class Services:
    """The answers by service and path, what was asked, and the environment that leads there."""

    base: str = ""
    replies: dict[tuple[str, str], Reply] = field(default_factory=dict)
    always: dict[str, Reply] = field(default_factory=dict)  # by service, whatever is asked
    asked: list[str] = field(default_factory=list)

    @property
    def environment(self) -> dict[str, str]:
        """Variables that move every service here."""
        return {service.variable: f"{self.base}/{service.name}" for service in SERVICES}

    def answer(self, service: str, path: str, reply: Reply) -> None:
        """Answer a path of a service, its query included where that matters."""
        self.replies[service, path] = reply

    def find(self, target: str) -> Reply:
        """The answer to an address."""
        self.asked.append(target)
        service, _, path = target.lstrip("/").partition("/")
        parts = urlsplit(path)
        service = service.partition("?")[0]
        if service in self.always:
            return self.always[service]
        query = parse_qs(urlsplit(target).query)
        key = next(iter(query.get("id_list", query.get("id", query.get("bibkeys", query.get("q", []))))), "")
        for name in (unquote(parts.path.partition("?")[0]), key):
            if (service, name) in self.replies:
                return self.replies[service, name]
        return Reply({"error": "nothing"}, status=404)


@contextmanager
def running() -> Iterator[Services]:
    """The services, with the works of this module known to each."""
    services = Services()

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            reply = services.find(self.path)
            self.send_response(reply.status)
            self.send_header("Content-Type", reply.type)
            self.send_header("Content-Length", str(len(reply.bytes)))
            for name, value in reply.headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(reply.bytes)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    class Server(http.server.ThreadingHTTPServer):
        def handle_error(self, *_: object) -> None:
            """Say nothing of a client that broke off, as one that is killed does."""

    server = Server(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    services.base = f"http://127.0.0.1:{server.server_address[1]}"
    fill(services)
    try:
        yield services
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def fill(services: Services) -> None:
    """Let each service know the invented works."""
    services.answer("arxiv", ARXIV, Reply(atom(), ATOM))
    services.always["arxiv_search"] = Reply(atom(entries=""), ATOM)
    services.answer("crossref", DOI, Reply(crossref()))
    services.answer("acl", f"{ACL}.bib", Reply(anthology(), "text/plain; charset=utf-8"))
    services.answer("semanticscholar", f"paper/ARXIV:{ARXIV}", Reply(scholar()))
    services.answer("semanticscholar", f"paper/ACL:{ACL}", Reply(scholar()))
    services.answer("semanticscholar", f"paper/DOI:{DOI}", Reply(scholar()))
    services.answer("openreview", "H0kvrQ9xyz", Reply(openreview()))
    services.answer("openlibrary", "ISBN:9787111593737", Reply(openlibrary()))
    services.answer("github", "repos/ashdown/half-open", Reply(github()))
    services.answer("github", "users/ashdown", Reply({"login": "ashdown", "name": "Imogen Ashdown"}))
    services.answer("dblp", "search/publ/api", Reply(dblp()))
    services.answer("dblp", "rec/conf/cil/AshdownBS25.bib", Reply(dblp_record(), "text/x-bibtex"))


ENTRY = f"""
  <entry>
    <id>http://arxiv.org/abs/{ARXIV}v3</id>
    <updated>2025-02-03T10:11:12Z</updated>
    <published>2024-11-15T17:59:00Z</published>
    <title>Gated Counting: a Study in
  Half-Open Doors</title>
    <summary>  We count tokens behind gates. Attention counts words in the dark.
    </summary>
    <author><name>Imogen Ashdown</name><arxiv:affiliation>Nowhere</arxiv:affiliation></author>
    <author><name>Joris van den Berk</name></author>
    <author><name>Łucja Szy</name></author>
    <arxiv:comment>12 pages</arxiv:comment>
    <link href="http://arxiv.org/abs/{ARXIV}v3" rel="alternate" type="text/html"/>
    <link title="pdf" href="http://arxiv.org/pdf/{ARXIV}v3" rel="related" type="application/pdf"/>
    <arxiv:primary_category term="cs.CL" scheme="http://arxiv.org/schemas/atom"/>
    <category term="cs.CL" scheme="http://arxiv.org/schemas/atom"/>
    <category term="cs.LG" scheme="http://arxiv.org/schemas/atom"/>
  </entry>"""


def atom(entries: str = ENTRY) -> str:
    """A feed of arXiv."""
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<feed xmlns="http://www.w3.org/2005/Atom" xmlns:arxiv="http://arxiv.org/schemas/atom">\n'
        "  <title>ArXiv Query</title>\n"
        '  <opensearch:totalResults xmlns:opensearch="http://a9.com/-/spec/opensearch/1.1/">1</opensearch:totalResults>'
        f"{entries}\n</feed>\n"
    )


def crossref() -> dict[str, Any]:
    """A record of Crossref."""
    return {
        "status": "ok",
        "message-type": "work",
        "message": {
            "DOI": DOI,
            "type": "proceedings-article",
            "title": ["Gated <i>Counting</i>: a Study in Half-Open Doors"],
            "container-title": ["Proceedings of the Seventh Conference on Imagined Language"],
            "publisher": "Imagined Press",
            "page": "101-113",
            "issued": {"date-parts": [[2025, 7]]},
            "published-online": {"date-parts": [[2025, 6, 30]]},
            "author": [
                {"given": "Imogen", "family": "Ashdown", "sequence": "first", "affiliation": []},
                {"given": "Joris", "family": "van den Berk", "sequence": "additional"},
                {"given": "Lucja", "family": "Szy", "sequence": "additional"},
            ],
            "reference": [
                {"key": "ref1", "DOI": "10.5555/unknown.1", "article-title": "Nothing We Have"},
                {"key": "ref2", "unstructured": "Somebody. Something. arXiv:1501.00001"},
            ],
            "relation": {"has-preprint": [{"id-type": "arxiv", "id": f"arXiv:{ARXIV}", "asserted-by": "subject"}]},
        },
    }


def anthology() -> str:
    """A record of the ACL Anthology."""
    return f"""@inproceedings{{ashdown-etal-2025-gated,
    title = "Gated Counting: a Study in Half-Open Doors",
    author = "Ashdown, Imogen  and
      van den Berk, Joris  and
      Szy, {{\\L}}ucja",
    editor = "Elm, Rosa  and
      Oak, Peter",
    booktitle = "Proceedings of the Seventh Conference on Imagined Language",
    month = jul,
    year = "2025",
    address = "Port Nowhere",
    publisher = "Association for Imagined Language",
    url = "https://aclanthology.org/{ACL}/",
    doi = "{DOI}",
    pages = "101--115",
}}
"""


def scholar(references: list[dict[str, Any]] | None = None) -> dict[str, Any]:
    """A paper of Semantic Scholar."""
    return {
        "paperId": "0" * 40,
        "externalIds": {"ArXiv": ARXIV, "DOI": DOI, "ACL": ACL, "CorpusId": 7},
        "references": references
        if references is not None
        else [{"paperId": None, "title": "Nothing We Have", "externalIds": None, "year": None, "authors": []}],
    }


def openreview() -> dict[str, Any]:
    """A note of OpenReview, version 2."""
    return {
        "notes": [
            {
                "id": "H0kvrQ9xyz",
                "forum": "H0kvrQ9xyz",
                "cdate": 1690000000000,
                "odate": 1700000000000,
                "pdate": 1710000000000,
                "content": {
                    "title": {"value": "Doors That Learn to Close"},
                    "authors": {"value": ["Rosa Elm", "Peter Oak"]},
                    "abstract": {"value": "Doors."},
                    "venue": {"value": "ICID 2024 poster"},
                    "venueid": {"value": "ICID.example/2024/Conference"},
                    "_bibtex": {
                        "value": "@inproceedings{\nelm2024doors,\ntitle={Doors That Learn to Close},\n"
                        "author={Rosa Elm and Peter Oak},\n"
                        "booktitle={The Third International Conference on Imagined Doors},\n"
                        "year={2024},\nurl={https://openreview.net/forum?id=H0kvrQ9xyz}\n}"
                    },
                },
            }
        ],
        "count": 1,
    }


def openlibrary() -> dict[str, Any]:
    """A book of Open Library."""
    return {
        "ISBN:9787111593737": {
            "title": "Counting Doors",
            "subtitle": "an Introduction",
            "authors": [{"url": "https://openlibrary.org/authors/OL1A", "name": "Rosa Elm"}],
            "publishers": [{"name": "Imagined Press"}],
            "publish_places": [{"name": "Port Nowhere"}],
            "publish_date": "March 2019",
            "number_of_pages": 311,
        }
    }


def github() -> dict[str, Any]:
    """A repository of GitHub."""
    return {
        "name": "half-open",
        "full_name": "ashdown/half-open",
        "owner": {"login": "ashdown", "type": "User"},
        "description": "Code for counting behind doors",
        "created_at": "2024-12-01T08:00:00Z",
        "license": {"key": "mit", "spdx_id": "MIT", "name": "MIT License"},
    }


def dblp() -> dict[str, Any]:
    """What DBLP finds: the preprint, and the published version."""

    def hit(key: str, venue: str, kind: str) -> dict[str, Any]:
        authors = {"author": [{"@pid": "1", "text": "Imogen Ashdown"}, {"@pid": "2", "text": "Joris van den Berk"}]}
        info = {"authors": authors, "title": f"{TITLE}.", "venue": venue, "type": kind, "key": key, "year": "2025"}
        return {"@score": "9", "info": info}

    hits = [
        hit("journals/corr/abs-2411-09998", "CoRR", "Informal and Other Publications"),
        hit("conf/cil/AshdownBS25", "CIL", "Conference and Workshop Papers"),
    ]
    return {"result": {"hits": {"@total": "2", "hit": hits}}}


def dblp_record() -> str:
    """The BibTeX of the published version at DBLP."""
    return """@inproceedings{DBLP:conf/cil/AshdownBS25,
  author       = {Imogen Ashdown and Joris van den Berk and Lucja Szy},
  title        = {Gated Counting: a Study in Half-Open Doors},
  booktitle    = {Proceedings of the Seventh Conference on Imagined Language, {CIL} 2025},
  pages        = {101--113},
  year         = {2025},
}
"""
