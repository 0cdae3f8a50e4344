"""A mapping at work: one small case for each word of the language, and what dirty files come to."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl
import pytest

from coursepush.errors import LoadError
from coursepush.load.mapping.campus import read_mapped
from coursepush.load.reading import SourceTables, located
from coursepush.load.tables import load_tables
from coursepush.store import Store

Source = dict[str, Any]


@pytest.fixture
def read(tmp_path: Path) -> Any:
    """Read frames (dict of lists), or CSV text, by the text of a mapping."""

    def reading(mapping: str, **tables: dict[str, list[Any]] | str) -> SourceTables:
        file = tmp_path / "m.toml"
        file.write_text(mapping, "utf-8")
        source: Source = {}
        for name, table in tables.items():
            if isinstance(table, str):
                (tmp_path / f"{name}.csv").write_text(table, "utf-8")
                source[name] = tmp_path / f"{name}.csv"
            else:
                source[name] = pl.DataFrame(table)
        return read_mapped(source, file)

    return reading


def refused(reading: Any, mapping: str, **tables: Any) -> list[tuple[str, str | None, int | None, str | None]]:
    """Rule, file, line and value of the refusals."""
    with pytest.raises(LoadError) as error:
        reading(mapping, **tables)
    assert error.value.findings is not None
    return error.value.findings.filter(severity="refusal").select("rule", "file", "line", "value").rows()


def said(read: SourceTables, rule: str) -> list[str]:
    return read.findings.filter(rule=rule)["message"].to_list()


TASKS = '[grading_task]\nfrom = "T"\n'


class TestColumns:
    def test_constants_of_every_kind(self, read: Any) -> None:
        mapping = (
            '[assessment_test]\nrows = [{ test_id = 1, name = "A" }, { test_id = 2 }]\n'
            '[course_assessment]\nfrom = "T"\n[course_assessment.columns]\nrow_id = "id"\n'
            "owner_id = { value = 5 }\n"
            "test_id = { value = 1 }\nstart_date = { value = 2026-09-01 }\ncopies_forward = { value = true }\n"
        )
        done = read(mapping, T={"id": [7]})
        assert done.tables["assessment_test"].rows() == [("1", "A"), ("2", None)]
        assert done.tables["course_assessment"].rows() == [("7", "5", "1", "2026-09-01", "true")]

    def test_the_first_column_that_is_there(self, read: Any) -> None:
        columns = 'columns = { task_id = ["taskID", "id"], name = ["label", { join = ["a", "b"], with = "-" }] }'
        done = read(TASKS + columns, T={"id": [1, 2], "a": ["x", None], "b": ["y", "z"]})
        assert done.tables["grading_task"].rows() == [("1", "x-y"), ("2", "z")]

    @pytest.mark.parametrize(
        ("otherwise", "expected"),
        [("keep", ["quiz", "none", "Odd", "none"]), ("blank", ["quiz", "none", None, "none"])],
    )
    def test_values_are_translated(self, read: Any, otherwise: str, expected: list[str | None]) -> None:
        rule = (
            f'{{ column = "k", values = {{ Q = "quiz", "1" = "none", "" = "none" }}, otherwise = "{otherwise}" }}'
        )
        done = read(
            TASKS + f'columns = {{ task_id = "id", name = {rule} }}',
            T={"id": [1, 2, 3, 4], "k": [" q", "1", "Odd", ""]},
        )
        assert done.tables["grading_task"]["name"].to_list() == expected

    def test_values_that_are_not_known_can_be_refused(self, read: Any) -> None:
        rule = '{ column = "k", values = { Q = "quiz" }, otherwise = "refuse" }'
        mapping = TASKS + f'columns = {{ task_id = "id", name = {rule} }}'
        assert refused(read, mapping, T="id,k\n1,Q\n2,X\n") == [("unknown_value", "T.csv", 3, "X")]

    def test_numbers_given_and_unless(self, read: Any) -> None:
        columns = (
            "columns = { assignment_id = 'id', student_id = 's', is_late = { column = 'l', given = true }, "
            "points = { column = 'v', numbers = true, unless = 'p' }, percent = 'p' }"
        )
        rows = "id,s,l,v,p\n1,1,x, 5.0 ,\n1,2,,-.5,\n1,3,,A,80\n1,4,,4,100\n1,5,,B,\n1,6,,,\n"
        done = read(f'[score]\nfrom = "T"\n{columns}', T=rows)
        assert done.tables["score"].select("points", "percent", "is_late").rows() == [
            ("5.0", None, "true"),
            ("-.5", None, "false"),
            (None, "80", "false"),
            (None, "100", "false"),
            (None, None, "false"),
            (None, None, "false"),
        ]
        assert said(done, "no_number") == ["T.csv: 1 row without a number in v (line 6); points is blank there."]

    def test_a_split_column_gives_a_row_for_each_part(self, read: Any) -> None:
        columns = "columns = { section_id = 'id', term_seq = { column = 'terms', split = ',' } }"
        done = read(f'[section_term]\nfrom = "T"\n{columns}', T={"id": [1, 2], "terms": ["1, 2", "3"]})
        assert done.tables["section_term"].rows() == [("1", "1"), ("1", "2"), ("2", "3")]
        assert done.accounts.rows() == [("T", 2, "section_term", 2, 0)]

    @pytest.mark.parametrize(
        ("given", "expected"), [("8,3, 3", "3;8"), ("[12]", "12"), ("", None), ("3,x", "3;x"), ("{10,9}", "9;10")]
    )
    def test_a_split_list_of_ids(self, read: Any, given: str, expected: str | None) -> None:
        columns = (
            "columns = { row_id = 'id', owner_id = 'id', name = 'n', task_ids = { column = 't', split = ',' } }"
        )
        done = read(f'[section_category]\nfrom = "T"\n{columns}', T={"id": [1], "n": ["a"], "t": [given]})
        assert done.tables["section_category"]["task_ids"].to_list() == [expected]

    def test_ids_have_one_form_and_text_is_left_alone(self, read: Any) -> None:
        done = read(
            TASKS + "columns = { task_id = 'id', code = 'c' }", T={"id": [" 1.0", "2"], "c": [" 007 ", "1.0"]}
        )
        assert done.tables["grading_task"].rows() == [("1", " 007 "), ("2", "1.0")]


class TestRows:
    def test_where(self, read: Any) -> None:
        table = {
            "id": [1, 2, 3, 4, 5, 6],
            "a": [True, True, True, True, False, None],
            "k": ["x", "Y ", "z", "", "x", "x"],
        }
        done = read(TASKS + "columns = { task_id = 'id' }\nwhere = { a = true, k = ['X', 'y', ''] }", T=table)
        assert done.tables["grading_task"]["task_id"].to_list() == ["1", "2", "4"]
        assert said(done, "left_out") == [
            "T: 2 rows not read into grading_task: a is not yes.",
            "T: 1 row not read into grading_task: k is not 'X' or 'y' or blank.",
        ]
        assert done.accounts.rows() == [("T", 6, "grading_task", 3, 3)]

    def test_where_of_what_was_looked_up(self, read: Any) -> None:
        mapping = (
            TASKS + "lookup = [{ table = 'K', by = { kind = 'id' }, missing = 'blank' }]\n"
            "where = { 'K.active' = [1, ''] }\nneeds = ['K.name']\ncolumns = { task_id = 'id', name = 'K.name' }"
        )
        kinds = {"id": [10, 20, 30], "active": ["1", "0", None], "name": ["a", "b", None]}
        done = read(mapping, T={"id": [1, 2, 3, 4], "kind": [10, 20, 30, None]}, K=kinds)
        assert done.tables["grading_task"].rows() == [("1", "a")]
        assert said(done, "blank_value") == ["T: 2 rows not read into grading_task: K.name is blank."]

    def test_what_belongs_to_a_row_that_was_left_out_is_left_out(self, read: Any) -> None:
        mapping = (
            "[section]\nfrom = 'S'\nwhere = { on = true }\n"
            "columns = { section_id = 'id', course_id = { value = 1 } }\n"
            "[assignment]\nfrom = 'A'\ncolumns = { assignment_id = 'id', section_id = 's' }\n"
            "[score]\nfrom = 'P'\ncolumns = { assignment_id = 'a', student_id = 'who' }\n"
        )
        done = read(
            mapping,
            S={"id": [1, 2], "on": [1, 0]},
            A={"id": [10, 20], "s": [1, 2]},
            P={"a": [10, 20, 20], "who": [5, 5, 6]},
        )
        assert done.tables["score"].rows() == [("10", "5")]
        assert done.accounts.select("file", "used", "set_aside").rows() == [("S", 1, 1), ("A", 1, 1), ("P", 1, 2)]

    def test_orphans(self, read: Any) -> None:
        mapping = (
            "[section]\nfrom = 'S'\ncolumns = { section_id = 'id', course_id = { value = 1 } }\n"
            "[enrollment]\nfrom = 'R'\norphans = 'set aside'\ncolumns = { section_id = 's', student_id = 'who' }\n"
        )
        done = read(mapping, S={"id": [1]}, R={"s": [1, 2, 3], "who": [5, 5, 6]})
        assert done.tables["enrollment"].rows() == [("1", "5")]
        assert said(done, "orphans") == ["R: 2 rows set aside: section_id (line 2, 3) is in no row of section."]
        kept = read(mapping.replace("set aside", "refuse"), S={"id": [1]}, R={"s": [1, 2], "who": [5, 5]})
        assert kept.tables["enrollment"].height == 2


class TestLookups:
    MAPPING = (
        TASKS + "lookup = [{ table = 'K', by = 'k', missing = 'refuse' }]\n"
        "columns = { task_id = 'id', name = 'K.name' }"
    )

    def test_nothing_found(self, read: Any) -> None:
        tasks, kinds = {"id": [1, 2, 3], "k": ["a", "b", None]}, {"k": ["a"], "name": ["x"]}
        assert refused(read, self.MAPPING, T=tasks, K=kinds) == [("unknown_lookup", "T", 2, "b")]
        done = read(self.MAPPING.replace("'refuse'", "'set aside'"), T=tasks, K=kinds)
        assert done.tables["grading_task"].rows() == [("1", "x"), ("3", None)]
        assert done.findings.filter(rule="unknown_lookup").select("severity", "line", "value").rows() == [
            ("warning", 2, "b")
        ]
        done = read(self.MAPPING.replace("'refuse'", "'blank'"), T=tasks, K=kinds)
        assert done.tables["grading_task"].rows() == [("1", "x"), ("2", None), ("3", None)]
        assert done.findings.filter(rule="unknown_lookup").is_empty()

    def test_several_rows_for_one_key(self, read: Any) -> None:
        same = {"k": ["a", "a", "c", "c"], "name": ["x", "x", "y", "z"], "more": ["1", "2", "3", "4"]}
        done = read(self.MAPPING, T={"id": [1], "k": ["a"]}, K=same)
        assert done.tables["grading_task"].rows() == [("1", "x")]
        assert refused(read, self.MAPPING, T={"id": [1], "k": ["c"]}, K=same) == [
            ("ambiguous_lookup", "K", 4, "c")
        ]

    def test_by_two_columns_of_which_one_was_looked_up(self, read: Any) -> None:
        mapping = (
            "[score]\nfrom = 'P'\nlookup = [{ table = 'A', by = 'a' }, "
            "{ table = 'M', by = { 'A.list' = 'list', v = 'mark' }, missing = 'blank' }]\n"
            "columns = { assignment_id = 'a', student_id = 's', percent = 'M.pct' }"
        )
        done = read(
            mapping,
            P={"a": [1, 1, 2], "s": [5, 6, 7], "v": ["A", "B", "A"]},
            A={"a": [1, 2], "list": [9, 8]},
            M={"list": [9, 8], "mark": ["A", "A"], "pct": ["95", "90"]},
        )
        assert done.tables["score"]["percent"].to_list() == ["95", None, "90"]


class TestMerging:
    MAPPING = (
        "[section_category]\nfrom = 'G'\nmerge = ['owner_id', 'name']\n"
        "[section_category.columns]\nrow_id = 'id'\nowner_id = 's'\nname = 'n'\ntask_ids = 't'\n"
        "weight = { column = 'w', merged = 'sum' }\nsequence = 'q'\n"
        "[assignment]\nfrom = 'A'\ncolumns = { assignment_id = 'a', section_id = 's', category_row_id = 'g' }\n"
    )

    def test_the_smallest_id_stays_and_the_others_lead_to_it(self, read: Any) -> None:
        groups = (
            "id,s,n,t,w,q\n10,1,Quiz,8,0.5,1\n9,1,Quiz,3,1.25,2\n11,1,quiz,,1,3\n12,2,Quiz,,1,\n13,2,Quiz,3,,\n"
        )
        done = read(self.MAPPING, G=groups, A="a,s,g\n1,1,10\n2,1,9\n3,2,13\n4,1,\n")
        names = ("row_id", "name", "task_ids", "weight", "sequence")
        assert done.tables["section_category"].select(names).rows() == [
            ("9", "Quiz", "3;8", "1.750000", "2"),
            ("11", "quiz", None, "1.000000", "3"),
            ("12", "Quiz", None, "1.000000", None),
        ]
        assert done.tables["assignment"]["category_row_id"].to_list() == ["9", "9", "12", None]
        assert said(done, "merged_differ") == [
            "G.csv: in 1 row of section_category, made of several, these differ in sequence; the first one's "
            "value (2) was taken."
        ]
        assert done.places["section_category"].rows() == [("G.csv", 3), ("G.csv", 4), ("G.csv", 5)]

    def test_rows_with_a_blank_in_what_they_are_alike_in_stay(self, read: Any) -> None:
        done = read(self.MAPPING, G="id,s,n,t,w,q\n1,1,,,1,1\n2,1,,,1,1\n", A="a,s,g\n")
        assert done.tables["section_category"].height == 2

    def test_the_first_entry_comes_first(self, read: Any) -> None:
        entry = "[[teacher]]\nfrom = '{}'\nmerge = ['teacher_id']\ncolumns = {{ teacher_id = 'id', name = 'n' }}\n"
        done = read(
            entry.format("Staff") + entry.format("Also"),
            Staff={"id": [2], "n": ["Two"]},
            Also={"id": [1, 2], "n": ["One", "2"]},
        )
        assert done.tables["teacher"].rows() == [("2", "Two"), ("1", "One")]
        assert said(done, "merged_differ") == []


MODULES: dict[str, list[Any]] = {"m": ["B", "A", "A"], "y": ["1", "2", "1"]}


class TestMadeUpIds:
    MAPPING = (
        "[section]\nfrom = 'C'\ncolumns = { section_id = { key = ['m', 'y'] }, course_id = { value = 1 } }\n"
        "[enrollment]\nfrom = 'E'\ncolumns = { section_id = { key = ['m', 'y'] }, student_id = { key = 'who' } }\n"
        "[posted_grade]\nfrom = 'P'\n[posted_grade.columns]\nsection_id = { key = ['m', 'y'] }\n"
        "student_id = { key = 'who' }\ntask_id = { value = 1 }\nterm_seq = { value = 1 }\n"
    )

    def test_the_same_parts_have_the_same_id_everywhere(self, read: Any) -> None:
        done = read(
            self.MAPPING,
            C=MODULES,
            E={"m": ["A", "B"], "y": ["2", "1"], "who": ["x9", "a1"]},
            P={"m": ["A", "A"], "y": ["2", "2"], "who": ["x9", "b2"]},
        )
        assert done.tables["section"]["section_id"].to_list() == ["3", "2", "1"]
        assert done.tables["enrollment"].rows() == [("2", "2"), ("3", "1")]
        assert done.tables["posted_grade"]["student_id"].to_list() == ["2", "3"]
        assert done.keys["section"].rows() == [(1, "A|1"), (2, "A|2"), (3, "B|1")]
        assert done.keys["student"].rows() == [(1, "a1"), (2, "x9"), (3, "b2")]

    def test_the_order_of_rows_makes_no_difference(self, read: Any) -> None:
        tables = {"E": {"m": ["A"], "y": ["1"], "who": ["z"]}, "P": {"m": ["A"], "y": ["1"], "who": ["z"]}}
        upside_down = {name: list(reversed(column)) for name, column in MODULES.items()}
        one, other = read(self.MAPPING, C=MODULES, **tables), read(self.MAPPING, C=upside_down, **tables)
        assert one.keys["section"].equals(other.keys["section"])

    def test_parts_do_not_run_together(self, read: Any) -> None:
        done = read(
            "[section]\nfrom = 'C'\ncolumns = { section_id = { key = ['m', 'y'] }, course_id = { value = 1 } }\n",
            C={"m": ["a|b", "a", "a\\"], "y": ["c", "b|c", "|b|c"]},
        )
        assert done.tables["section"]["section_id"].n_unique() == 3

    def test_a_key_that_leads_nowhere_is_refused(self, read: Any) -> None:
        tables = {"C": MODULES, "E": "m,y,who\nA,1,a\nA,3,b\n", "P": {"m": ["A"], "y": ["1"], "who": ["z"]}}
        assert refused(read, self.MAPPING, **tables) == [("unknown_key", "E.csv", 3, None)]

    def test_custom_fields_lead_to_their_level(self, read: Any) -> None:
        done = read(
            "[course_master]\nfrom = 'C'\n[course_master.columns]\nmaster_id = { key = 'm' }\n"
            "catalog_id = { value = 1 }\nnumber = 'm'\nname = 'm'\n"
            "[custom_field]\nfrom = 'F'\n[custom_field.columns]\nlevel = { value = 'master' }\n"
            "owner_id = { key = 'm' }\nfield = { value = 'area' }\nvalue = 'a'\n",
            C={"m": ["X", "W"]},
            F={"m": ["X"], "a": ["art"]},
        )
        assert done.tables["custom_field"].rows() == [("master", "2", "area", "art")]


class TestDirtyFiles:
    MAPPING = TASKS + "columns = { task_id = 'id', name = 'n' }"

    @pytest.mark.parametrize(
        ("content", "rule", "line"),
        [
            (b"", "empty_file", None),
            (b'id,n\n1,"x\n', "bad_quotes", 2),
            (b"id,n\n1,caf\x81\n", "bad_encoding", 2),
            (b"id,n\n1,x\n2", "cut_record", 3),
            (b"id,n\n1,a\0b\n", "nul_byte", 2),
            (b"id,n,n\n1,a,b\n", "duplicate_header", None),
            (b"id,n\n1,a,b\n", "ragged_row", 2),
            (b"PAR1 and no more", "unreadable_file", None),
        ],
    )
    def test_a_file_that_cannot_be_read_is_a_finding(
        self, tmp_path: Path, content: bytes, rule: str, line: int | None
    ) -> None:
        ending = "parquet" if rule == "unreadable_file" else "csv"
        (tmp_path / f"T.{ending}").write_bytes(content)
        (tmp_path / "m.toml").write_text(self.MAPPING, "utf-8")
        with pytest.raises(LoadError) as error:
            read_mapped(tmp_path, tmp_path / "m.toml")
        assert error.value.findings is not None
        found = error.value.findings.filter(severity="refusal").select("rule", "file", "line").rows()
        assert found == [(rule, f"T.{ending}", line)]

    def test_an_unread_file_may_be_anything(self, tmp_path: Path) -> None:
        (tmp_path / "T.csv").write_text("\ufeffID,N\r\n1,x\r\n\r\n2,\r\n", "utf-8")
        (tmp_path / "Broken.csv").write_bytes(b'a,b\n"')
        (tmp_path / "notes.xlsx").write_bytes(b"PK")
        (tmp_path / "m.toml").write_text(self.MAPPING, "utf-8")
        done = read_mapped(tmp_path, tmp_path / "m.toml")
        assert done.tables["grading_task"].rows() == [("1", "x"), ("2", None)]
        assert done.accounts.rows() == [("T.csv", 2, "grading_task", 2, 0)]
        assert done.findings.filter(file="Broken.csv")["severity"].to_list() == ["warning"]

    def test_short_rows_are_said(self, read: Any) -> None:
        done = read(self.MAPPING, T="id,n\n1\n2,x\n")
        assert done.tables["grading_task"].rows() == [("1", None), ("2", "x")]
        assert said(done, "short_row")[0].startswith("T.csv: 1 row with fewer fields than the header")

    def test_a_header_without_rows_gives_an_empty_table(self, read: Any) -> None:
        done = read(self.MAPPING, T="id,n\n")
        assert done.tables["grading_task"].shape == (0, 2)
        assert done.accounts.rows() == [("T.csv", 0, "grading_task", 0, 0)]

    def test_types_of_frames(self, read: Any) -> None:
        done = read(
            TASKS + "columns = { task_id = 'id', name = 'n', is_standard = 'b', parent_task_id = 'p' }",
            T={
                "id": [1.0, 2.0],
                "n": pl.Series(["a", "b"], dtype=pl.Categorical),
                "b": [True, None],
                "p": [None, 3],
            },
        )
        assert done.tables["grading_task"].rows() == [("1", "a", "true", None), ("2", "b", None, "3")]
        assert refused(read, self.MAPPING, T={"id": [1], "n": [b"x"]})[0][:2] == ("wrong_type", "T")

    def test_an_empty_folder_and_none_at_all(self, tmp_path: Path) -> None:
        mapping = tmp_path / "m.toml"
        mapping.write_text(self.MAPPING, "utf-8")
        (tmp_path / "empty").mkdir()
        for folder, said_of_it in (("empty", "holds no CSV or Parquet file"), ("gone", "does not exist")):
            with pytest.raises(LoadError, match=said_of_it):
                read_mapped(tmp_path / folder, mapping)
        with pytest.raises(LoadError, match="is a file; give the folder it is in"):
            read_mapped(mapping, mapping)


def test_findings_of_the_loader_get_the_file_and_line_of_the_extract(read: Any) -> None:
    mapping = (
        "[[grading_task]]\nfrom = 'A'\ncolumns = { task_id = 'id' }\n"
        "[[grading_task]]\nfrom = 'B'\ncolumns = { task_id = 'id' }\nwhere = { on = 1 }\n"
    )
    done = read(mapping, A="id\n1\n2\n", B={"id": ["3", "x", "2"], "on": [0, 1, 1]})
    with pytest.raises(LoadError) as error:
        load_tables(Store(None), done)
    assert error.value.findings is not None
    placed = located(error.value.findings, done.places).filter(severity="refusal")
    assert placed.select("rule", "file", "line").rows() == [("bad_integer", "B", 2), ("duplicate_id", "B", 3)]
    assert placed["message"][0].startswith("B, row 2: task_id 'x' must be a whole number")
