"""What an earlier run proves of a lake: which districts it checked whose files have not changed since."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import polars as pl

from coursepush.errors import RequestError
from coursepush.statewide.kept import RunFolder
from coursepush.statewide.lake import Checked, Source


class Proofs:
    """An earlier run over the same lake.

    Args:
        path: its folder.
        lake, column: of the state it has to be of: two lakes may have files of the same names and times.

    Raises:
        RequestError: there is no run, or it is over another lake.
    """

    def __init__(self, path: str | os.PathLike[str], lake: str, column: str) -> None:
        self._folder = RunFolder(path)
        about = self._folder.read()
        if about is None:
            raise RequestError(f"There is no run in {self._folder.path} that has checked anything.")
        if (about["lake"], about["district"]) != (lake, column):
            raise RequestError(
                f"The run in {self._folder.path} is over {about['lake']} (districts by {about['district']}); it "
                f"proves nothing of {lake} (districts by {column})."
            )

    def of(self, sources: Sequence[Source], versions: Sequence[tuple[str, str]]) -> list[Source]:
        """The sources, those with what was found out about them that have not changed since.

        Args:
            versions: of what plans now. What other versions have checked is checked again.
        """
        newest = self._folder.newest()
        if newest.is_empty() or "tables_given" not in newest.columns:
            return list(sources)
        same = [pl.col(name) == version for name, version in versions]
        good = newest.filter(pl.col("tables_given").is_not_null(), *same)
        found: dict[tuple[Any, Any], Checked] = {
            (district, stamp): Checked(by or str(self._folder.path), _names(given), _names(as_given))
            for district, stamp, by, given, as_given in good.select(
                "district", "stamp", "checked_by", "tables_given", "tables_as_given"
            ).rows()
        }
        return [replace(one, checked=found.get((one.district, one.stamp))) for one in sources]


def _names(text: str) -> tuple[str, ...]:
    return tuple(text.split(", ")) if text else ()
