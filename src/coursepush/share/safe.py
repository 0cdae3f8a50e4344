"""HTML made safe: what an allow-list has no place for goes, also from what coursepush drew.

The mark says that nobody has touched a drawing by mistake. It is no secret: whoever can write a notebook can
write a mark too. So every piece of HTML from a notebook comes through here, marked or not.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from html import escape, unescape

import nh3

_TEXT_TAGS = frozenset({
    "a", "abbr", "b", "bdi", "blockquote", "br", "caption", "center", "code", "dd", "del", "details", "div",
    "dl", "dt", "em", "figcaption", "figure", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "i", "img", "ins",
    "kbd", "li", "mark", "ol", "p", "pre", "q", "s", "samp", "section", "small", "span", "strong", "sub",
    "summary", "sup", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "u", "ul", "var", "wbr",
})  # fmt: skip
_SVG_TAGS = frozenset({
    "svg", "title", "desc", "g", "path", "rect", "line", "circle", "ellipse", "polyline", "polygon", "text",
    "tspan",
})  # fmt: skip
_SVG_ATTRIBUTES = frozenset({
    "x", "y", "x1", "x2", "y1", "y2", "dx", "dy", "cx", "cy", "r", "rx", "ry", "d", "points", "width", "height",
    "viewBox", "transform", "fill", "fill-opacity", "stroke", "stroke-width", "stroke-opacity",
    "stroke-dasharray", "stroke-linecap", "stroke-linejoin", "opacity", "overflow", "text-anchor",
    "dominant-baseline", "font-size", "font-weight", "preserveAspectRatio", "role",
})  # fmt: skip
_DROPPED_WHOLE = {"script", "style", "template", "noscript", "iframe", "object", "embed", "textarea", "select"}

_OF_TEXT = frozenset({"text-align"})
_OF_LAYOUT = _OF_TEXT | frozenset({
    "vertical-align", "white-space", "font-weight", "font-style", "text-decoration", "overflow-x",
    "border-collapse", "padding", "padding-left", "padding-right", "width", "min-width", "max-width",
})  # fmt: skip
_OF_COLOUR = _OF_LAYOUT | frozenset({
    "color", "background", "background-color", "border", "border-left", "border-right", "border-top",
    "border-bottom", "margin", "margin-top", "margin-bottom", "margin-left", "margin-right", "font-size",
    "font-variant-numeric", "opacity", "fill", "stroke", "stroke-width", "line-height",
})  # fmt: skip
_VALUE = re.compile(r"[\w\s#%.,()+-]*\Z")
_FUNCTION = re.compile(r"([\w-]*)\(")
_FUNCTIONS = frozenset({
    "var", "rgb", "rgba", "hsl", "hsla", "translate", "skewX", "skewY", "scale", "rotate", "matrix",
})  # fmt: skip
_CODE_CLASS = re.compile(r"code|[a-z][a-z0-9]{0,2}")
_PICTURE_CLASS = re.compile(r"cp-[a-z]+")
_IMG = re.compile(r'<img((?: [\w:-]+="[^"]*")*)>')
_ATTRIBUTE = re.compile(r' ([\w:-]+)="([^"]*)"')


@dataclass(frozen=True, slots=True)
class Kind:
    """What a piece of HTML may have: tags, style properties, and classes of the page."""

    tags: frozenset[str]
    properties: frozenset[str]
    classes: re.Pattern[str]


TEXT = Kind(_TEXT_TAGS, _OF_TEXT, _CODE_CLASS)
"""Text cells: what people write, with code in it."""

DRAWN = Kind(_TEXT_TAGS | _SVG_TAGS, _OF_COLOUR, _PICTURE_CLASS)
"""What coursepush draws, in colours that suit light and dark."""

KEPT = Kind(_TEXT_TAGS | _SVG_TAGS, _OF_LAYOUT, _PICTURE_CLASS)
"""What others drew: without their colours, which would be chosen for light or for dark."""

Picture = Callable[[str, str], str]
"""From where a picture comes and what it shows, to the HTML that stands in its place."""


def safe_html(html: str, kind: Kind, picture: Picture) -> str:
    """`html` with nothing in it that runs, loads, submits or is not seen.

    Scripts, style sheets, forms, frames, comments, handlers and ids go; links stay where they lead to another
    page; what stands in the place of each picture is asked of `picture`.
    """

    def filtered(tag: str, name: str, value: str) -> str | None:
        if name == "style":
            return _safe_style(value, kind.properties)
        if name == "class":
            return " ".join(one for one in value.split() if kind.classes.fullmatch(one)) or None
        if name == "href":
            return value if re.match(r"(https?:|mailto:)", value.strip(), re.IGNORECASE) else None
        return value if tag == "img" or _is_plain(value) else None

    attributes = {
        "*": {"style", "class"},
        "a": {"href"},
        "img": {"src", "alt"},
        "ol": {"start"},
        **{tag: {"colspan", "rowspan"} for tag in ("td", "th")},
        **{tag: set(_SVG_ATTRIBUTES) for tag in _SVG_TAGS & kind.tags},
    }
    made = nh3.clean(
        html,
        tags=set(kind.tags),
        clean_content_tags=_DROPPED_WHOLE,
        attributes=attributes,
        attribute_filter=filtered,
        url_schemes={"http", "https", "mailto", "data", "attachment"},
        set_tag_attribute_values={"details": {"open": ""}},  # what is folded up would be missing on paper
    )
    return _IMG.sub(lambda found: picture(*_named(found[1], ("src", "alt"))), made)


def _named(attributes: str, names: tuple[str, str]) -> tuple[str, str]:
    given: Mapping[str, str] = {name: unescape(value) for name, value in _ATTRIBUTE.findall(attributes)}
    return given.get(names[0], ""), given.get(names[1], "")


def _safe_style(text: str, properties: frozenset[str]) -> str | None:
    """The declarations of these properties whose values are plain; nothing that a value could load."""
    kept: list[str] = []
    for declaration in text.split(";"):
        name, _, value = (part.strip() for part in declaration.partition(":"))
        if name.lower() in properties and value and _is_plain(value):
            kept.append(f"{name.lower()}:{value}")
    return ";".join(kept) or None


def _is_plain(value: str) -> bool:
    """Whether a value is made of numbers, words, colours and harmless functions: no url, no escape, no text."""
    return bool(_VALUE.match(value)) and _FUNCTIONS.issuperset(_FUNCTION.findall(value))


# -- text ----------------------------------------------------------------------------------------------------

_ESCAPES = re.compile(
    r"\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)?|\x1b[@-Z\\-_]?|\x9b[0-?]*[ -/]*[@-~]"
)
_OVERWRITTEN = re.compile(r"[^\n]*\r(?=[^\n])")
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def safe_text(text: str) -> str:
    """Printed text as a block: colours of a terminal, progress overwritten since, and directions taken out."""
    plain = _CONTROLS.sub("", _OVERWRITTEN.sub("", _ESCAPES.sub("", text)))
    return f'<pre class="text">{escape(plain)}</pre>' if plain.strip() else ""


# -- pictures ------------------------------------------------------------------------------------------------

PICTURES = ("image/png", "image/jpeg", "image/gif", "image/webp")
_BASE64 = re.compile(r"[A-Za-z0-9+/]+={0,2}\Z")


def data_picture(kind: str, content: str, alt: str = "") -> str:
    """A picture that stands in the page itself; empty where `content` is not base64 of a kind in `PICTURES`."""
    packed = re.sub(r"\s+", "", content)
    if kind not in (*PICTURES, "image/svg+xml") or not _BASE64.match(packed):
        return ""
    return f'<img src="data:{kind};base64,{packed}" alt="{escape(alt)}">'


def data_address_picture(address: str, alt: str = "") -> str:
    """The same from a ``data:`` address; empty where it is none of such a picture."""
    found = re.match(r"data:([\w/+.-]+);base64,(.*)\Z", address, re.DOTALL)
    return data_picture(found[1], found[2], alt) if found else ""
