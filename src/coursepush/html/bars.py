"""Stacked bars as SVG, drawn in percent of the width: text keeps its size on a phone and on paper.

A picture is one ``<svg>`` that stands alone: no script, nothing from the network, no reference to anything
outside it. On a page it takes the page's colours (CSS variables); alone it has its own, for light and dark.
Each kind of segment has a pattern besides its colour, so that a black and white print can be read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape

NARROW, WIDE = 340, 640
"""Pixels: the narrowest width that a picture is made for, and the width from which there is more room."""

Bars = list[tuple[str, dict[str, int]]]
"""A name, and what its bar is divided by: code → number."""

_CHARACTER = 7.0
_SLIVER = 0.6
_LINE, _LEGEND_CHARACTERS, _NUMBER_WIDTH = 21, 20, 66
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")

_STYLE = """\
.cp-svg{max-width:46rem;display:block;font:13px system-ui,-apple-system,"Segoe UI",Roboto,sans-serif;\
break-inside:avoid}
.cp-svg text{fill:var(--ink,currentColor)}
.cp-svg .cp-muted{fill:var(--muted,currentColor);font-size:12px}
.cp-svg .cp-strong{font-weight:600}
.cp-svg .cp-number{font-variant-numeric:tabular-nums}
.cp-svg .cp-inside{font-size:11px;font-weight:600;fill:var(--paper,#fff);stroke-width:3px;paint-order:stroke;\
stroke-linejoin:round}
.cp-svg .cp-wide{display:none}
.cp-svg .cp-line{stroke:var(--muted,currentColor);stroke-width:1;fill:none}
.cp-svg .cp-frame{fill:none;stroke:var(--line,#8a93a0);stroke-opacity:.7}
.cp-svg .cp-mark{stroke:var(--paper,#fff);stroke-opacity:.55;fill:none}
svg.cp-svg:root{color:#1d2430;background:#fff}
@media (min-width:640px){.cp-svg .cp-wide{display:inline}.cp-svg .cp-narrow{display:none}}
@media (prefers-color-scheme:dark){svg.cp-svg:root{color:#e6e9ee;background:#14181f}}
"""

_PATTERNS: dict[str, tuple[tuple[str, str, float], ...]] = {
    # How dashed lines make a pattern: (transform, dashes, width of the line in parts of the height).
    "plain": (),
    "diagonal": (("skewX(-38)", "2.5 6", 1.0),),
    "stripes": (("", "2 4", 1.0),),
    "dots": (("", "2.5 4", 0.14), ("translate(3.2 0)", "2.5 4", 0.14)),
    "crossed": (("skewX(-38)", "2 6", 1.0), ("skewX(38)", "2 6", 1.0)),
    "lines": (("", "none", 0.12), ("", "none", 0.12)),
}


@dataclass(frozen=True, slots=True)
class Look:
    """How one kind of segment looks: what it is called, its colour on a page (a CSS variable) and alone, its
    pattern (a key of the patterns above)."""

    label: str
    variable: str
    colour: str
    pattern: str

    @property
    def paint(self) -> str:
        return f"var(--{self.variable},{self.colour})"


@dataclass(frozen=True, slots=True)
class Part:
    """A segment of a bar: how it looks, how many it stands for, and what a pointer on it says."""

    look: Look
    number: int
    tip: str


def picture(title: str, description: str, height: float, parts: Sequence[str]) -> str:
    """The whole picture. `title` and `description` say the same in words; they are escaped here."""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="cp-svg" role="img" width="100%" height="{_n(height)}">'
        f"<title>{clean(title)}</title><desc>{clean(description)}</desc><style>{_STYLE}</style>"
        f"{''.join(parts)}</svg>"
    )


def text(x: str, y: float, words: str, kind: str = "", anchor: str = "start") -> str:
    """A line of text; `x` with its unit, `kind` its classes, `anchor` the end that stands on `x`."""
    named = f' class="{kind}"' if kind else ""
    placed = "" if anchor == "start" else f' text-anchor="{anchor}"'
    return f'<text x="{x}" y="{_n(y)}"{named}{placed}>{clean(words)}</text>'


def name_line(y: float, words: str, beside: float) -> str:
    """A name at the left edge, cut so that `beside` pixels stay free at the right."""
    narrow, wide = (_shortened(words, width - beside) for width in (NARROW, WIDE))
    if narrow == wide:
        return text("0", y, wide)
    return text("0", y, narrow, "cp-narrow") + text("0", y, wide, "cp-wide")


def bar(y: float, height: float, width: float, parts: Sequence[Part], *, numbers: bool = True) -> str:
    """A stacked bar from the left edge, `width` percent wide, divided by the parts' numbers.

    `numbers`: whether segments carry theirs where there is room; a picture in any case says them elsewhere.
    """
    drawn: list[str] = []
    start = 0.0
    for part, share in zip(parts, shares([part.number for part in parts], width), strict=True):
        drawn.append(_segment(start, y, share, height, part, numbers=numbers))
        start += share
    return "".join(drawn)


def named_bars(
    lines: Iterable[tuple[str, Mapping[str, int]]],
    looks: Mapping[str, Look],
    y: float,
    thick: float,
    step: float,
    *,
    numbers: bool = True,
) -> tuple[list[str], list[str], float]:
    """A bar a line under its name, as long as its share of the longest, its number at the right.

    Args:
        lines: name → code → number; `looks`: of each code, in the order in which a bar is divided.
        y, step: where the first begins, and how far it is to the next.

    Gives what is drawn, the same in a sentence a line, and where it ends.
    """
    told = [(name, {one: line[one] for one in looks if line.get(one)}) for name, line in lines]
    longest = max(sum(line.values()) for _, line in told)
    drawn: list[str] = []
    sentences: list[str] = []
    for name, line in told:
        said = {one: f"{number:,} {looks[one].label.lower()}" for one, number in line.items()}
        parts = [Part(looks[one], number, f"{isolated(name)}: {said[one]}") for one, number in line.items()]
        total = sum(line.values())
        drawn += [
            name_line(y + 13, name, _NUMBER_WIDTH),
            text("100%", y + 13, f"{total:,}", "cp-number cp-strong", "end"),
            bar(y + 17, thick, max(100 * total / longest, 1) if total else 0, parts, numbers=numbers),
        ]
        sentences.append(f"{isolated(name)}: {', '.join(said.values()) or 'nothing'}.")
        y += step
    return drawn, sentences, y


def legend(entries: Iterable[tuple[Look, str]]) -> tuple[list[str], float]:
    """Samples with their labels, in two columns where they fit; and the height they take."""
    drawn: list[str] = []
    cell = 0
    for look, label in entries:
        cells = 2 if len(label) > _LEGEND_CHARACTERS else 1
        cell += cell % 2 if cells == 2 else 0
        drawn.append(
            f'<svg x="{50 * (cell % 2)}%" y="{cell // 2 * _LINE}" width="{50 * cells}%" height="{_LINE}">'
            f"{swatch('0', 3, look)}{text('20', 13.5, label, 'cp-number')}</svg>"
        )
        cell += cells
    return drawn, (cell + 1) // 2 * _LINE + 10


def swatch(x: str, y: float, look: Look) -> str:
    """The sample of a look for a legend, 14 by 12 pixels."""
    return f'<svg x="{x}" y="{_n(y)}" width="14" height="12" overflow="hidden">{_filled(look, 12, 0)}</svg>'


def shares(numbers: Sequence[int], width: float) -> list[float]:
    """The numbers' shares of `width`, in the same order; they add up to it.

    What would be too thin to be seen gets a sliver, at the cost of the others.
    """
    total = sum(numbers)
    if not total:
        return [0.0 for _ in numbers]
    sliver = min(_SLIVER, width / len(numbers))
    found = [number * width / total for number in numbers]
    thick = list(numbers)
    while any(0 < share < sliver for share in found):
        # Each round makes some segments slivers for good; the others share what is left.
        thick = [number if share > sliver else 0 for number, share in zip(thick, found, strict=True)]
        thin = [bool(number) and not is_thick for number, is_thick in zip(numbers, thick, strict=True)]
        left, rest = width - sliver * sum(thin), sum(thick)
        found = [
            sliver if is_thin else number * left / rest if number else 0.0
            for number, is_thin in zip(thick, thin, strict=True)
        ]
    return found


def clean(words: str) -> str:
    """Escaped, and without the characters that XML has no place for."""
    return escape(_NOT_XML.sub("\ufffd", words))


def isolated(name: str) -> str:
    """A name inside a sentence, kept from turning the direction of what follows."""
    return f"\u2068{name}\u2069"


def _shortened(words: str, pixels: float) -> str:
    """As much of a name as fits, about."""
    most = int(pixels / _CHARACTER)
    return words if len(words) <= most else words[: most - 1].rstrip() + "…"


def _segment(x: float, y: float, width: float, height: float, part: Part, *, numbers: bool) -> str:
    gap = 1 if x else 0
    return (
        f'<svg x="{_n(x)}%" y="{_n(y)}" width="{_n(width)}%" height="{_n(height)}" overflow="hidden">'
        f"<title>{clean(part.tip)}</title>{_filled(part.look, height, gap)}"
        f"{_inside(width, height, part) if numbers else ''}</svg>"
    )


def _filled(look: Look, height: float, gap: int) -> str:
    fill = f'<rect x="{gap}" width="100%" height="100%" style="fill:{look.paint}"/>'
    marks = ""
    lines = _PATTERNS[look.pattern]
    for place, (transform, dashes, part) in enumerate(lines):
        # Lines as wide as the bar make stripes of their dashes; thin ones stand one above the other.
        y = height / 2 if part == 1.0 else height * (place + 1) / (len(lines) + 1)
        moved = f' transform="{transform}"' if transform else ""
        dashed = "" if dashes == "none" else f' stroke-dasharray="{dashes}"'
        marks += (
            f'<line class="cp-mark" x1="-40" x2="150%" y1="{_n(y)}" y2="{_n(y)}" '
            f'stroke-width="{_n(height * part)}"{dashed}{moved}/>'
        )
    return fill + marks


def _inside(width: float, height: float, part: Part) -> str:
    """The number in the middle of a segment, if there is room on a phone, or at least on a wider screen."""
    words = f"{part.number:,}"
    needed = len(words) * _CHARACTER + 8
    if width / 100 * WIDE < needed:
        return ""
    wide = "" if width / 100 * NARROW >= needed else " cp-wide"
    return (
        f'<text class="cp-inside cp-number{wide}" x="50%" y="{_n(height / 2 + 4)}" text-anchor="middle" '
        f'style="stroke:{part.look.paint}">{words}</text>'
    )


def _n(number: float) -> str:
    """A number as short as it can be said, to a thousandth."""
    return f"{number:.3f}".rstrip("0").rstrip(".")
