"""One output of a code cell: what kind it is of, whether it may be shown, and how it looks if it is kept."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from coursepush.marks import has_mark, is_as_drawn
from coursepush.share.safe import (
    DRAWN,
    KEPT,
    PICTURES,
    data_address_picture,
    data_picture,
    safe_html,
    safe_text,
)
from coursepush.share.text import text_html

Output = Mapping[str, Any]

PANEL = "a panel"
_WIDGET = "application/vnd.jupyter.widget-view+json"
_CHARTS = ("vega", "plotly", "bokeh", "holoviews", "geo+json")
_SCRIPT = re.compile(r"<script\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Shown:
    """An output as it stands on the page.

    `html` is empty where there is nothing to show; `left_out` then says why, or is empty for an empty output.
    """

    what: str
    html: str = ""
    left_out: str = ""
    is_kept: bool = False


UNMARKED = "coursepush did not draw it, so it may show students"
CHANGED = "it was changed after coursepush drew it, so it may show students"
INSTEAD = {
    "printed text": "End the cell with the report itself, or its .answer, instead of printing",
    "a table": "Show a report, or of it .excerpt(...) or .count_by(...), instead of a frame that was calculated",
    "a value": "Show a report, or its .answer, instead",
}
"""By what kind an output is that is left out, what would have been let through."""

NO_KERNEL = "it works in JupyterLab alone"
NO_SCRIPT = "it is drawn by a script, and a page that is shared runs none"
UNSHOWABLE = "a page cannot show it"


def shown(output: Output, *, keep: bool) -> Shown:
    """What the page has of an output: itself where coursepush drew it without students, or where it is kept."""
    what, data = kind_of(output), _data(output)
    html, metadata = _text(data.get("text/html", "")), output.get("metadata", {})
    if html and is_as_drawn(html, metadata):
        return Shown("a drawing of coursepush", safe_html(html, DRAWN, _no_picture))
    if _is_empty(output):
        return Shown(what)
    if what == PANEL:
        return Shown(what, left_out=NO_KERNEL)
    if keep:
        kept = next((one for one in _kept(output) if one), "")
        why = NO_SCRIPT if what in ("a chart", "a script") or _SCRIPT.search(html) else UNSHOWABLE
        return Shown(what, kept, "" if kept else why, is_kept=bool(kept))
    return Shown(what, left_out=CHANGED if html and has_mark(metadata) else UNMARKED)


def kind_of(output: Output) -> str:
    """What an output is, in a reader's words: "a table", "printed text"."""
    if output["output_type"] == "stream":
        return "printed text" if output.get("name") == "stdout" else "a message"
    if output["output_type"] == "error":
        return "an error"
    data = _data(output)
    html = _text(data.get("text/html", ""))
    found = (
        (_WIDGET in data, PANEL),
        (any(name in kind for kind in data for name in _CHARTS), "a chart"),
        ("<table" in html.lower(), "a table"),
        (any(kind.startswith("image/") for kind in data), "a picture"),
        ("application/javascript" in data or bool(_SCRIPT.search(html)), "a script"),
        (any(kind in data for kind in ("text/html", "text/markdown", "text/latex")), "formatted text"),
        (any("json" in kind for kind in data), "data"),
        ("text/plain" in data, "a value"),
    )
    return next((words for is_so, words in found if is_so), "an output of another kind")


def _data(output: Output) -> Mapping[str, Any]:
    return output.get("data", {})


def _is_empty(output: Output) -> bool:
    if output["output_type"] == "stream":
        return not _text(output.get("text", "")).strip()
    return output["output_type"] != "error" and not _data(output)


def _text(value: Any) -> str:
    return value if isinstance(value, str) else "".join(map(str, value)) if isinstance(value, list) else ""


# -- kept ----------------------------------------------------------------------------------------------------


def _kept(output: Output) -> Iterator[str]:
    """The ways to show an output that is kept, the best first; empty where one shows nothing."""
    if output["output_type"] == "stream":
        yield safe_text(_text(output.get("text", "")))
    elif output["output_type"] == "error":
        told = "\n".join(map(str, output.get("traceback", [])))
        yield safe_text(told) or safe_text(f"{output.get('ename', '')}: {output.get('evalue', '')}")
    else:
        yield from _kept_data(_data(output))


def _kept_data(data: Mapping[str, Any]) -> Iterator[str]:
    html = _text(data.get("text/html", ""))
    if html and not _SCRIPT.search(html):
        made = safe_html(html, KEPT, _kept_picture)
        yield made if re.sub(r"<(?!img|svg)[^>]*>|\s", "", made) else ""
    drawing = _text(data.get("image/svg+xml", ""))
    if drawing:
        yield data_picture("image/svg+xml", base64.b64encode(drawing.encode()).decode())
    for kind in PICTURES:
        yield data_picture(kind, _text(data.get(kind, "")))
    for kind in ("text/markdown", "text/latex"):
        words = _text(data.get(kind, ""))
        yield text_html(words, {}, keep=True)[0] if kind == "text/markdown" and words else safe_text(words)
    if not any(name in kind for kind in data for name in _CHARTS) and not _SCRIPT.search(html):
        yield safe_text(_text(data.get("text/plain", "")))
        if "application/json" in data:
            yield safe_text(json.dumps(data["application/json"], indent=1, ensure_ascii=False))


def _no_picture(address: str, alt: str) -> str:
    return ""


def _kept_picture(address: str, alt: str) -> str:
    gone = '<span class="gone">A picture from elsewhere was here. This page loads nothing.</span>'
    return data_address_picture(address, alt) or gone
