"""A notebook shared as one page: text, code and what coursepush drew; everything else only if it is named."""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path

from coursepush.errors import RequestError, counted
from coursepush.reports.files import write_text
from coursepush.share.outputs import CHANGED, INSTEAD, UNMARKED, shown
from coursepush.share.page import about_page, cell_html, gone, whole_page
from coursepush.share.reading import Cell, read_notebook
from coursepush.share.text import IN_THE_CELL, code_html, first_heading, has_pictures, raw_html, text_html

ENDINGS = (".html", ".htm")


@dataclass(frozen=True, slots=True)
class LeftOut:
    """An output that is not on the page: its cell's number, what it was, why, and whether naming it keeps it."""

    cell: int
    what: str
    why: str
    can_be_kept: bool

    @property
    def instead(self) -> str:
        """What would have been let through, as advice; empty where nothing would."""
        return INSTEAD.get(self.what, "") if self.why == UNMARKED else ""


@dataclass(frozen=True, slots=True)
class SharedNotebook:
    """A page that was made of a notebook.

    Attributes:
        path: where it was written.
        title: its first heading.
        cells: how many cells the notebook has.
        outputs: how many outputs of code cells are shown, those that were kept among them.
        kept: the cells of which something is shown only because they were named.
        left_out: what is not on the page, in order.
    """

    path: Path
    title: str
    cells: int
    outputs: int
    kept: tuple[int, ...]
    left_out: tuple[LeftOut, ...]

    @property
    def summary(self) -> str:
        """What was written and what was left out, in a sentence or two."""
        named = "; ".join(f"cell {one.cell}: {one.what}" for one in self.left_out)
        gone = f"{len(self.left_out):,} left out ({named})" if named else "nothing left out"
        kept = f" Kept without a check: {_named(self.kept)}." if self.kept else ""
        return (
            f"Wrote {self.path}: {counted(self.cells, 'cell')}, {counted(self.outputs, 'output')} shown, {gone}."
            f"{kept} See it before you send it."
        )

    @property
    def reasons(self) -> list[str]:
        """Why things were left out, a sentence a reason."""
        cells: dict[tuple[str, str, bool], list[int]] = {}
        for one in self.left_out:
            cells.setdefault((one.why, one.instead, one.can_be_kept), []).append(one.cell)
        return [
            f"{_named(numbers).capitalize()}: {why}."
            + (f" {instead}." if instead else "")
            + (f" To keep it: --keep {numbers[0]}" if can_be_kept else "")
            for (why, instead, can_be_kept), numbers in cells.items()
        ]

    def __repr__(self) -> str:
        return "\n".join([self.summary, *self.reasons])


def _named(cells: Iterable[int]) -> str:
    numbers = [str(number) for number in dict.fromkeys(cells)]
    return f"{'cells' if numbers[1:] else 'cell'} {', '.join(numbers)}"


def share_notebook(
    path: str | os.PathLike[str],
    out: str | os.PathLike[str] | None = None,
    *,
    keep: int | Iterable[int] = (),
    code: bool = True,
) -> SharedNotebook:
    """Write a notebook as one self-contained HTML page that shows no student.

    Text, code and what coursepush drew as free of students is let through, as the notebook was saved. In the
    place of every other output (a frame, a print, a picture, an error, a panel) stands a line that says what was
    there. Neither metadata nor the state of widgets is copied.

    Args:
        path: the notebook, a file that ends in .ipynb.
        out: where to write the page; default: beside the notebook, under its name.
        keep: numbers of cells, counted from 1 over all of them, whose outputs and pictures are let through,
            whatever they show. What they can do is taken from them: nothing runs, nothing is loaded.
        code: whether to show the code.

    Raises:
        RequestError: no such notebook, or none that can be read; a cell of `keep` has nothing to keep; `out` does
            not end in .html, or its folder is missing.

    >>> shared = cp.share_notebook("notebook.ipynb")
    >>> print(shared.summary)
    Wrote notebook.html: 1 cell, 0 outputs shown, nothing left out. See it before you send it.
    """
    source = Path(path).expanduser()
    language, cells = read_notebook(source)
    place = source.with_suffix(".html") if out is None else Path(out).expanduser()
    if place.suffix.lower() not in ENDINGS:
        raise RequestError.unknown("ending", place.suffix or place.name, ENDINGS, "for a page")
    chosen = _chosen(keep, cells)
    made = [
        _cell(number, cell, language, keep=number in chosen, code=code) for number, cell in enumerate(cells, 1)
    ]
    title = next((one.heading for one in made if one.heading), "")
    heading = "" if title else f"<h1>{escape(source.stem)}</h1>"
    left_out = tuple(one for cell in made for one in cell.left_out)
    outputs = sum(cell.outputs for cell in made)
    kept = tuple(number for number, cell in enumerate(made, 1) if cell.is_kept)
    page = whole_page(
        title or source.stem,
        [heading, *(cell.html for cell in made)],
        about_page(source.name, len(cells), outputs, len(left_out), kept),
    )
    return SharedNotebook(write_text(page, place), title or source.stem, len(cells), outputs, kept, left_out)


def _chosen(keep: int | Iterable[int], cells: Sequence[Cell]) -> frozenset[int]:
    chosen = frozenset([keep] if isinstance(keep, int) else keep)
    for number in sorted(chosen):
        if 1 <= number <= len(cells) and _has_something(cells[number - 1]):
            continue
        able = [str(place) for place, cell in enumerate(cells, 1) if _has_something(cell)]
        what = f"Cell {number} has no output to keep."
        if not 1 <= number <= len(cells):
            what = f"There is no cell {number}: the notebook has {counted(len(cells), 'cell')}, text and code."
        has = (
            f"Cells with something to keep: {', '.join(able)}."
            if able
            else "No cell has an output: run it, save it."
        )
        raise RequestError(f"{what} {has}")
    return chosen


def _has_something(cell: Cell) -> bool:
    if cell["cell_type"] == "markdown":
        return has_pictures(cell["source"], cell.get("attachments", {}))
    return cell["cell_type"] == "raw" or bool(cell.get("outputs"))


# -- cell by cell --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Made:
    """A cell as HTML, and what is to be said of it."""

    html: str
    left_out: Sequence[LeftOut] = ()
    outputs: int = 0
    is_kept: bool = False
    heading: str = ""


def _cell(number: int, cell: Cell, language: str, *, keep: bool, code: bool) -> _Made:
    if cell["cell_type"] == "code":
        return _code_cell(number, cell, language, keep=keep, code=code)
    if cell["cell_type"] == "markdown":
        return _text_cell(number, cell, keep=keep)
    return _raw_cell(number, cell, keep=keep)


def _text_cell(number: int, cell: Cell, *, keep: bool) -> _Made:
    html, gone = text_html(cell["source"], cell.get("attachments", {}), keep=keep)
    left_out = [
        LeftOut(number, what, UNMARKED, not keep)
        if what == IN_THE_CELL
        else LeftOut(number, what, "the page loads nothing from elsewhere", False)
        for what in gone
    ]
    return _Made(cell_html(number, [html]), left_out, is_kept=keep, heading=first_heading(html))


def _raw_cell(number: int, cell: Cell, *, keep: bool) -> _Made:
    if keep or not cell["source"].strip():
        return _Made(cell_html(number, [raw_html(cell["source"])] if keep else []), is_kept=keep)
    line = gone(number, ["raw text"], UNMARKED, can_be_kept=True)
    return _Made(cell_html(number, [line]), [LeftOut(number, "raw text", UNMARKED, True)])


def _code_cell(number: int, cell: Cell, language: str, *, keep: bool, code: bool) -> _Made:
    parts = [code_html(cell["source"], language)] if code and cell["source"].strip() else []
    found = [shown(output, keep=keep) for output in cell["outputs"]]
    left_out: list[LeftOut] = []
    for why, run in itertools.groupby(found, key=lambda one: one.left_out):
        outputs = list(run)
        if why:
            can_be_kept = not keep and why in (UNMARKED, CHANGED)
            left_out += [LeftOut(number, one.what, why, can_be_kept) for one in outputs]
            parts.append(
                gone(number, list(dict.fromkeys(one.what for one in outputs)), why, can_be_kept=can_be_kept)
            )
        else:
            parts += [
                f'<div class="output{" kept" if one.is_kept else ""}">{one.html}</div>'
                for one in outputs
                if one.html
            ]
    html = cell_html(number, parts)
    return _Made(html, left_out, sum(bool(one.html) for one in found), any(one.is_kept for one in found))
