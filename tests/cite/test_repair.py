"""What `--fix` makes of preprints that were published, of every style of file, and of what is spoilt in exports."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pybtex.bibtex.utils import split_name_list
from tests.cite.linting import CHINESE, LINTER, SAME, entry, fixed, own, said
from tests.exports.builders import every_type, invented
from tests.exports.readers import read_bibtex

from shoulders.cite.lint import Linter
from shoulders.exports import FORMATS

PREPRINTS = {
    "as Google Scholar writes it": (
        """@article{mine,
  title={GaCo: half-open doors in Delft},
  author={van den Berk, Joris and Good, Ida Maria and Elan, Lukasz},
  journal={arXiv preprint arXiv:1811.00001},
  year={2018}
}
""",
        """@inproceedings{mine,
  title={{GaCo}: half-open doors in {Delft}},
  author={van den Berk, Joris and Good, Ida Maria and Elan, Lukasz},
  year={2019},
  booktitle={Proceedings of the Seventh Conference on Imagined Language},
  pages={101--113},
  publisher={Association for Imagined Linguistics},
  month=jul,
  doi={10.5555/cil.101},
  archivePrefix={arXiv},
  eprint={1811.00001},
  primaryClass={cs.CL}
}
""",
    ),
    "as DBLP writes it": (
        """@article{mine,
  author       = "Joris van den Berk and Ida Maria Good and Lukasz Elan",
  title        = "{GaCo}: Half-Open Doors in {Delft}",
  journal      = "CoRR",
  volume       = "abs/1811.00001", % to be published

  year         = 2018,
  eprinttype   = {arXiv},
  eprint       = {1811.00001}, % ours
  note         = "kept  as\tit is", % too
}
""",
        """@inproceedings{mine,
  author       = "Joris van den Berk and Ida Maria Good and Lukasz Elan",
  title        = "{GaCo}: Half-Open Doors in {Delft}",
   % to be published

  year         = 2019,
  eprinttype   = {arXiv},
  eprint       = {1811.00001}, % ours
  note         = "kept  as\tit is", % too
  booktitle    = {Proceedings of the Seventh Conference on Imagined Language},
  pages        = {101--113},
  publisher    = {Association for Imagined Linguistics},
  month        = jul,
  doi          = {10.5555/cil.101},
}
""",
    ),
    "for biblatex": (
        """@online{mine,
    author = {van den Berk, Joris and others},
    title = {{GaCo}: Half-Open Doors in {Delft}},
    date = {2018-11-02},
    eprint = {1811.00001},
    eprinttype = {arxiv},
    % pubstate = {prepublished},
    url = {https://arxiv.org/abs/1811.00001} % and where it ends
}
""",
        """@inproceedings{mine,
    author = {van den Berk, Joris and others},
    title = {{GaCo}: Half-Open Doors in {Delft}},
    date = {2019-07},
    eprint = {1811.00001},
    eprinttype = {arxiv},
    % pubstate = {prepublished},
    url = {https://arxiv.org/abs/1811.00001},
    booktitle = {Proceedings of the Seventh Conference on Imagined Language},
    pages = {101--113},
    publisher = {Association for Imagined Linguistics},
    doi = {10.5555/cil.101} % and where it ends
}
""",
    ),
    "on one line": (
        "@MISC(mine, author={{Joris van den Berk} and others}, title={GaCo: Half-Open Doors in {Delft}}, "
        "howpublished={arXiv:1811.00001}, doi = {10.48550/arXiv.1811.00001})",
        "@INPROCEEDINGS(mine, author={{Joris van den Berk} and others}, title={{GaCo}: Half-Open Doors in {Delft}}, "
        "doi = {10.5555/cil.101}, "
        "booktitle={Proceedings of the Seventh Conference on Imagined Language}, pages={101--113}, "
        "publisher={Association for Imagined Linguistics}, month=jul, year={2019}, "
        "archivePrefix={arXiv}, eprint={1811.00001}, primaryClass={cs.CL})",
    ),
    "with the DOI of the preprint": (
        "@misc{mine,\n  title = {{GaCo: Half-Open Doors in Delft}},\n  journal = {arXiv},\n"
        "  doi = {https://doi.org/10.48550/arXiv.1811.00001},\n}\n",
        "@inproceedings{mine,\n  title = {{GaCo: Half-Open Doors in Delft}},\n  doi = {10.5555/cil.101},\n"
        "  booktitle = {Proceedings of the Seventh Conference on Imagined Language},\n  pages = {101--113},\n"
        "  publisher = {Association for Imagined Linguistics},\n  month = jul,\n  year = {2019},\n"
        "  archivePrefix = {arXiv},\n  eprint = {1811.00001},\n  primaryClass = {cs.CL},\n}\n",
    ),
    "with hardly anything": (
        "@Article{berk-good-2019-doors,\n\tjournal = {arXiv:1811.00001},\n}\n",
        "@Inproceedings{berk-good-2019-doors,\n"
        "\tbooktitle = {Proceedings of the Seventh Conference on Imagined Language},\n\tpages = {101--113},\n"
        "\tpublisher = {Association for Imagined Linguistics},\n\tmonth = jul,\n\tyear = {2019},\n"
        "\tdoi = {10.5555/cil.101},\n\tarchivePrefix = {arXiv},\n\teprint = {1811.00001},\n"
        "\tprimaryClass = {cs.CL},\n}\n",
    ),
}


@pytest.mark.parametrize("what", PREPRINTS)
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_a_preprint_becomes_the_published_version_in_the_style_of_its_file(what, newline):
    before, after = (f"% Mine.\n{text}\n% End.".replace("\n", newline) for text in PREPRINTS[what])
    place = "(Proceedings of the Seventh Conference on Imagined Language, 2019)"
    assert any(f"version: expected the published version {place}, got the preprint" in line for line in said(before))
    assert fixed(before) == after
    assert said(after) == []
    assert list(read_bibtex(re.sub("%.*", "", after.replace("\r", "\n"))).entries), "it is BibTeX still"


def test_a_doi_that_the_catalog_lacks_stays_unless_it_is_the_preprint_s():
    text = "@misc{x, title = {Lane}, author = {Ash, A.}, journal = {arXiv:1201.0003}, doi = {10.5555/theirs}}"
    journal = "@article{x, title = {Lane}, author = {Ash, A.}, journal = {Journal of Lanes}"
    more = "year = {2012}, archivePrefix = {arXiv}, eprint = {1201.0003}}"
    assert fixed(text) == f"{journal}, doi = {{10.5555/theirs}}, {more}"
    assert fixed(text.replace("10.5555/theirs", "10.48550/arXiv.1201.0003")) == f"{journal}, {more[:-1]},}}"


def test_what_is_a_preprint_to_us_may_be_published_since():
    assert (
        said("@article{x, title={Night Doors}, author={Good, Ida}, journal={Letters}, year={2021}, volume={4}}") == []
    )


def test_chinese_stays_chinese_where_it_stands():
    text = "@book{x, isbn = {7-111-59373-1}, title = {玩具语言}, author = {Shao, Yan}, year = 2020}\n"
    assert fixed(text) == text.replace("玩具语言", "玩具语言处理").replace("2020", "2021")
    latin = (
        "@book{x, isbn = {7-111-59373-1}, title = {Wanju yuyan [Processing toys]}, author = {Shao, Yan}, year = 2021}\n"
    )
    assert fixed(latin) == latin.replace("yuyan", "yuyan chuli")


def test_old_encodings_stay_and_take_ascii():
    text = entry(author="van den Berk, Joris and Élan, Lukasz", note="déjà", title=None)
    repaired = LINTER.repaired(own(text, "latin-1"))
    assert repaired.source.data == entry(author=SAME["author"], note="déjà", title=None).encode("latin-1")
    isbn = CHINESE.isbn
    native = own(f"@book{{x, title = {{Wanju yuyan}}, date = {{2021}}, isbn = {{{isbn}}}, note = {{déjà}}}}", "latin-1")
    (finding,) = LINTER.findings(native)
    assert str(finding.problem).startswith("mine.bib:1: x: title: expected '玩具语言处理' as in the catalog")
    assert finding.edits == (), "Latin-1 holds no Chinese"


def test_months_stay_macros():
    assert fixed(entry(month="aug")) == entry(month="aug").replace("{aug}", "jul")
    assert fixed("@misc{x, doi={10.5555/cil.101}, month = aug}") == "@misc{x, doi={10.5555/cil.101}, month = jul}"


def test_a_byte_order_mark_stays():
    text = "\ufeff" + entry(year="2018")
    assert fixed(text) == "\ufeff" + entry()
    assert said(text)[0].startswith("mine.bib:5: mine: year: ")


def test_values_put_together_from_parts_are_replaced_whole_and_inherited_ones_are_not():
    text = '@string{y = "2018"}\n' + entry(year=None).replace("{mine,\n", "{mine,\n  year = y # {},\n")
    assert fixed(text) == '@string{y = "2018"}\n' + entry(year=None).replace("{mine,\n", "{mine,\n  year = {2019},\n")
    child = entry(year=None, crossref="volume") + "@proceedings{volume, title = {Proc. of the CIL}, year = 2018}\n"
    assert len(said(child)) == 1
    assert fixed(child) == child


SPOILT = {
    **dict.fromkeys(("volume", "number"), "9001"),
    "author": "{0}",
    "year": "1901",
    "date": "1901-01",
    "pages": "9001--9002",
    "doi": "10.5555/9001",
    "eprint": "1901.09001",
}


def turned(authors):
    """The authors in reverse order."""
    return " and ".join(reversed(split_name_list(authors)))


@pytest.mark.parametrize("form", ["bibtex", "biblatex"])
@pytest.mark.parametrize("field", SPOILT)
def test_what_is_spoilt_in_an_export_is_repaired_as_pybtex_reads_it(form, field):
    """Of every work of every type."""
    catalog = invented(*every_type())
    text = FORMATS[form].render(catalog, catalog.works)
    names = re.compile(rf"^  {field} = {{(.*)}},$", re.MULTILINE)
    spoilt = names.sub(lambda match: f"  {field} = {{{SPOILT[field].format(turned(match[1]))}}},", text)
    linter = Linter(catalog, {})
    repaired = linter.repaired(own(spoilt)).source.original
    entries, judged = read_bibtex(text).entries, read_bibtex(repaired).entries
    assert (spoilt == text) == (field == {"bibtex": "date", "biblatex": "year"}[form])
    assert list(entries) == list(judged)
    for key, before in entries.items():
        assert dict(judged[key].fields) == dict(before.fields)
        assert judged[key].persons == before.persons


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_whatever_stands_in_a_file_repairing_it_twice_changes_nothing_more(data):
    pieces = [*'{}"=,#%@\n ', *SAME, *SAME.values(), "journal = {arXiv:1811.00001},", "@article{mine,", "year = 2018,"]
    pieces += [entry(), entry(year="2018"), *(text for text, _ in PREPRINTS.values()), "eprint = {1811.00001},\n"]
    text = "".join(data.draw(st.lists(st.sampled_from(pieces), max_size=12)))
    repaired = fixed(text)
    if not LINTER.findings(own(text)):
        assert repaired == text
