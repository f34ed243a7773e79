"""Which entries the keys of documents lead to, in which order, and what is said of the author's own."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import rispy
from tests.cite.judges import bibtex as run_bibtex
from tests.cite.judges import listed
from tests.exports.readers import read_bibtex, run_biber

from shoulders.cite import CiteError
from shoulders.cite.collect import Use
from shoulders.cite.own import Own
from shoulders.cite.selection import Shelf
from shoulders.cite.source import Source
from shoulders.exports import FORMATS

GATED, COUNTING = "vandenberk-vell-2015-gated", "ashdown-2009-counting"
OWN = """% Not to be copied.
@string{ lab = "Laboratory" }
@Misc{mine,
    title  = "My   {Own}",\tauthor={Ash, Ada},  \t
}
@preamble{ "x" }
@inproceedings{ child , title = {Child}, author = {Ash, Ada}, crossref = {parent}, publisher = lab, year = 2003 }
@proceedings{parent, title = {Parent}, booktitle = {Parent}, xref = {grand}, year = 2003, editor = {E. D.}}
@misc{grand, title = {Grand}, author = {Ash, Ada}, year = 2001}
@misc{unused, title = {Unused}}
"""


def uses(*keys):
    return [Use("paper.tex", number, key) for number, key in enumerate(keys, 11)]


def own(text=OWN, encoding="utf-8"):
    return Own(Source(Path("mine.bib"), text.encode(encoding)))


def select(catalog, *keys, form="bibtex", bib=None):
    return Shelf(catalog, bib).select(uses(*keys), form)


def keys_of(selection):
    return list(read_bibtex(selection.data.decode("utf-8")).entries)


@pytest.mark.parametrize("form", FORMATS)
def test_entries_are_those_of_the_exports_in_the_order_of_their_use(invented, form):
    selection = select(invented, GATED, COUNTING, form=form)
    works = [invented.by_key[GATED], invented.by_key[COUNTING]]
    assert selection.data == FORMATS[form].render(invented, works).encode("utf-8")
    assert (selection.works, selection.own, selection.unknown, selection.remarks) == (2, 0, (), ())


def test_a_former_key_is_the_key_of_its_entry(invented):
    former = "vandenberk-2015-gates"
    assert keys_of(select(invented, former)) == [former]
    assert json.loads(select(invented, former, form="csl").data)[0]["id"] == former
    assert rispy.loads(select(invented, former, form="ris").data.decode("utf-8"))[0]["id"] == former
    assert read_bibtex(select(invented, former, form="biblatex").data.decode("utf-8")).entries[former].fields[
        "ids"
    ] == ",".join([GATED, "berk-vell-2015-gated"])


def test_a_work_under_two_keys_is_told_unless_the_format_knows_it_by_both(invented, tmp_path):
    selection = select(invented, GATED, COUNTING, "vandenberk-2015-gates")
    assert keys_of(selection) == [GATED, COUNTING, "vandenberk-2015-gates"]
    assert [str(remark) for remark in selection.remarks] == [
        f"paper.tex:13: vandenberk-2015-gates: expected one key for a work, got also '{GATED}'"
    ]
    once = select(invented, GATED, "vandenberk-2015-gates", form="biblatex")
    assert (keys_of(once), once.remarks, once.works) == ([GATED], (), 1)
    assert run_biber(once.data.decode("utf-8"), tmp_path) == []


def test_unknown_keys_are_told_where_they_are_used_first_and_with_what_was_meant(invented):
    selection = select(invented, "ashdown-2009-count", "xyzzy", COUNTING, "mein", bib=own())
    what = "expected a work of the catalog or an entry of mine.bib, got"
    assert [str(problem) for problem in selection.unknown] == [
        f"paper.tex:11: ashdown-2009-count: {what} 'ashdown-2009-count' (did you mean '{COUNTING}'?)",
        f"paper.tex:12: xyzzy: {what} 'xyzzy'",
        f"paper.tex:14: mein: {what} 'mein' (did you mean 'mine'?)",
    ]
    assert keys_of(selection) == [COUNTING]
    (only,) = select(invented, "\x1b[31m").unknown
    assert str(only) == "paper.tex:11: \\x1b[31m: expected a work of the catalog, got '\\x1b[31m'"


def test_own_entries_are_copied_byte_for_byte_with_their_strings(invented):
    selection = select(invented, "mine", COUNTING, bib=own())
    block = OWN[OWN.index("@Misc") : OWN.index("@preamble")]
    preamble = b'@string{ lab = "Laboratory" }\n\n@preamble{ "x" }\n\n'
    assert selection.data.startswith(preamble + block.encode() + b"\n@phdthesis{")
    assert (selection.works, selection.own) == (1, 1)
    crlf = own(OWN.replace("\n", "\r\n"))
    assert block.replace("\n", "\r\n").strip().encode() in select(invented, "mine", bib=crlf).data


def test_what_an_entry_refers_to_comes_behind_it(invented, tmp_path):
    selection = select(invented, "parent", "child", COUNTING, bib=own())
    assert [key.strip() for key in keys_of(selection)] == ["child", COUNTING, "parent", "grand"]
    (tmp_path / "works.bib").write_bytes(selection.data.replace(b'@preamble{ "x" }', b""))
    (tmp_path / "paper.aux").write_text("\\citation{parent,child}\n\\bibstyle{plain}\n\\bibdata{works}\n", "ascii")
    assert run_bibtex("paper", tmp_path) == []
    assert sorted(listed("paper", tmp_path)) == ["child", "parent"]


def test_what_an_entry_refers_to_may_be_a_work_of_the_catalog_or_missing(invented):
    text = f"@misc{{a, title = {{A}}, xdata = {{{COUNTING}, gone}}}}\n@misc{{b, crossref = {{a}}, related = {{b}}}}\n"
    selection = select(invented, "b", bib=own(text))
    assert set(keys_of(selection)) == {"b", "a", COUNTING}
    assert [str(problem) for problem in selection.unknown] == [
        "mine.bib:1: a: xdata: expected the key of an entry, got 'gone'"
    ]


def test_everything_is_all_of_ones_own_or_else_the_whole_catalog(invented):
    assert keys_of(select(invented, COUNTING, "*")) == [
        COUNTING,
        *(key for key in invented.by_key if key != COUNTING),
    ]
    assert len(keys_of(select(invented, "vandenberk-2015-gates", "*"))) == len(invented.works)
    entries = [key.strip() for key in keys_of(select(invented, COUNTING, "*", bib=own()))]
    assert set(entries) == {COUNTING, "mine", "child", "parent", "grand", "unused"}


def test_what_is_doubtful_about_ones_own_entries_is_told(invented):
    text = """@article{gates, title = {Gated Memories for MoLT-2: a {Braced} Study of 50\\% & more},
  author = {van den Berk, J. and Vell, K.}, journal = {arXiv preprint arXiv:1411.9901}, year = 2014}
@misc{ashdown-2009-counting, title = {Mine}}
@misc{x, title = {The Same}, author = {Ash, Ada}, year = 2001}
@misc{y, title = {The same}, author = {A. Ash}, year = 2001}
@misc{unused, title = {The Same}, author = {Ash, Ada}, year = 2001}
"""
    selection = select(invented, "gates", COUNTING, "x", "y", bib=own(text))
    place = "Proceedings of the Seventh Conference on Imagined Language"
    assert [str(remark) for remark in selection.remarks] == [
        f"mine.bib:3: {COUNTING}: expected a key that the catalog does not have, got '{COUNTING}'; "
        "the catalog's entry is taken",
        f"mine.bib:1: gates: expected the catalog's key '{GATED}' for this work",
        f"mine.bib:1: gates: version: expected the published version ({place}, 2015), got the preprint",
        "mine.bib:5: y: expected one key for a work, got also 'x'",
    ]
    assert b"{Mine}" not in selection.data


def test_what_cannot_be_read_in_ones_own_file_is_told_beside_the_key_that_is_not_found(invented):
    selection = select(invented, "mine", bib=own("@misc{mine, title = {Mine} year = 2001}\n@misc{other}\n"))
    assert [str(remark).split(": ")[0] for remark in selection.remarks] == ["mine.bib:1"]
    assert [str(problem).split(": ")[1] for problem in selection.unknown] == ["mine"]


def test_other_encodings_go_with_ascii_only(invented):
    old = own("@misc{mine, title = {Déjà}}\n", "latin-1")
    data = select(invented, "mine", GATED, bib=old).data
    assert "@misc{mine, title = {Déjà}}\n".encode("latin-1") in data
    with pytest.raises(CiteError, match=r"mine\.bib: expected UTF-8, as entries for biblatex are, got another"):
        select(invented, "mine", form="biblatex", bib=old)
