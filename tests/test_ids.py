"""Every identifier has one grammar; what is accepted is right and what is wrong is named."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shoulders import ids

GOOD: dict[Callable[[str], str], list[str]] = {
    ids.check_key: ["ashdown-2010-dark", "a-b-c-1999-x-2", "x1-etal-2017-3d"],
    ids.check_slug: ["a", "soft-gates", "wei-wang-2"],
    ids.check_arxiv: [
        "0704.0001",
        "1412.9999",
        "1501.00001",
        "2005.10000",
        "cs/0112017",
        "math.GT/9107001",
        "cmp-lg/9507001",
    ],
    ids.check_arxiv_class: ["cs.CL", "stat.ML", "hep-th", "cond-mat.dis-nn"],
    ids.check_doi: ["10.5555/v7/N15-9999(a_b)", "10.1162/neco.1997.9.8.1735"],
    ids.check_isbn: ["978-0-00-000001-9", "9780000000019", "0-00-000003-5", "097522980X"],
    ids.check_acl: ["N15-9999", "2020.acl-main.703", "2020.tacl-1.5"],
    ids.check_openreview: ["Invented-00_1"],
    ids.check_orcid: ["0000-0000-0000-1012", "0000-0000-0000-108X"],
    ids.check_url: ["https://example.org/", "http://a.b:8080/c?d=(e)#f", "https://xn--bcher-kva.example.org/%E6%83%B3"],
    ids.check_date: ["2017", "2017-06", "2017-06-12", "2016-02-29"],
    ids.check_day: ["2016-02-29"],
    ids.check_pages: ["7", "e17", "101-113", "12:1-12:20", "A1-A9", "1-1", "99-B3"],
}
BAD: dict[Callable[[str], str], list[str]] = {
    ids.check_key: [
        "",
        "Ashdown-2010-dark",
        "ashdown-10-dark",
        "ashdown-2010",
        "2010-dark",
        "ashdown--2010-dark",
        "ashdown-2010-dark-",
        "ashdown-2010-dark\n",
        "ashdown_2010_dark",
        "аshdown-2010-dark",
        "a-2010-😀",
        "ashdown-2010-d\u200bark",
        "x" * 200 + "-2010-dark",
    ],
    ids.check_slug: ["", "-a", "a-", "a--b", "A", "a b", "a/b", "..", "ä", "a" * 101],
    ids.check_arxiv: [
        "",
        "1706.3762",
        "1412.99999",
        "1413.0001",
        "1700.12345",
        "0703.0001",
        "0701.0001",
        "1706.03762v2",
        "arXiv:1706.03762",
        "2005.1",
        "cs/0113001",
        "cs/0112000",
        "cs/9001001",
        "cs/0704001",
        "9912.0001",
        "1706.00000",
        "１７０６.03762",
        "https://arxiv.org/abs/1706.03762",
    ],
    ids.check_arxiv_class: ["", "CS.CL", "cs CL", "cs."],
    ids.check_doi: [
        "",
        "https://doi.org/10.5555/a",
        "doi:10.5555/a",
        "10.5555/",
        "10.55/a",
        "10.5555/a b",
        "10.5555/a\u202eb",
        "10.5555/<a>",
        "10.5555/ä",
    ],
    ids.check_isbn: [
        "",
        "978-0-00-000001-8",
        "0-00-000003-4",
        "978-0-00-00000-9",
        "979000",
        "978-0-00--000001-9",
        "-9780000000019",
        "978-0-00-000001-9-",
        "977-0-00-000001-9",
        "x",
    ],
    ids.check_acl: [
        "",
        "n15-9999",
        "N15-999",
        "N15-99999",
        "2020.acl-main",
        "2020.ACL-main.703",
        "1420.acl-main.1",
        "https://aclanthology.org/N15-9999",
    ],
    ids.check_openreview: ["", "abc", "a b c d e f", "https://openreview.net/forum?id=abcdefg"],
    ids.check_orcid: ["", "0000-0000-0000-1013", "0000-0000-0000-1080", "https://orcid.org/0000-0000-0000-1012"],
    ids.check_url: [
        "",
        "example.org",
        "//example.org",
        "ftp://example.org/",
        "javascript:alert(1)",
        "data:text/html,x",
        "https://",
        "https:///x",
        "https://user:word@example.org/",
        "https://@example.org",
        "https://example.org:0/",
        "https://example.org:99999/",
        "https://[::1/",
        "https://exa mple.org/",
        "https://example.org/a b",
        "https://example.org/<b>",
        "https://example.org/\u202e",
        "https://example.org/想",
        "https://localhost/",
        "HTTPS://example.org/",
        "https://a..b/",
        "mailto:a@example.org",
        "https://example.org/\n",
        "https://e.org/" + "a" * 2000,
    ],
    ids.check_date: [
        "",
        "2017-02-30",
        "2017-13",
        "2017-1-1",
        "17-06-12",
        "2017/06/12",
        "2017-06-12T00:00",
        "1799",
        "2101",
        "0000",
        "２０１７",
        "2015-02-29",
        "June 2017",
        "2017-06-",
    ],
    ids.check_day: ["2017", "2017-06", "2017-02-29"],
    ids.check_pages: ["", "101--113", "101–113", "113-101", "1735-80", "1-", "a-b", "12:20-12:1", "1, 3", "1" * 300],
}


@pytest.mark.parametrize(("check", "value"), [(check, value) for check in GOOD for value in GOOD[check]])
def test_good(check: Callable[[str], str], value: str) -> None:
    assert check(value) == value


@pytest.mark.parametrize(("check", "value"), [(check, value) for check in BAD for value in BAD[check]])
def test_bad(check: Callable[[str], str], value: str) -> None:
    with pytest.raises(ValueError, match=r"^an? |^pages "):
        check(value)


@pytest.mark.parametrize("check", GOOD)
def test_no_pattern_is_slow_on_long_values(check: Callable[[str], str]) -> None:
    start = time.perf_counter()
    for piece in ("a", "-2017", "2017-", "a-", "0", "(", "1.", "http://"):
        with pytest.raises(ValueError, match="a"):
            check(piece * (2_000_000 // len(piece)) + "!\n")
    assert time.perf_counter() - start < 10


@pytest.mark.parametrize("check", GOOD)
@given(st.text(max_size=30))
def test_only_value_errors(check: Callable[[str], str], value: str) -> None:
    try:
        assert check(value) == value
    except ValueError as error:
        assert str(error)  # noqa: PT017 - either outcome is right


@pytest.mark.parametrize(
    ("names", "year", "title", "taken", "key"),
    [
        (["Ashdown"], 2010, "The Dark", [], "ashdown-2010-dark"),
        (["Ashdown", "Vell"], 2010, "The Dark", [], "ashdown-vell-2010-dark"),
        (["Ashdown", "Vell", "Lowe"], 2010, "The Dark", [], "ashdown-etal-2010-dark"),
        (["van den Oord"], 2016, "WaveNet: A Model", [], "vandenoord-2016-wavenet"),
        (["O'Neill", "D’Árc"], 2013, "Slow", [], "oneill-darc-2013-slow"),
        (["Ünal-Çağ"], 2015, "Straße", [], "unalcag-2015-strasse"),
        (["Łąkowska"], 2015, "Naïve", [], "lakowska-2015-naive"),
        (["邱"], 2020, "Shenjing wangluo", [], "qiu-2020-shenjing"),
        (["Linzhou Language Laboratory"], 2017, "Report", [], "linzhoulanguagelaboratory-2017-report"),
        ([], 2018, "Lectures on Gates", [], "anonymous-2018-lectures"),
        (["😶‍🌫️!", "—"], 2018, "?!", [], None),
        (["A"], 2018, "", [], "a-2018-untitled"),
        (["A"], 2018, "How to Be", [], "a-2018-how"),
        (["A"], 2018, "Dark Room", ["A-2018-DARK"], "a-2018-dark-room"),
        (["A"], 2018, "Dark Room", ["a-2018-dark", "a-2018-dark-room"], "a-2018-dark-2"),
        (["A"], 2018, "Dark", ["a-2018-dark", "a-2018-dark-2"], "a-2018-dark-3"),
        (["x" * 90, "y" * 90], 2018, "z" * 500, [], f"{'x' * 30}-{'y' * 30}-2018-{'z' * 30}"),
    ],
)
def test_propose_key(names: list[str], year: int, title: str, taken: list[str], key: str | None) -> None:
    proposed = ids.propose_key(names, year, title, taken)
    assert key in (None, proposed)
    assert ids.check_key(proposed) == proposed


@given(st.lists(st.text(max_size=40), max_size=4), st.integers(1800, 2099), st.text(max_size=200), st.integers(0, 6))
def test_every_proposed_key_is_valid_and_new(names: list[str], year: int, title: str, ties: int) -> None:
    taken: list[str] = []
    for _ in range(ties + 1):
        key = ids.propose_key(names, year, title, taken)
        assert ids.check_key(key) not in taken
        taken.append(key.upper().lower())


@given(st.integers(0, 10**12 - 1))
def test_isbn_check_digit(number: int) -> None:
    digits = f"978{number % 10**9:09}"
    right = ids.isbn_check_digit(digits)
    assert ids.check_isbn(digits + right)
    for wrong in set("0123456789") - {right}:
        with pytest.raises(ValueError, match=f"check digit is {right}"):
            ids.check_isbn(digits + wrong)


@given(st.integers(0, 10**9 - 1))
def test_isbn_of_ten_digits_is_one_of_thirteen(number: int) -> None:
    ten = f"{number:09}{ids.isbn_check_digit(f'{number:09}')}"
    assert ids.check_isbn(ten) == ten
    assert ids.check_isbn(ids.isbn_13(ten)) == ids.isbn_13(f"978-{ids.isbn_13(ten)[3:]}")


@pytest.mark.parametrize(
    ("value", "month"),
    [("1410.3916", "2014-10"), ("0704.0001", "2007-04"), ("cs/0112017", "2001-12"), ("cmp-lg/9507001", "1995-07")],
)
def test_arxiv_month(value: str, month: str) -> None:
    assert ids.arxiv_month(value) == month


@pytest.mark.parametrize(("value", "year"), [("N19-1423", 2019), ("P79-1001", 1979), ("2020.acl-main.703", 2020)])
def test_acl_year(value: str, year: int) -> None:
    assert ids.acl_year(value) == year


@pytest.mark.parametrize("year_of", [ids.arxiv_month, ids.acl_year])
def test_no_date_of_what_is_no_id(year_of: Callable[[str], object]) -> None:
    with pytest.raises(ValueError, match="not an"):
        year_of("nonsense")


@pytest.mark.parametrize(
    ("date", "than", "later"),
    [
        ("2017-06-12", "2017-06-11", True),
        ("2017-06", "2017-06-01", False),
        ("2017", "2017-12", False),
        ("2018", "2017-12-31", True),
        ("2017-05", "2017-06-01", False),
    ],
)
def test_is_later_as_far_as_both_are_known(date: str, than: str, later: bool) -> None:
    assert ids.is_later(date, than) is later


def test_slugify() -> None:
    assert ids.slugify("  D'Árc & ß. O’Neill ") == "darc-ss-oneill"
