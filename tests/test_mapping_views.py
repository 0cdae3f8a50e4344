"""Views of a mapping: a SELECT over files of the extract, guarded, and told like everything else."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl
import pytest

from coursepush.errors import LoadError, RequestError
from coursepush.load.mapping.campus import read_mapped
from coursepush.load.mapping.draft_years import _asked
from coursepush.load.mapping.parse import parse_mapping
from coursepush.load.reading import SourceTables

TASKS = """
[grading_task]
from = "task"
columns = { task_id = { key = "id" }, name = "name" }
"""


def mapping(select: str, reads: str = '{ T = ["id", "name"] }', more: str = "") -> str:
    return f"[view.task]\nreads = {reads}\n{more}\nselect = '''{select}'''\n{TASKS}"


@pytest.fixture
def read(tmp_path: Path) -> Any:
    """Read CSV text (name → text) by the text of a mapping."""

    def reading(text: str, **files: str) -> SourceTables:
        folder = tmp_path / "files"
        folder.mkdir(exist_ok=True)
        for name, content in files.items():
            (folder / f"{name}.csv").write_text(content, "utf-8")
        (tmp_path / "m.toml").write_text(text, "utf-8")
        return read_mapped(folder, tmp_path / "m.toml")

    return reading


def rows(done: SourceTables, table: str = "grading_task") -> list[tuple[Any, ...]]:
    return sorted(done.tables[table].rows())


class TestReading:
    def test_a_view_stands_where_a_file_can(self, read: Any) -> None:
        done = read(
            mapping("select T.id, upper(name) as name from T where name <> 'c'"), T="id,name\nx,a\ny,b\nz,c\n"
        )
        assert rows(done) == [("1", "A"), ("2", "B")]
        assert done.accounts.rows() == [
            ("T.csv", 3, "grading_task", 3, 0),
            ("task (made of T.csv)", 2, "grading_task", 2, 0),
        ]

    def test_a_view_reads_views_before_it(self, read: Any) -> None:
        first = "[view.raw]\nreads = { T = ['id', 'name'] }\nselect = 'select id, name || 1 as name from T'\n"
        done = read(
            first + mapping("select * exclude (line) from raw", '{ raw = ["id", "name"] }'), T="id,name\nx,a\n"
        )
        assert rows(done) == [("1", "a1")]
        assert done.accounts["file"].to_list()[0] == "T.csv"

    def test_lines_are_those_of_the_file_where_they_are_given(self, read: Any) -> None:
        text = mapping("select id, name, line from T") + (
            "[assessment_test]\nfrom = 'A'\ncolumns = { test_id = { key = 'a' } }\n"
            "[course_assessment]\nfrom = 'task'\n[course_assessment.columns]\nrow_id = { key = 'id' }\n"
            "owner_id = { value = 1 }\ntest_id = { key = 'name' }\n"
        )
        with pytest.raises(LoadError) as refused:
            read(text, T="id,name\nx,a\ny,b\n", A="a\na\n")
        assert refused.value.findings is not None
        lost = refused.value.findings.filter(rule="unknown_key")
        assert lost.select("file", "line", "value").rows() == [("T.csv (task)", 3, "b")]

    def test_cells_of_all_files_that_a_pattern_fits(self, read: Any) -> None:
        reads = '{ grade = { files = "*grades.csv", columns = ["who"], cells = true } }'
        select = "select file || '/' || who || '/' || header || '/' || value as id, value as name from grade"
        done = read(
            mapping(select, reads),
            A_Grades="who,Quiz 1,Lab\np,1,2\nq,3,\n",
            b_grades="who,Quiz 1\np,5\n",
            C="x\n1\n",
        )
        keys = done.keys["grading_task"]["source_key"].to_list()
        assert keys == [
            "A_Grades.csv/p/Lab/2",
            "A_Grades.csv/p/Quiz 1/1",
            "A_Grades.csv/q/Quiz 1/3",
            "b_grades.csv/p/Quiz 1/5",
        ]
        assert done.accounts.filter(pl.col("file").str.ends_with("rades.csv"))["rows"].to_list() == [2, 1]

    def test_nothing_hangs_on_the_order_of_lines(self, read: Any) -> None:
        text = mapping("select id, name from T") + '[teacher]\nfrom = "task"\nmerge = ["teacher_id"]\n'
        text += 'columns = { teacher_id = { value = 1 }, name = "name" }\n'
        one = read(text, T="id,name\nx,b\ny,a\n")
        other = read(text, T="id,name\ny,a\nx,b\n")
        assert rows(one, "teacher") == rows(other, "teacher")

    def test_a_column_that_may_not_be_blank_says_what_to_do(self, read: Any) -> None:
        more = "must = { name = 'fill in the column name' }"
        with pytest.raises(LoadError, match=r"T\.csv: name is blank in 2 rows: fill in the column name"):
            read(mapping("select id, name from T", more=more), T="id,name\nx,\ny,\nz,a\n")

    def test_what_is_odd_about_a_file_is_told_once(self, read: Any) -> None:
        text = "blanks = ['NULL']\n[view.other]\nreads = { T = ['id'] }\nselect = 'select id from T'\n"
        text += (
            mapping("select id, name from T")
            + "[teacher]\nfrom = 'T'\ncolumns = { teacher_id = { key = 'id' } }\n"
        )
        done = read(text, T="id,name,more\nx,NULL,1\ny,b\n")
        assert done.findings.filter(pl.col("rule").is_in(["word_for_nothing", "short_row"])).height == 2


class TestDamagedFiles:
    @pytest.mark.parametrize(
        ("content", "rule"),
        [
            (b"", "empty_file"),
            (b"id,name\nx,\xff\n", "bad_encoding"),
            (b"id,id,name\nx,y,a\n", "duplicate_header"),
            (b'id,name\nx,"a\n', "bad_quotes"),
            (b"id,name\nx,a,b\n", "ragged_row"),
        ],
    )
    def test_they_are_findings(self, read: Any, tmp_path: Path, content: bytes, rule: str) -> None:
        (tmp_path / "files").mkdir()
        (tmp_path / "files" / "T.csv").write_bytes(content)
        with pytest.raises(LoadError) as refused:
            read(mapping("select id, name from T"))
        assert refused.value.findings is not None
        assert rule in refused.value.findings["rule"].to_list()

    def test_a_pattern_of_files_without_other_columns_gives_no_cells(self, read: Any) -> None:
        reads = '{ grade = { files = "*", columns = ["id", "name"], cells = true } }'
        assert rows(read(mapping("select id, name from grade", reads), T="id,name\nx,a\n")) == []


class TestMistakes:
    @pytest.mark.parametrize(
        ("select", "said"),
        [
            ("select id, name from U", "Table with name U does not exist"),
            ("select id, nam as name from T", '"nam" not found'),
            ("drop table T", "runs one SELECT and nothing else"),
            ("select id, name from T; select 1", "runs one SELECT and nothing else"),
            ("select id, name from read_csv('/etc/passwd')", "none of the table functions"),
            ("select id, name from '/etc/passwd'", "does not exist"),
            ("selct", "cannot be read"),
        ],
    )
    def test_what_is_no_select_over_the_files_is_refused(self, read: Any, select: str, said: str) -> None:
        with pytest.raises(RequestError) as refused:
            read(mapping(select), T="id,name\nx,a\n")
        assert said in str(refused.value)
        assert "[view.task], select: " in str(refused.value)

    def test_files_and_columns_that_are_not_there(self, read: Any) -> None:
        with pytest.raises(RequestError, match=r"\[view\.task\], there is no file 'T'\. Did you mean Tt\.csv\?"):
            read(mapping("select id, name from T"), Tt="id,name\nx,a\n")
        with pytest.raises(
            RequestError, match=r"\[view\.task\], T\.csv has no column name\. Did you mean names\?"
        ):
            read(mapping("select id, name from T"), T="id,names\nx,a\n")

    @pytest.mark.parametrize(
        ("text", "said"),
        [
            ("[view.task]\nreads = { T = ['id'] }", "select is missing"),
            ("[view.task]\nselect = 'select 1'", "reads is missing"),
            ("[view.course]\nselect = 'select 1'\nreads = { T = ['id'] }", "none of the model's tables"),
            ("[view.'a b']\nselect = 'select 1'\nreads = { T = ['id'] }", "must be a word"),
            ("[view.a]\nselect = 'select 1'\nreads = { 'T 1' = ['id'] }", "a word of letters"),
            ("[view.a]\nselect = 'select 1'\nreads = { T = [] }", "it names no column"),
            ("[view.a]\nselect = 'select 1'\nreads = { T = ['line'] }", "that name is the view's own"),
            ("[view.a]\nselect = 'select 1'\nreads = { T = { column = ['x'] } }", "unknown key 'column'"),
            ("[view.a]\nselekt = 'select 1'\nreads = { T = ['x'] }", "Did you mean select"),
            ("view = 3", "view is 3"),
            ("school_year = '2026'", "school_year is '2026'"),
        ],
    )
    def test_everything_wrong_is_said(self, text: str, said: str) -> None:
        with pytest.raises(RequestError) as refused:
            parse_mapping(text)
        assert said in str(refused.value)


@pytest.mark.parametrize(
    ("given", "year"),
    [
        ("2026-06-05", 2026),
        ("2025-07-01", 2026),
        ("2026-06-05T04:59:59Z", 2026),
        ("6/5/2026", 2026),
        ("1/5/26", 2026),
        ("2025-26", 2026),
        ("2025/2026", 2026),
        ("2025-2026_Fall", 2026),
        ("SY2526", 2026),
        ("Q1 25-26", 2026),
        ("Fall 2025", 2026),
        ("Spring 2026", 2026),
        ("2026", 2026),
        ("Quarter 1", None),
        ("123456", None),
        ("99-00", None),
        (None, None),
    ],
)
def test_the_school_year_of_a_date_or_name(given: str | None, year: int | None) -> None:
    frame = pl.DataFrame({"said": [given]}, schema={"said": pl.String})
    assert _asked(frame, "select school_year(said) as year from looked_at").item() == year


class TestOptionalReferences:
    TEXT = (
        "[teacher]\nfrom = 'P'\ncolumns = { teacher_id = { key = 'id' } }\n"
        "[section]\nfrom = 'S'\n"
        "columns = { section_id = 'id', course_id = { value = 1 }, teacher_id = { key = 't' } }\n"
    )

    def test_one_that_leads_nowhere_is_blank_and_told(self, read: Any) -> None:
        done = read(self.TEXT, P="id\na\n", S="id,t\n1,a\n2,b\n3,\n")
        assert done.tables["section"]["teacher_id"].to_list() == ["1", None, None]
        assert done.findings.filter(rule="unknown_key").select("severity", "message").rows() == [
            ("warning", "S.csv: 1 row where teacher_id leads to no row of teacher (b); it is blank there.")
        ]


class TestTheFirstOfSeveral:
    TEXT = (
        "[grading_task]\nfrom = 'T'\nlookup = [{ table = 'K', by = 'k', take = 'first' }]\n"
        "columns = { task_id = 'id', name = 'K.name' }"
    )

    @pytest.mark.parametrize("names", [("10", "9"), ("9", "10")])
    def test_the_smallest_number_whatever_the_order_of_lines(self, read: Any, names: tuple[str, str]) -> None:
        done = read(
            self.TEXT, T="id,k\n1,a\n2,b\n", K="k,name\n" + "".join(f"a,{name}\n" for name in names) + "b,x\nb,x\n"
        )
        assert rows(done) == [("1", "9"), ("2", "x")]
        assert done.findings.filter(rule="several_found").select("severity", "message").rows() == [
            (
                "warning",
                "K.csv: 1 value of k with several rows that differ; the first, in the order of name, was taken "
                "for grading_task.",
            )
        ]

    def test_a_refusal_says_how_to_take_it(self, read: Any) -> None:
        with pytest.raises(LoadError, match=r'take the first with take = "first" there'):
            read(self.TEXT.replace(", take = 'first'", ""), T="id,k\n1,a\n", K="k,name\na,x\na,y\n")
