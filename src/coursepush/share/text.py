"""Text cells and code cells as HTML: Markdown, and Python in colours."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import escape, unescape
from typing import Any
from urllib.parse import unquote

import mistune
from pygments import highlight
from pygments.formatters.html import HtmlFormatter
from pygments.lexers import get_lexer_by_name
from pygments.util import ClassNotFound

from coursepush.share.safe import TEXT, data_address_picture, data_picture, safe_html

_HEADING = re.compile(r"<h[1-6]\b[^>]*>(.*?)</h[1-6]>", re.DOTALL)


def code_html(code: str, language: str) -> str:
    """Code as a block, its parts marked by classes that the page's style sheet colours."""
    name = "ipython3" if language.lower().startswith(("python", "ipython")) else language
    try:
        lexer = get_lexer_by_name(name)
    except ClassNotFound:
        lexer = get_lexer_by_name("text")
    return f'<pre class="code">{highlight(code, lexer, HtmlFormatter(nowrap=True)).rstrip()}</pre>'


class _Renderer(mistune.HTMLRenderer):
    def __init__(self) -> None:
        super().__init__(escape=False)  # tags are looked at when the whole cell is there: safe_html

    def block_code(self, code: str, info: str | None = None) -> str:
        return code_html(code, ((info or "").split() or ["text"])[0]) + "\n"

    def image(self, text: str, url: str, title: str | None = None) -> str:
        return f'<img src="{escape(url)}" alt="{escape(text)}">'


_read = mistune.create_markdown(renderer=_Renderer(), plugins=["table", "strikethrough", "url"])


def text_html(source: str, attachments: Mapping[str, Mapping[str, Any]], *, keep: bool) -> tuple[str, list[str]]:
    """A text cell as HTML, and what pictures were left out of it, in words.

    Pictures in the cell itself are let through where it is kept; the page loads none from elsewhere.

    Args:
        attachments: by name, each by its kind in base64, as the cell has them.
        keep: whether whoever shares the page answers for its pictures.
    """
    left_out: list[str] = []

    def picture(address: str, alt: str) -> str:
        what = _what(address)
        shown = _picture(address, alt, attachments) if keep else ""
        if not shown:
            left_out.append(what)
        return shown or f'<span class="gone">{_gone(what)}</span>'

    return safe_html(str(_read(source)), TEXT, picture), left_out


IN_THE_CELL = "a picture in the text"
"""A picture that a text cell carries, and that can be kept."""

_ELSEWHERE = ("a picture from the network", "a picture from a file")


def has_pictures(source: str, attachments: Mapping[str, Mapping[str, Any]]) -> bool:
    """Whether a text cell carries pictures that could be kept."""
    return IN_THE_CELL in text_html(source, attachments, keep=False)[1]


def _what(address: str) -> str:
    if address.startswith(("data:", "attachment:")):
        return IN_THE_CELL
    return _ELSEWHERE[0] if re.match(r"(https?:)?//", address) else _ELSEWHERE[1]


def _gone(what: str) -> str:
    if what == IN_THE_CELL:
        return "A picture was here. It is left out, because it may show students."
    return f"{what[0].upper()}{what[1:]} was here. This page loads nothing from elsewhere."


def _picture(address: str, alt: str, attachments: Mapping[str, Mapping[str, Any]]) -> str:
    if not address.startswith("attachment:"):
        return data_address_picture(address, alt)
    for kind, content in attachments.get(unquote(address.removeprefix("attachment:")), {}).items():
        shown = data_picture(kind, str(content), alt)
        if shown:
            return shown
    return ""


def first_heading(html: str) -> str:
    """The text of the first heading; empty where there is none."""
    for found in _HEADING.findall(html):
        words = " ".join(unescape(re.sub(r"<[^>]*>", "", found)).split())
        if words:
            return words
    return ""


def raw_html(source: str) -> str:
    """A raw cell's text, as it was typed."""
    return f'<pre class="text">{escape(source)}</pre>'
