"""A scenario as a user holds it: a district that can be edited, and that is never written (SCENARIO.md)."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Self

import polars as pl

from coursepush.district.district import District
from coursepush.district.edits import Edits
from coursepush.district.real import plan_real
from coursepush.files import Kind, new_file
from coursepush.html.notebook import glance, html_table
from coursepush.html.text import safe
from coursepush.marks import Drawn
from coursepush.plan.plan import Plan
from coursepush.plan.request import Request
from coursepush.scenario.edits import Edit
from coursepush.scenario.scenario import Scenario
from coursepush.scenario.text import read_file
from coursepush.store.database import Store


class WhatIf(Edits, District, Drawn):
    """A district with edits laid over it. All of a district's plans, reports and forecasts work on it.

    Made by :meth:`District.what_if`.

    Attributes:
        title: what it is called.
    """

    def __init__(self, base: Store, title: str, edits: Iterable[Edit] = ()) -> None:
        self._scenario = Scenario(base, title, edits)
        super().__init__(self._scenario.overlay)

    @property
    def title(self) -> str:
        return self._scenario.title

    @property
    def scenario(self) -> Scenario:
        """The edits themselves, and the overlay they are made on: for those who extend coursepush."""
        return self._scenario

    def what_if(self, title: str = "What if", *, edits: str | os.PathLike[str] | None = None) -> WhatIf:
        """Another scenario of the same district, with the edits of this one made first.

        What is edited there is not seen here. See :meth:`District.what_if`.

        >>> w = district.what_if().lock("High School", "categories")
        >>> w.what_if("and more").ignore("04101-1").edits()["what"].to_list()
        ['lock: locks categories; catalog High School', 'ignore: on True; courses 04101-1']
        """
        told, made = read_file(edits) if edits is not None else ("", [])
        first = [one.edit for one in self._scenario.made]
        return WhatIf(self._scenario.overlay.base, told or title, [*first, *made])

    # -- becoming real --------------------------------------------------------------------------------

    def plan_setup(
        self, edits: Any = None, *, then: Plan | Request | None = None, today: dt.date | None = None
    ) -> Plan:
        """Plan to make this scenario real: its edits, and a push that follows them, in one plan of the district.

        It is a plan of the district itself, to be looked at, approved, applied and undone like any other
        (RULES.md 13). See :meth:`District.plan_setup`.

        Args:
            edits: more edits, to be made after those of the scenario.
            then: a push or a plan of links, planned in this scenario.
            today: as in :meth:`District.plan_master_push`.

        Raises:
            ScenarioError: an edit was missed, is refused, or is never part of a plan; `then` was planned in
                another scenario. ScenarioMovedError: the district was written to since.

        >>> w = district.what_if("heavier tests")
        >>> w = w.category("Tests", weight=45, catalog="High School", masters="04101-1")
        >>> push = w.plan_master_push("High School", year=2027, courses="04101-1", data="categories")
        >>> plan = w.plan_setup(then=push)
        >>> plan.rows(verdict="update").select("hop", "element").rows()
        [(0, 'categories'), (1, 'categories')]
        """
        from coursepush.scenario.planned import edits_in

        return plan_real(self._scenario, [] if edits is None else edits_in(edits), then, today)

    # -- the edits themselves -------------------------------------------------------------------------

    def edits(self) -> pl.DataFrame:
        """The edits in order: number, what, rows (how many it changed), missed (why it could not be made).

        >>> district.what_if().lock("High School", "categories").edits().columns
        ['number', 'what', 'rows', 'missed']
        """
        return pl.DataFrame(
            [
                (number, one.edit.words, one.rows, one.missed or None)
                for number, one in enumerate(self._scenario.made, 1)
            ],
            schema={"number": pl.Int64, "what": pl.String, "rows": pl.Int64, "missed": pl.String},
            orient="row",
        )

    @property
    def missed(self) -> pl.DataFrame:
        """The edits that could not be made here, with the reason: the rows of :meth:`edits` that have one."""
        return self.edits().filter(pl.col("missed").is_not_null())

    def take_back(self, number: int | None = None) -> WhatIf:
        """Take back an edit by its number, or the last one; the others are made again without it.

        Raises:
            RequestError: there is no such edit.

        >>> w = district.what_if().lock("High School", "categories").ignore("04101-1").take_back(1)
        >>> w.edits()["what"].to_list()
        ['ignore: on True; courses 04101-1']
        """
        self._scenario.take_back(len(self._scenario.made) if number is None else number)
        return self

    def rebase(self) -> WhatIf:
        """Make the edits again on the district as it is now, after it was written to; see :attr:`missed`.

        >>> len(district.what_if().lock("High School", "categories").rebase().missed)
        0
        """
        self._scenario.rebase()
        return self

    @property
    def text(self) -> str:
        """The scenario as text (TOML): title and edits."""
        return self._scenario.text

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write the scenario's text to a file, to be made again with ``district.what_if(edits=path)``.

        Raises:
            RequestError: there is no such folder, or what is there is no scenario that coursepush saved.
            WriteError: it cannot be written; what was there before stays.

        >>> district.what_if("locked").lock("High School", "categories").save("locked.toml").name
        'locked.toml'
        """
        with new_file(path, Kind.SCENARIO) as file:
            file.write(self.text.encode())
        return Path(path)

    def close(self) -> None:
        """Forget the edits; the district stays open.

        >>> district.what_if().close()
        >>> len(district.catalogs(year=2027))
        3
        """
        self._scenario.close()

    def __enter__(self) -> WhatIf:
        return self

    def __repr__(self) -> str:
        lines = [f"<What if: {self.title}>"]
        lines += [
            f"  {number}. {what} ({_said(rows, missed)})" for number, what, rows, missed in self.edits().rows()
        ]
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        lines = [
            [f"{number}", safe(what), safe(_said(rows, missed))]
            for number, (_, what, rows, missed) in enumerate(self.edits().rows(), 1)
        ]
        return glance(
            f"What if: {safe(self.title)}",
            "",
            html_table((), lines, (True, False, False)) or "<div>No edits yet.</div>",
            "<div>Plan on it as on the district: <code>w.plan_master_push(...)</code>. "
            "<b>Nothing of it is written to the district.</b></div>",
        )

    def _do(self, kind: str, **given: Any) -> Self:
        self._scenario.do(kind, given)
        return self


def _said(rows: int, missed: str | None) -> str:
    return f"missed: {missed}" if missed else f"{rows:,} {'row' if rows == 1 else 'rows'}"
