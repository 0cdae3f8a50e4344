"""The scaffold: its profile, and what it writes into a tiny district."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import pytest

from coursepush.errors import RequestError
from coursepush.load.scaffold.masters import Profile, load_profile, scaffold
from coursepush.load.tables import make_toolkit
from coursepush.model.tables import TABLES, create_table_sql
from coursepush.store import Store

EMPTY = {
    "catalog_lock": 0,
    "grading_scale": 0,
    "grading_scale_mark": 0,
    "grading_task": 0,
    "master_task": 0,
    "master_category": 0,
    "master_composite": 0,
    "master_grade_calc": 0,
}

# Catalog 1 (High) has a calendar with six terms and one with four; catalog 2 (Middle) has four terms.
# Master 1 is bare, 2 has a standard, 3 is inactive, 4 has a category; 5 is of the other catalog.
DISTRICT = (
    "insert into school (school_id, missing_percent, missing_counts) values (1, 0, true), (2, 0, true)",
    "insert into calendar (calendar_id, school_id, end_year, name, is_summer) values "
    "(1, 1, 2027, 'A', false), (2, 1, 2027, 'A2', false), (3, 2, 2027, 'B', false)",
    "insert into term (calendar_id, term_seq) select 1, unnest(range(1, 5))",
    "insert into term (calendar_id, term_seq) select 2, unnest(range(1, 7))",
    "insert into term (calendar_id, term_seq) select 3, unnest(range(1, 5))",
    "insert into catalog values (1, 'High'), (2, 'Middle')",
    "insert into catalog_school values (1, 2027, 1), (2, 2027, 2)",
    "insert into catalog_lock values (1, 'categories'), (1, 'course_info.name')",
    "insert into grading_task (task_id, name, code, is_standard) values "
    "(7, 'Standard', 'S', true), (8, 'conduct', null, false), (9, 'Examination', 'exam', false), "
    "(12, 'Term Grade', 'T', true)",
    "insert into course_master (master_id, catalog_id, is_active, number, name) values "
    "(1, 1, true, '1', 'a'), (2, 1, true, '2', 'b'), (3, 1, false, '3', 'c'), (4, 1, true, '4', 'd'), "
    "(5, 2, true, '5', 'e')",
    "insert into master_task (row_id, owner_id, task_id, is_post_only) values (30, 2, 7, false)",
    "insert into master_category (row_id, owner_id, name, weight, is_excluded, drop_lowest, task_ids) values "
    "(40, 4, 'Own', 1, false, 0, [])",
    "insert into course_category (row_id, owner_id, parent_row_id, is_link_broken, name, weight, is_excluded, "
    "drop_lowest, task_ids) values (1, 1, 99, false, 'Gone', 1, false, 0, [])",
)


@pytest.fixture
def store() -> Iterator[Store]:
    district = Store(None)
    with district.writing() as session:
        make_toolkit(session, "test", datetime(2026, 11, 2))
        for table in TABLES.values():
            session.run("create", create_table_sql(table))
        for statement in DISTRICT:
            session.run("fill", statement)
    yield district
    district.close()


@pytest.fixture
def profile() -> Profile:
    return load_profile(None)


def written(store: Store, profile: Profile, catalog: int | None = None) -> dict[str, int]:
    return dict(scaffold(store, profile, catalog=catalog).rows())


def rows(store: Store, sql: str) -> list[tuple[object, ...]]:
    with store.reading() as session:
        return session.rows("look", sql)


def test_what_is_written(store: Store, profile: Profile) -> None:
    assert written(store, profile) == {
        "catalog_lock": 15 + 16,  # categories is locked in catalog 1 already
        "grading_scale": 1,
        "grading_scale_mark": 5,
        "grading_task": 2,  # conduct and exam are in the bank
        "master_task": 12,
        "master_category": 12,
        "master_composite": 8 + 8 + 6,
        "master_grade_calc": 10 + 10 + 8,
    }


def test_twice_adds_nothing(store: Store, profile: Profile) -> None:
    scaffold(store, profile)
    before = {name: rows(store, f"select * from {name} order by all") for name in EMPTY}
    assert written(store, profile) == EMPTY
    assert {name: rows(store, f"select * from {name} order by all") for name in EMPTY} == before


def test_only_active_masters_without_a_setup(store: Store, profile: Profile) -> None:
    scaffold(store, profile)
    assert rows(store, "select distinct owner_id from master_grade_calc order by all") == [(1,), (2,), (5,)]
    assert rows(store, "select name from master_category where owner_id = 4") == [("Own",)]


def test_one_catalog(store: Store, profile: Profile) -> None:
    counts = written(store, profile, catalog=2)
    assert counts["master_task"] == 4
    assert counts["catalog_lock"] == 16
    assert rows(store, "select lock from catalog_lock where catalog_id = 1 order by all") == [
        ("categories",),
        ("course_info.name",),
    ]


def test_unknown_catalog(store: Store, profile: Profile) -> None:
    with pytest.raises(RequestError, match="Valid choices: 1, 2"):
        scaffold(store, profile, catalog=3)


def test_bank_tasks_are_used_again(store: Store, profile: Profile) -> None:
    scaffold(store, profile)
    aligned = rows(
        store,
        "select task_id, name, is_post_only, sequence, credit from master_task join grading_task using (task_id) "
        "where owner_id = 1 order by sequence",
    )
    # 'conduct' by name, 'Examination' by code; the standard called Term Grade is no grading task
    assert aligned == [
        (13, "Term Grade", False, 1, None),
        (9, "Examination", False, 2, None),
        (14, "Semester Grade", False, 3, Decimal("0.5000")),
        (8, "conduct", True, 4, None),
    ]


def test_ids_go_upward_from_the_largest_in_use_or_pointed_to(store: Store, profile: Profile) -> None:
    scaffold(store, profile)
    ids = "select row_id, owner_id from {} where row_id > {} order by row_id limit 5"
    assert rows(store, ids.format("master_task", 30)) == [(31, 1), (32, 1), (33, 1), (34, 1), (35, 2)]
    assert rows(store, ids.format("master_category", 40))[0] == (100, 1)


def test_options_and_composites_of_six_terms(store: Store, profile: Profile) -> None:
    scaffold(store, profile)
    options = rows(
        store,
        "select task_id, list(term_seq order by term_seq) from master_grade_calc where owner_id = 1 "
        "group by task_id order by task_id",
    )
    assert options == [(9, [3, 6]), (13, [1, 2, 3, 4, 5, 6]), (14, [3, 6])]
    made_of = rows(
        store,
        "select term_seq, child_task_id, child_term_seq, weight from master_composite where owner_id = 1 "
        "and term_seq = 6 order by all",
    )
    assert made_of == [
        (6, 9, 6, Decimal(1)),
        (6, 13, 4, Decimal(2)),
        (6, 13, 5, Decimal(2)),
        (6, 13, 6, Decimal(2)),
    ]


def test_composites_of_four_terms(store: Store, profile: Profile) -> None:
    scaffold(store, profile)
    made_of = rows(
        store,
        "select term_seq, child_term_seq from master_composite where owner_id = 5 and child_task_id = 13 "
        "order by all",
    )
    assert made_of == [(2, 1), (2, 2), (4, 3), (4, 4)]


def test_categories_name_their_tasks(store: Store, profile: Profile) -> None:
    scaffold(store, profile)
    found = rows(
        store,
        "select name, weight, drop_lowest, task_ids from master_category where owner_id = 1 order by sequence",
    )
    assert found == [
        ("Classwork", Decimal(30), 0, [13]),
        ("Homework", Decimal(20), 1, [13]),
        ("Tests", Decimal(50), 0, [13]),
        ("Final Exam", Decimal(100), 0, [9]),
    ]


def test_options_for_standards_if_wanted(store: Store, tmp_path: Path) -> None:
    profile = _profile(tmp_path, 'standards = { calc_type = "in_progress" }')
    assert written(store, profile) == EMPTY | {"master_grade_calc": 6}
    assert rows(store, "select distinct owner_id, task_id, calc_type, scale_id from master_grade_calc") == [
        (2, 7, "in_progress", None)
    ]
    assert written(store, profile) == EMPTY


def test_a_scale_of_the_district(store: Store, profile: Profile, tmp_path: Path) -> None:
    with store.writing() as session:
        session.run("scale", "insert into grading_scale values (5, 'letter grades')")
    counts = written(store, profile)
    assert (counts["grading_scale"], counts["grading_scale_mark"]) == (0, 0)
    assert rows(store, "select distinct scale_id from master_grade_calc") == [(5,)]


def test_a_scale_that_is_nowhere_is_refused_and_nothing_written(store: Store, profile: Profile) -> None:
    with pytest.raises(RequestError, match="grading scale 'Letter Grades'"):
        scaffold(store, replace(profile, scales=()))
    assert rows(store, "select count(*) from master_task") == [(1,)]


def test_a_file_is_written_too(tmp_path: Path, profile: Profile) -> None:
    store = Store(tmp_path / "district.duckdb")
    with store.writing(create=True) as session:
        make_toolkit(session, "test", datetime(2026, 11, 2))
        for table in TABLES.values():
            session.run("create", create_table_sql(table))
        for statement in DISTRICT:
            session.run("fill", statement)
    assert written(store, profile)["master_task"] == 12
    assert written(store, profile) == EMPTY
    store.close()


# -- the profile -----------------------------------------------------------------------------------------


def _profile(folder: Path, text: str) -> Profile:
    file = folder / "profile.toml"
    file.write_text(text, encoding="utf-8")
    return load_profile(file)


def _problems(folder: Path, text: str) -> list[str]:
    with pytest.raises(RequestError) as caught:
        _profile(folder, text)
    return [line.removeprefix("  - ") for line in str(caught.value).splitlines()[1:]]


def test_the_default_profile(profile: Profile) -> None:
    assert [task.name for task in profile.tasks] == ["Term Grade", "Final Exam", "Semester Grade", "Conduct"]
    assert profile.standards is None
    assert "course_info.name" not in profile.locks
    assert profile.scales[0].marks[-1] == ("F", Decimal(0), False)


def test_all_problems_at_once(tmp_path: Path) -> None:
    problems = _problems(
        tmp_path,
        """
        locks = ["categorys", "course_info.custom.house"]
        colour = "red"
        [[tasks]]
        name = "Grade"
        code = "G"
        sequence = 1.5
        [[tasks]]
        name = " grade "
        is_post_only = true
        calculation = { calc_type = "in_progress", wieght_categories = true }
        [[tasks]]
        terms = "sometimes"
        [[categories]]
        name = "Tests"
        weight = -1
        [[categories]]
        name = "tests"
        weight = "much"
        drop_lowest = -1
        tasks = ["Grde"]
        [[categories]]
        name = "Nan"
        weight = nan
        [[composites]]
        task = "Grade"
        children = [{ task = "Grade", weight = 1 }]
        [[scales]]
        name = "S"
        marks = [{ mark = "A", min_percent = 50 }, { mark = "a", min_percent = 50.0 }, { mark = "B" }]
        """,
    )
    assert problems == [
        "tasks 'Grade': sequence is 1.5; it must be a whole number.",
        "tasks ' grade ', calculation: unknown key 'wieght_categories'. Did you mean weight_categories?",
        "tasks ' grade ': is_post_only tasks have no calculation: their grades are typed in.",
        "tasks no. 3: terms is 'sometimes'; it can be 'every' or 'semester_end'.",
        "tasks no. 3: name is missing.",
        "categories 'Tests': weight is -1; it cannot be negative.",
        "categories 'tests': weight is 'much'; it must be a number.",
        "categories 'tests': drop_lowest is -1; it must be 0 or more and not beyond 9999.",
        "categories 'Nan': weight is NaN; it must be a number.",
        "scales 'S', marks 'B': min_percent is missing.",
        "the profile: unknown key 'colour'.",
        "task 'grade' is there 2 times.",
        "category 'tests' is there 2 times.",
        "mark of scale 'S': 'a' is there 2 times.",
        "min_percent of scale 'S': '50.0000' is there 2 times.",
        "locks: there is no lock 'categorys'. Did you mean 'categories'?",
        "category 'tests': there is no task 'Grde'. Did you mean 'Grade'?",
        "composite 'Grade': it is made of itself.",
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("tasks = 3", "tasks must be a list of tables"),
        ("locks = [1]", "it must be a list of texts"),
        ("standards = 1", "it must be a table"),
        ("semesters = 0", "semesters is 0"),
        ("[[categories]]\nname = 'x'\nweight = 0.00001", "at most 4 decimals"),
        ("[[categories]]\nname = 'x'\nweight = true", "it must be a number"),
        (f"[[categories]]\nname = '{'x' * 51}'", "50 are the most"),
        ("[[composites]]\ntask = 'T'", "needs children"),
    ],
)
def test_one_problem(tmp_path: Path, text: str, said: str) -> None:
    assert any(said in problem for problem in _problems(tmp_path, text))


def test_composites_in_a_ring(tmp_path: Path) -> None:
    problems = _problems(
        tmp_path,
        """
        tasks = [{ name = "A" }, { name = "B" }]
        composites = [
            { task = "A", children = [{ task = "B" }] },
            { task = "B", children = [{ task = "A" }] },
        ]
        """,
    )
    assert problems == ["composite 'A': it is made of itself.", "composite 'B': it is made of itself."]


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(RequestError, match="cannot be read"):
        load_profile(tmp_path / "nowhere.toml")
    with pytest.raises(RequestError, match="not valid TOML"):
        _profile(tmp_path, "tasks = [")
    (tmp_path / "profile.toml").write_bytes(b"name = '\xe9'")
    with pytest.raises(RequestError, match="not UTF-8"):
        load_profile(tmp_path / "profile.toml")
