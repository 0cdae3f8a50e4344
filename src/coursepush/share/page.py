"""The page of a notebook: its shell, its cells under their numbers, and what is said of it at the end."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from html import escape
from importlib.resources import files

from coursepush.errors import counted
from coursepush.html.bars import picture
from coursepush.html.page import document


def whole_page(title: str, cells: Sequence[str], about: str) -> str:
    """One document with everything in it: no script, nothing from elsewhere, light, dark, on a phone, on paper."""
    return document(title, [*cells, f"<footer>{about}</footer>"], style=_style())


@cache
def _style() -> str:
    """What pictures bring along (once, not in each), and the notebook's own style."""
    pictures = re.search(r"<style>(.*?)</style>", picture("", "", 0, ()), re.DOTALL)
    assert pictures is not None
    return pictures[1] + files("coursepush.share").joinpath("share.css").read_text("utf-8")


def cell_html(number: int, parts: Sequence[str]) -> str:
    """A cell under its number; nothing where it has nothing to show."""
    body = "\n".join(part for part in parts if part)
    head = f'<span class="cell-number" title="Cell {number}">{number}</span>'
    return f'<section class="cell" id="cell-{number}">{head}\n{body}\n</section>' if body else ""


def gone(number: int, what: Sequence[str], why: str, *, can_be_kept: bool) -> str:
    """The line in the place of outputs that are left out for the same reason."""
    names = " and ".join([*([", ".join(what[:-1])] if what[1:] else []), what[-1]])
    how = f" Whoever shares the page can keep it: <code>--keep {number}</code>" if can_be_kept else ""
    was, is_left = ("were", "are") if what[1:] else ("was", "is")
    said = f"{names[0].upper()}{names[1:]} {was} here and {is_left} left out: {why}.{how}"
    return f'<p class="gone">{said}</p>'


def about_page(file: str, cells: int, outputs: int, left_out: int, kept: Sequence[int]) -> str:
    """What the page is made of and what not, for whoever gets it without having made it."""
    were = "was" if left_out == 1 else "were"
    said = [
        f"Made by coursepush from the notebook <bdi>{escape(file)}</bdi>: {counted(cells, 'cell')}, "
        f"{counted(outputs, 'output')} shown.",
        "What coursepush drew counts rows and names no student.",
    ]
    if left_out:
        said.append(f"{left_out:,} that it did not draw, or that a page cannot show, {were} left out.")
    if kept:
        numbers = ", ".join(map(str, kept))
        said.append(
            f"<b>Kept by whoever shared this page, and not looked at by coursepush: the outputs of "
            f"cell{'s' if kept[1:] else ''} {numbers}.</b>"
        )
    return f"<p>{' '.join(said)}</p>"
