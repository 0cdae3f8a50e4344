"""One self-contained page: no script, nothing from the network, legible on paper and phone, in light and dark."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from html import escape
from importlib.resources import files

from coursepush.files.kinds import PAGE_MARK

_NOTHING_LOADS = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"
)
"""Told to the browser as well: even what came through by mistake would not run, nor ask the network."""

_HEADING = re.compile(r"<section><h2>([^<]*)</h2>")
_FEWEST = 3
"""So many sections have a table of contents."""


def document(title: str, parts: Sequence[str], *, style: str = "") -> str:
    """A whole page of its parts; `style` is added to the style sheet that all pages have."""
    body = "\n".join(_with_contents(parts))
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_NOTHING_LOADS}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f'<meta name="color-scheme" content="light dark">\n{PAGE_MARK}\n'
        '<meta name="referrer" content="no-referrer">\n'
        f"<title>{escape(title)}</title>\n<style>\n{_stylesheet()}{style}</style>\n</head>\n"
        f"<body>\n<main>\n{body}\n</main>\n</body>\n</html>\n"
    )


@cache
def _stylesheet() -> str:
    return files("coursepush.html").joinpath("page.css").read_text("utf-8")


def section(heading: str, content: str) -> str:
    """A part of a page under its heading; nothing where there is no content."""
    return f"<section><h2>{heading}</h2>{content}</section>" if content else ""


def tiles(counts: Sequence[tuple[str, str, int]]) -> str:
    """A row of counts: (class that gives its colour, label, number)."""
    made = "".join(f"<li class='{kind}'><b>{number:,}</b> {escape(label)}</li>" for kind, label, number in counts)
    return f"<ul class='tiles'>{made}</ul>" if made else ""


def _with_contents(parts: Sequence[str]) -> list[str]:
    """The parts of a page with a table of contents before the first :func:`section`, where there are several."""
    there = [part for part in parts if part]
    headings = [(place, found[1]) for place, part in enumerate(there) if (found := _HEADING.match(part))]
    if len(headings) < _FEWEST:
        return there
    for place, heading in headings:
        there[place] = there[place].replace("<section>", f"<section id='{_anchor(heading)}'>", 1)
    links = "".join(f"<li><a href='#{_anchor(heading)}'>{heading}</a></li>" for _, heading in headings)
    there.insert(headings[0][0], f"<nav class='contents' aria-label='On this page'><ul>{links}</ul></nav>")
    return there


def _anchor(heading: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", heading.lower()).strip("-")
