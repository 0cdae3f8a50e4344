"""The mark on what coursepush draws in a notebook: by it, a shared page knows what shows no student."""

from __future__ import annotations

import hashlib
import weakref
from collections.abc import Mapping
from html import escape
from typing import TYPE_CHECKING, Any

from coursepush.html.notebook import frame_html

if TYPE_CHECKING:
    import polars as pl

_KEY = "coursepush"
_HTML = "text/html"


class Drawn:
    """What shows itself in a notebook by HTML in which there is no student, and no small count of students.

    Whatever of a district is drawn otherwise (a print, a frame that was calculated, a widget) has no mark, and is
    not shared unasked.
    """

    def _repr_html_(self) -> str:
        raise NotImplementedError

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> tuple[dict[str, str], dict[str, Any]]:
        """The HTML, and the mark, which notebooks keep among an output's metadata."""
        return drawn_with_mark(self._repr_html_())


def drawn_with_mark(html: str) -> tuple[dict[str, str], dict[str, Any]]:
    """HTML in which there is no student, as an output's data, and the mark that says so, as its metadata."""
    return {_HTML: html}, {_KEY: {"students": "none", "sha256": _fingerprint(html)}}


class Sentence(str, Drawn):
    """Text in which there is no student: a report's answer. A notebook shows it as a sentence, with the mark."""

    def _repr_html_(self) -> str:
        return f"<div>{escape(self)}</div>"


def free_of_students(frame: pl.DataFrame) -> pl.DataFrame:
    """The frame itself; from now on a notebook shows it with the mark, for there is no student in it.

    Only this very frame, as long as it is as it is now: one that is calculated from it, or to which something was
    added in place, may hold anything.
    """
    as_made, this = frame.clone(), weakref.ref(frame)

    def bundle(include: Any = None, exclude: Any = None) -> tuple[dict[str, str], dict[str, Any]]:
        shown = this()
        if shown is None or shown.schema != as_made.schema or not shown.equals(as_made):
            return {}, {}
        return drawn_with_mark(frame_html(as_made))

    # of this frame alone: whatever polars makes of it is another object
    frame._repr_mimebundle_ = bundle  # pyright: ignore[reportAttributeAccessIssue]
    return frame


def has_mark(metadata: Mapping[str, Any]) -> bool:
    """Whether an output's metadata say that coursepush drew it without students."""
    mark = metadata.get(_KEY)
    return isinstance(mark, Mapping) and mark.get("students") == "none"


def is_as_drawn(html: str, metadata: Mapping[str, Any]) -> bool:
    """Whether the HTML of an output is what its mark was made for: not edited since, not put in its place."""
    return has_mark(metadata) and metadata[_KEY].get("sha256") == _fingerprint(html)


def _fingerprint(html: str) -> str:
    return hashlib.sha256(html.encode("utf-8", "surrogatepass")).hexdigest()
