"""What `shoulders serve` answers and what it refuses; how it follows changes and ends is in `test_serve_changes.py`."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator

import pytest
from tests.processes import Running, Served
from tests.site.conftest import make_project

from shoulders.web import is_ours

TITLE = "Counting Words in the Dark"
PAGE = "/papers/ashdown-2009-counting/"


@pytest.fixture(scope="module")
def taken() -> Iterator[int]:
    """A port that somebody else listens on."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        yield other.getsockname()[1]


@pytest.fixture(scope="module")
def project(root, invented_root, tmp_path_factory):
    return make_project(root, invented_root, tmp_path_factory.mktemp("serve") / "project")


@pytest.fixture(scope="module")
def served(project, taken):
    """The server that these tests read from."""
    server = Served(project, taken)
    yield server
    server.running.close()


def test_it_prints_its_address_and_takes_the_next_port_that_is_free(served, taken):
    assert served.host == "127.0.0.1"
    assert taken < served.port < taken + 50
    assert served.chinese == f"http://127.0.0.1:{served.port}/zh/"


def test_it_listens_on_this_machine_alone(served):
    with pytest.raises(OSError, match="refused"), socket.create_connection(("127.0.0.2", served.port), timeout=5):
        pass


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/", "text/html; charset=utf-8"),
        (f"{PAGE}?from=somewhere", "text/html; charset=utf-8"),
        ("/papers/../papers/", "text/html; charset=utf-8"),
        ("/papers.bib", "text/plain; charset=utf-8"),
        ("/papers.ris", "text/plain; charset=utf-8"),
        ("/llms.txt", "text/plain; charset=utf-8"),
        ("/papers.json", "application/json"),
        ("/papers.csl.json", "application/json"),
        ("/assets/shoulders.css", "text/css"),
        ("/assets/favicon.svg", "image/svg+xml"),
        ("/search/en.json", "application/json"),
    ],
)
def test_files_have_their_types(served, path, kind):
    status, headers, text = served.ask(path)
    assert (status, headers["Content-Type"]) == (200, kind)
    assert text
    status, only_headers, nothing = served.ask(path, method="HEAD")
    assert (status, only_headers["Content-Length"], nothing) == (200, headers["Content-Length"], "")


def test_pages_reload_by_themselves_and_the_files_of_the_site_hold_no_trace_of_it(served, project):
    assert "/~reload" in served.ask(PAGE)[2]
    assert "/~reload" not in (project / f"site{PAGE}index.html").read_text("utf-8")
    assert "/~reload" not in served.ask("/papers.bib")[2]


@pytest.mark.parametrize(("path", "language"), [("/nowhere/", "en"), ("/papers/none", "en"), ("/zh/nowhere/", "zh")])
def test_what_is_missing_is_told_in_the_page_s_language(served, path, language):
    status, headers, text = served.ask(path)
    assert (status, headers["Content-Type"]) == (404, "text/html; charset=utf-8")
    assert f'<html lang="{language}"' in text
    assert "This page does not exist" in text


def test_a_folder_s_address_without_its_slash_leads_to_the_one_with_it(served):
    status, headers, _ = served.ask(f"{PAGE.rstrip('/')}?a=b")
    assert (status, headers["Location"]) == (301, f"{PAGE}?a=b")
    for path in ("//evil.example/papers", "/%2f/evil.example", "///papers"):
        assert "evil.example" not in served.ask(path)[1].get("Location", "")
        assert not served.ask(path)[1].get("Location", "/").startswith("//")


@pytest.mark.parametrize(
    "path",
    [
        *(
            "/../mkdocs.yml",
            "/../../../../etc/passwd",
            "/%2e%2e/mkdocs.yml",
            "/..%2fmkdocs.yml",
            "/papers/..%2f..%2ftools",
        ),
        *("/%2e%2e%2f%2e%2e%2fetc%2fpasswd", "/..\\mkdocs.yml", "/%00", "/mkdocs.yml%00.html", "//etc/passwd"),
        *("/assets/", "/export/lists/", "/" + "a" * 5000, "/%ff%fe", "/data/papers.yaml", "/~reload/x"),
    ],
)
def test_nothing_outside_the_site_and_no_folder_s_contents_are_served(served, path):
    status, _, text = served.ask(path)
    assert status == 404
    assert "docs_dir" not in text
    assert "root:" not in text
    assert "Directory listing" not in text
    assert served.ask("/")[0] == 200


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:8000", "localhost.evil.example", "127.0.0.1.evil.example"]
)
def test_another_site_s_name_is_refused(served, host):
    for path in ("/", "/papers.json", "/~reload", "/nowhere/"):
        status, _, text = served.ask(path, host=host)
        assert status == 421
        assert TITLE not in text


@pytest.mark.parametrize(
    "host", ["localhost", "LOCALHOST:8000", "127.0.0.1", "127.0.0.1:9", "[::1]:8000", "site.localhost"]
)
def test_this_machine_s_names_are_answered(served, host):
    assert served.ask("/", host=host)[0] == 200


def test_the_name_that_was_asked_for_is_answered():
    assert is_ours("workshop.test:8000", "workshop.test")
    assert not is_ours("workshop.test:8000", "0.0.0.0")  # noqa: S104 - a header, not a binding
    assert is_ours("192.168.1.7:8000", "0.0.0.0")  # noqa: S104 - a header, not a binding
    assert is_ours("", "127.0.0.1"), "HTTP/1.0 knows no Host"
    assert not is_ours("[bad", "127.0.0.1")


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS"])
def test_nothing_can_be_written(served, method):
    assert served.ask("/", method=method)[0] == 501


def test_an_address_that_is_none_of_this_machine_is_an_error(project):
    running = Running("serve", "--root", str(project), "--host", "192.0.2.1", "--port", "0")
    assert running.wait() == 1
    assert running.printed[0].startswith("shoulders: cannot listen at 192.0.2.1")
    assert "Traceback" not in "".join(running.printed)


def test_requests_side_by_side_are_answered(served):
    answers: list[int] = []
    threads = [threading.Thread(target=lambda: answers.append(served.ask(PAGE)[0])) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [200] * 16
