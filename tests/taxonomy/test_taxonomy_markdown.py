"""Markdown of taxonomy texts is shown safely and hostile texts are recognised."""

import pytest

from taxonomy.markdown import hostility, render

HOSTILE = [
    "<script>alert(1)</script>",
    "text <b onclick=alert(1)>bold</b>",
    "x <img src=x onerror=alert(1)",
    "<!-- hidden -->",
    "[click](javascript:alert(1))",
    "[click](JaVaScRiPt:alert(1))",
    "[click](//evil.example/x)",
    "[a][b]\n\n[b]: data:text/html,<script>alert(1)</script>",
    "<vbscript:msgbox(1)>",
    "![pixel](http://evil.example/p.png)",
    "- item\n\n  > [deep](file:///etc/passwd)",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_markdown_has_a_reason(text):
    assert hostility(text)


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_markdown_becomes_harmless_html(text):
    html = render(text).lower()
    for danger in ("<script", "<img", "<b ", 'href="javascript', 'href="data', 'href="vbscript', 'href="file'):
        assert danger not in html


@pytest.mark.parametrize(
    "text",
    [
        "plain",
        "a < b and c > d",
        "**bold** and [link](https://example.org)",
        "[up](#rules)",
        "mail <a@b.example>",
        "[x] y",
    ],
)
def test_ordinary_markdown_is_welcome(text):
    assert hostility(text) is None


def test_ordinary_markdown_is_rendered():
    html = render("**Hand** with\n\n- five fingers\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n[more](https://example.org)")
    for part in ("<strong>Hand</strong>", "<li>five fingers</li>", "<td>1</td>", 'href="https://example.org"'):
        assert part in html
    assert 'rel="noopener noreferrer nofollow"' in html
