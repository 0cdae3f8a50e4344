"""The mapping file: what can be wrong with it is said at once, with the place."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl
import pytest

from coursepush.errors import RequestError
from coursepush.load.mapping.campus import read_mapped
from coursepush.load.mapping.parse import load_mapping, parse_mapping

COURSES: dict[str, Any] = {"Courses": pl.DataFrame({"id": [1], "code": ["A1"], "title": ["Art"]})}
ENTRY = """
[course_master]
from = "Courses"
columns = { master_id = "id", catalog_id = { value = 1 }, number = "code", name = "title" }
"""


def problems(text: str) -> list[str]:
    with pytest.raises(RequestError) as refused:
        parse_mapping(text)
    head, *listed = str(refused.value).split("\n  - ")
    assert head.endswith("problem:" if len(listed) == 1 else f"{len(listed)} problems:")
    return listed


def problems_reading(text: str, tmp_path: Path, source: dict[str, Any] = COURSES) -> list[str]:
    file = tmp_path / "m.toml"
    file.write_text(text, "utf-8")
    with pytest.raises(RequestError) as refused:
        read_mapped(source, file)
    return str(refused.value).split("\n  - ")[1:]


class TestTheFile:
    def test_bad_toml_is_refused_with_its_line(self) -> None:
        with pytest.raises(RequestError, match=r"not valid TOML: .*line 3.*Correct that line"):
            parse_mapping('[course]\nfrom = "Course"\ncolumns = {{\n')

    def test_a_file_that_is_not_there_or_not_utf8(self, tmp_path: Path) -> None:
        with pytest.raises(RequestError, match=r"gone\.toml cannot be read: No such file"):
            load_mapping(tmp_path / "gone.toml")
        file = tmp_path / "old.toml"
        file.write_bytes('format = "Kursübersicht"'.encode("cp1252"))
        with pytest.raises(RequestError, match="not UTF-8 text"):
            load_mapping(file)

    def test_a_byte_order_mark_and_windows_line_ends_are_nothing(self, tmp_path: Path) -> None:
        file = tmp_path / "m.toml"
        file.write_bytes(b"\xef\xbb\xbf" + ENTRY.replace("\n", "\r\n").encode())
        assert read_mapped(COURSES, file).tables["course_master"].rows() == [("1", "1", "A1", "Art")]

    def test_an_empty_mapping_gives_nothing(self, tmp_path: Path) -> None:
        file = tmp_path / "m.toml"
        file.write_text("", "utf-8")
        read = read_mapped(COURSES, file)
        assert read.tables == {}
        assert read.accounts.rows() == [("Courses", 1, None, 0, 1)]
        assert "Courses was not read" in read.findings.filter(rule="file_not_read")["message"][0]


class TestAgainstTheModel:
    def test_everything_wrong_is_said_at_once(self) -> None:
        listed = problems(
            """
            format = 3
            [corse]
            from = "Course"
            [course]
            form = "Course"
            [course.columns]
            corse_id = "courseID"
            name = 5
            number = { colum = "number" }
            """
        )
        assert len(listed) == 7
        assert any("there is no table 'corse' in the model. Did you mean course" in text for text in listed)
        assert any("no column 'corse_id'. Did you mean course_id" in text for text in listed)
        assert any("unknown key 'form'. Did you mean from" in text for text in listed)
        assert any("columns.name: it is 5; it must be a column's name in quotes" in text for text in listed)
        assert any("columns.number: give one of column, value, key and join" in text for text in listed)
        assert any("at the top: format is 3; it must be text" in text for text in listed)

    @pytest.mark.parametrize(
        ("text", "said"),
        [
            ("[course]\nskip = true\nfrom = 'x'", "give one of from"),
            ("[course]\n", "give one of from"),
            ("[course]\nfrom = 'x'", "columns is missing"),
            ("course = 3", "must be a table"),
            ("[course]\nrows = [{ course_id = [1] }]", "course_id is [1]; it must be a single value"),
            ("[course]\nrows = [{ corse_id = 1 }]", "no column 'corse_id'"),
            ("[course]\nrows = [{ course_id = 1 }]\ncolumns = { name = 'a' }", "need neither"),
            (
                "[course]\nfrom = 'x'\ncolumns = { name = { column = 'a', otherwise = 'drop' } }",
                "otherwise is 'drop'",
            ),
            ("[course]\nfrom = 'x'\ncolumns = { name = { column = 'a', vlaues = {} } }", "unknown key 'vlaues'"),
            ("[course]\nfrom = 'x'\ncolumns = { name = { key = 'a' } }", "only an id can be made from a key"),
            ("[course]\nfrom = 'x'\ncolumns = { name = { value = [1] } }", "must be a single value"),
            ("[course]\nfrom = 'x'\ncolumns = { name = 'a' }\nwhere = { a = [] }", "where.a is []"),
            ("[course]\nfrom = 'x'\ncolumns = { name = 'a' }\nwhere = { a = [true, 1] }", "where.a is [True, 1]"),
            ("[course]\nfrom = 'x'\ncolumns = { name = 'a' }\nneeds = [3]", "needs is [3]"),
            (
                "[course]\nfrom = 'x'\ncolumns = { name = 'a' }\nmerge = ['number']",
                "number is not among the columns",
            ),
            ("[course]\nfrom = 'x'\ncolumns = { name = 'a' }\nmerge_by = 'a'", "merge_by without merge"),
            ("[course]\nfrom = 'x'\ncolumns = { name = 'a' }\norphans = 'drop'", "orphans is 'drop'"),
            ("[course]\nfrom = 'x'\ncolumns = { name = 'a' }\nlookup = [{ by = 'a' }]", "table is missing"),
            ("[course]\nfrom = 'x'\ncolumns = { name = 'T.a' }\nlookup = [{ table = 'T' }]", "by must be"),
            (
                "[course]\nfrom = 'x'\ncolumns = { name = 'a' }\nlookup = [{ table = 'T', by = 'a' }]",
                "nothing uses it",
            ),
            (
                "[course]\nfrom = 'x'\ncolumns = { name = 'T.a' }\n"
                "lookup = [{ table = 'T', by = 'a' }, { table = 'T', by = 'b' }]",
                "there is a lookup T already",
            ),
            (
                "[course]\nfrom = 'x'\ncolumns = { name = 'T.a' }\n"
                "lookup = [{ table = 'T', by = 'a', missing = 'x' }]",
                "missing is 'x'; it can be 'refuse', 'set aside', 'blank'",
            ),
            (
                "[section_category]\nfrom = 'x'\ncolumns = { task_ids = 'a' }\nmerge = ['task_ids']",
                "rows cannot be alike in it",
            ),
            (
                "[term]\nfrom = 'x'\ncolumns = { name = { column = 'a', split = ',' }, term_seq = { column = 'b', "
                "split = ',' } }",
                "name and term_seq are both split",
            ),
        ],
    )
    def test_one_thing_wrong(self, text: str, said: str) -> None:
        assert any(said in each for each in problems(text)), problems(text)


class TestAgainstTheExtract:
    def test_files_and_columns_that_are_not_there(self, tmp_path: Path) -> None:
        listed = problems_reading(
            ENTRY.replace('"title"', '"titel"')
            + """
            [catalog]
            from = "Course"
            columns = { catalog_id = "id", name = "x" }
            [grading_task]
            from = "Courses"
            lookup = [{ table = "Tasks", by = "id" }, { table = "Courses", as = "Same", by = { nr = "idd" } }]
            where = { kind = "T" }
            needs = ["code", "cade"]
            [grading_task.columns]
            task_id = "Same.id"
            name = "Tasks.name"
            """,
            tmp_path,
        )
        assert listed == [
            "[catalog], from: there is no file 'Course'. Did you mean Courses?",
            "[grading_task], columns.task_id: Courses has no column nr.",
            "[grading_task], columns.task_id: Courses has no column idd. Did you mean id?",
            "[grading_task], columns.name: the extract has no table Tasks. The extract holds Courses.",
            "[grading_task], where.kind: Courses has no column kind. Did you mean id?",
            "[grading_task], needs: Courses has no column cade. Did you mean code?",
            "[course_master], columns.name: Courses has no column titel. Did you mean title?",
        ]

    def test_a_column_that_every_row_needs_must_be_mapped(self, tmp_path: Path) -> None:
        text = ENTRY.replace('master_id = "id", ', "")
        assert problems_reading(text, tmp_path) == [
            "[course_master], columns: master_id is missing; every row needs one."
        ]

    def test_made_up_ids_lead_to_made_up_ids(self, tmp_path: Path) -> None:
        text = ENTRY + '[master_task]\nfrom = "Courses"\n[master_task.columns]\nrow_id = { key = "code" }\n'
        text += 'owner_id = { key = "code" }\ntask_id = { value = 1 }\n'
        assert problems_reading(text, tmp_path) == [
            "[master_task], columns.owner_id: it is a key, but the ids of course_master are not made from keys. "
            "Give master_id of [course_master] a key too."
        ]

    def test_another_kind_of_source(self, tmp_path: Path) -> None:
        (tmp_path / "m.toml").write_text(ENTRY, "utf-8")
        with pytest.raises(RequestError, match="not int"):
            read_mapped(5, tmp_path / "m.toml")
