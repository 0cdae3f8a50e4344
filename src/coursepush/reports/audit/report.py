"""Course Audit: where courses differ from their course masters, what state they are in, and why."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from coursepush.model.elements import MASTER_PUSH_DATA
from coursepush.model.verdicts import REASON_SENTENCES, Reason
from coursepush.reports.audit.differences import chosen_statuses, compared, find_what_differs, status_sql
from coursepush.reports.drift.report import last_pushed_sql
from coursepush.reports.filters import Given
from coursepush.reports.reading import PLACE
from coursepush.reports.sentences import why_and_what
from coursepush.reports.words import element_place_sql, names_of_rows, words_of_values
from coursepush.store.database import Store

AUDIT_COLUMNS: tuple[str, ...] = (
    *PLACE, "master_number", "status", "ignore_master_push", "element", "name", "key", "field", "difference",
    "state", "link", "use", "is_locked", "sets_status", "master_value", "course_value", "master_words",
    "course_words", "why", "what_to_do", "because", "hindrance", "last_pushed", "push_id", "drifted_since",
    "course_id", "master_id", "row_id",
)  # fmt: skip

SENTENCES: dict[str, tuple[str, str]] = {
    "ignore_master_push": REASON_SENTENCES[Reason.IGNORE_MASTER_PUSH],
    "master_inactive": REASON_SENTENCES[Reason.MASTER_INACTIVE],
    "not_reached": (
        "The school does not have the course master's course catalog that year, so nothing is pushed to this "
        "course.",
        "Link the course to a course master of the school's own catalog, or give the school this catalog.",
    ),
    "duplicate_number": REASON_SENTENCES[Reason.DUPLICATE_NUMBER],
    "missing_dependency": REASON_SENTENCES[Reason.MISSING_DEPENDENCY],
    "no_such_term": REASON_SENTENCES[Reason.NO_SUCH_TERM],
    "flagged": (
        "Its link is marked as broken: it was changed on the course while not locked, or by a script.",
        "Relink it with an overwrite push of the course: it takes the course master's values and is linked again, "
        "or is removed if the course master has none like it (and students' work does not use it). Look at what "
        "the school changed first.",
    ),
    "other_master": (
        "It is linked to a row of another course master.",
        "Check that the course is linked to the right course master, then relink it with an overwrite push: it "
        "takes that one's values, or is removed if that one has none like it (and students' work does not use "
        "it).",
    ),
    "other_key": (
        "It is linked to a row of the course master that is of something else.",
        "Relink it: an overwrite push of the course pairs it with the right row, or removes it if there is none "
        "(and students' work does not use it).",
    ),
    "local_paired": (
        "The school set it up on the course itself; the course master has one like it.",
        "Nothing to do if the school is to manage it; otherwise an overwrite push takes it over. Agree with the "
        "school first.",
    ),
    "local_extra": (
        "The school set it up on the course itself; the course master has none like it.",
        "Add it to the course master if every school is to have it. An overwrite push removes it unless students' "
        "work uses it; agree with the school first.",
    ),
    "orphan_paired": (
        "The row it came from is gone from the course master, which has another one like it.",
        "Push the course master: the row is linked to the new one.",
    ),
    "orphan_used": (
        "The course master no longer has it, and students' work uses it: it stays as residual setup.",
        "Realign or delete the assignments and grades that use it and push again; or add it to the course master "
        "again, and it relinks by itself.",
    ),
    "orphan_unused": (
        "The course master no longer has it, and no students' work uses it.",
        "Push the course master: the row is removed.",
    ),
    "orphan_unknown": (
        "The course master no longer has it; whether students' work uses it is not known, since that was not "
        "loaded.",
        "Load the students' work, then run the report again.",
    ),
    "renamed": (
        "A push gives its name to another category of the course, and leaves this one as it is otherwise.",
        "Push the course master: it stays under the next free name, as in Tests(1). Rename it on the course first "
        "if it is to be called otherwise.",
    ),
    "post_only": (
        "The task will be post only on the course, so that its option is pushed as No Calculation.",
        "Push the course master; clear post only on the task first if its grade is to be calculated.",
    ),
    "not_locked": (
        "It is not locked in the course catalog, so the course may differ.",
        "Nothing to do; lock it in the course catalog if the district is to manage it.",
    ),
    "missing": ("The course master has it and the course does not: it awaits a push.", "Push the course master."),
    "differs": (
        "The course master governs it and has another value: it awaits a push.",
        "Push the course master.",
    ),
}
"""Why a course and its course master differ, and what to do about it, by what is found."""

TOLD_BY_WHY = ("desynced", "course_managed", "residual", "use_unknown", "summer")
"""What is in the way of a locked push and follows from what is told already: `what_to_do` is about that."""

SUMMER = "Name the calendar in the push: it is a summer calendar, which is left out otherwise."
"""What to add where a push is the thing to do and the course is in a summer calendar."""


def course_audit_frame(store: Store, status: str | Sequence[str] | None, given: Given) -> pl.DataFrame:
    """The report. Shape: :data:`AUDIT_COLUMNS`, one row a difference, and one a course without any, sorted.

    `sets_status`: the row is one that the course's status follows from, being of a locked data type and broken,
    local or residual (`is_locked` is about the value: weights of composites have a lock of their own).

    `because` is the code of :data:`SENTENCES` that `why` follows from. `hindrance` is what keeps a locked push of
    everything from writing it, null exactly where such a push writes it: not_locked (of rows that are not soundly
    linked the lock of rows counts, not that of weights), not_reached, master_inactive, ignore_master_push,
    duplicate_number, missing_dependency, no_such_term, and then `what_to_do` is about that; desynced,
    course_managed (what is the school's own, equal or not), residual, use_unknown (it would be removed if it is
    not used), summer (a push leaves the calendar out unless it is named). A category that has to give up its
    name has a line of its own for that (`difference` is ``rename``), beside what else there is to it.

    Raises:
        RequestError: a filter names something unknown.
    """
    statuses = chosen_statuses(status)
    with compared(store, given, MASTER_PUSH_DATA, with_values=True) as found:
        duplicates = find_what_differs(found)
        # one row a course
        found.make("owner", f"select 1 as hop, course_id as owner_id from {found.prefix}target_course")
        found.run("last pushed", last_pushed_sql(found.session, found.prefix))
        found.make("drifted", found.step("audit/drift"))
        found.make("named", found.step("audit/named", **names_of_rows()))
        both = "element, field, unnest([master_value, course_value]) as value"
        found.do("value_words", **words_of_values(f"select {both} from {found.prefix}numbered"))
        asked, order = status_sql(statuses, found.filters, "r.element"), element_place_sql("r.element")
        rows = found.frame("audit/report", duplicates=duplicates, asked=asked, element_order=order)
    # What no push reaches has to be made reachable before anything else.
    in_the_way = pl.when(~pl.col("hindrance").is_in(TOLD_BY_WHY)).then("hindrance")
    advised = pl.when(pl.col("because").is_not_null()).then(pl.coalesce(in_the_way, "because"))
    by_a_push = (
        pl.col("is_summer") & pl.col("hindrance").is_in(TOLD_BY_WHY) & (pl.col("hindrance") != "use_unknown")
    )
    why, _ = why_and_what(pl.col("because"), SENTENCES)
    _, what_to_do = why_and_what(advised, SENTENCES)
    summer = pl.format("{} {}", what_to_do, pl.lit(SUMMER))
    told = rows.with_columns(why=why, what_to_do=pl.when(by_a_push).then(summer).otherwise(what_to_do))
    return told.select(AUDIT_COLUMNS)
