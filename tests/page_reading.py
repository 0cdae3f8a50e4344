"""Reading a page as a browser does, and names that a page must show as nothing but text."""

from __future__ import annotations

import re
from html.parser import HTMLParser

from engine import Tables

EVIL = (
    "<script>alert(1)</script>",
    "=cmd|' /C calc'!A0",
    "Science 🧪 & <b>Art</b>",
    "שלום עולם \u202e",
    "x" * 50,
    "\" onmouseover='alert(1)",
    "</style><img src=x onerror=alert(1)>",
    "007",
)
"""Names of at most 50 characters that a page, a spreadsheet or a terminal might take for something else."""


class Page(HTMLParser):
    """Tags, attributes and text as a browser reads them; every tag must be closed in order."""

    _VOID = frozenset({"meta", "br", "img", "hr", "link", "input"})

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self._open: list[str] = []
        self.feed(page)
        assert not self._open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in self._VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "style" not in self._open:
            self.text += data


def complete_in_itself(page: str) -> Page:
    """The page read; it needs no script, no network and no other file."""
    read = Page(page)
    assert {"script", "img", "link", "iframe", "object"}.isdisjoint(tag for tag, _ in read.tags)
    for _, attributes in read.tags:
        assert not any(name in ("src", "srcset") or name.startswith("on") for name in attributes)
        assert str(attributes.get("href", "#")).startswith("#")  # to another part of the page itself
    outside = page.replace("http://www.w3.org/2000/svg", "")
    assert not re.search(r"@import|url\((?!#)|https?://", outside)
    return read


def name_everything_evil(tables: Tables) -> None:
    """Give everything that has a name one of the bad ones."""
    columns = {
        "school": "name", "calendar": "name", "catalog": "name", "teacher": "name", "grading_task": "name",
        "assessment_test": "name", "grading_scale": "name", "score_group": "name", "course": "name",
        "course_master": "name", "section": "number",
    }  # fmt: skip
    for table, column in columns.items():
        for place, row in enumerate(tables[table]):
            row[column] = EVIL[place % len(EVIL)] + (f" {place}" if table in ("calendar", "catalog") else "")
    for level in ("master", "course", "section"):
        used: dict[int, int] = {}
        for row in tables[f"{level}_category"]:
            place = used[row["owner_id"]] = used.get(row["owner_id"], -1) + 1
            row["name"] = (EVIL[place % len(EVIL)] + "." * (place // len(EVIL)))[:50]
