"""A list of course numbers to fill in: typed, or found by a part of a number or name; told with their names."""

from __future__ import annotations

from collections.abc import Callable
from html import escape

import ipywidgets as W
import polars as pl

from coursepush.errors import counted
from coursepush.widgets.look import button, buttons, muted, on_change, on_click, show

MOST_FOUND = 50
_MOST_NAMED = 6


def found(rows: pl.DataFrame, text: str) -> pl.DataFrame:
    """Those of `rows` (number, name) that have every word of `text`, the likeliest first.

    Leading zeros do not count, for nobody types them: 2052 finds 02052-1 before 12052-1, and that before a name.
    """
    told = pl.concat_str("number", pl.lit(" "), "name", ignore_nulls=True).str.to_lowercase()
    wanted = text.strip().lower()
    bare = wanted.lstrip("0") or wanted
    is_there = pl.all_horizontal([pl.lit(True), *(told.str.contains(one, literal=True) for one in wanted.split())])
    number, name = pl.col("number").str.to_lowercase(), pl.col("name").fill_null("").str.to_lowercase()
    rank = (
        pl.when(number.str.strip_chars_start("0").str.starts_with(bare))
        .then(0)
        .when(number.str.contains(bare, literal=True))
        .then(1)
        .when(name.str.starts_with(wanted))
        .then(2)
        .otherwise(3)
    )
    return rows.filter(is_there).sort(rank, "number")


class Finder(W.VBox):
    """The field, a search for it, and the names of what it lists.

    Args:
        field: numbers, with commas.
        rows: what there is to find: number, name. Read when somebody searches, or names are to be told.
        what: what is found, in the plural.
    """

    def __init__(self, field: W.Text, rows: Callable[[], pl.DataFrame], what: str) -> None:
        self._field, self._rows, self._what = field, rows, what
        self.search = W.Text(
            description=f"Find {what}",
            placeholder="Part of a number or a name, then Enter",
            continuous_update=False,
            layout=field.layout,
            style=field.style,
        )
        self.list = W.SelectMultiple(rows=6, description="Found", layout=field.layout, style=field.style)
        self.add = button("Add", icon="plus", tooltip=f"Add the {what} that are marked in the list")
        self.told = W.HTML()
        self.names = W.HTML()
        on_change(self.search, "value", lambda _: self._find())
        on_change(field, "value", lambda _: self._name())
        on_click(self.add, self._add)
        chosen = buttons(self.add, self.told)
        chosen.add_class("cpp-under")
        self._found = W.VBox([self.list, chosen])
        super().__init__([field, self.names, self.search, self._found])
        show(self._found, False)
        self._name()

    def _find(self) -> None:
        text = self.search.value
        show(self._found, bool(text.strip()))
        if not text.strip():
            return
        rows = found(self._rows(), text)
        shown = rows.head(MOST_FOUND).rows()
        self.list.options = [(_called(number, name), number) for number, name in shown]
        self.list.value = tuple(number for number, _ in shown[:1])
        more = f"; the first {MOST_FOUND} are listed" if rows.height > MOST_FOUND else ""
        self.told.value = muted(
            f"{rows.height:,} found{more}. Mark them, several with Ctrl or Shift." if shown else "None found."
        )
        self.add.disabled = not shown

    def _add(self) -> None:
        listed = self._listed()
        self._field.value = ", ".join([*listed, *(one for one in self.list.value if one not in listed)])
        self.search.value = ""

    def _name(self) -> None:
        """Under the field: what its numbers are called."""
        listed = self._listed()
        show(self.names, bool(listed))
        if not listed:
            return
        names = dict(self._rows().filter(pl.col("number").is_in(listed)).rows())
        said = [_called(one, names.get(one)) for one in listed[:_MOST_NAMED] if one in names]
        more = len(listed) - len(said)
        text = "; ".join(said) + (f"; and {counted(more, 'more number')}" if said and more else "")
        self.names.value = f"<div class='cpp-under'>{escape(text)}</div>" if said else ""

    def _listed(self) -> list[str]:
        return [one.strip() for one in self._field.value.replace(";", ",").split(",") if one.strip()]


def _called(number: str, name: str | None) -> str:
    return f"{number} {name}" if name else number
