"""Notebooks made for tests of sharing, and what a browser would find on their pages."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import unescape
from pathlib import Path
from typing import Any

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from page_reading import Page

from coursepush.marks import Drawn
from coursepush.share.notebook import SharedNotebook, share_notebook

PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
"""A picture of one point."""


class Harmless(Drawn):
    """Something that coursepush would draw."""

    def __init__(self, html: str) -> None:
        self._html = html

    def _repr_html_(self) -> str:
        return self._html


def marked(html: str) -> Any:
    """The output of a cell that shows what coursepush drew."""
    data, metadata = Harmless(html)._repr_mimebundle_()
    return new_output("execute_result", {**data, "text/plain": "<Plan>"}, metadata=metadata, execution_count=1)


def display(data: dict[str, Any], **metadata: Any) -> Any:
    return new_output("display_data", data, metadata=metadata)


def stream(text: str, name: str = "stdout") -> Any:
    return new_output("stream", name=name, text=text)


def code(*outputs: Any, source: str = "show()") -> Any:
    return new_code_cell(source, outputs=list(outputs), execution_count=1)


def text(source: str, attachments: dict[str, Any] | None = None) -> Any:
    return new_markdown_cell(source, **({"attachments": attachments} if attachments else {}))


def write(folder: Path, cells: Sequence[Any], **metadata: Any) -> Path:
    path = folder / "notebook.ipynb"
    nbformat.write(new_notebook(cells=list(cells), metadata=metadata), path)
    return path


def share(folder: Path, *cells: Any, keep: Sequence[int] = (), **metadata: Any) -> tuple[SharedNotebook, str]:
    """What sharing a notebook of these cells says, and the page."""
    shared = share_notebook(write(folder, cells, **metadata), keep=keep)
    page = shared.path.read_text("utf-8")
    alone(page)
    return shared, page


def alone(page: str) -> Page:
    """The page read: nothing in it runs, and nothing is loaded; pictures stand in it, links wait to be clicked."""
    read = Page(page)
    tags = {tag for tag, _ in read.tags}
    assert tags.isdisjoint(
        {"script", "link", "iframe", "frame", "object", "embed", "form", "input", "base", "video"}
    )
    assert [tag for tag, _ in read.tags].count("style") == 1
    for tag, attributes in read.tags:
        for name, value in attributes.items():
            assert not name.startswith("on")
            assert name not in ("srcset", "srcdoc", "background", "action", "formaction", "poster", "ping", "data")
            assert tag == "a" or name not in ("href", "xlink:href")
            assert name != "href" or re.match(r"https?://|mailto:", str(value))
            assert name != "src" or re.match(r"data:image/(png|jpeg|gif|webp|svg\+xml);base64,", str(value))
            assert name != "style" or not re.search(r"url|\\|@|/\*", str(value))
    styles = "".join(re.findall(r"<style>(.*?)</style>", page, re.DOTALL))
    assert not re.search(r"url\(|@import|https?:", styles)
    assert "<!--" not in page
    return read


def said(page: str) -> str:
    """The text that a reader sees."""
    return " ".join(unescape(Page(page).text).split())
