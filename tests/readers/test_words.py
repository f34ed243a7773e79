"""Names, dates and plain text, in the forms that bibliographies of every format share."""

from __future__ import annotations

import pytest

from shoulders.readers.dates import read_date, read_month
from shoulders.readers.people import are_names, organisation, people, person
from shoulders.readers.prose import MAX_FIELD, clean, language


@pytest.mark.parametrize(
    ("text", "inverted"),
    [
        ("Ida Good", "Good, Ida"),
        ("Good, Ida", "Good, Ida"),
        ("Good,I.", "Good, I."),
        ("King, Martin Luther, Jr.", "King, Jr., Martin Luther"),
        ("King, Jr., Martin Luther", "King, Jr., Martin Luther"),
        ("Berk, Joris van den", "van den Berk, Joris"),
        ("van den Berk, Joris", "van den Berk, Joris"),
        ("Shan, Chung-chieh", "Shan, Chung-chieh"),
        ("邵, 砚", "邵砚"),
        ("王 小明", "王小明"),
        ("Plato", "Plato"),
        ("The Brook and Hill Group", "The Brook and Hill Group"),
        ("Good, Ida, of the Pond, Delft", "Good, Ida, of the Pond, Delft"),
        (" M&uuml;ller,\tJ\u00f6rg, ", "Müller, Jörg"),
        ("bell hooks", "hooks, bell"),
    ],
)
def test_a_name_is_divided_whatever_its_order(text, inverted):
    name = person(text)
    assert name
    assert name.inverted == inverted


@pytest.mark.parametrize("text", ["", " , ", "2019", "-", "…"])
def test_what_holds_no_letter_is_no_name(text):
    assert person(text) is None
    assert organisation(text) is None
    assert people(text)[0] == ()


@pytest.mark.parametrize(
    ("text", "names", "complete"),
    [
        ("Ida Good, Ben Lee, and Sandy Shaw", ["Ida Good", "Ben Lee", "Sandy Shaw"], True),
        ("Ida Good, Ben Lee and Sandy Shaw.", ["Ida Good", "Ben Lee", "Sandy Shaw"], True),
        ("Ida Good & Ben Lee", ["Ida Good", "Ben Lee"], True),
        ("Good, I., Lee, B.-C., & van den Berk, J.", ["I. Good", "B.-C. Lee", "J. van den Berk"], True),
        ("Good, Ida; King, Jr., Martin; and Shaw, Sandy", ["Ida Good", "Martin King Jr.", "Sandy Shaw"], True),
        ("Good, Ida and Lee, Ben", ["Ida Good", "Ben Lee"], True),
        ("Ida Good, Martin King, Jr., Ben Lee", ["Ida Good", "Martin King Jr.", "Ben Lee"], True),
        ("I. Good, B. Lee, and M. L. King, Jr.", ["I. Good", "B. Lee", "M. L. King Jr."], True),
        ("Ida Good et al.", ["Ida Good"], False),
        ("Ida Good, Ben Lee, et al", ["Ida Good", "Ben Lee"], False),
        ("Good et al", ["Good"], False),
        ("Ida Good and 17 others", ["Ida Good"], False),
        ("Ida Good, ...", ["Ida Good"], False),
        ("邵砚、王小明，李四等", ["邵砚", "王小明", "李四"], False),
        ("Hal Others", ["Hal Others"], True),
        ("Al Ethan", ["Al Ethan"], True),
    ],
)
def test_a_printed_list_of_names(text, names, complete):
    found, whole = people(text)
    assert ([name.display for name in found], whole) == (names, complete)


@pytest.mark.parametrize(
    ("text", "are"),
    [
        ("Ida Good", True),
        ("J. van den Berk and Émile Zola", True),
        ("D'Souza Maria", True),
        ("Shaw et al.", True),
        ("邵砚", True),
        ("Shaw", False),
        ("Attend and Tell", False),
        ("Ida Good 2019", False),
        ("Door: A Study", False),
        ("Doors of the Pond", False),
        ("open doors", False),
        ("Far Too Many Words For One Name", False),
        ("", False),
    ],
)
def test_what_reads_as_names(text, are):
    assert are_names(text) is are


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("2019-06-02", (2019, 6, 2)),
        ("2019/06/02/Spring", (2019, 6, 2)),
        ("2019-06/2020-07", (2019, 6, None)),
        ("2019/2020", (2019, None, None)),
        ("Jun 2, 2019", (2019, 6, 2)),
        ("2 June 2019", (2019, 6, 2)),
        ("June 2019", (2019, 6, None)),
        ("Sept. 2019", (2019, 9, None)),
        ("2019年6月2日", (2019, 6, 2)),
        ("[c. 2019]", (2019, None, None)),
        ("2019-00-00", (2019, None, None)),
        ("2019-06-31", (2019, 6, 31)),
        ("20190602", (2019, None, None)),
        ("June", (None, 6, None)),
        ("forthcoming", (None, None, None)),
        ("", (None, None, None)),
    ],
)
def test_dates_in_numbers_and_words(text, date):
    assert read_date(text) == date


@pytest.mark.parametrize(
    ("text", "month"), [("jun", 6), ("June", 6), ("5 jun--7", 6), ("06", 6), ("13", None), ("first", None), ("²", None)]
)
def test_months_in_numbers_and_words(text, month):
    assert read_month(text) == month


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("two  lines\r\n\tone", "two lines one"),
        ("<i>a</i> <SUB>b</SUB> <jats:italic>c</jats:italic>", "a b c"),
        ('<span class="nocase">iPod</span><br/>x', "iPod x"),
        ("&lt;i&gt;a&lt;/i&gt; &amp;amp; b &#8211; &#x63;", "a & b – c"),
        ("a < b > c & d; x<y>z AT&T", "a < b > c & d; x<y>z AT&T"),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
        ("MÃ¼ller, JÃ¶rg", "Müller, Jörg"),
        ("â€œquotedâ€\x9d â€“ x", "“quoted” – x"),
        ("Müller Ã¼", "Müller Ã¼"),
        ("e\u0301 \ufb01", "é \ufb01"),
        ("a\u200bb\u202ec\u00add\x00e\u2028f", "abcd e f"),
        ("\ud800 half", "half"),
        ("x" * (MAX_FIELD + 7), "x" * MAX_FIELD),
        ("<b " * 9_000, ("<b " * 6_667)[:MAX_FIELD].strip()),
    ],
)
def test_text_is_cleaned_of_markup_and_what_does_not_show(text, plain):
    assert clean(text) == plain


@pytest.mark.parametrize(
    ("value", "expected"),
    [("en", "en"), ("eng", "en"), ("English", "en"), ("american", "en"), ("zh-CN", "zh"), ("chinese", "zh"),
     ("chi", "zh"), ("中文", "zh"), ("fr", ""), ("", ""), ("german", "")],
)  # fmt: skip
def test_languages(value, expected):
    assert language(value) == expected
