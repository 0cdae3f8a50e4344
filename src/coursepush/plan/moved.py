"""What moved between two plans of one request: verdicts, or nothing but the ids under which rows stand."""

from __future__ import annotations

from typing import NamedTuple

import polars as pl

from coursepush.errors import counted

IDS = ("course_id", "section_id", "row_id", "parent_row_id")
"""The columns of plan rows that hold a source's ids."""


class Moved(NamedTuple):
    """`gone`: rows that no longer hold; `come`: rows that are new. `only_ids`: they are the same but for ids."""

    gone: pl.DataFrame
    come: pl.DataFrame
    only_ids: bool

    @property
    def frame(self) -> pl.DataFrame:
        """Both beside each other: change (`was` or `now`), and the columns of the rows."""
        sides = (("was", self.gone), ("now", self.come))
        return pl.concat([rows.select(pl.lit(change).alias("change"), pl.all()) for change, rows in sides])

    @property
    def ids_sentence(self) -> str:
        """What to say where only ids moved, and how to go on."""
        rows = counted(self.gone.height, "row")
        return (
            f"only ids have moved: {rows} of the plan would be written as before, but the source gives "
            "each another "
            "id than then. Plan again: the same request gives the same changes under the new ids"
        )


def what_moved(was: pl.DataFrame, now: pl.DataFrame) -> Moved:
    """The rows of one plan that the other lacks, both ways."""
    gone = was.join(now, on=now.columns, how="anti", nulls_equal=True)
    come = now.join(was, on=now.columns, how="anti", nulls_equal=True).select(gone.columns)
    values = [name for name in gone.columns if name not in IDS]
    is_same = gone.height == come.height > 0 and gone.select(values).sort(values).equals(
        come.select(values).sort(values)
    )
    return Moved(gone, come, is_same)
