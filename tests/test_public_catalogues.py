"""Real public files that are no grade book of Infinite Campus, read by small mappings."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from coursepush.load.mapping.campus import read_mapped
from coursepush.load.reading import SourceTables
from coursepush.load.tables import load_tables
from coursepush.store import Store

pytestmark = pytest.mark.shared_data

CATALOGUE = """
format = "Course catalogue"

[catalog]
rows = [{ catalog_id = 1, name = "High School" }]

[grading_task]
rows = [{ task_id = 1, name = "Final Grade" }]

[course_master]
from = "course_catalog"
[course_master.columns]
master_id = { key = "course_number" }
catalog_id = { value = 1 }
number = "course_number"
name = "course_name"
description = "sched_fullcatalogdescription"
department = "sched_department"

[master_task]
from = "course_catalog"
[master_task.columns]
row_id = { key = "course_number" }
owner_id = { key = "course_number" }
task_id = { value = 1 }
credit_type = "credittype"
credit = "credit_hours"
"""

OPEN_UNIVERSITY = """
format = "Open University Learning Analytics"
blanks = ["?"]

[school]
rows = [{ school_id = 1, name = "Open University" }]

[grading_task]
rows = [{ task_id = 1, name = "Result" }]

# A presentation is a year's start: B in February, J in October.
[calendar]
from = "courses"
merge = ["calendar_id"]
[calendar.columns]
calendar_id = { key = "code_presentation" }
school_id = { value = 1 }
name = "code_presentation"
[calendar.columns.end_year]
column = "code_presentation"
values = { 2013B = 2013, 2013J = 2014, 2014B = 2014, 2014J = 2015 }
otherwise = "refuse"

[term]
from = "courses"
merge = ["calendar_id", "term_seq"]
[term.columns]
calendar_id = { key = "code_presentation" }
term_seq = { value = 1 }

[course]
from = "courses"
[course.columns]
course_id = { key = ["code_module", "code_presentation"] }
calendar_id = { key = "code_presentation" }
number = "code_module"
name = "code_module"

[course_task]
from = "courses"
[course_task.columns]
row_id = { key = ["code_module", "code_presentation"] }
owner_id = { key = ["code_module", "code_presentation"] }
task_id = { value = 1 }

[section]
from = "courses"
[section.columns]
section_id = { key = ["code_module", "code_presentation"] }
course_id = { key = ["code_module", "code_presentation"] }

# A category for each type of assessment; it weighs what its assessments weigh together.
[section_category]
from = "assessments"
merge = ["owner_id", "name"]
[section_category.columns]
row_id = { key = ["code_module", "code_presentation", "assessment_type"] }
owner_id = { key = ["code_module", "code_presentation"] }
name = "assessment_type"
weight = { column = "weight", merged = "sum" }

[enrollment]
from = "studentRegistration"
[enrollment.columns]
section_id = { key = ["code_module", "code_presentation"] }
student_id = "id_student"

[assignment]
from = "assessments"
[assignment.columns]
assignment_id = "id_assessment"
section_id = { key = ["code_module", "code_presentation"] }
category_row_id = { key = ["code_module", "code_presentation", "assessment_type"] }
name = { join = ["assessment_type", "id_assessment"] }
points = { value = 100 }
multiplier = "weight"

[assignment_task]
from = "assessments"
[assignment_task.columns]
assignment_id = "id_assessment"
task_id = { value = 1 }
term_seq = { value = 1 }

[score]
from = "studentAssessment"
[score.columns]
assignment_id = "id_assessment"
student_id = "id_student"
points = "score"
"""


def loaded(folder: Path, mapping: str, tmp_path: Path) -> tuple[SourceTables, Store]:
    file = tmp_path / "mapping.toml"
    file.write_text(mapping, "utf-8")
    read = read_mapped(folder, file)
    assert read.accounts.filter(pl.col("set_aside") > 0).is_empty()
    assert read.findings.filter(pl.col("severity") != "note").is_empty()
    store = Store(None)
    load_tables(store, read)
    return read, store


def test_a_course_catalogue_gives_its_525_course_masters(shared_data: Path, tmp_path: Path) -> None:
    read, store = loaded(shared_data / "tesd_course_catalog", CATALOGUE, tmp_path)
    with store.reading() as session:
        (counts,) = session.rows(
            "count", "select count(*), count(distinct number), count(distinct department) from course_master"
        )
        credit = session.rows("credit", "select min(credit), max(credit), count(*) from master_task")
    assert counts == (525, 525, 14)
    assert [tuple(map(float, row)) for row in credit] == [(0.0, 2.0, 525.0)]
    assert read.keys["course_master"].height == 525
    assert read.accounts.rows() == [("course_catalog.csv", 525, "course_master", 525, 0)]


def test_the_open_university_gives_its_published_numbers(shared_data: Path, tmp_path: Path) -> None:
    read, store = loaded(shared_data / "oulad", OPEN_UNIVERSITY, tmp_path)
    with store.reading() as session:
        counts = {
            name: session.value(name, f"select count(*) from {name}")
            for name in ("course", "section", "assignment", "enrollment", "score")
        }
        blank = session.value("blank", "select count(*) from score where points is null")
        unscored = session.value(
            "unscored",
            "select count(*) from assignment as a where not exists "
            "(select 1 from score as s where s.assignment_id = a.assignment_id)",
        )
        types = session.rows(
            "types",
            "select c.name, count(*) from assignment as a "
            "join section_category as c on c.row_id = a.category_row_id group by c.name order by c.name",
        )
        weights = session.rows(
            "weights",
            "select distinct cast(total as integer) from (select sum(weight) as total from section_category "
            "group by owner_id) order by 1",
        )
    assert counts == {"course": 22, "section": 22, "assignment": 206, "enrollment": 32_593, "score": 173_912}
    assert (blank, unscored) == (173, 18)
    assert types == [("CMA", 76), ("Exam", 24), ("TMA", 106)]
    assert weights == [(100,), (200,), (300,)]
    assert read.keys["course"].height == 22
    assert (
        read.findings.filter(rule="word_for_nothing")["message"]
        .to_list()[-1]
        .startswith("studentAssessment.csv, column ")
    )
