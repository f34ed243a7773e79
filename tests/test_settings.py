"""What `mkdocs.yml` says once for everything, what the environment changes, and what is wrong with it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from shoulders.settings import Settings, SettingsError, load_settings

MAIN = """
site_name: Elbows
site_description: What it is.
site_url: !ENV [ELBOWS_URL, ELBOWS_URL_TOO, "https://elbows.example.org"]
repo_url: !ENV [ELBOWS_REPO, null]
extra: {contact: !ENV ELBOWS_CONTACT}
markdown_extensions:
  - emoji:
      index: !!python/name:os.system
"""
CHINESE = "INHERIT: mkdocs.yml\nsite_name: 手肘\n"


def settings(root: Path, main: str = MAIN, chinese: str = CHINESE) -> Settings:
    """The settings of a project that says this."""
    (root / "mkdocs.yml").write_text(main, "utf-8")
    (root / "mkdocs.zh.yml").write_text(chinese, "utf-8")
    return load_settings(root)


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch):
    for name in [name for name in os.environ if name.startswith(("ELBOWS_", "SHOULDERS_"))]:
        monkeypatch.delenv(name)


def test_names_and_addresses_come_from_the_files(tmp_path):
    found = settings(tmp_path)
    assert found.site_url == "https://elbows.example.org/", "with a slash at the end"
    assert found.names == {"en": "Elbows", "zh": "手肘"}
    assert found.descriptions == {"en": "What it is.", "zh": "What it is."}, "inherited"
    assert (found.repo_url, found.contact) == ("", "")


def test_the_environment_comes_first_and_an_empty_variable_is_none(tmp_path, monkeypatch):
    monkeypatch.setenv("ELBOWS_URL", "")
    monkeypatch.setenv("ELBOWS_URL_TOO", "https://mirror.example.org/deep//")
    monkeypatch.setenv("ELBOWS_REPO", "https://code.example.org/elbows/")
    monkeypatch.setenv("ELBOWS_CONTACT", "me@example.org")
    found = settings(tmp_path)
    assert found.site_url == "https://mirror.example.org/deep/"
    assert found.absolute("zh/papers/") == "https://mirror.example.org/deep/zh/papers/"
    assert found.contact == "me@example.org"
    assert found.edit_url("data/papers.yaml", 3) == "https://code.example.org/elbows/blob/main/data/papers.yaml#L3"
    assert found.correction_url("lowe-2011-half", "A & B") == (
        "https://code.example.org/elbows/issues/new?template=fix-entry.yml&title=A%20%26%20B&key=lowe-2011-half"
    )


def test_without_a_repository_there_is_nowhere_to_edit(tmp_path):
    found = settings(tmp_path)
    assert (found.edit_url("data/papers.yaml", 3), found.correction_url("lowe-2011-half", "x")) == ("", "")


def test_a_python_object_is_never_made(tmp_path):
    trap = tmp_path / "it ran"
    for tag in ("object/apply", "object/new", "name", "module"):
        settings(tmp_path, MAIN + f"x: !!python/{tag}:os.mkdir ['{trap}']\n")
    assert not trap.exists()


@pytest.mark.parametrize(
    ("main", "chinese", "said"),
    [
        (MAIN.replace("site_name: Elbows", ""), CHINESE, "mkdocs.yml: site_name: expected a text, got None"),
        (MAIN.replace("What it is.", "[a, b]"), CHINESE, r"mkdocs.yml: site_description: expected a text, got \['a'"),
        (MAIN.replace("Elbows", "2017"), CHINESE, "mkdocs.yml: site_name: expected a text, got 2017"),
        ("- a\n- b\n", CHINESE, "mkdocs.yml: expected settings, got list"),
        ("", CHINESE, "mkdocs.yml: expected settings, got NoneType"),
        (MAIN, "just words", "mkdocs.zh.yml: expected settings, got str"),
        (MAIN, "site_name: 7\n", "mkdocs.zh.yml: site_name: expected a text, got 7"),
        ("a: [b\n", CHINESE, "mkdocs.yml: expected a readable YAML file"),
        ("a: !unknown b\n", CHINESE, "mkdocs.yml: expected a readable YAML file"),
        (MAIN + "extra2: !ENV []\n", CHINESE, "mkdocs.yml: expected a readable YAML file"),
        (MAIN.replace("{contact: !ENV ELBOWS_CONTACT}", "words"), CHINESE, "mkdocs.yml: extra: expected a mapping"),
    ],
)
def test_what_is_wrong_is_told_with_file_and_setting(tmp_path, main, chinese, said):
    with pytest.raises(SettingsError, match=said):
        settings(tmp_path, main, chinese)


def test_a_missing_file_is_told(tmp_path):
    with pytest.raises(SettingsError, match=r"mkdocs\.yml: expected a readable YAML file"):
        load_settings(tmp_path)


def test_our_own_settings_are_complete(root):
    found = load_settings(root)
    assert set(found.names) == set(found.descriptions) == {"en", "zh"}
    assert found.names["en"] != found.names["zh"]
    assert found.site_url.startswith("https://")
