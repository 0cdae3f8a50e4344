"""A long table that is narrowed down, searched, sorted and chosen from: filters in polars, the rows in itables.

Filters and the search look at every row; the browser is given the first of those that match, so that a list of a
hundred thousand rows answers as quickly as a short one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import ipywidgets as W
import polars as pl
from itables.widget import ITable

from coursepush.widgets.look import muted, on_change

MOST_ROWS = 2_000
"""So many rows are given to the browser at most."""

Row = dict[str, Any]
_ANY = ""
"""No choice. A text, since a drop-down list whose value is None has nothing chosen and is drawn empty."""


class RowsTable(W.VBox):
    """The rows of `frame` under filters.

    Args:
        frame: all rows.
        columns: those to show, with their headings.
        filters: columns to choose a value of, with a label each; "all" is offered first.
        noun: what one row is.

    Attributes:
        matching: the rows that the filters and the search let through.
        chosen: the row the reader clicked, or the only one there is (so it is chosen by keyboard, by narrowing
            down to it), as a dict of `frame`'s columns; None for none.
        filters: the drop-down list of each filter column. `search`: the text to look for.
    """

    def __init__(
        self, frame: pl.DataFrame, columns: Mapping[str, str], filters: Mapping[str, str], *, noun: str = "row"
    ) -> None:
        self.frame = frame
        self.matching = frame
        self.chosen: Row | None = None
        self._columns = dict(columns)
        self._noun = noun
        self._words = _searchable(frame, list(columns))
        self._on_choose: list[Callable[[Row | None], None]] = []
        self._is_busy = False
        self.filters = {name: _filter(label) for name, label in filters.items()}
        self.search = W.Text(
            description="Search",
            placeholder="Words, then Enter",
            continuous_update=False,
            layout=W.Layout(width="18em"),
            style={"description_width": "auto"},
            tooltip="Words that a row must have, in any column",
        )
        self.count = W.HTML()
        self.table = ITable(self._shown(), **_TABLE)
        self._narrow()
        for one in (*self.filters.values(), self.search):
            on_change(one, "value", lambda _: self._narrow())
        on_change(self.table, "selected_rows", self._choose)
        super().__init__([W.HBox([*self.filters.values(), self.search]), self.count, self.table])
        self.children[0].add_class("coursepush-filters")
        self.add_class("coursepush-rows")

    def on_choose(self, call: Callable[[Row | None], None]) -> None:
        """`call` is given the row that was clicked, or None when it was clicked away."""
        self._on_choose.append(call)

    def narrow(self, **values: Any) -> None:
        """Choose a value of filter columns at once; "" for all."""
        self._is_busy = True
        for name, value in values.items():
            self.filters[name].value = value
        self._is_busy = False
        self._narrow()

    def _narrow(self) -> None:
        if self._is_busy:
            return
        self._is_busy = True
        try:
            self.matching = self.frame.filter(self._condition())
            for name, one in self.filters.items():
                value = one.value
                counts = self.frame.filter(self._condition(but=name))[name].value_counts().sort(name)
                options = [("All", _ANY)]
                options += [(f"{said} ({rows:,})", said) for said, rows in counts.rows() if said is not None]
                if value and value not in [option for _, option in options]:
                    options.append((f"{value} (0)", value))
                one.options = options
                one.value = value
            self.count.value = self._counted()
            only = [0] if self.matching.height == 1 else []
            self.table.update(self._shown(), selected_rows=only, **_TABLE)
        finally:
            self._is_busy = False
        self._tell(0 if only else None)

    def _condition(self, but: str | None = None) -> pl.Expr:
        kept = pl.lit(True)
        for name, one in self.filters.items():
            if name != but and one.value != _ANY:
                kept &= pl.col(name) == one.value
        for word in self.search.value.lower().split():
            kept &= self._words.str.contains(word, literal=True)
        return kept

    def _shown(self) -> pl.DataFrame:
        return self.matching.head(MOST_ROWS).select(
            (pl.col(name).fill_null("") if self.frame.schema[name] == pl.String else pl.col(name)).alias(heading)
            for name, heading in self._columns.items()
        )

    def _counted(self) -> str:
        rows, every = self.matching.height, self.frame.height
        noun = self._noun if rows == 1 else f"{self._noun}s"
        text = f"{rows:,} {noun}" if rows == every else f"{rows:,} of {every:,} {noun}"
        if rows > MOST_ROWS:
            text += f"; the first {MOST_ROWS:,} are listed. Narrow them down to see the others."
        return muted(text)

    def _choose(self, places: list[int]) -> None:
        if not self._is_busy:
            self._tell(places[0] if places else None)

    def _tell(self, place: int | None) -> None:
        self.chosen = None if place is None else self.matching.row(place, named=True)
        for call in self._on_choose:
            call(self.chosen)


_TABLE: dict[str, Any] = {
    "select": "single",
    "maxBytes": 0,
    "showIndex": False,
    "show_dtypes": False,
    "classes": "compact hover order-column",
    "style": "width:100%;table-layout:auto;margin:0",
    "lengthMenu": [10, 25, 100],
    "layout": {"topStart": None, "topEnd": None, "bottomStart": "pageLength", "bottomEnd": "paging"},
    "language": {"emptyTable": "No rows", "lengthMenu": "_MENU_ rows a page"},
}
"""How itables draws the rows: searching and counting is done here, over all of them; given anew at each update."""


def _filter(label: str) -> W.Dropdown:
    return W.Dropdown(
        description=label,
        options=[("All", _ANY)],
        layout=W.Layout(width="auto", max_width="24em"),
        style={"description_width": "auto"},
    )


def _searchable(frame: pl.DataFrame, columns: list[str]) -> pl.Series:
    """Of each row, the text of the columns shown, in lower case."""
    text = pl.concat_str([pl.col(name).cast(pl.String) for name in columns], separator=" ", ignore_nulls=True)
    return frame.select(text.str.to_lowercase().alias("words"))["words"]
