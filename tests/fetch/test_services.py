"""The services that are asked, and how the environment names other addresses for them."""

from __future__ import annotations

from importlib.metadata import version

import pytest
from tests.fetch.servers import Server, reply

from shoulders.fetch import SERVICES, services
from shoulders.fetch.opening import open_client
from shoulders.settings import Settings


def test_without_a_word_of_the_environment_all_are_public_and_https():
    found, trusted = services({})
    assert [found[service.name] for service in SERVICES] == list(SERVICES)
    assert not trusted
    assert all(service.base.startswith("https://") and not service.base.endswith("/") for service in SERVICES)
    assert len(found) == len(SERVICES)
    assert all(service.pause > 0 for service in SERVICES)


def test_the_environment_names_another_address_and_vouches_for_its_origin_alone():
    found, trusted = services({"SHOULDERS_ARXIV_URL": " http://Mirror.Example:8000/arxiv/ ", "SHOULDERS_DOI_URL": ""})
    assert found["arxiv"].base == "http://Mirror.Example:8000/arxiv"
    assert trusted == {"http://mirror.example:8000"}
    assert found["doi"].base == "https://doi.org"
    assert found["arxiv"].pause == 3.0


@pytest.mark.parametrize(
    "value", ["mirror", "/srv/mirror", "file:///srv", "ftp://mirror.example", "http://", "http://a:b"]
)
def test_what_is_no_address_is_told_with_the_name_of_the_variable(value):
    with pytest.raises(ValueError, match=r"^SHOULDERS_OPENREVIEW_OLD_URL: expected an address like 'https://api\."):
        services({"SHOULDERS_OPENREVIEW_OLD_URL": value})


def client_of_a_project(server: Server, root, repo_url: str, contact: str):
    settings = Settings("https://shoulders.example/", repo_url, contact, {"en": "Shoulders", "zh": "肩膀"}, {})
    return open_client(root, settings, say=print, environment={"SHOULDERS_ACL_URL": server.origin})


@pytest.mark.parametrize(
    ("repo_url", "contact", "reach"),
    [
        ("https://code.example/s", "me@shoulders.example", "+https://code.example/s; me@shoulders.example"),
        ("https://code.example/巨", "", "+https://code.example/"),
        ("", "me@shoulders.example\nX: y", "+https://shoulders.example/; me@shoulders.exampleX: y"),
        ("", "", "+https://shoulders.example/"),
    ],
)
def test_a_project_says_who_it_is_and_how_to_reach_it(server, tmp_path, repo_url, contact, reach):
    client = client_of_a_project(server, tmp_path, repo_url, contact)
    assert client.services["acl"].base == server.origin
    assert client.json(server.on("/a", reply(body=b"[7]"))) == [7]
    assert server.asked[0].headers["user-agent"] == f"shoulders/{version('shoulders')} ({reach})"
    assert len(list((tmp_path / ".cache" / "shoulders" / "answers").glob("*.answer"))) == 1
