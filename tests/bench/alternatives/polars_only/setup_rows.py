"""Tasks, assessments, composite grades and calculation options: what pairs by its business key alone."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from .scope import Frames, Scope


@dataclass(frozen=True, slots=True)
class Element:
    """One kind of setup: its tables are master_<family>, course_<family> and section_<family>. A row of it names
    tasks in `tasks` and terms in `terms`."""

    family: str
    key: tuple[str, ...]
    values: tuple[str, ...]
    tasks: tuple[str, ...] = ()
    terms: tuple[str, ...] = ()


TASK = Element(
    "task", ("task_id",), ("score_group_id", "credit_type", "credit", "term_gpa", "is_post_only", "sequence")
)
ASSESSMENT = Element(
    "assessment",
    ("test_id",),
    ("standard_task_id", "start_date", "end_date", "copies_forward"),
    tasks=("standard_task_id",),
)
COMPOSITE = Element(
    "composite",
    ("task_id", "term_seq", "child_task_id", "child_term_seq"),
    ("weight",),
    tasks=("task_id", "child_task_id"),
    terms=("term_seq", "child_term_seq"),
)
OPTION = Element(
    "grade_calc",
    ("task_id", "term_seq"),
    ("calc_type", "scale_id", "weight_categories", "use_percent", "last_n", "cumulative_from_term_seq"),
    tasks=("task_id",),
    terms=("term_seq", "cumulative_from_term_seq"),
)


# -- hop 1 ---------------------------------------------------------------------------------------------


def push_tasks(frames: Frames, scope: Scope) -> None:
    """Grading tasks and standards share their table and have a lock each."""
    locked = [name == "standards" for name in ("grading_tasks", "standards") if name in scope.locks]
    bank = frames["grading_task"].lazy().filter(pl.col("is_standard").is_in(locked)).select("task_id")
    wanted = _of_masters(frames, scope, TASK).join(bank, on="task_id", how="semi").with_columns(is_blocked=False)
    present = _present(frames, scope, TASK, "course").join(bank, on="task_id", how="semi")
    changes = _changes(_meet(wanted, present, TASK), TASK)
    used = _used_tasks(changes.filter(pl.col("upper_id").is_null()), scope)
    _write(frames, scope, TASK, "course", changes, used)


def push_assessments(frames: Frames, scope: Scope) -> None:
    """Students' work never uses an assessment."""
    if "assessments" not in scope.locks:
        return
    wanted = _pushable(frames, _of_masters(frames, scope, ASSESSMENT), ASSESSMENT)
    changes = _changes(_meet(wanted, _present(frames, scope, ASSESSMENT, "course"), ASSESSMENT), ASSESSMENT)
    _write(frames, scope, ASSESSMENT, "course", changes, changes["row_id"].clear())


def push_course_composites(frames: Frames, scope: Scope) -> pl.Series:
    """Structure and weights have a lock each. Returns the ids of the rows kept only because they are used."""
    has_structure, has_weights = "composite_grades" in scope.locks, "composite_weights" in scope.locks
    wanted = _pushable(frames, _of_masters(frames, scope, COMPOSITE), COMPOSITE)
    met = _meet(wanted, _present(frames, scope, COMPOSITE, "course"), COMPOSITE)
    if not has_structure:  # only the weights of what is linked, if any
        is_linked = (pl.col("parent_now") == pl.col("upper_id")) & ~pl.col("is_link_broken_now")
        met = met.filter(is_linked if has_weights else False)
    if not has_weights:  # what is there keeps its own
        met = met.with_columns(weight=pl.when(pl.col("row_id").is_null()).then("weight").otherwise("weight_now"))
    changes = _changes(met, COMPOSITE)
    used = _used_composites(changes.filter(pl.col("upper_id").is_null()), scope.course_work)
    return _write(frames, scope, COMPOSITE, "course", changes, used)


def push_course_options(frames: Frames, scope: Scope) -> pl.Series:
    """Returns the ids of the rows kept only because they are used."""
    if "grade_calc_options" not in scope.locks:
        return frames["course_grade_calc"]["row_id"].clear()
    wanted = _pushable(frames, _of_masters(frames, scope, OPTION), OPTION)
    changes = _changes(_meet(wanted, _present(frames, scope, OPTION, "course"), OPTION), OPTION)
    extra = changes.filter(pl.col("upper_id").is_null())
    used = _used_options(extra, scope.course_work)
    residual = _write(frames, scope, OPTION, "course", changes, used)
    _neutralise(frames, scope, extra.filter(pl.col("row_id").is_in(residual.implode())))
    return residual


def _neutralise(frames: Frames, scope: Scope, residual: pl.DataFrame) -> None:
    """An option whose master row is gone does not calculate on a task that the course keeps only for its use."""
    on_masters = scope.courses.join(frames["master_task"], left_on="master_id", right_on="owner_id")
    tasks = (
        frames["course_task"]
        .select("owner_id", "task_id")
        .join(on_masters, left_on=["owner_id", "task_id"], right_on=["course_id", "task_id"], how="anti")
    )
    neutral = (
        residual.filter(pl.col("parent_now").is_not_null(), ~pl.col("is_link_broken_now"))
        .join(frames["master_grade_calc"], left_on="parent_now", right_on="row_id", how="anti")
        .join(tasks, on=["owner_id", "task_id"], how="semi")
        .join(scope.course_work, on=["owner_id", "task_id"], how="semi")
    )
    is_neutral = pl.col("row_id").is_in(neutral["row_id"].implode())
    frames["course_grade_calc"] = frames["course_grade_calc"].with_columns(
        calc_type=pl.when(is_neutral).then(pl.lit("none")).otherwise("calc_type")
    )


# -- hop 2 ---------------------------------------------------------------------------------------------


def push_section_composites(frames: Frames, scope: Scope, residual: pl.Series) -> None:
    if "composite_grades" not in scope.locks:
        return
    changes = _section_changes(frames, scope, COMPOSITE, residual)
    used = _used_composites(_in_question(changes), scope.section_work)
    _write(frames, scope, COMPOSITE, "section", _replaceable(changes, used), used)


def push_section_options(frames: Frames, scope: Scope, residual: pl.Series) -> None:
    if "grade_calc_options" not in scope.locks:
        return
    changes = _section_changes(frames, scope, OPTION, residual)
    used = _used_options(_in_question(changes), scope.section_work)
    _write(frames, scope, OPTION, "section", _replaceable(changes, used), used)


def _section_changes(frames: Frames, scope: Scope, element: Element, residual: pl.Series) -> pl.DataFrame:
    """What is left over on a course is wanted by the section rows linked to it and by no other; nothing is wanted
    in a term in which a section does not meet."""
    masters = frames[f"master_{element.family}"]["row_id"].implode()
    is_orphan = (
        pl.col("parent_row_id").is_not_null() & ~pl.col("is_link_broken") & ~pl.col("parent_row_id").is_in(masters)
    )
    handed = (
        frames[f"course_{element.family}"]
        .lazy()
        .with_columns(spreads=~is_orphan & ~pl.col("row_id").is_in(residual.implode()))
        .drop("parent_row_id", "is_link_broken")
        .rename({"owner_id": "course_id", "row_id": "upper_id"})
        .join(scope.courses.lazy().select("course_id", "calendar_id"), on="course_id")
    )
    wanted = (
        scope.sections.lazy()
        .select("course_id", "section_id")
        .join(_pushable(frames, handed, element), on="course_id")
        .join(scope.not_meeting.lazy(), on=["section_id", "term_seq"], how="anti")
        .drop("course_id")
        .rename({"section_id": "owner_id"})
    )
    met = _meet(wanted, _present(frames, scope, element, "section"), element).with_columns(
        upper_id=pl.when(pl.col("spreads") | (pl.col("parent_now") == pl.col("upper_id"))).then("upper_id")
    )
    # a blocked row that does not spread holds no row that is not linked to it
    is_blocked = pl.col("is_blocked") & pl.col("upper_id").is_not_null()
    met = met.filter(pl.col("upper_id").is_not_null() | pl.col("row_id").is_not_null())
    return _changes(met.with_columns(is_blocked=is_blocked), element)


def _in_question(changes: pl.DataFrame) -> pl.DataFrame:
    """The rows that use would keep: not wanted any more, or the teacher's own."""
    return changes.filter(
        pl.col("row_id").is_not_null(), pl.col("upper_id").is_null() | pl.col("parent_now").is_null()
    )


def _replaceable(changes: pl.DataFrame, used: pl.Series) -> pl.DataFrame:
    """All but what the teacher made and students' work uses."""
    is_held = pl.col("upper_id").is_not_null() & pl.col("row_id").is_in(used.implode())
    return changes.filter(~is_held.fill_null(False))


# -- both hops -----------------------------------------------------------------------------------------


def _of_masters(frames: Frames, scope: Scope, element: Element) -> pl.LazyFrame:
    """What the course masters want: a row a course and row of its master, `upper_id` being the latter's id."""
    return (
        scope.courses.lazy()
        .join(frames[f"master_{element.family}"].lazy(), left_on="master_id", right_on="owner_id")
        .rename({"row_id": "upper_id"})
        .with_columns(owner_id="course_id")
    )


def _present(frames: Frames, scope: Scope, element: Element, level: str) -> pl.LazyFrame:
    """The rows of the owners worked on, links and values under their names with `_now`."""
    owners = scope.courses["course_id"] if level == "course" else scope.sections["section_id"]
    rows = (
        frames[f"{level}_{element.family}"]
        .lazy()
        .join(owners.to_frame("owner_id").lazy(), on="owner_id", how="semi")
    )
    if level == "section":
        rows = rows.with_columns(is_link_broken=False)
    now = {"parent_row_id": "parent_now"} | {name: f"{name}_now" for name in ("is_link_broken", *element.values)}
    return rows.rename(now)


def _pushable(frames: Frames, wanted: pl.LazyFrame, element: Element) -> pl.LazyFrame:
    """With `is_blocked`: it names a task that the course does not have, or a term that its calendar lacks. The
    options of a task that is only posted are wanted without calculation."""
    tasks = frames["course_task"].lazy()
    blocked: list[pl.Expr] = []
    for name in element.tasks:
        known = tasks.select(
            pl.col("task_id").alias(name), course_id="owner_id", **{f"{name}_post_only": "is_post_only"}
        )
        wanted = wanted.join(known, on=["course_id", name], how="left")
        blocked.append(pl.col(name).is_not_null() & pl.col(f"{name}_post_only").is_null())
    for name in element.terms:
        known = (
            frames["term"].lazy().select("calendar_id", pl.col("term_seq").alias(name), **{f"has_{name}": True})
        )
        wanted = wanted.join(known, on=["calendar_id", name], how="left")
        blocked.append(pl.col(name).is_not_null() & pl.col(f"has_{name}").is_null())
    if element is OPTION:
        is_post_only = pl.col("task_id_post_only").fill_null(False)
        wanted = wanted.with_columns(calc_type=pl.when(is_post_only).then(pl.lit("none")).otherwise("calc_type"))
    return wanted.with_columns(is_blocked=pl.any_horizontal(blocked))


def _meet(wanted: pl.LazyFrame, present: pl.LazyFrame, element: Element) -> pl.LazyFrame:
    """A row a wanted row (upper_id), a present one (row_id), or both that share owner and business key."""
    owner_and_key = ["owner_id", *element.key]
    spreads = ["spreads"] if "spreads" in wanted.collect_schema() else []
    wanted = wanted.select("upper_id", *owner_and_key, *element.values, "is_blocked", *spreads)
    now = ["parent_now", "is_link_broken_now", *(f"{name}_now" for name in element.values)]
    return wanted.join(present.select("row_id", *owner_and_key, *now), on=owner_and_key, how="full", coalesce=True)


def _changes(met: pl.LazyFrame, element: Element) -> pl.DataFrame:
    """What is to be added (no row_id), changed, or is not wanted any more (no upper_id)."""
    differs = [pl.col(name).ne_missing(pl.col(f"{name}_now")) for name in element.values]
    return met.filter(
        ~pl.col("is_blocked").fill_null(False),
        pl.col("upper_id").ne_missing(pl.col("parent_now"))
        | pl.col("row_id").is_null()
        | pl.col("upper_id").is_null()
        | pl.col("is_link_broken_now")
        | pl.any_horizontal(differs),
    ).collect()


def _used_tasks(rows: pl.DataFrame, scope: Scope) -> pl.Series:
    return rows.join(scope.course_work, on=["owner_id", "task_id"], how="semi")["row_id"]


def _used_composites(rows: pl.DataFrame, work: pl.DataFrame) -> pl.Series:
    """Rows with work on their parent or on their child."""
    parents = rows.join(work, on=["owner_id", "task_id", "term_seq"], how="semi")
    children = rows.join(
        work,
        left_on=["owner_id", "child_task_id", "child_term_seq"],
        right_on=["owner_id", "task_id", "term_seq"],
        how="semi",
    )
    return pl.concat([parents["row_id"], children["row_id"]]).unique()


def _used_options(rows: pl.DataFrame, work: pl.DataFrame) -> pl.Series:
    """Rows with work on their task and term, or on a term that they cumulate."""
    worked = rows.select("row_id", "owner_id", "task_id", "term_seq", first="cumulative_from_term_seq_now").join(
        work, on=["owner_id", "task_id"], suffix="_worked"
    )
    term, own = pl.col("term_seq_worked"), pl.col("term_seq")
    return worked.filter((term == own) | term.is_between("first", "term_seq").fill_null(False))["row_id"].unique()


def _write(
    frames: Frames, scope: Scope, element: Element, level: str, changes: pl.DataFrame, used: pl.Series
) -> pl.Series:
    """Put the table after `changes` into `frames`. Returns the ids of the rows that stay only for their use."""
    name = f"{level}_{element.family}"
    table = frames[name]
    extra = changes.filter(pl.col("upper_id").is_null())["row_id"]
    is_used = extra.is_in(used.implode())
    wanted = changes.filter(pl.col("upper_id").is_not_null()).with_columns(
        parent_row_id="upper_id", is_link_broken=False
    )
    frames[name] = replace_rows(
        table,
        removed=extra.filter(~is_used),
        changed=wanted.filter(pl.col("row_id").is_not_null()),
        added=wanted.filter(pl.col("row_id").is_null()),
        order=element.key,
        largest=scope.largest[name],
    )
    return extra.filter(is_used)


def replace_rows(
    table: pl.DataFrame,
    *,
    removed: pl.Series,
    changed: pl.DataFrame,
    added: pl.DataFrame,
    order: tuple[str, ...],
    largest: int,
) -> pl.DataFrame:
    """`table` without the rows `removed` (ids), with those `changed` as they are to stand, and with those `added`:
    their ids go upward from `largest` by owner and `order`."""
    gone = pl.concat([removed, changed["row_id"]])
    numbered = added.sort("owner_id", *order).with_columns(
        row_id=largest + 1 + pl.int_range(pl.len(), dtype=pl.Int64)
    )
    return pl.concat(
        [
            table.filter(~pl.col("row_id").is_in(gone.implode())),
            changed.select(table.columns),
            numbered.select(table.columns),
        ]
    )
