"""What carries the mark of being free of students: sentences, and frames that our own calls gave; nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polars as pl
import pytest

import coursepush as cp
from coursepush.errors import LoadError, RequestError
from coursepush.load.findings import marked
from coursepush.marks import free_of_students, has_mark, is_as_drawn
from coursepush.reports.small_counts import COUNTS


@pytest.fixture(scope="module")
def district(simulated_file: Path) -> Iterator[cp.District]:
    with cp.open_district(simulated_file) as opened:
        yield opened


def is_marked(thing: Any) -> bool:
    """Whether a notebook would show it with the mark."""
    bundle = getattr(thing, "_repr_mimebundle_", None)
    if bundle is None:
        return False
    data, metadata = bundle(include=None, exclude=None)
    return has_mark(metadata) and is_as_drawn(data["text/html"], metadata)


def test_frames_that_our_calls_give_are_marked_and_those_made_of_them_are_not(district: cp.District) -> None:
    plan = district.plan_master_push("High School", year=2027)
    for frame in (
        district.catalogs(),
        district.calendars(),
        district.findings(),
        district.history(),
        plan.counts(),
        plan.fates(),
        plan.rows(names=True),
    ):
        assert is_marked(frame), frame.columns
        for other in (
            frame.filter(True),
            frame.select(pl.all()),
            frame.clone(),
            frame.head(1),
            frame.lazy().collect(),
        ):
            assert not is_marked(other)
    assert not is_marked(district.sql("select * from enrollment limit 1")), "nobody knows what a query gives"
    assert not is_marked(district.grades(section=115)), "students have them"


def test_what_is_put_into_a_marked_frame_takes_the_mark_away() -> None:
    frame = free_of_students(pl.DataFrame({"course": ["a"]}))
    assert is_marked(frame)
    frame.insert_column(1, pl.Series("student", [100_480]))
    assert not is_marked(frame)
    other = free_of_students(pl.DataFrame({"course": ["a"]}))
    other.replace_column(0, pl.Series("course", ["Student 100480"]))
    assert not is_marked(other)


def test_findings_that_may_quote_students_are_not_marked() -> None:
    columns = {"table": ["course", "section"], "message": ["x", "y"]}
    assert is_marked(marked(pl.DataFrame(columns)))
    for table in ("score", None):
        assert not is_marked(marked(pl.DataFrame({**columns, "table": ["course", table]})))


def test_a_refused_load_marks_its_findings(tmp_path: Path) -> None:
    (tmp_path / "school.csv").write_text("school_id,number,name\n1,1,One\n1,2,Two\n", "utf-8")
    with pytest.raises(LoadError) as refused:
        cp.load_district(tmp_path)
    assert is_marked(refused.value.findings)


def test_a_report_marks_its_answer_and_what_it_may_show(district: cp.District) -> None:
    residual = district.reports.residual(catalog="High School", year=2026)
    assert is_marked(residual.answer)
    assert residual.answer == str(residual.answer)
    assert is_marked(residual.shown)
    assert is_marked(residual.summary)
    assert not is_marked(residual.frame), "it counts students exactly"
    assert not is_marked(residual.filter(level="course"))
    status = district.reports.course_status(year=2027)
    assert is_marked(status.frame)
    assert is_marked(status.filter(status="desynced"))
    assert is_marked(status.sort("course_number"))
    assert not is_marked(status.with_columns(pl.Series("student", range(status.height)))), "may bring anything"
    assert not is_marked(status.select(pl.Series("student", range(status.height))))


def test_reports_that_may_show_all_count_no_students(district: cp.District) -> None:
    plan = district.plan_master_push("High School", year=2026, mode="overwrite", to_sections=True)
    reports = district.reports
    made = [
        reports.course_status(year=2026),
        reports.course_audit(year=2026),
        reports.master_awaiting_push(year=2026),
        reports.course_awaiting_push(year=2026),
        reports.residual(year=2026),
        reports.push_result(plan),
        reports.cascade(year=2026),
        reports.forecast(plan),
        reports.by_teacher(plan),
        reports.by_school(plan),
    ]
    for report in made:
        if report.layout.shown is None:
            assert not {*COUNTS, "student_id", "comments"} & set(report.frame.columns), report.title
        else:
            assert not is_marked(report.frame), report.title


def test_an_excerpt_and_a_count_are_of_what_may_be_shown(district: cp.District) -> None:
    residual = district.reports.residual(catalog="High School", year=2026)
    some = residual.excerpt("course_number", "students", level="section", limit=3)
    assert some.schema["students"] == pl.String, "in words"
    assert some.height == 3
    assert is_marked(some)
    status = district.reports.course_status(year=2027)
    counted = status.count_by("status")
    assert is_marked(counted)
    assert counted["rows"].sum() == status.height
    assert counted["rows"].is_sorted(descending=True)
    schools = status.count_by("status", of="school", status="desynced")
    assert schools["schools"].to_list() == [status.filter(status="desynced")["school"].n_unique()]
    assert status.excerpt(status=None).is_empty()
    with pytest.raises(RequestError, match=r"no column 'stats'.*Did you mean 'status'"):
        status.count_by("stats")
