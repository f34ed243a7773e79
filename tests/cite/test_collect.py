"""Keys through all files of a document: each once, in order, never outside its folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from shoulders.cite import CiteError
from shoulders.cite.collect import Use, collect
from shoulders.problems import quoted


@pytest.fixture
def write(tmp_path, monkeypatch):
    """Writes files into the current folder."""
    folder = tmp_path / "paper"
    folder.mkdir()
    monkeypatch.chdir(folder)

    def write_(**files):
        for name, text in files.items():
            path = folder / name.replace("__", "/").replace("_", ".")
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, "utf-8")
        return folder

    return write_


def found(*documents):
    """The keys of documents, and what is said of missing files."""
    collected = collect(map(Path, documents))
    return [use.key for use in collected.uses], [str(problem) for problem in collected.missing]


def test_a_key_counts_where_it_is_used_first(write):
    write(main_tex="\\cite{a}\n\\input{parts/one}\n\\cite{b,c}\n", parts__one_tex="x\n\\cite{c,\na}", other_md="@b @d")
    assert collect([Path("main.tex"), Path("other.md")]).uses == (
        Use("main.tex", 1, "a"),
        Use("parts/one.tex", 2, "c"),
        Use("main.tex", 3, "b"),
        Use("other.md", 1, "d"),
    )


def test_files_are_looked_for_where_latex_looks(write):
    write(
        main_tex="\\input{one}\\include{two}\\import{parts/}{three}\\subfile{parts/five}",
        one_tex="\\cite{a}",
        two_tex="\\cite{b}",
        parts__three_tex="\\cite{c}\\subimport{}{four}\\input{one}",
        parts__four_tex="\\cite{d}",
        parts__one_tex="\\cite{not-this-one}",
        four_tex="\\cite{nor-this-one}",
        parts__five_tex="\\documentclass[../main]{subfiles}\\begin{document}\\cite{e}\\end{document}",
    )
    assert found("main.tex") == (["a", "b", "c", "d", "e"], [])


def test_each_file_is_read_once_and_a_circle_ends(write):
    write(
        main_tex="\\input{a}\\input{a}\\cite{m}", a_tex="\\input{b}\\cite{a}", b_tex="\\input{main}\\input{a}\\cite{b}"
    )
    assert found("main.tex") == (["b", "a", "m"], [])


def test_a_long_way_down_is_no_recursion(write):
    write(**{f"f{number}_tex": f"\\input{{f{number + 1}}}" for number in range(1201)}, f1201_tex="\\cite{deep}")
    assert found("f0.tex") == (["deep"], [])


def test_what_is_not_there_or_outside_is_told_and_not_read(write, tmp_path):
    (tmp_path / "secret.tex").write_text("\\cite{secret}", "utf-8")
    folder = write(
        main_tex=f"\\input{{gone}}\n\\input{{../secret}}\n\\input{{{tmp_path}/secret.tex}}\n\\input{{link}}\n"
        f"\\input{{{'x' * 300}}}\n\\input{{binary}}\n\\cite{{a}}",
        binary_tex="nul\0",
    )
    (folder / "link.tex").symlink_to(tmp_path / "secret.tex")
    keys, missing = found("main.tex")
    assert keys == ["a"]
    assert missing == [
        "main.tex:1: expected a file in the folder of the document, got 'gone'",
        "main.tex:2: expected a file in the folder of the document, got '../secret'",
        f"main.tex:3: expected a file in the folder of the document, got {quoted(f'{tmp_path}/secret.tex')}",
        "main.tex:4: expected a file in the folder of the document, got 'link'",
        f"main.tex:5: expected a file in the folder of the document, got '{'x' * 57}...'",
        "main.tex:6: binary.tex:1: expected text in UTF-8, got a NUL byte",
    ]


def test_chapters_of_an_aux_file_and_of_typst(write):
    write(
        paper_aux="\\citation{a}\\@input{parts/one.aux}\\@input{gone.aux}",
        parts__one_aux="\\citation{b}",
        paper_typ='@a <not>\n#include "parts/one.typ"\n@two',
        parts__one_typ='@b #include "two.typ"\n#include "/three.typ"\n@not',
        parts__two_typ="@c <two>",
        three_typ="@d",
    )
    assert found("paper.aux") == (
        ["a", "b"],
        ["paper.aux:1: expected a file in the folder of the document, got 'gone.aux'"],
    )
    assert found("paper.typ") == (["a", "b", "c", "d"], [])


def test_labels_of_one_document_are_keys_of_another(write):
    write(one_typ="@a <b>\n@b", two_typ="@b")
    assert found("one.typ", "two.typ") == (["a", "b"], [])


def test_old_documents_in_other_encodings_and_with_other_line_ends(write):
    folder = write(a_tex="")
    (folder / "a.tex").write_bytes("\ufeffé\r\n\\cite{a}\r\\cite{b}\n".encode())
    assert collect([Path("a.tex")]).uses == (Use("a.tex", 2, "a"), Use("a.tex", 3, "b"))
    (folder / "a.md").write_bytes("\ufeff---\r\nnocite: '@a'\r\n---\r\n\r\n@b".encode())
    assert collect([Path("a.md")]).uses == (Use("a.md", 5, "b"), Use("a.md", 2, "a"))
    (folder / "a.tex").write_bytes("é\n\\cite{schäfer}\n".encode("latin-1"))
    assert collect([Path("a.tex")]).uses == (Use("a.tex", 2, "schäfer"),)


def test_a_linked_document_has_the_folder_of_its_link(write, tmp_path):
    folder = write(one_tex="\\cite{a}")
    (tmp_path / "template.tex").write_text("\\input{one}", "utf-8")
    (folder / "main.tex").symlink_to(tmp_path / "template.tex")
    assert found("main.tex") == (["a"], [])


def test_a_document_that_cannot_be_read_is_told(write, tmp_path):
    folder = write(main_tex="nul\n\0")
    with pytest.raises(CiteError, match=r"main\.tex:2: expected text in UTF-8, got a NUL byte"):
        collect([Path("main.tex")])
    with pytest.raises(CiteError, match=r"gone\.tex: expected a file that can be read, got: No such file"):
        collect([Path("gone.tex")])
    with pytest.raises(CiteError, match="expected a file, got a folder"):
        collect([folder.rename(tmp_path / "folder.tex")])
    with pytest.raises(ValueError, match=r"expected a document whose name ends in one of \.tex, .*, got 'paper\.docx'"):
        collect([Path("paper.docx")])
