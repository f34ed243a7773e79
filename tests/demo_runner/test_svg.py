"""Figures of demos only draw: whatever could run, load, link or take for ever is refused."""

from __future__ import annotations

import itertools
import time

import pytest
from tests.demo_runner.invented import SVG

from shoulders import svg

XLINK = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink">{}</svg>'
DOCTYPE = (
    '<?xml version="1.0" encoding="utf-8" standalone="no"?>\n<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN"\n'
    '  "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd">\n'
)
PAIRS = list(itertools.pairwise("abcdefghij"))
BOMB = "".join(f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in PAIRS)
BOMB = f'<!DOCTYPE svg [<!ENTITY a "ha">{BOMB}]>{SVG.format("<text>&j;</text>")}'
USES = "".join(f'<g id="{b}">' + f'<use href="#{a}"/>' * 10 + "</g>" for a, b in PAIRS)
CLIPS = '<clipPath id="a"><path clip-path="url(#b)"/></clipPath><clipPath id="b"><path clip-path="url(#a)"/></clipPath>'


@pytest.mark.parametrize(
    "text",
    [
        SVG.format(""),
        DOCTYPE + SVG.format('<path d="M 0 0 L 1 1" style="fill: none; stroke: #24292f; stroke-width: 0.8"/>'),
        SVG.format('<defs><style type="text/css">*{stroke-linejoin: round; stroke-linecap: butt}</style></defs>'),
        SVG.format('<clipPath id="p"><rect width="1"/></clipPath><g clip-path="url(#p)"><path d="M0 0"/></g>'),
        XLINK.format('<defs><path id="m" d="M0 0"/></defs><use xlink:href="#m"/><use href="#m" x="1" y="2"/>'),
        SVG.format(
            '<text style="font: 9px \'DejaVu Sans\'; text-anchor: end;" transform="rotate(9 1 2)">a (b) &lt;c></text>'
        ),
        SVG.format('<text transform="translate(1 2) scale(0.1 -0.1)">e-mail: a@b.c, url(http://x), javascript:</text>'),
        SVG.format('<rect fill="rgb(1, 2, 3)" id="axes_1" class="x"/><!-- $x^2$ &lt;b&gt; -->'),
        SVG.format("<g>" * 49 + "</g>" * 49),
    ],
    ids=range(9),
)
def test_drawings_are_welcome(text):
    svg.check(text)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (SVG.format("<script>alert(1)</script>"), "expected a drawing, got the element 'script'"),
        (SVG.format("<foreignObject/>"), "expected a drawing, got the element 'foreignObject'"),
        (SVG.format('<image href="data:image/png;base64,AAAA"/>'), "expected a drawing, got the element 'image'"),
        (SVG.format('<a href="#x"/>'), "expected a drawing, got the element 'a'"),
        (SVG.format("<animate/>"), "expected a drawing, got the element 'animate'"),
        (SVG.format('<script xmlns="http://www.w3.org/1999/xhtml"/>'), "expected a drawing, got the element 'script'"),
        (SVG.format('<g xmlns="http://www.w3.org/1999/xhtml"/>'), "expected a drawing, got the element 'g'"),
        ("<svg/>", "expected a drawing, got the element 'svg'"),
        ('<html xmlns="http://www.w3.org/2000/svg"/>', "expected an svg element, got 'html'"),
        (SVG.format('<g onclick="alert(1)"/>'), "the attribute onclick='alert(1)' of 'g'"),
        (SVG.format('<use href="https://example.org/x.svg#a"/>'), "the attribute href='https://example.org/x.svg#a'"),
        (XLINK.format('<use xlink:href="javascript:alert(1)"/>'), "the attribute href='javascript:alert(1)'"),
        (XLINK.format('<use xlink:href="data:x#a"/>'), "the attribute href='data:x#a'"),
        (SVG.format('<g href="#a"/>'), "the attribute href='#a' of 'g'"),
        (SVG.format('<g xml:base="https://example.org/"/>'), "the attribute base="),
        (SVG.format('<g src="x"/>'), "the attribute src='x'"),
        (SVG.format('<g fill="url(https://example.org/x#a)"/>'), "the attribute fill="),
        (SVG.format('<g fill="url( &quot;//example.org/x&quot; )"/>'), "the attribute fill="),
        (SVG.format('<g style="fill: URL(//example.org)"/>'), "the attribute style="),
        (SVG.format('<g style="fill: image-set(&quot;//example.org&quot; 1x)"/>'), "the attribute style="),
        (SVG.format('<g style="fill: u\\72l(//example.org)"/>'), "the attribute style="),
        (SVG.format('<g style="@import &quot;//example.org&quot;"/>'), "the attribute style="),
        (SVG.format('<g style="fill: red; position: fixed; z-index: 9"/>'), "the attribute style="),
        (SVG.format('<g style="background: red"/>'), "the attribute style="),
        (SVG.format("<style>*{fill: url(//example.org)}</style>"), "expected no style sheet of its own"),
        (SVG.format("<style>@import '//example.org';</style>"), "expected no style sheet of its own"),
        (
            SVG.format('<style type="text/x">*{stroke-linejoin: round; stroke-linecap: butt}</style>'),
            "the attribute type=",
        ),
        (BOMB, "expected no document type of its own"),
        (
            '<!DOCTYPE svg [<!ENTITY a SYSTEM "file:///etc/passwd">]>' + SVG.format("<text>&a;</text>"),
            "expected no document type",
        ),
        ('<!DOCTYPE svg [<!ATTLIST svg onload CDATA "alert(1)">]>' + SVG.format(""), "expected no document type"),
        ('<!DOCTYPE svg SYSTEM "https://example.org/x.dtd">' + SVG.format(""), "expected no document type"),
        ('<?xml-stylesheet href="https://example.org/x.css"?>' + SVG.format(""), "expected no processing instruction"),
        (SVG.format("<!--> <script>alert(1)</script> -->"), "expected no markup in a comment"),
        (SVG.format(f'<g id="a"/>{USES}'), "expected pieces that point to no other, got 'b'"),
        (SVG.format('<g id="a"><g><use href="#a"/></g></g>'), "expected pieces that point to no other, got 'a'"),
        (SVG.format(CLIPS), "expected pieces that point to no other, got 'a'"),
        (
            SVG.format('<g id="a" style="fill: url(#b)"/><g id="b"/><use href="#a"/>'),
            "expected pieces that point to no other",
        ),
        (SVG.format("<g>" * 50 + "</g>" * 50), "expected at most 50 elements in each other"),
        (SVG.format("<g/>" * 200_000), "expected at most 512 KiB"),
        (SVG.format("é" * 300_000), "expected at most 512 KiB"),
        (SVG.format("<g>"), "expected SVG: mismatched tag"),
        (SVG.format("\0"), "expected SVG: "),
        (SVG.format("<g a='1' a='1'/>"), "expected SVG: "),
        ("", "expected SVG: no element found"),
        ("no markup", "expected SVG: "),
    ],
    ids=range(45),
)
def test_what_does_more_is_refused(text, said):
    with pytest.raises(svg.FigureError) as caught:
        svg.check(text)
    assert str(caught.value).startswith("figure: expected")
    assert said in str(caught.value)


def test_a_bomb_takes_no_time():
    start = time.process_time()
    with pytest.raises(svg.FigureError):
        svg.check(BOMB)
    assert time.process_time() - start < 5


def test_dark_pages_have_light_ink():
    assert svg.dark(f'<g fill="{svg.INK}"/>') == f'<g fill="{svg.DARK_INK}"/>'
