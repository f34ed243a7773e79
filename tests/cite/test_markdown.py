"""Which keys Pandoc finds in Markdown, where they stand, and what names only a part of the document."""

from __future__ import annotations

import subprocess

import pypandoc
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shoulders.cite import Citation, CiteError, Label, markdown


def keys(text):
    return [mark.key for mark in markdown.marks(text) if isinstance(mark, Citation)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("[@a; see @b, p. 3; -@c] and @d [p. 7], -@e.", ["a", "b", "c", "d", "e"]),
        ("@{https://example.org/?a=1&b} and @a:b_c.d.", ["https://example.org/?a=1&b", "a:b_c.d"]),
        ("*@a* (@b) [text @c](@d) ^[note @e] | @f |", ["a", "b", "c", "e", "f"]),
        ("me@example.org \\@b `@c` <me@example.org> <!-- @d -->", []),
        ("    [@a]\n\n```\n[@b]\n```\n\n~~~ {.md}\n@c\n~~~\n", []),
        ("---\ntitle: '@a'\nnocite: |\n  @b, @*\n...\n\n@c", ["c", "b", "*", "a"]),
        ("\\citep[see][]{a,b} and\n\n\\begin{center}\n\\cite{c}\n\\end{center}\n", ["a", "b", "c"]),
        ("(@one) an example, see (@one) and @a", ["a"]),
    ],
)
def test_keys_are_those_that_pandoc_reads(text, found):
    assert keys(text) == found


def test_places_are_those_of_the_keys():
    text = "First `code`,\n\nthen [@ab, @a] and\n@{c d/e} @{c/d}, @a.\n"
    places = {mark.key: mark.place for mark in markdown.marks(text) if isinstance(mark, Citation)}
    assert places == {"ab": text.index("@ab"), "a": text.index("@a]"), "c/d": text.index("@{c/d}")}


def test_names_of_figures_are_labels():
    text = "![x](y.png){#fig:one width=7} @fig:one\n\n```{python}\n#| label: fig-two\n```\n\n@fig-two\n"
    assert [mark.name for mark in markdown.marks(text) if isinstance(mark, Label)] == ["fig:one", "fig-two"]


def test_a_heading_gives_no_name():
    assert not [mark for mark in markdown.marks("# Cho\n\n@cho") if isinstance(mark, Label)]


def test_a_document_reads_no_file_and_what_pandoc_cannot_read_is_told(tmp_path, monkeypatch):
    (tmp_path / "secret.md").write_text("@secret", "utf-8")
    monkeypatch.chdir(tmp_path)
    assert keys("\\input{secret.md} \\include{secret} ![x](secret.md) @a") == ["a"]
    with pytest.raises(CiteError, match="expected Markdown that Pandoc reads; it said: "):
        keys("---\na: [\n---\n")


def test_a_pandoc_that_hangs_or_is_gone_is_told(monkeypatch):
    def hang(*_, **__):
        raise subprocess.TimeoutExpired("pandoc", 60)

    monkeypatch.setattr(subprocess, "run", hang)
    with pytest.raises(CiteError, match="does not read in 30 seconds"):
        keys("@a")
    monkeypatch.undo()
    monkeypatch.setattr(pypandoc, "get_pandoc_path", lambda: "/nowhere/pandoc")
    with pytest.raises(CiteError, match="pandoc could not be started"):
        keys("@a")


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.sampled_from([*"@[]{}()`*_<>-: \n", "a", "@a", "```", "---\n", "\\cite{a}"]), max_size=40).map("".join)
)
def test_no_text_raises_anything_else(text):
    try:
        assert set(keys(text)) <= {mark.key for mark in markdown.marks(text) if isinstance(mark, Citation)}
    except CiteError:
        return


def test_what_would_keep_pandoc_busy_for_ever_is_told(monkeypatch):
    monkeypatch.setattr(markdown, "SECONDS", 1)
    with pytest.raises(CiteError, match="expected Markdown, got what Pandoc does not read in 1 seconds"):
        keys("[" * 3000 + "@a" + "]" * 3000)
