"""How the cascade is told: how much is in sync at each level, and what to look at next."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from coursepush.errors import counted
from coursepush.html.page import section
from coursepush.html.tables import counts_table
from coursepush.reports.cascade.picture import LEVELS, STATES, cascade_svg, in_words
from coursepush.reports.parts import SCHOOLS_SHOWN, reasons
from coursepush.reports.report import Layout, Report

MEANING: dict[str, tuple[str, str]] = {
    "differs": (
        "Differs, no push changes it: what the level above has is not there as it should be, and a push would "
        "refuse or leave it.",
        "Course Audit says what differs, Push result of a previewed push why it stays.",
    ),
    "pending": (
        "Awaiting push: the level above has something that a push would write.",
        "Run Course Master Awaiting Push or Course Awaiting Push, then preview a push.",
    ),
    "residual": (
        "Residual data: setup stays that the level above no longer has, since students' work uses it.",
        "Run Residual Data: it says what uses each row.",
    ),
    "desynced": (
        "Desynced: a link to the course master is broken, so that a locked push fails there.",
        "Run Course Status and relink; Course Audit shows what differs.",
    ),
    "ignored": (
        "Left out of pushes: Ignore Master Push, an inactive course master, or a course that another site runs.",
        "Nothing to do if it is meant to be so.",
    ),
}
"""What each state but in sync means, and what to do."""


def answer(report: Report) -> str:
    courses, sections = (_states(report.frame, level) for level in ("course", "section"))
    if not sum(courses.values()) and not sum(sections.values()):
        return "There is no course or section to look at."
    sentences = [
        f"{counts['in_sync']:,} of {counted(sum(counts.values()), what)} "
        f"{_be(counts['in_sync'], sum(counts.values()))} in sync with {above}{_others(counts)}."
        for counts, what, above in ((courses, "course", "the course master"), (sections, "section", "the course"))
        if sum(counts.values())
    ]
    return " ".join(sentences)


def _others(counts: dict[str, int]) -> str:
    said = [f"{counts[state]:,} {in_words(state)}" for state in MEANING if counts[state]]
    return f": {', '.join(said)}" if said else ""


def _be(number: int, total: int) -> str:
    """As one says it: 1 of 30 is, 0 of 1 is, 0 of 30 are."""
    return "is" if number == 1 or total == 1 else "are"


def _states(frame: pl.DataFrame, level: str) -> dict[str, int]:
    found = dict(frame.filter(level=level).select("state", "owners").rows())
    return {state: int(found.get(state, 0)) for state in STATES}


def summary(report: Report) -> pl.DataFrame:
    lines = report.frame.pivot("state", index="level", values="owners", maintain_order=True)
    return lines.select(
        pl.col("level").replace({level: many.capitalize() for level, (_, many) in LEVELS.items()}).alias("Level"),
        *(pl.col(state).cast(pl.Int64).alias(look.label) for state, look in STATES.items()),
    )


def picture(report: Report) -> str:
    return cascade_svg(report.frame) if int(report.frame["owners"].sum()) else ""


def body(report: Report, max_rows: int) -> Sequence[str]:
    del max_rows  # nothing is listed row by row
    frame = report.frame
    there = frame.filter((pl.col("owners") > 0) & pl.col("level").is_in(["course", "section"]))
    meant = [state for state in MEANING if state in there["state"].to_list()]
    counts = there.group_by("state").agg(
        courses=pl.col("owners").filter(pl.col("level") == "course").sum(),
        sections=pl.col("owners").filter(pl.col("level") == "section").sum(),
    )
    why = (
        pl.DataFrame(
            {
                "state": meant,
                "why": [MEANING[state][0] for state in meant],
                "what_to_do": [MEANING[state][1] for state in meant],
            },
            schema=dict.fromkeys(("state", "why", "what_to_do"), pl.String),
        )
        .join(counts, on="state")
        .with_columns(pl.col("courses", "sections").cast(pl.Int64))
    )
    numbers = {"courses": ("Courses", pl.col("courses").sum()), "sections": ("Sections", pl.col("sections").sum())}
    return [
        section("What is not in sync, and what to look at", reasons(why, numbers)),
        section("School by school", _by_school(report.facts["by_school"])),
    ]


def _by_school(by_school: pl.DataFrame) -> str:
    """A table of courses and one of sections: together they would be too wide for a page."""
    if by_school.is_empty():
        return ""
    made = ""
    for level in ("course", "section"):
        lines = (
            by_school.filter(level=level)
            .pivot("state", index="school", values="owners", maintain_order=True)
            .head(SCHOOLS_SHOWN)
            .with_columns(pl.col(state).cast(pl.Int64) for state in STATES)
        )
        labels = {state: look.label for state, look in STATES.items() if int(lines[state].sum())}
        if labels:
            heading = f"<h3>{LEVELS[level][1].capitalize()}</h3>"
            made += heading + counts_table(lines, f"{level}s-by-school", {"school": "School", **labels})
    left = by_school["school"].n_unique() - SCHOOLS_SHOWN
    more = f"<p class='more'>{counted(left, 'more school')} not shown here.</p>" if left > 0 else ""
    return made + more


CASCADE = Layout.of("cascade", answer=answer, summary=summary, body=body, picture=picture, is_told_by_picture=True)
