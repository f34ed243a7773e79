"""Hand-written pages as the search reads them."""

from __future__ import annotations

from shoulders.search import plain_text, read_written


def test_a_page_is_its_sections():
    html = (
        '<h1 id="top">Doors<a class="headerlink" href="#top">¶</a></h1><p>All doors &amp; keys.</p>'
        '<h2 id="one">One <em>door</em><a class="headerlink" href="#one">¶</a></h2><p>It opens.</p>'
        '<h3 id="a&amp;b">A</h3><p>Of <svg><text>never</text></svg>wood<cite data-keys="x">x</cite>.</p>'
        '<h2 id="two">Two</h2>'
    )
    page = read_written("doors/", "Doors", html)
    assert page.sections == (
        ("", "", "All doors & keys."),
        ("one", "One door", "It opens."),
        ("a&b", "A", "Of wood ."),
        ("two", "Two", ""),
    )


def test_scripts_styles_formulas_and_pictures_are_no_words():
    assert plain_text("<style>p{}</style>a<math><mi>x</mi></math> <b>b</b>&lt;i&gt;") == "a b <i>"
