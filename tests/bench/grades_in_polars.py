"""The grades of a forecast in polars alone, as an analyst might write it who has the tables before and after it.

In whole numbers like the package's (GRADES.md 10), and with its shortcuts: only sections whose setup differs, sums
that are alike on both sides once. It is for made-up districts: where points are below 0, or a composite rests on
itself, it gives up. Marks, causes and counts are not in it.
"""

from __future__ import annotations

from pathlib import Path

import polars as pl
from polars import col

KEY = ("student_id", "section_id", "task_id", "term_seq")
SETUP = ("section_category", "section_grade_calc", "section_composite")
PLACE = ["side", "section_id", "task_id", "term_seq"]


def moved(tables: Path, after: Path) -> pl.DataFrame:
    """The keys and both percents, in ten-thousandths, of all grades in sections whose setup differs.

    Raises:
        ValueError: the tables hold what this is not made for.
    """
    sections = _changed(tables, after)
    categories, options, children = (_both_sides(tables, after, name, sections) for name in SETUP)
    options = options.filter(calc_type="in_progress").with_row_index("node")
    parents = children.select(PLACE).unique()
    pools = _pools(options.join(parents, on=PLACE, how="anti"), categories)
    counting = _counting(tables, pools)
    sums = _sums(tables / "score.parquet", counting)
    enrolled = _read(tables, "enrollment").join(sections, on="section_id", how="semi")
    known = _weighted(pools, sums).join(options.select("node", "section_id"), on="node")
    known = known.join(enrolled, on=["section_id", "student_id"], how="semi").drop("section_id")
    grades = pl.concat([known, _composites(tables, options, children, known, enrolled)])
    percents = grades.select("node", "student_id", percent=_quotient(col("percent"), pl.lit(10**4)).cast(pl.Int64))
    placed = percents.join(options.select("node", *PLACE), on="node").drop("node")
    before, later = (
        placed.filter(side=side).drop("side").rename({"percent": side}) for side in ("before", "after")
    )
    return before.join(later, on=list(KEY), how="full", coalesce=True).select(*KEY, "before", "after")


def _read(folder: Path, name: str, *columns: str) -> pl.DataFrame:
    return pl.read_parquet(folder / f"{name}.parquet", columns=list(columns) or None)


def _whole(name: str) -> pl.Expr:
    """A decimal as the whole number it is kept as."""
    return col(name).to_physical().cast(pl.Int64)


def _quotient(dividend: pl.Expr, divisor: pl.Expr) -> pl.Expr:
    """Rounded half up, of numbers that are not below 0."""
    return (2 * dividend + divisor) // (2 * divisor)


# -- setup -------------------------------------------------------------------------------------------------


def _setup(folder: Path, name: str) -> pl.DataFrame:
    frame = _read(folder, name).rename({"owner_id": "section_id"}).drop("parent_row_id")
    if name == "section_category":
        return frame.with_columns(col("task_ids").cast(pl.List(pl.String)).list.join(";"))
    return frame


def _changed(tables: Path, after: Path) -> pl.DataFrame:
    """One row a section of whose setup any row differs."""
    found: list[pl.DataFrame] = []
    for name in SETUP:
        one, other = _setup(tables, name), _setup(after, name)
        for left, right in ((one, other), (other, one)):
            found.append(left.join(right, on=left.columns, how="anti", nulls_equal=True).select("section_id"))
    return pl.concat(found).unique()


def _both_sides(tables: Path, after: Path, name: str, sections: pl.DataFrame) -> pl.DataFrame:
    return pl.concat(
        _setup(folder, name).join(sections, on="section_id", how="semi").with_columns(side=pl.lit(side))
        for folder, side in ((tables, "before"), (after, "after"))
    )


def _pools(options: pl.DataFrame, categories: pl.DataFrame) -> pl.DataFrame:
    """One row a grade and category that counts for it; `pool` is the same where all that its sums rest on is."""
    nodes = options.select(
        "node",
        *PLACE,
        "weight_categories",
        "use_percent",
        "last_n",
        first=pl.min_horizontal(pl.coalesce("cumulative_from_term_seq", "term_seq"), "term_seq"),
        last_of=pl.when(col("last_n").is_not_null()).then("node"),
    )
    counting = categories.filter(~col("is_excluded")).select(
        "side", "section_id", "drop_lowest", "task_ids", category_row_id="row_id", weight=_whole("weight")
    )
    of_all = nodes.join(counting.filter(task_ids="").drop("task_ids"), on=["side", "section_id"])
    of_some = (
        counting.filter(col("task_ids") != "")
        .with_columns(task_id=col("task_ids").str.split(";"))
        .explode("task_id")
        .with_columns(col("task_id").cast(pl.Int64))
        .drop("task_ids")
    )
    found = pl.concat([of_all, nodes.join(of_some, on=["side", "section_id", "task_id"]).select(of_all.columns)])
    alike = [
        "section_id",
        "task_id",
        "term_seq",
        "first",
        "use_percent",
        "last_of",
        "category_row_id",
        "drop_lowest",
    ]
    numbered = found.select(alike).unique().with_row_index("pool")
    return found.join(numbered, on=alike, nulls_equal=True)


def _counting(tables: Path, pools: pl.DataFrame) -> pl.DataFrame:
    """One row a pool and assignment that counts in it."""
    missing = (
        _read(tables, "section", "section_id", "course_id")
        .join(_read(tables, "course", "course_id", "calendar_id"), on="course_id")
        .join(_read(tables, "calendar", "calendar_id", "school_id"), on="calendar_id")
        .join(_read(tables, "school", "school_id", "missing_percent", "missing_counts"), on="school_id")
        .select("section_id", missing=pl.when("missing_counts").then(_whole("missing_percent")))
    )
    assignments = (
        _read(tables, "assignment").filter("is_active").with_columns(_whole("points"), _whole("multiplier"))
    )
    if (assignments["points"] < 0).any() or (assignments["multiplier"] < 0).any():
        raise ValueError("An assignment has points below 0.")
    return (
        pools.drop("node", "side", "weight", "weight_categories")
        .unique("pool")
        .join(assignments.filter(col("points").is_not_null()), on=["category_row_id", "section_id"])
        .join(_read(tables, "assignment_task"), on=["assignment_id", "task_id"], suffix="_aligned")
        .filter(col("term_seq_aligned").is_between("first", "term_seq"))
        .filter(~(col("use_percent") & (col("points") == 0)))
        .unique(["pool", "assignment_id"])
        .join(missing, on="section_id")
        .select(
            "pool",
            "use_percent",
            "drop_lowest",
            "last_n",
            "last_of",
            "assignment_id",
            "due_date",
            "multiplier",
            "missing",
            possible="points",
        )
    )


# -- scores ------------------------------------------------------------------------------------------------


def _earned(score: Path, counting: pl.DataFrame) -> pl.LazyFrame:
    """One row a pool and score that counts, with what it earned in billionths of a point."""
    return (
        pl.scan_parquet(score)
        .filter(~col("is_exempt") & ~col("is_dropped"))
        .join(counting.lazy().rename({"missing": "of_missing"}), on="assignment_id")
        .with_columns(
            earned=pl.when("is_cheated")
            .then(0)
            .when(col("is_missing") & col("of_missing").is_not_null())
            .then(col("of_missing") * col("possible"))
            .when(col("points").is_not_null())
            .then(_whole("points") * 10**6)
            .otherwise(_whole("percent") * col("possible"))
        )
        .filter(col("earned").is_not_null())
    )


def _sums(score: Path, counting: pl.DataFrame) -> pl.DataFrame:
    """One row a pool and student: the two sums of what is left of it."""
    chooses = col("last_n").is_not_null() | (col("drop_lowest") > 0)
    plain = _summed(_earned(score, counting.filter(~chooses))).collect(engine="streaming")
    chosen = _left_over(_earned(score, counting.filter(chooses)).collect(engine="streaming"))
    return pl.concat([plain, _summed(chosen.lazy()).collect()])


def _summed(scores: pl.LazyFrame) -> pl.LazyFrame:
    whole, rest = col("earned") // col("possible"), col("earned") % col("possible") * 10**8
    percent = whole * 10**8 + _quotient(rest, col("possible"))
    amount = pl.when("use_percent").then(percent).otherwise("earned").cast(pl.Int128) * col("multiplier")
    divisor = pl.when("use_percent").then(10**8).otherwise("possible").cast(pl.Int128) * col("multiplier")
    return scores.group_by("pool", "student_id").agg(amount=amount.sum(), divisor=divisor.sum())


def _left_over(scores: pl.DataFrame) -> pl.DataFrame:
    """What the last n, and then the lowest, leave."""
    place = pl.int_range(pl.len())
    extra = col("possible") == 0
    late = (
        scores.filter(col("last_n").is_not_null() & ~extra)
        .sort("due_date", "assignment_id", descending=True, nulls_last=True)
        .filter(place.over("last_of", "student_id") < col("last_n"))
    )
    left = pl.concat([late, scores.filter(col("last_n").is_null() | extra)])
    exact = col("earned").cast(pl.Int128) * 10**18 // col("possible")
    low = (
        left.filter((col("drop_lowest") > 0) & ~extra)
        .sort(exact, "possible", "assignment_id")
        .filter(
            place.over("pool", "student_id")
            >= pl.min_horizontal("drop_lowest", pl.len().over("pool", "student_id") - 1)
        )
    )
    return pl.concat([low, left.filter((col("drop_lowest") == 0) | extra)])


# -- grades ------------------------------------------------------------------------------------------------


def _weighted(pools: pl.DataFrame, sums: pl.DataFrame) -> pl.DataFrame:
    """One row a student and grade that is no composite, its percent in hundred-millionths."""
    percents = sums.with_columns(
        percent=pl.when(col("divisor") > 0).then(_quotient(col("amount") * 10**8, col("divisor")))
    )
    weighs = col("weight_categories")
    return (
        pools.select("node", "pool", "weight", "weight_categories")
        .join(percents, on="pool")
        .filter(~weighs | ((col("weight") > 0) & (col("divisor") > 0)))
        .group_by("node", "student_id")
        .agg(
            amount=pl.when(weighs).then(col("weight") * col("percent")).otherwise(col("amount") * 10**4).sum(),
            divisor=pl.when(weighs).then(col("weight").cast(pl.Int128) * 10**4).otherwise("divisor").sum(),
        )
        .filter(col("divisor") > 0)
        .select("node", "student_id", percent=_quotient(col("amount"), col("divisor")))
    )


def _composites(
    tables: Path, options: pl.DataFrame, children: pl.DataFrame, known: pl.DataFrame, enrolled: pl.DataFrame
) -> pl.DataFrame:
    """The same of composites, from the lowest up."""
    nodes = options.select("node", *PLACE)
    edges = (
        children.select(*PLACE, "child_task_id", "child_term_seq", weight=_whole("weight"))
        .join(nodes, on=PLACE)
        .join(
            nodes.rename({"node": "child", "task_id": "child_task_id", "term_seq": "child_term_seq"}),
            on=["side", "section_id", "child_task_id", "child_term_seq"],
        )
        .select("node", "child", "weight")
    )
    posted = (
        _read(tables, "posted_grade")
        .filter(col("percent").is_not_null())
        .join(enrolled, on=["section_id", "student_id"], how="semi")
        .join(nodes, on=["section_id", "task_id", "term_seq"])
        .join(edges, left_on="node", right_on="child", how="semi")
        .select("node", "student_id", percent=(_whole("percent") * 10**4).cast(pl.Int128))
    )
    counts = pl.concat([posted, known.join(posted, on=["node", "student_id"], how="anti")])
    found = [known.clear()]
    open_edges = edges
    while open_edges.height:
        ready = open_edges.join(open_edges, left_on="child", right_on="node", how="semi").select("node")
        level = open_edges.join(ready, on="node", how="anti")
        if level.is_empty():
            raise ValueError("A composite rests on itself.")
        grades = (
            level.join(counts, left_on="child", right_on="node")
            .group_by("node", "student_id")
            .agg(amount=(col("weight") * col("percent")).sum(), divisor=col("weight").cast(pl.Int128).sum())
            .filter(col("divisor") > 0)
            .select("node", "student_id", percent=_quotient(col("amount"), col("divisor")))
        )
        found.append(grades)
        counts = pl.concat([counts, grades.join(posted, on=["node", "student_id"], how="anti")])
        open_edges = open_edges.join(level, on="node", how="anti")
    return pl.concat(found)
