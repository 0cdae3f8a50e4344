"""Which findings follow from which: a root cause is told once, above its consequences.

One fault at the top makes hundreds below: files of an old version lack half of what is looked for, a table that
cannot be recognised makes every column of it unknown, one school that is missing is named by all its sections.
Whoever reads them wants the one thing to do. The relation follows from the findings themselves, so it is the
same for a refused load, for a district that was loaded, and for a page made of either.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import polars as pl

CAUSE = "cause"
"""Column: number of the row, in the same frame, of the finding that one follows from; null where from none."""

_MISSED = frozenset(
    {"missing_value", "missing_column", "missing_element", "missing_file", "wrong_value", "unknown_reference"}
)
_UNREAD = frozenset({"columns_not_read", "element_not_read", "file_not_read", "unknown_column", "unknown_file"})


@dataclass(frozen=True, slots=True)
class Cause:
    """A rule whose finding explains others: those of the rules `explains`, all where that is None.

    `within`: in the whole load, in the same table or in the same file.
    """

    rule: str
    explains: frozenset[str] | None
    within: Literal["load", "table", "file"]


CAUSES = (
    Cause("old_version", None, "load"),
    Cause("other_format", None, "load"),
    Cause("unknown_version", _MISSED | _UNREAD, "load"),
    Cause("no_column", frozenset({"unknown_column"}), "table"),
    Cause("export_lacks_file", frozenset({"unknown_reference"}), "load"),
    Cause("export_lacks_rows", frozenset({"unknown_reference"}), "load"),
    Cause("delta_file", frozenset({"missing_file", "missing_column", "unknown_reference"}), "load"),
    Cause("near_header", frozenset({"missing_column", "missing_value"}), "file"),
    Cause("bad_encoding", frozenset({"damaged_text"}), "file"),
    Cause("short_row", frozenset({"missing_value"}), "file"),
    Cause("duplicate_header", frozenset({"missing_column"}), "file"),
)
"""In the order of their weight: the first that explains a finding is its cause."""

_RULES = [cause.rule for cause in CAUSES]


def by_cause(findings: pl.DataFrame) -> pl.DataFrame:
    """The findings in the order in which one reads them, each followed by what follows from it, and :data:`CAUSE`.

    Refusals come first, and a cause counts as what it makes: a warning that refusals follow from stands before
    them. Rows that name one and the same missing thing follow from the first of them.

    Args:
        findings: shape :data:`coursepush.load.findings.FINDING_SCHEMA`.

    >>> from coursepush.load.findings import Findings
    >>> found = Findings()
    >>> found.refuse("missing_value", "course.csv, line 2: no name", table="course", file="course.csv", line=2)
    >>> found.warn("unknown_version", "It is of version 9.")
    >>> by_cause(found.frame()).select("rule", "cause").rows()
    [('unknown_version', None), ('missing_value', 0)]
    """
    rows = findings.with_row_index("position").with_columns(pl.col("position").cast(pl.Int64))
    explained = rows.with_columns(_of_rules(rows).alias(CAUSE)).with_columns(
        pl.coalesce(CAUSE, _of_repeats()).alias(CAUSE)
    )
    explained = explained.with_columns(root=pl.coalesce(_up(explained), "position"))
    rank = pl.col("severity").replace_strict(_RANK, default=len(_RANK), return_dtype=pl.Int64)
    ordered = (
        explained.with_columns(rank=rank)
        .with_columns(weight=pl.col("rank").min().over("root"), explains=(pl.len() > 1).over("root"))
        .with_columns(is_led=(pl.col("explains") & pl.col("rule").is_in(_RULES)).any().over("root"))
        .sort("weight", ~pl.col("is_led"), "root", pl.col("position") != pl.col("root"), "rank", "position")
        .with_row_index("place")
    )
    places = ordered.select(root="position", at=pl.col("place").cast(pl.Int64))
    return (
        ordered.join(places, on="root", how="left", maintain_order="left")
        .with_columns(pl.when(pl.col("position") != pl.col("root")).then("at").alias(CAUSE))
        .select(*findings.columns, CAUSE)
    )


_RANK = {"refusal": 0, "repair": 1, "warning": 2, "note": 3}


def _of_rules(rows: pl.DataFrame) -> pl.Expr:
    """The position of the first finding whose rule explains one; null for none, and for a cause of that weight."""
    found: list[pl.Expr] = []
    rank = {cause.rule: place for place, cause in enumerate(CAUSES)}
    own = pl.col("rule").replace_strict(rank, default=len(rank), return_dtype=pl.Int64)
    for place, cause in enumerate(CAUSES):
        if cause.rule not in rows["rule"]:
            continue
        at = pl.when(pl.col("rule") == cause.rule).then("position").min()
        scope = [] if cause.within == "load" else [pl.col(cause.within)]
        first = at.over(scope) if scope else at
        named = pl.col(cause.within).is_not_null() if scope else pl.lit(True)
        meant = pl.lit(True) if cause.explains is None else pl.col("rule").is_in(sorted(cause.explains))
        found.append(pl.when(meant & named & (own > place) & (pl.col("severity") != "repair")).then(first))
    return pl.coalesce(found) if found else pl.lit(None, pl.Int64)


def _of_repeats() -> pl.Expr:
    """The position of the first finding about the same missing thing, for the later ones.

    Ids are counted by table: what is missing is told by the column that names it, too, and an owner or a parent by
    the table where it is named.
    """
    level = pl.when(pl.col("column").is_in(["owner_id", "parent_row_id"])).then(pl.col("table"))
    first = pl.col("position").min().over("severity", "rule", "column", "value", level)
    repeats = (pl.col("rule") == "unknown_reference") & pl.col("value").is_not_null()
    return pl.when(repeats & (first != pl.col("position"))).then(first)


def _up(rows: pl.DataFrame) -> pl.Series:
    """The last cause above each: what follows from a consequence follows from its cause."""
    above = rows.select("position", CAUSE)
    root = rows.select("position", root=CAUSE)
    for _ in CAUSES:
        root = (
            root.join(
                above.rename({"position": "root", CAUSE: "next"}), on="root", how="left", maintain_order="left"
            )
            .with_columns(root=pl.coalesce("next", "root"))
            .drop("next")
        )
    return root["root"]


@dataclass(frozen=True, slots=True)
class Told:
    """A refusal in few words: how many things have to be corrected, how many findings follow from them, the first.

    `rules`: of the things to correct. `first`: a message each, with how many follow from it.
    """

    things: int
    following: int
    rules: str
    first: tuple[str, ...]

    @property
    def count(self) -> str:
        """``1 finding refuses``, ``3 findings refuse``."""
        return "1 finding refuses" if self.things == 1 else f"{self.things:,} findings refuse"

    @property
    def follow(self) -> str:
        """A sentence on what comes with them; empty where nothing does."""
        return f" {with_it(self.following)}." if self.following else ""


def refused_by(findings: pl.DataFrame, shown: int = 5) -> Told:
    """What refuses a load, causes only."""
    ordered = by_cause(findings).with_row_index("place")
    followers = dict(ordered.drop_nulls(CAUSE).group_by(CAUSE).len().rows())
    refusing = ordered.filter(pl.col("severity") == "refusal")
    roots = (
        pl.concat([refusing.filter(pl.col(CAUSE).is_null())["place"].cast(pl.Int64), refusing[CAUSE].drop_nulls()])
        .unique()
        .sort()
    )
    things = ordered.filter(pl.col("place").cast(pl.Int64).is_in(roots.implode()))
    first = tuple(
        f"{message}{f' ({with_it(followers[place])}.)' if place in followers else ''}"
        for place, message in things.select("place", "message").head(shown).iter_rows()
    )
    following = sum(int(followers.get(place, 0)) for place in things["place"])
    return Told(things.height, following, ", ".join(things["rule"].unique(maintain_order=True)), first)


def with_it(number: int) -> str:
    """``12 more findings come with it; correct it first``."""
    return f"{number:,} more {'finding comes' if number == 1 else 'findings come'} with it; correct it first"
