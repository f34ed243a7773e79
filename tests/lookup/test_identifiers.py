"""What a person types or pastes to name a work."""

from __future__ import annotations

import pytest

from shoulders.lookup.identifiers import as_entry, parse_identifier


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("arxiv:1706.03762", "arxiv:1706.03762"),
        ("arXiv:1706.03762v5", "arxiv:1706.03762"),
        (" 1706.03762 ", "arxiv:1706.03762"),
        ("https://arxiv.org/abs/1706.03762v2", "arxiv:1706.03762"),
        ("http://www.arxiv.org/pdf/cs/0112017", "arxiv:cs/0112017"),
        ("arxiv:https://arxiv.org/abs/1706.03762", "arxiv:1706.03762"),
        ("https://doi.org/10.48550/arXiv.1706.03762", "arxiv:1706.03762"),
        ("doi:10.5555/cil.2025.101", "doi:10.5555/cil.2025.101"),
        ("10.5555/cil.2025.101", "doi:10.5555/cil.2025.101"),
        ("https://dx.doi.org/10.1162/neco%2E1997.9.8.1735", "doi:10.1162/neco.1997.9.8.1735"),
        ("acl:N19-1423", "acl:N19-1423"),
        ("2020.acl-main.703", "acl:2020.acl-main.703"),
        ("https://aclanthology.org/N19-1423.pdf", "acl:N19-1423"),
        ("https://doi.org/10.18653/v1/N19-1423", "acl:N19-1423"),
        ("10.18653/v1/n19-1423", "acl:N19-1423"),
        ("acl:2020.ACL-main.703", "acl:2020.acl-main.703"),
        ("openreview:H1eA7AEtvS", "openreview:H1eA7AEtvS"),
        ("https://openreview.net/forum?id=H1eA7AEtvS&noteId=x", "openreview:H1eA7AEtvS"),
        ("isbn:978-7-111-59373-7", "isbn:978-7-111-59373-7"),
        ("9787111593737", "isbn:9787111593737"),
        ("978 7 111 59373 7", "isbn:978-7-111-59373-7"),
        ("ISBN: 978 7 111 59373 7", "isbn:978-7-111-59373-7"),
        ("doi:10.48550/arXiv.1706.03762", "arxiv:1706.03762"),
        ("github:ashdown/half-open", "github:ashdown/half-open"),
        ("https://github.com/ashdown/half-open.git", "github:ashdown/half-open"),
        ("https://github.com/ashdown/half-open/tree/main/x", "https://github.com/ashdown/half-open/tree/main/x"),
        ("https://example.org/papers/door.html", "https://example.org/papers/door.html"),
    ],
)
def test_an_identifier_is_read_however_it_is_written(text, expected):
    assert str(parse_identifier(text)) == expected


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("axriv:1706.03762", r"did you mean 'arxiv:1706.03762'\?"),
        ("arxiv:1706.3762", "expected an arXiv id without version"),
        ("doi:11.5555/x", "expected a bare DOI"),
        ("isbn:978-7-111-59373-0", "expected an ISBN whose check digit is 7"),
        ("github:half-open", "expected a repository like 'owner/repository'"),
        ("acl:X", "expected an ACL Anthology id"),
        ("", "expected an identifier"),
        ("attention is all you need", "expected an identifier"),
        ("file:///etc/passwd", "expected an identifier"),
        ("javascript:alert(1)", "expected an identifier"),
        ("https://user:secret@example.org/", "expected an identifier"),
        ("https://arxiv.org:99999999/x", "expected an identifier"),
        ("doi:10.5555/a b", "expected a bare DOI"),
    ],
)
def test_what_is_none_is_refused_with_what_was_expected(text, message):
    with pytest.raises(ValueError, match=message):
        parse_identifier(text)


def test_an_identifier_finds_a_work_by_itself():
    assert as_entry(parse_identifier("arxiv:1706.03762")).arxiv == "1706.03762"
    assert as_entry(parse_identifier("isbn:9787111593737")).type == "book"
    assert as_entry(parse_identifier("github:a/b")).url == "https://github.com/a/b"
