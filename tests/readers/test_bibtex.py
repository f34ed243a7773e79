"""BibTeX as it is found in the wild: what can be read is read, what cannot is named by its line."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shoulders.readers import Entry, find_acl, find_arxiv, find_doi
from shoulders.readers.bibtex import plain, read

FULL = r"""
@string{acl = "Association for Imagined Linguistics"}

@InProceedings{ashdown-2019,
  author    = {Ashdown, Imogen and {Lantern Lab} and van den Berk, Joris and M{\"u}ller, Jr., J{\"o}rg
               and Shan, Chung-chieh},
  title     = {{GaCo}: {\'E}tudes in Half-Open Doors \& More},
  booktitle = {Proceedings of the Seventh Conference},
  month     = jun,
  year      = 2019,
  pages     = {101--113},
  publisher = acl # ", Inc.",
  doi       = {10.5555/cil\_2019.101},
  url       = {https://www.aclweb.org/anthology/N19-1423},
}
"""


def only(text: str) -> Entry:
    """The one entry of a text without faults."""
    found = read(text)
    assert found.faults == ()
    (entry,) = found.entries
    return entry


def test_an_entry_becomes_plain_text():
    entry = only(FULL)
    assert (entry.line, entry.key, entry.type) == (4, "ashdown-2019", "inproceedings")
    assert entry.title == "GaCo: Études in Half-Open Doors & More"
    names = [name.inverted for name in entry.authors]
    assert names == ["Ashdown, Imogen", "Lantern Lab", "van den Berk, Joris", "Müller, Jr., Jörg", "Shan, Chung-chieh"]
    assert [name.organisation for name in entry.authors] == [False, True, False, False, False]
    assert (entry.year, entry.month, entry.pages) == (2019, 6, "101-113")
    assert entry.container == "Proceedings of the Seventh Conference"
    assert entry.publisher == "Association for Imagined Linguistics, Inc."
    assert (entry.doi, entry.acl, entry.arxiv) == ("10.5555/cil_2019.101", "N19-1423", "")
    assert not entry.is_preprint


@pytest.mark.parametrize(
    ("fields", "arxiv", "preprint"),
    [
        ("eprint = {1706.03762}, archivePrefix = {arXiv}", "1706.03762", True),
        ("eprint = {1706.03762v5}, eprinttype = {arxiv}", "1706.03762", True),
        ("journal = {arXiv preprint arXiv:1706.03762}", "1706.03762", True),
        ("journal = {CoRR}, volume = {abs/1706.03762}", "1706.03762", True),
        ("url = {http://arxiv.org/pdf/1706.03762v2.pdf}", "1706.03762", True),
        ("doi = {10.48550/arXiv.1706.03762}", "1706.03762", True),
        ("url = {https://arxiv.org/abs/cs/0112017}", "cs/0112017", True),
        ("eprint = {1706.03762}, archivePrefix = {arXiv}, booktitle = {Proceedings}", "1706.03762", False),
        ("eprint = {2987654}, archivePrefix = {JSTOR}, journal = {Letters}", "", False),
        ("eprint = {1313.00001}", "", False),
    ],
)
def test_arxiv_is_found_wherever_people_put_it(fields, arxiv, preprint):
    entry = only(f"@article{{a, title = {{T}}, {fields}}}")
    assert (entry.arxiv, entry.is_preprint) == (arxiv, preprint)
    assert entry.doi == ""


@pytest.mark.parametrize(
    ("fields", "date"),
    [
        ("year = 2019, month = {June}", (2019, 6)),
        ("year = {2019}, month = 12", (2019, 12)),
        ("year = {c. 2019}, month = {first}", (2019, None)),
        ("date = {2019-06-02}", (2019, 6)),
        ("date = {2019}, month = dec", (2019, 12)),
        ("year = {forthcoming}", (None, None)),
    ],
)
def test_dates_are_read_in_every_form(fields, date):
    entry = only(f"@misc{{a, title = {{T}}, {fields}}}")
    assert (entry.year, entry.month) == date


def test_and_others_says_that_more_wrote_it():
    assert not only("@misc{a, author = {Ida Good and others}}").complete
    assert only("@misc{a, author = {Ida Good and Other, Sandy}}").complete


def test_lines_are_those_of_the_entries_and_what_stands_between_them_is_no_fault():
    text = "Mail me@example.org.\n\n@comment{ida: @home}\n@misc(b, title = {B})\n% @misc\n@preamble{{x}}\n@misc{c}\n"
    found = read(text)
    assert [(entry.line, entry.key) for entry in found.entries] == [(4, "b"), (7, "c")]
    assert found.faults == ()


BROKEN = {
    "a brace that does not close": "@misc{a, title = {never {closed, year = 2019}\n",
    "a quote that does not close": '@misc{a, title = "never closed, year = 2019}\n',
    "a comma that is not there": "@misc{a, title = {T} year = 2019}\n",
    "a value that is not there": "@misc{a, title = , year = 2019}\n",
    "a brace too many": '@misc{a, title = {T}}, year = 2019}\n@misc{x, title = "a } b"}\n',
    "no key": "@misc{}\n",
    "nothing behind": "@misc{a, title\n",
    "very many braces": "@misc{a, title = " + "{" * 500 + "}" * 500 + "}\n",
}


@pytest.mark.parametrize("what", BROKEN)
def test_what_cannot_be_read_is_named_by_line_and_the_next_entry_is_read(what):
    found = read(f"@misc{{first, title = {{First}}}}\n{BROKEN[what]}\n@misc{{last, title = {{Last}}}}\n")
    assert [entry.title for entry in found.entries if entry.key in ("first", "last")] == ["First", "Last"]
    assert found.faults
    assert {fault.line for fault in found.faults} <= {2, 3}
    assert all(fault.message.startswith("cannot be read: ") for fault in found.faults)


def test_a_word_that_nothing_defines_and_a_key_that_stands_twice_are_named():
    found = read("@misc{a, title = {A}, month = jnu}\n@misc{A, title = {B}, year = 2019}\n")
    assert [(fault.line, fault.message) for fault in found.faults] == [
        (1, "expected a word that @string defines, got 'jnu'"),
        (2, "expected a key of its own, got 'A' as on line 1"),
    ]
    assert [entry.title for entry in found.entries] == ["A", "B"]


@pytest.mark.parametrize(
    ("latex", "text"),
    [
        (r"{\L}ukasz Erd{\H o}s {\ss} {\i}", "Łukasz Erdős ß ı"),
        (r"A{\"a}ron~Oord", "Aäron Oord"),
        ("``quoted'' -- dash", "“quoted” – dash"),
        (r"100\% \& \_ \#", "100% & _ #"),
        ("邵砚 and 浩", "邵砚 and 浩"),
        (r"\unknown{kept}", "kept"),
        (r"\write18{rm}", "18rm"),
        ("{" * 400 + "x" + "}" * 400, "x"),
    ],
)
def test_latex_becomes_text(latex, text):
    assert plain(latex) == text


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet=st.sampled_from(list('@{}()",=#\\%\n abAND1é邵-')), max_size=80))
def test_no_text_raises(text):
    found = read(f"@misc{{a, author = {{{text}}}, {text}}}\n{text}\n@misc{{z, title = {text}")
    assert all(1 <= fault.line <= text.count("\n") * 4 + 3 for fault in found.faults)


@pytest.mark.parametrize("isbn", ["abcdefghij", "0123456788", "9781", "²³456789012", "none"])
def test_what_is_no_isbn_is_left_out(isbn):
    assert only(f"@book{{a, isbn = {{{isbn}}}}}").isbn == ""


def test_identifiers_are_found_in_texts():
    assert only("@book{a, isbn = {7-111-59373-1 and 978-7-111-59373-7}}").isbn == "7-111-59373-1"
    assert find_arxiv("see arXiv: 1706.03762, or abs/1810.04805") == "1706.03762"
    assert find_acl("https://aclanthology.org/2020.acl-main.703/") == "2020.acl-main.703"
    assert find_acl("10.18653/v1/2020.acl-main.703") == "2020.acl-main.703"
    assert find_doi("10.48550/arXiv.1706.03762", "doi:10.5555/3") == "10.5555/3"
    assert find_doi("https://dx.doi.org/10.1162/neco.1997.9.8.1735.") == "10.1162/neco.1997.9.8.1735"
    assert find_doi("about 10.5 units") == find_acl("N19") == find_arxiv("1706") == ""
