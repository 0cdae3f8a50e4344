"""Course Status: which courses follow their course master."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from coursepush.model.elements import SETUP_ELEMENTS
from coursepush.model.verdicts import REASON_SENTENCES, Reason
from coursepush.reports.audit.differences import chosen_statuses, compared, status_sql
from coursepush.reports.filters import Given
from coursepush.reports.reading import PLACE
from coursepush.reports.sentences import why_and_what
from coursepush.store.database import Store

STATUS_COLUMNS: tuple[str, ...] = (
    *PLACE, "master_number", "master_name", "status", "ignore_master_push", "master_is_active", "broken",
    "local", "residual", "elements", "why", "what_to_do", "because", "hindrances", "course_id", "master_id",
)  # fmt: skip

SENTENCES: dict[str, tuple[str, str]] = {
    "desynced": (
        "The link to the course master is broken for {broken} of {elements}.",
        "Relink it with an overwrite push of this course, after checking what the school changed.",
    ),
    "desynced_used": (
        "The link to the course master is broken for {broken} of {elements}.",
        "Realign or delete the students' work that uses {stays}: the course master has nothing like it, and a "
        "relink leaves what is in use. Then relink the course with an overwrite push, after checking what the "
        "school changed.",
    ),
    "desynced_unknown": (
        "The link to the course master is broken for {broken} of {elements}.",
        "Load the students' work, since a relink removes what it does not use. Then relink the course with an "
        "overwrite push, after checking what the school changed.",
    ),
    "ignored": REASON_SENTENCES[Reason.IGNORE_MASTER_PUSH],
    "local": (
        "The school set up {local} of {elements} on the course itself.",
        "Nothing to do if the school is to manage it; otherwise agree with the school, then relink the course "
        "with an overwrite push.",
    ),
    "residual": (
        "Students' work uses {residual} of {elements} that the course master no longer has.",
        "Realign or delete the assignments and grades that use it and push again; the Residual Data report lists "
        "them.",
    ),
    "residual_unknown": (
        "The course master no longer has {residual} of {elements}; whether students' work uses that is not known, "
        "since it was not loaded.",
        "Load the students' work, then run the report again.",
    ),
    "local_residual": (
        "The school set up {local} on the course itself, and students' work uses {residual} that the course "
        "master no longer has ({elements}).",
        "Agree with the school on what it set up; realign or delete the assignments and grades that use the rest "
        "and push again.",
    ),
    "local_residual_unknown": (
        "The school set up {local} on the course itself, and the course master no longer has {residual} "
        "({elements}); whether students' work uses that is not known, since it was not loaded.",
        "Load the students' work, then run the report again; agree with the school on what it set up.",
    ),
    "no_setup": (
        "The course master has no setup, so that nothing comes from it.",
        "Set the course master up (or let district.scaffold() give it a starting setup), then push it.",
    ),
    "linked": (
        "Nothing that is locked has come away from the course master; what only awaits a push counts as linked.",
        "Nothing to do here; Course Master Awaiting Push lists what awaits a push.",
    ),
}
"""Why a course has its status and what to do about it, by what it follows from."""

HINDRANCES: dict[str, str] = {
    "not_reached": "No push reaches the course, since its school does not have this course catalog that year: "
    "link it to a course master of the school's own catalog, or give the school this catalog.",
    "master_inactive": "Nothing is pushed to the course as long as its course master is inactive: make it active, "
    "or link the course to another one.",
    "ignored": "No push reaches the course as long as it is marked Ignore Master Push: clear that first.",
}
"""What keeps every push from a course, in the order in which it is said, before what else there is to do."""

_DATA = tuple(element.name for element in SETUP_ELEMENTS)


def course_status_frame(store: Store, status: str | Sequence[str] | None, given: Given) -> pl.DataFrame:
    """The report. Shape: :data:`STATUS_COLUMNS`, one row a course that has a course master, sorted.

    `status` is ``desynced`` (a row of a locked data type has a broken link), else ``course_controlled`` (Ignore
    Master Push, or a local or residual row of a locked data type), else ``no_setup`` (the course master has no
    row of setup), else ``linked`` (RULES.md 8).
    `broken`, `local` and `residual` count these rows; `elements` names their data types, of the broken ones where
    there are any, in the order of a push. A filter by element keeps the courses that have it among these, and
    counts and names only what was asked for; the status remains that of the whole course.

    `because` is the code of :data:`SENTENCES` that `why` follows from, `hindrances` are the codes of
    :data:`HINDRANCES` with which `what_to_do` begins, joined by ", "; null where there are none.

    Raises:
        RequestError: a filter names something unknown.
    """
    statuses = chosen_statuses(status)
    with compared(store, given, _DATA, with_values=False) as found:
        asked = status_sql(statuses, found.filters, "s.elements")
        rows = found.frame("status/report", asked=asked)
    return _explained(rows)


def _explained(found: pl.DataFrame) -> pl.DataFrame:
    """The report with its two sentences in place of what they follow from."""
    status, local, residual = pl.col("status"), pl.col("local"), pl.col("residual")
    unknown = pl.col("not_known") > 0
    ignored = pl.col("ignore_master_push").fill_null(False)
    managed = (
        pl.when((local > 0) & (residual > 0))
        .then(pl.when(unknown).then(pl.lit("local_residual_unknown")).otherwise(pl.lit("local_residual")))
        .when(local > 0)
        .then(pl.lit("local"))
        .when(residual > 0)
        .then(pl.when(unknown).then(pl.lit("residual_unknown")).otherwise(pl.lit("residual")))
    )
    desynced = (
        pl.when(pl.col("stays_unknown") > 0)
        .then(pl.lit("desynced_unknown"))
        .when(pl.col("stays") > 0)
        .then(pl.lit("desynced_used"))
        .otherwise(pl.lit("desynced"))
    )
    found = found.with_columns(
        because=pl.when(status == "desynced").then(desynced)
        .when(status.is_in(["linked", "no_setup"])).then(status)
        .otherwise(pl.coalesce(managed, pl.lit("ignored")))
    )  # fmt: skip
    is_managed = status == "course_controlled"
    why, advice = why_and_what(pl.col("because"), SENTENCES)
    why = pl.when(pl.col("because") != "ignored").then(why)
    # A course marked Ignore Master Push is the school's: that is what there is to say of it, whatever else it has.
    ignored_why, ignored_advice = (pl.when(is_managed & ignored).then(pl.lit(one)) for one in SENTENCES["ignored"])
    hindrances = {
        "not_reached": ~pl.col("is_reached"),
        "master_inactive": ~pl.col("master_is_active").fill_null(True),
        "ignored": (status == "desynced") & ignored,
    }
    found = found.with_columns(hindrances=_joined({name: name for name in hindrances}, hindrances, ", "))
    hindered = _joined(HINDRANCES, hindrances, " ")
    advice = pl.coalesce(ignored_advice, pl.when((status != "linked") | hindered.is_null()).then(advice))
    return found.with_columns(
        why=_filled(pl.concat_str([ignored_why, why], separator=" ", ignore_nulls=True)),
        what_to_do=_filled(pl.concat_str([hindered, advice], separator=" ", ignore_nulls=True)),
    ).select(STATUS_COLUMNS)


def _joined(texts: Mapping[str, str], applies: Mapping[str, pl.Expr], separator: str) -> pl.Expr:
    """The texts of all that applies, in order; null where nothing does."""
    joined = pl.concat_str(
        [pl.when(here).then(pl.lit(texts[name])) for name, here in applies.items()],
        separator=separator,
        ignore_nulls=True,
    )
    return pl.when(joined != "").then(joined)


def _filled(sentence: pl.Expr) -> pl.Expr:
    """A sentence with the row's counts in it."""
    for name in ("broken", "local", "residual", "stays"):
        number = pl.col(name)
        rows = pl.when(number == 1).then(pl.lit("1 row")).otherwise(pl.format("{} rows", number))
        sentence = sentence.str.replace(f"{{{name}}}", rows, literal=True)
    elements = pl.col("elements").fill_null("").str.replace(r"^(.*), ", "${1} and ")
    return sentence.str.replace("{elements}", elements, literal=True)
