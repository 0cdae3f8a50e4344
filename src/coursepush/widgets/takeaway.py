"""Buttons that hand something to the browser: copied, or downloaded where the reader is and not the kernel."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import anywidget
import traitlets

from coursepush.errors import CoursepushError
from coursepush.widgets.taking import Taken

_HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Item:
    """One button: its name, words, icon of Font Awesome, and what it does."""

    name: str
    text: str
    icon: str
    title: str


COPY = Item("copy", "Copy", "copy", "Copy these rows, to paste them into a spreadsheet")
EXCEL = Item("xlsx", "Excel", "file-excel-o", "Download these rows as an Excel workbook")
CSV = Item("csv", "CSV", "file-text-o", "Download these rows as text for any spreadsheet")


@dataclass(frozen=True, slots=True)
class OfRow:
    """A button in each row of a list.

    Attributes:
        item: the button.
        names: columns of text that together name a row; it stands in the last of them.
        make: gives, for a row, how what it hands out is made.
    """

    item: Item
    names: tuple[str, ...]
    make: Callable[[dict[str, Any]], Callable[[], Taken]]


class Takeaway(anywidget.AnyWidget):
    """A row of buttons. `make` says, for a button's name, how what it hands out is made; that runs in a thread.

    Beside a list, ``on_list`` is called with what a reader does in its table: ``sort``, a column's place;
    ``remembered``, what the browser kept of the filters. ``of_row`` is a button in each row of that table: its
    item, the place of the column in which it stands, and how what it hands out is made, given the texts of the
    row's cells.
    """

    _esm = "".join((_HERE / name).read_text("utf-8") for name in ("clipboard.js", "takeaway.js"))
    _css = _HERE / "takeaway.css"

    items: Any = traitlets.List().tag(sync=True)
    row_item: Any = traitlets.Dict().tag(sync=True)
    label: Any = traitlets.Unicode().tag(sync=True)
    disabled: Any = traitlets.Bool(False).tag(sync=True)
    is_of_list: Any = traitlets.Bool(False).tag(sync=True)
    scope: Any = traitlets.Unicode().tag(sync=True)
    remembered: Any = traitlets.Dict().tag(sync=True)

    def __init__(
        self,
        items: Sequence[Item],
        make: Callable[[str], Callable[[], Taken]],
        label: str,
        on_list: Mapping[str, Callable[[Any], None]] | None = None,
        scope: str = "",
        of_row: tuple[Item, int, Callable[[Sequence[str]], Callable[[], Taken]]] | None = None,
    ) -> None:
        self._make = make
        self._make_of_row = None if of_row is None else of_row[2]
        self._on_list = dict(on_list or {})
        super().__init__(
            items=[asdict(one) for one in items],
            row_item={} if of_row is None else {**asdict(of_row[0]), "place": of_row[1]},
            label=label,
            is_of_list=on_list is not None,
            scope=scope,
        )
        self.on_msg(self._asked)

    def take(self, name: str) -> Taken:
        """What a button hands out, for scripts.

        Raises:
            CoursepushError: it cannot be had.
        """
        return self._make(name)()

    def _asked(self, _: Any, content: Any, __: Any) -> None:
        if not isinstance(content, dict):
            return
        for name, call in self._on_list.items():
            if name in content:
                call(content[name])
        if "take" in content:
            self._hand(str(content["take"]), content.get("id"), content.get("row"))

    def _hand(self, name: str, number: Any, row: Any) -> None:
        try:
            if row is not None and self._make_of_row is not None:
                make = self._make_of_row([str(text) for text in row])
            else:
                make = self._make(name)
        except (CoursepushError, KeyError) as error:
            self._answer(number, error)
            return
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            self._answer(number, _made(make))
            return
        made = loop.run_in_executor(None, _made, make)
        made.add_done_callback(lambda done: self._answer(number, done.result()))

    def _answer(self, number: Any, made: Taken | Exception) -> None:
        if isinstance(made, Exception):
            ours = isinstance(made, CoursepushError)
            self.send(
                {"id": number, "error": str(made) if ours else f"That failed: {type(made).__name__}: {made}"}
            )
            return
        told = {"id": number, "told": made.told, "name": made.name, "text": made.text, "html": made.html}
        with contextlib.suppress(RuntimeError):  # the kernel is shutting down
            self.send(told, buffers=[made.content] if made.name else None)


def _made(make: Callable[[], Taken]) -> Taken | Exception:
    try:
        return make()
    except Exception as error:  # told where it was asked
        return error
