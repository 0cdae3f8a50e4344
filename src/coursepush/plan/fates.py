"""What becomes of each row of a plan, in one word, and who made it (RULES.md 6.1): for all that tells rows.

Every reader of a plan takes its counts and its words from here, so that numbers that stand side by side add up.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import NamedTuple

import polars as pl

from coursepush.model.verdicts import WRITING, Link, Reason, Verdict


class Fate(StrEnum):
    """In the order in which they are told: what is gone first, what was left alone last."""

    DISAPPEARS = "disappears"
    OTHER_VALUES = "other_values"
    RENAMED = "renamed"
    LINKED_AGAIN = "linked_again"
    ADDED = "added"
    STAYS = "stays"
    COULD_NOT = "could_not"


WRITTEN_FATES: tuple[Fate, ...] = (
    Fate.DISAPPEARS,
    Fate.OTHER_VALUES,
    Fate.RENAMED,
    Fate.LINKED_AGAIN,
    Fate.ADDED,
)
"""Those of the rows that a plan writes."""


class Maker(StrEnum):
    """Who made a row: it came from above, or was made where it stands."""

    DISTRICT = "district"
    SCHOOL = "school"
    TEACHER = "teacher"


MAKER_LABELS: dict[str, str] = {
    Maker.DISTRICT: "From above",
    Maker.SCHOOL: "The school",
    Maker.TEACHER: "The teacher",
}


class Told(NamedTuple):
    """How a fate is told: as a heading, and after the number of one row and of several."""

    label: str
    one: str
    many: str


FATE_WORDS: dict[str, Told] = {
    Fate.DISAPPEARS: Told("Disappears", "disappears", "disappear"),
    Fate.OTHER_VALUES: Told("Gets other values", "gets other values", "get other values"),
    Fate.RENAMED: Told("Renamed", "is renamed", "are renamed"),
    Fate.LINKED_AGAIN: Told("Only linked again", "is only linked again", "are only linked again"),
    Fate.ADDED: Told("Added", "is added", "are added"),
    Fate.STAYS: Told("Stays", "stays", "stay"),
    Fate.COULD_NOT: Told("Could not be pushed", "could not be pushed", "could not be pushed"),
}
""":data:`coursepush.plan.requests.registry.KINDS` has those that are others in an undo or of links."""

_FATE_OF_VERDICT = {
    Verdict.INSERT: Fate.ADDED,
    Verdict.UPDATE: Fate.OTHER_VALUES,
    Verdict.RENAME: Fate.RENAMED,
    Verdict.DELETE: Fate.DISAPPEARS,
    Verdict.FAIL: Fate.COULD_NOT,
}
_KEPT_BY = (Reason.RESIDUAL, Reason.CHANGED_SINCE, Reason.USED_SINCE, Reason.KEY_TAKEN)
_NO_MATTER = (Reason.NOT_SELECTED, Reason.NOT_SPREAD)


def fate_sql(differs: str, verdict: str = "verdict", reason: str = "reason") -> str:
    """SQL of a verdict row's fate; null for `same`.

    Args:
        differs: SQL that says, of a `relink`, whether its values will be others.
        verdict, reason: SQL of these two.
    """
    whens = " ".join(f"when '{one}' then '{fate}'" for one, fate in _FATE_OF_VERDICT.items())
    return (
        f"case {verdict} {whens} "
        f"when '{Verdict.RELINK}' then case when {differs} then '{Fate.OTHER_VALUES}' "
        f"else '{Fate.LINKED_AGAIN}' end "
        f"when '{Verdict.KEEP}' then case when {reason} in ({_codes(_KEPT_BY)}) then '{Fate.COULD_NOT}' "
        f"else '{Fate.STAYS}' end "
        f"when '{Verdict.SKIP}' then case when {reason} in ({_codes(_NO_MATTER)}) then '{Fate.STAYS}' "
        f"else '{Fate.COULD_NOT}' end end"
    )


def fate_of_text_sql(row: str = "") -> str:
    """SQL of the fate of a row with `before` and `after` as text in the one form of RULES.md 9.

    Args:
        row: its alias with its dot, such as ``r.``.
    """
    return fate_sql(f"{row}before is distinct from {row}after", f"{row}verdict", f"{row}reason")


def made_by_sql(row: str = "") -> str:
    """SQL of who made a row."""
    return (
        f"case when {row}link is distinct from '{Link.LOCAL}' then '{Maker.DISTRICT}' "
        f"when {row}hop = 1 then '{Maker.SCHOOL}' else '{Maker.TEACHER}' end"
    )


def made_by_of_text_sql(row: str = "") -> str:
    """The same of a row of a plan as ``plan.rows()`` has it, on any hop."""
    return (
        f"case when {row}link is distinct from '{Link.LOCAL}' then '{Maker.DISTRICT}' "
        f"when {row}section_id is null then '{Maker.SCHOOL}' else '{Maker.TEACHER}' end"
    )


def without_fates(counts: pl.DataFrame) -> pl.DataFrame:
    """A plan's counts by hop, element, verdict, reason and link alone, in their order."""
    columns = ("hop", "element", "verdict", "reason", "link")
    return counts.group_by(*columns, maintain_order=True).agg(pl.col("rows").sum())


def counts_by_fate(counts: pl.DataFrame, *, reasons: bool = False) -> pl.DataFrame:
    """hop, element, fate, made_by, rows, of a plan's counts by hop, element, fate and made_by; `same` left out.

    Args:
        reasons: by reason too, in a column before `rows`.
    """
    keys = ["hop", "element", "fate", "made_by", *(["reason"] if reasons else [])]
    return (
        counts.filter(pl.col("fate").is_not_null())
        .with_row_index("place")
        .group_by(keys, maintain_order=True)
        .agg(pl.col("rows").sum(), pl.col("place").min())
        .sort(
            pl.col("place").min().over("hop", "element"),
            pl.col("fate").cast(pl.Enum([str(one) for one in Fate])),
            pl.col("made_by").cast(pl.Enum([str(one) for one in Maker])),
            "place",
        )
        .drop("place")
    )


def totals_by_fate(fates: pl.DataFrame) -> dict[str, int]:
    """Every fate and how many rows have it, of :func:`counts_by_fate`."""
    found = dict(fates.group_by("fate").agg(pl.col("rows").sum()).rows())
    return {str(one): int(found.get(one, 0)) for one in Fate}


def counts_of_fates_sql(fate: str = "fate") -> str:
    """SQL for the list of a grouped select: a column for each fate, how many rows have it."""
    return ",\n    ".join(f"count(*) filter (where {fate} = '{one}') as {one}" for one in Fate)


def fates_sentence(numbers: Mapping[str, int], words: Mapping[str, Told] = FATE_WORDS) -> str:
    """The fates that came up, each with its number; empty where none did.

    >>> fates_sentence({"added": 1200, "disappears": 1})
    '1 disappears, 1,200 are added'
    """
    return ", ".join(
        f"{numbers[one]:,} {words[one].one if numbers[one] == 1 else words[one].many}"
        for one in Fate
        if numbers.get(one)
    )


def _codes(names: tuple[StrEnum, ...]) -> str:
    return ", ".join(f"'{name}'" for name in names)


_WRITING = ", ".join(f"'{verdict}'" for verdict in WRITING)

WRITTEN_SQL = f"(r.verdict in ({_WRITING}))"
"""SQL over a verdict row `r`: it is written."""

COULD_NOT_SQL = f"({fate_sql('true', 'r.verdict', 'r.reason')} = '{Fate.COULD_NOT}')"
"""SQL over a verdict row `r`: it counts as "could not be pushed"."""

STAYS_SQL = f"({fate_sql('true', 'r.verdict', 'r.reason')} = '{Fate.STAYS}')"
"""SQL over a verdict row `r`: it is left as it is, as it should."""
