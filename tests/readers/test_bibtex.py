"""BibTeX as it is found in the wild: what can be read is read, what cannot is named by its line."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pybtex.database import parse_string

from shoulders.readers import Entry, find
from shoulders.readers.bibtex import read
from shoulders.readers.latex import plain

SAMPLES = Path(__file__).parent / "samples"

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
        ("eprint = {1706.03762}, archivePrefix = {JSTOR}", "", False),
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
        ("year = 2019, month = 6, day = " + "9" * 5000, (2019, 6)),
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
    "@misc{a, title = {never {closed, year = 2019}\n": ("", "expected the value of 'title' to end, got '{' left open"),
    '@misc{a, title = "never closed, year = 2019}\n': ("", "expected the value of 'title' to end, got '\"' left open"),
    '@misc{a, year = 2019, title = "a } b"}\n': ("2019", "expected the value of 'title' to end, got '\"' left open"),
    '@misc{a, year = 2019, title = "a } b { c"}\n': (
        "2019", "expected the value of 'title' to end, got '\"' left open"),
    "@misc{a, year = 2019, title = {never @misc{b, title = {U}}\n": (
        "2019", "expected the value of 'title' to end, got '{' left open"),
    "@misc{a, title = {T} year = 2019}\n": ("T 2019", "expected a comma behind the field 'title', got nothing"),
    "@misc{a title = {T}, year = 2019}\n": ("T 2019", "expected a comma behind the key 'a', got nothing"),
    "@misc{a, title = , year = 2019}\n": ("2019", "expected a value of 'title', got ', year = 2019}'"),
    "@misc{a, title = {T}}, year = 2019}\n": ("T 2019", "expected the entry to go on, got '}' before its end"),
    "@misc{a, title = {T}, title = {U}}\n": ("T", "expected each field once, got 'title'"),
    "@misc{a, title = {T} and more, year = 2019}\n": (
        "T", "expected a comma or '}' behind the field 'title', got 'and more, year = 2019}'"),
    "@misc{a, year = 2019, = {T}}\n": ("2019", "expected a field or '}', got '= {T}}'"),
    "@misc{a, year = 2019, title\n": ("2019", "expected a field or '}', got 'title'"),
    "@misc{}\n": (None, "expected a key, got nothing"),
    "@misc{, title = {T}}\n": ("T", "expected a key, got nothing"),
    "@misc{title = {T}, year = 2019}\n": ("T 2019", "expected a key, got nothing"),
    '@misc{title="T, U", year = 2019}\n': ("T, U 2019", "expected a key, got nothing"),
    "@misc{year = 2019, title = {T}}\n": ("T 2019", "expected a key, got nothing"),
    "@string{x = }\n": (None, "expected a value of 'x', got '}'"),
    "@string{x}\n": (None, "expected a name and '=' in @string, got 'x}'"),
    "@preamble{}\n": (None, "expected a value of 'preamble', got '}'"),
    "@misc{a, title = {T}, crossref = {firts}}\n": (
        "T", "crossref: expected the key of an entry, got 'firts' (did you mean 'first'?)"),
    "@misc{a, title = {T}, xdata = {first, 17}}\n": ("T", "xdata: expected the key of an entry, got '17'"),
}  # fmt: skip


@pytest.mark.parametrize("broken", BROKEN)
def test_what_cannot_be_read_is_named_by_line_and_everything_else_is_read(broken):
    said, message = BROKEN[broken]
    found = read(f"@misc{{first, title = {{First}}}}\n\n{broken}\n@misc{{last, title = {{Last}}}}\n")
    assert [(fault.line, fault.message) for fault in found.faults] == [(3, message)]
    first, *between, last = found.entries
    assert (first.title, last.title) == ("First", "Last")
    assert [f"{entry.title} {entry.year or ''}".strip() for entry in between] == ([said] if said is not None else [])


def test_a_fault_within_an_entry_is_named_by_its_own_line():
    first = "@misc{a,\n  title = {T},\n  month = jnu,\n  note = {x}\n\n"
    found = read(first + "@misc{b, title = {U}}\n@misc{c,\n  title = {x\n\n}")
    assert [(fault.line, fault.message) for fault in found.faults] == [
        (3, "expected a word that @string defines, got 'jnu' (did you mean 'jun'?)"),
        (4, "expected a comma or '}' behind the field 'note', got nothing"),
        (10, "expected a comma or '}' behind the field 'title', got nothing"),
    ]


def test_a_key_that_stands_twice_is_named():
    found = read("@misc{a, title = {A}}\n@misc{A, title = {B}, year = 2019}\n")
    said = [(fault.line, fault.message) for fault in found.faults]
    assert said == [(2, "expected a key of its own, got 'A' as on line 1")]
    assert [entry.title for entry in found.entries] == ["A", "B"]


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("@misc{smith et al. 2019, title = {T}}", "smith et al. 2019"),
        ("@misc{Müller:2019/(a)+b'c=d, title = {T}}", "Müller:2019/(a)+b'c=d"),
        ("@misc{邵2019\n, title = {T}}", "邵2019"),
        ("@ MISC ( DBLP:conf/cil/Good19 , title = {T (x)} )", "DBLP:conf/cil/Good19"),
        ("@\n\nIn-Collection\n(a, title\n=\n{T}\n# jan)", "a"),
        ("@misc\n{\n  a,\n  TITLE = {T},,\n}", "a"),
        ("@misc{a, % a note with a } in it\n title = {T} % another\n}", "a"),
        ("@misc{a, année = {x}, bdsk-url-1 = {y}, title = {T}}", "a"),
    ],
)
def test_keys_fields_and_comments_of_every_style(text, key):
    entry = only(text)
    assert (entry.key, entry.title[:1]) == (key, "T")
    assert (entry.start, entry.end) == (0, len(text))


def test_entries_know_where_they_stand():
    text = "% x\n@misc{a, title = {A}}@misc(b,title={B})\r\n@comment{c}\n  @misc{c, title = {never\n@misc{d}"
    spans = [text[entry.start : entry.end] for entry in read(text).entries]
    assert spans == ["@misc{a, title = {A}}", "@misc(b,title={B})", "@misc{c, title = ", "@misc{d}"]


JOINED = r"""
@string{toys = {Journal of Toys} # " \& Trains"}
@preamble{ "\newcommand{\x}[1]{@misc{#1, title = {Not This}}}" }
@article{good-2019, author = "Good, Ida and " # "Lee, Ben", title = {T}, journal = TOYS,
  month = "5~" # JUN # "--7", year = 2019}
"""


def test_strings_are_joined():
    entry = only(JOINED)
    assert entry.container == "Journal of Toys & Trains"
    assert [name.family for name in entry.authors] == ["Good", "Lee"]
    assert (entry.year, entry.month) == (2019, 6)


def test_what_a_work_does_not_say_its_volume_says():
    found = read((SAMPLES / "volumes.bib").read_text())
    assert found.faults == ()
    child, own, essay, volume, issue = found.entries
    assert (child.title, child.container, child.pages) == ("Doors", "Proceedings of the Pond", "7-11")
    assert (child.year, child.month, child.address, child.publisher) == (2019, 11, "Ghent", "Brook Press")
    assert [name.display for name in (*child.authors, *child.editors)] == ["Ida Good", "Egon Zwei"]
    assert (child.keywords, child.isbn, child.doi, child.url) == ("doors", "978-7-111-59373-7", "", "")
    assert (own.container, own.year, own.month, own.address) == ("Own Book", 2018, None, "Delft")
    assert (essay.container, essay.volume, essay.number) == ("Journal of Toys", "5", "3")
    assert (volume.type, volume.doi, issue.title) == ("proceedings", "10.5555/v", "Journal of Toys")


@pytest.mark.parametrize(
    "text",
    [
        "@misc{a, title = {T}, crossref = {a}}",
        "@misc{a, title = {T}, crossref = {b}}\n@misc{b, title = {U}, crossref = {a}}",
        "@misc{a, title = {T}, xdata = {a, b, a}}\n@xdata{b, xdata = {a, b}, note = {x}}",
        "".join(f"@misc{{k{i}, title = {{T}}, crossref = {{k{i + 1}}}}}\n" for i in range(2000)) + "@misc{k2000}",
    ],
)
def test_entries_that_refer_in_a_circle_or_a_long_row_are_read(text):
    found = read(text)
    assert found.faults == ()
    assert found.entries[0].title == "T"
    assert found.entries[0].container == ("U" if "crossref = {b}" in text else "T" if "k0" in text else "")


STYLES: dict[str, dict[str, object]] = {
    "acm": {"key": "10.5555/cil.101", "pages": "17", "address": "Delft", "series": "CIL '19", "isbn": "9787111593737"},
    "ads": {"title": "Doors & Keys", "arxiv": "1906.00003", "arxiv_class": "cs.CL", "month": 6, "is_preprint": True},
    "arxiv": {
        "arxiv": "1906.00003",
        "container": "",
        "is_preprint": True,
        "url": "https://arxiv.org/abs/1906.00003",
    },
    "badly-encoded": {"title": "Doors & Keys – 100% open"},
    "by-hand": {"title": "Doors and Keys", "year": 2019, "url": "http://www.example.org/~good/a_b.html"},
    "dblp": {
        "key": "DBLP:conf/cil/GoodL19",
        "container": "Proceedings of CIL 2019, Delft, June 2-7, 2019",
        "doi": "10.5555/CIL.101",
    },
    "endnote": {"key": "RN41", "doi": "10.5555/toys.7", "pages": "7-13"},
    "google-scholar": {"complete": False, "arxiv": "1906.00003", "is_preprint": True},
    "ieee": {"key": "1234567", "volume": "5", "number": "", "keywords": "doors;keys", "month": 6, "isbn": ""},
    "jabref": {"year": 2019, "month": 6, "day": None, "container": "A Book of Doors"},
    "mendeley": {"title": "Doors and Keys & Locks", "arxiv": "cs/0112017", "arxiv_class": "cs"},
}


@pytest.mark.parametrize("style", STYLES)
def test_thirty_years_of_styles(style):
    entry = only((SAMPLES / f"{style}.bib").read_text())
    assert {name: getattr(entry, name) for name in STYLES[style]} == STYLES[style]
    assert entry.title.startswith("Doors")
    assert entry.authors[0].family == ("Müller" if style == "badly-encoded" else "Good")
    assert len(entry.authors) in (2, 3)


@pytest.mark.parametrize(
    ("field", "authors"),
    [
        ("Good, I., Lee, B., King, M.", ["Good, I.", "Lee, B.", "King, M."]),
        ("Ida Good, Ben Lee, Sandy Shaw", ["Good, Ida", "Lee, Ben", "Shaw, Sandy"]),
        ("Good, Ida AND Lee, Ben", ["Good, Ida", "Lee, Ben"]),
        ("King, Jr., Martin Luther", ["King, Jr., Martin Luther"]),
        ("{Lantern and Pond} and Ida Good", ["Lantern and Pond", "Good, Ida"]),
        ("{Lantern, Inc.} and {{The Pond}} and {H{\\o}{}jer {\\'E}cole}", ["Lantern, Inc.", "The Pond", "Højer École"]),
        ("Ida {Van\n  Wyk} and\n {De la Cruz}, Ben", ["Van Wyk, Ida", "De la Cruz, Ben"]),
        (
            'Ida {Good, Jr.} and {Good, Jr.}, Ida and Ida M. {M{\\"u}ller Good}',
            ["Good, Jr., Ida", "Good, Jr., Ida", "Müller Good, Ida M."],
        ),
        ("Ida {Good, editor} and Erd{\\H o}s P{\\'a}l", ["Good, editor, Ida", "Pál, Erdős"]),
        ("and and Ida Good and", ["Good, Ida"]),
        (r"M{\"u}ller, Jr., J{\"o}rg and \'Emile Zola", ["Müller, Jr., Jörg", "Zola, Émile"]),
        ("邵, 砚 and 王小明", ["邵砚", "王小明"]),
        ("", []),
    ],
)
def test_names_are_divided_as_bibtex_divides_them_and_where_it_would_not(field, authors):
    entry = only(f"@misc{{a, author = {{{field}}}}}")
    assert [name.inverted for name in entry.authors] == authors


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
        (r"\input{/etc/hostname}\include{x}", "input/etc/hostnameincludex"),
        (r"\Thanh{}", "Thanh"),
        (r"and\slash or", "and/or"),
        ("50% of R&D #1", "50% of R&D #1"),
        (r"50\% of {R\&D}, 100% sure \#1", "50% of R&D, 100% sure #1"),
        (r"\href{https://example.org}{Doors}", "Doors"),
        (r"a\textbar{}b \textasciicircum{} \textless x", "a|b ^ <x"),
        (r"$E = mc^2$ costs $5", "E = mc^2 costs 5"),
        ("\\emph{" * 1500 + "x" + "}" * 1500, "emph" * 1500 + "x"),
        ("{" * 400 + "x" + "}" * 400, "x"),
    ],
)
def test_latex_becomes_text(latex, text):
    assert plain(latex) == text


LATEX = r"""\emph{ { } \' \begin{a} \end{a} $ \[ \] \( \) \verb| | \frac % & \item [ ] x \c \\ \sqrt \left ^ _ ~
    \input""".split()


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(LATEX), max_size=30))
def test_no_latex_raises(tokens):
    assert "\n" not in plain("".join(tokens))


def test_nothing_is_logged_of_what_strangers_wrote():
    code = r"from shoulders.readers.latex import plain; plain(r'\frac'); plain(r'$\overline$ \input'); print('done')"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert (done.stdout, done.stderr) == ("done\n", "")


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet=st.sampled_from(list('@{}()",=#\\%\n abAND1é邵-')), max_size=80))
def test_no_text_raises(text):
    found = read(f"@misc{{a, author = {{{text}}}, {text}}}\n{text}\n@misc{{z, title = {text}")
    assert all(1 <= fault.line <= text.count("\n") * 4 + 3 for fault in found.faults)


@pytest.mark.parametrize("path", sorted(SAMPLES.glob("*.bib")), ids=lambda path: path.stem)
def test_pybtex_reads_the_same_entries(path):
    theirs = parse_string(path.read_text(), "bibtex").entries
    ours = {entry.key: entry for entry in read(path.read_text()).entries}
    works = {key: entry for key, entry in theirs.items() if entry.type not in ("xdata",)}
    assert list(ours) == list(works)
    for key, entry in works.items():
        assert ours[key].type == entry.type.lower()
        assert ours[key].title == plain(entry.fields["title"])
        if path.stem != "by-hand":  # commas where BibTeX asks for "and"
            people = [person for person in entry.persons.get("author", ()) if str(person) != "others"]
            assert len(ours[key].authors) == len(people)


REAL_SHAPED = "\n".join(path.read_text() for path in sorted(SAMPLES.glob("*.bib")))


@settings(max_examples=200, deadline=None)
@given(
    st.integers(0, len(REAL_SHAPED)),
    st.integers(0, 60),
    st.text(alphabet=st.sampled_from(list('@{}()",=#\\%\n aé$&~邵')), max_size=10),
)
def test_no_mutilated_file_raises_and_what_stands_far_from_the_wound_is_read(place, length, other):
    text = REAL_SHAPED[:place] + other + REAL_SHAPED[place + length :]
    found = read(text)
    assert all(1 <= fault.line <= text.count("\n") + 1 for fault in found.faults)
    assert all(text[entry.start] == "@" and entry.start < entry.end <= len(text) for entry in found.entries)
    assert len(read(REAL_SHAPED).entries) - 3 <= len(found.entries)


@pytest.mark.parametrize("isbn", ["abcdefghij", "0123456788", "9781", "²³456789012", "none"])
def test_what_is_no_isbn_is_left_out(isbn):
    assert only(f"@book{{a, isbn = {{{isbn}}}}}").isbn == ""


def test_identifiers_are_found_in_texts():
    assert only("@book{a, isbn = {7-111-59373-1 and 978-7-111-59373-7}}").isbn == "7-111-59373-1"
    assert find.arxiv("see arXiv: 1706.03762, or abs/1810.04805") == "1706.03762"
    assert find.acl("https://aclanthology.org/2020.acl-main.703/") == "2020.acl-main.703"
    assert find.acl("10.18653/v1/2020.acl-main.703") == "2020.acl-main.703"
    assert find.doi("10.48550/arXiv.1706.03762", "doi:10.5555/3") == "10.5555/3"
    assert find.doi("https://dx.doi.org/10.1162/neco.1997.9.8.1735.") == "10.1162/neco.1997.9.8.1735"
    assert find.doi("about 10.5 units") == find.acl("N19") == find.arxiv("1706") == ""
