"""A long table that is narrowed down, searched, sorted, chosen from and taken along: polars, shown by itables.

Filters, the search and the order look at every row; the browser is given the first of those that match, so that a
list of a hundred thousand rows answers as quickly as a short one. What is taken along is every row that matches.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

import ipywidgets as W
import polars as pl
from itables.widget import ITable

from coursepush.errors import RequestError, counted
from coursepush.widgets.look import button, muted, on_change, on_click, show
from coursepush.widgets.remembered import Remembered
from coursepush.widgets.search import all_of, has_words, in_order, on_one_line, places_of, searchable
from coursepush.widgets.takeaway import COPY, CSV, EXCEL, OfRow, Takeaway
from coursepush.widgets.taking import Taken, as_file, copied

MOST_ROWS = 2_000
"""So many rows are given to the browser at most."""

Row = dict[str, Any]

COURSE = pl.concat_str("course_number", "course_name", separator=" ", ignore_nulls=True).alias("course")
"""A course as it is told: "03101-1 Algebra 1"."""

_ANY = ""
"""No choice. A text, since a drop-down list whose value is None has nothing chosen and is drawn empty."""


class RowsTable(W.VBox):
    """The rows of `frame` under filters.

    Args:
        frame: all rows.
        columns: those to show, with their headings.
        filters: columns to choose a value of, with a label each; "all" is offered first.
        noun: what one row is.
        title: what the list is called, as its files are.
        remembered: what was chosen in the filters of other lists, and is to be kept for them.
        of_row: a button in each row, which hands out something of that row alone.
        page_length: so many rows are on a page of the list: 10, 25 or 100.

    Attributes:
        chosen: the row the reader clicked, or the only one there is (so it is chosen by keyboard, by narrowing
            down to it), as a dict of `frame`'s columns; None for none.
        filters: the drop-down list of each filter column. `search`: the text to look for.
        takeaway: the buttons Copy, Excel and CSV; ``takeaway.take("csv")`` gives what they hand to the browser.
    """

    def __init__(
        self,
        frame: pl.DataFrame,
        columns: Mapping[str, str],
        filters: Mapping[str, str],
        *,
        noun: str = "row",
        title: str = "",
        remembered: Remembered | None = None,
        of_row: OfRow | None = None,
        page_length: int = 10,
    ) -> None:
        self.frame = frame
        self._places = pl.int_range(frame.height, dtype=pl.UInt32, eager=True)
        self._matching: pl.DataFrame | None = frame
        self.chosen: Row | None = None
        self._columns = dict(columns)
        self._noun = noun
        self._title = title or f"{noun}s"
        self._remembered = remembered
        self._order: tuple[str, bool] | None = None
        self._words = searchable(frame, list(columns))
        self._on_choose: list[Callable[[Row | None], None]] = []
        self._on_pick: list[Callable[[Row], None]] = []
        self._of_row = of_row
        self._drawn: dict[str, Any] = {**_TABLE, "pageLength": page_length}
        self._is_busy = False
        self.filters = {name: _filter(label) for name, label in filters.items()}
        self.search = W.Text(
            description="Search",
            placeholder="Words, then Enter",
            continuous_update=False,
            layout=W.Layout(width="18em"),
            style={"description_width": "auto"},
            tooltip="Words that a row must have, in any column: 01001-1 02 is section 02 of that course",
        )
        self.show_all = button("Show all", icon="times", tooltip="Take every filter and the search away")
        self.count = W.HTML()
        self.takeaway = Takeaway(
            (COPY, EXCEL, CSV),
            self._take,
            "Take this list along",
            {"sort": self._sort, "remembered": self._recall},
            remembered.scope if remembered is not None else "",
            None if of_row is None else (of_row.item, list(columns).index(of_row.names[-1]), self.take_of_row),
        )
        self.table = ITable(self._shown(), **self._drawn)
        if remembered is not None:
            remembered.join(self)
            for name, value in remembered.values.items():
                self._set(name, value)
        self._narrow()
        for name, one in self.filters.items():
            on_change(one, "value", partial(self._chose, name))
        on_change(self.search, "value", lambda _: self._narrow())
        on_change(self.table, "selected_rows", self._choose)
        on_click(self.show_all, self._all)
        head = W.HBox([*self.filters.values(), self.search, self.show_all])
        along = W.HBox([self.count, self.takeaway])
        super().__init__([head, along, self.table])
        for one in (head, along):
            one.add_class("coursepush-filters")
        self.add_class("coursepush-rows")

    @property
    def matching(self) -> pl.DataFrame:
        """The rows that the filters and the search let through, in their order."""
        if self._matching is None:  # made when it is asked for: a list of many rows shows the first of them
            self._matching = self.frame[self._places]
        return self._matching

    @property
    def count_of_matching(self) -> int:
        """How many they are."""
        return len(self._places)

    def on_choose(self, call: Callable[[Row | None], None]) -> None:
        """`call` is given the row that was clicked, or None when it was clicked away."""
        self._on_choose.append(call)

    def on_pick(self, call: Callable[[Row], None]) -> None:
        """`call` is given a row when the reader clicks it, or presses Enter on it."""
        self._on_pick.append(call)

    def pick(self, place: int) -> None:
        """Click a row of `matching`, for scripts."""
        self.table.selected_rows = []
        self.table.selected_rows = [place]

    def narrow(self, **values: Any) -> None:
        """Choose a value of filter columns at once; "" for all."""
        self._is_busy = True
        for name, value in values.items():
            self.filters[name].value = value
        self._is_busy = False
        self._narrow()
        for name, value in values.items():
            self._remember(name, value)

    def sort(self, column: str, *, descending: bool = False) -> None:
        """Order every row by a column of `columns`; empty cells come first, or last when `descending`."""
        self._order = (column, descending)
        self._narrow()

    def follow(self, column: str, value: str) -> None:
        """Another list of the panel was narrowed down to `value`; this one is too, if it has such rows."""
        if column in self.filters and self.filters[column].value != value and self._set(column, value):
            self._narrow()

    # -- what a reader does --------------------------------------------------------------------------

    def _chose(self, name: str, value: str) -> None:
        if not self._is_busy:
            self._narrow()
            self._remember(name, value)

    def _remember(self, name: str, value: str) -> None:
        if self._remembered is not None:
            self._remembered.choose(name, value, self)
            self.takeaway.remembered = dict(self._remembered.values)

    def _recall(self, kept: Any) -> None:
        """What the browser kept: taken once, by whichever list is shown first."""
        if self._remembered is not None and isinstance(kept, dict):
            self._remembered.take(kept)

    def _set(self, name: str, value: str) -> bool:
        """Choose a value without narrowing down yet; whether this list has it."""
        one = self.filters.get(name)
        if one is None or (value != _ANY and not self.frame.filter(pl.col(name) == value).height):
            return False
        was, self._is_busy = self._is_busy, True
        if value not in [option for _, option in one.options]:
            one.options = [*one.options, (value, value)]
        one.value = value
        self._is_busy = was
        return True

    def _all(self) -> None:
        self._is_busy = True
        self.search.value = ""
        self._is_busy = False
        self.narrow(**dict.fromkeys(self.filters, _ANY))

    def _sort(self, place: Any) -> None:
        """A header was clicked: ascending, then descending, then as the rows came."""
        names = list(self._columns)
        if not isinstance(place, int) or not 0 <= place < len(names):
            return
        name = names[place]
        if self._order is None or self._order[0] != name:
            self._order = (name, False)
        else:
            self._order = None if self._order[1] else (name, True)
        self._narrow()

    # -- showing it ----------------------------------------------------------------------------------

    def _narrow(self) -> None:
        if self._is_busy:
            return
        self._is_busy = True
        try:
            kept = self._kept()
            self._places = in_order(self.frame, places_of(kept, self.frame.height), self._order)
            self._matching = None
            for name, one in self.filters.items():
                value = one.value
                others = all_of([mask for column, mask in kept.items() if column != name])
                texts = self.frame[name] if others is None else self.frame[name].filter(others)
                counts = texts.value_counts().sort(name)
                options = [("All", _ANY)]
                options += [(f"{said} ({rows:,})", said) for said, rows in counts.rows() if said is not None]
                if value and value not in [option for _, option in options]:
                    options.append((f"{value} (0)", value))
                one.options = options
                one.value = value
            self.count.value = self._counted()
            show(self.show_all, self._is_narrowed)
            self.takeaway.disabled = not self.count_of_matching
            only = [0] if self.count_of_matching == 1 else []
            self.table.update(self._shown(), selected_rows=only, order=self._order_shown(), **self._drawn)
        finally:
            self._is_busy = False
        self._tell(0 if only else None)

    @property
    def _is_narrowed(self) -> bool:
        return bool(self.search.value.split()) or any(one.value != _ANY for one in self.filters.values())

    def _order_shown(self) -> list[list[Any]]:
        if self._order is None:
            return []
        name, descending = self._order
        return [[list(self._columns).index(name), "desc" if descending else "asc"]]

    def _kept(self) -> dict[str, pl.Series]:
        """Of each filter that is chosen, and of the search (""), which rows it lets through."""
        chosen = {name: one.value for name, one in self.filters.items() if one.value != _ANY}
        kept = {name: self.frame[name] == value for name, value in chosen.items()}
        found = has_words(self._words, self.search.value)
        return kept if found is None else {**kept, "": found}

    def _shown(self) -> pl.DataFrame:
        return self.frame[self._places.head(MOST_ROWS)].select(
            (pl.col(name).fill_null("") if self.frame.schema[name] == pl.String else pl.col(name)).alias(heading)
            for name, heading in self._columns.items()
        )

    def _counted(self) -> str:
        rows, every = self.count_of_matching, self.frame.height
        text = counted(every, self._noun) if rows == every else f"{rows:,} of {counted(every, self._noun)}"
        if rows > MOST_ROWS:
            text += f"; the first {MOST_ROWS:,} are listed. Narrow them down to see the others."
        return muted(text)

    # -- taking it along -----------------------------------------------------------------------------

    def _take(self, name: str) -> Callable[[], Taken]:
        """How a button's copy or file is made, of the rows as they are now."""
        rows = self.taken
        if name == COPY.name:
            return partial(copied, rows, self._noun)
        about = self._about()
        return partial(as_file, rows, self._title, f".{name}", self._noun, about)

    def take_of_row(self, texts: Sequence[str]) -> Callable[[], Taken]:
        """How that is made of the row whose cells say this; the browser's table has no other name for it."""
        assert self._of_row is not None
        places = {name: list(self._columns).index(name) for name in self._of_row.names}
        is_it = [on_one_line(pl.col(name)) == " ".join(texts[at].split()) for name, at in places.items()]
        found = self.frame.filter(*is_it)
        if found.height != 1:
            raise RequestError("This row is not in the list any more. Preview again.")
        return self._of_row.make(found.row(0, named=True))

    @property
    def taken(self) -> pl.DataFrame:
        """The rows that match, under the headings that are shown; and, beside them, why and what to do."""
        columns = dict(self._columns)
        for name, heading in _BESIDE.items():
            if name in self.frame.columns and self.frame[name].null_count() < self.frame.height:
                columns.setdefault(name, heading)
        return self.matching.select(pl.col(name).alias(heading) for name, heading in columns.items())

    def _about(self) -> list[tuple[str, str]]:
        """What the list is and how it was narrowed down, for whoever gets its workbook."""
        narrowed = [(one.description, str(one.value)) for one in self.filters.values() if one.value != _ANY]
        words = " ".join(self.search.value.split())
        rows = f"{self.matching.height:,} of {counted(self.frame.height, self._noun)}"
        return [("List", self._title), ("Rows", rows), *narrowed, *([("Search", words)] if words else [])]

    def _choose(self, places: list[int]) -> None:
        if self._is_busy:
            return
        if not places and self.count_of_matching == 1:  # the only row is chosen already: a click asks of it
            places = [0]
            self._is_busy = True
            self.table.selected_rows = places
            self._is_busy = False
        self._tell(places[0] if places else None)
        if self.chosen is not None:
            for call in self._on_pick:
                call(self.chosen)

    def _tell(self, place: int | None) -> None:
        self.chosen = None if place is None else self.frame.row(self._places[place], named=True)
        for call in self._on_choose:
            call(self.chosen)


_BESIDE = {"why": "Why", "what_to_do": "What to do"}
"""Columns that are told of a chosen row, and taken along of all."""

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
