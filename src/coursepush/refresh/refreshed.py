"""What a refresh changed, and the list of refreshes."""

from __future__ import annotations

from dataclasses import dataclass, field
from html import escape

import polars as pl

from coursepush.errors import counted
from coursepush.html.notebook import glance, html_table, label, muted, warned
from coursepush.marks import Drawn
from coursepush.model.tables import STUDENT_TABLES
from coursepush.refresh.compare import BY_OTHERS, OUTCOMES
from coursepush.store.database import Session

CHANGE_SCHEMA: dict[str, pl.DataType] = {
    "table": pl.String(),
    "rows_before": pl.Int64(),
    "rows_after": pl.Int64(),
    **{what: pl.Int64() for what in OUTCOMES},
}


@dataclass(frozen=True, eq=False)
class Refreshed(Drawn):
    """What a refresh changed since the last load, and by whom.

    Attributes:
        refresh_id: its number.
        changes: table, rows_before, rows_after, by_our_push, not_carried_out, added, removed, renamed, changed;
            one
            row a table that was given. `by_our_push`: what pushes wrote here and the extract has too;
            `not_carried_out`: what they wrote and the extract does not have; the others are the doing of others.
        warnings: the findings of the load.
        left_untidy: what could not be done once it was written, in sentences; most often nothing.
    """

    refresh_id: int
    changes: pl.DataFrame = field(repr=False)
    warnings: pl.DataFrame = field(repr=False)
    left_untidy: tuple[str, ...] = ()

    @property
    def moved(self) -> pl.DataFrame:
        """The rows of `changes` in which anything changed."""
        return self.changes.filter(pl.sum_horizontal(OUTCOMES) > 0)

    @property
    def summary(self) -> str:
        """One sentence."""
        return _sentence(self.changes) or "Nothing has changed since the last load."

    @property
    def told(self) -> tuple[str, pl.DataFrame]:
        """The same without the tables whose rows are a student's: one sentence, and the other tables' rows.

        How many of those changed is not shown around: it may be one.
        """
        others = self.changes.filter(~pl.col("table").is_in(STUDENT_TABLES))
        nothing = "Nothing has changed since the last load."
        if not self.moved.is_empty():
            nothing = "Since the last load nothing has changed but enrollment or students' work."
        return _sentence(others) or nothing, others

    def __repr__(self) -> str:
        return f"<Refresh {self.refresh_id}: {self.summary}>"

    def _repr_html_(self) -> str:
        sentence, changes = self.told
        moved = changes.filter(pl.sum_horizontal(OUTCOMES) > 0)
        names = ("rows_before", "rows_after", *OUTCOMES)
        heads = ["Table", "Rows before", "Rows now", *(label(name, {}) for name in OUTCOMES)]
        lines = [
            [label(row["table"], {}), *(f"{row[one]:,}" for one in names)] for row in moved.iter_rows(named=True)
        ]
        which = "Enrollment, scores and posted grades are counted in <code>.changes</code>, not here."
        return glance(
            f"Refresh {self.refresh_id}",
            "",
            f"<div>{escape(sentence)}</div>",
            html_table(heads, lines, [place > 0 for place in range(len(heads))], steady=1),
            muted(which) if changes.height < self.changes.height else "",
            warned(self.left_untidy),
        )


def _sentence(changes: pl.DataFrame) -> str:
    """What changed, over all rows of `changes`; empty for nothing."""
    totals = {what: int(changes[what].sum()) for what in OUTCOMES}
    others = sum(totals[what] for what in BY_OTHERS)
    if not sum(totals.values()):
        return ""
    parts: list[str] = []
    if totals["by_our_push"]:
        parts.append(f"{counted(totals['by_our_push'], 'row')} as our pushes wrote them")
    if totals["not_carried_out"]:
        parts.append(
            f"{counted(totals['not_carried_out'], 'row')} that our pushes wrote here and the extract does not have"
        )
    if others:
        shown = [what for what in BY_OTHERS if what != "renamed" or totals[what]]
        told = ", ".join(f"{totals[what]:,} {what}" for what in shown)
        parts.append(f"{counted(others, 'row')} changed by others ({told})")
    return f"Since the last load: {'; '.join(parts)}."


def refreshes_frame(session: Session) -> pl.DataFrame:
    """The refreshes, newest first: refresh_id, made_by, made_at, table and the counts of each table that moved."""
    return session.frame(
        "refreshes",
        f"""
        select r.refresh_id, r.made_by, r.made_at, t.table_name as "table", t.rows_before, t.rows_after,
            {", ".join(f"t.{what}" for what in OUTCOMES)}
        from push.refresh as r
        left join push.refresh_table as t
            on t.refresh_id = r.refresh_id and ({" + ".join(f"t.{what}" for what in OUTCOMES)}) > 0
        order by r.refresh_id desc, t.table_name
        """,
    )
