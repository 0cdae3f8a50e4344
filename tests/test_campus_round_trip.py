"""A whole district written as an extract of Infinite Campus and read back; and mappings drafted from headers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl
import pytest
from campus_extract import extract_frames, write_extract, written
from simulated import frames
from test_campus import assert_accounts_add_up, extract_in

from coursepush.load.mapping.campus import draft_mapping, read_campus, read_mapped
from coursepush.load.reading import SourceTables
from coursepush.load.tables import load_tables
from coursepush.model.tables import TABLES
from coursepush.store import Store


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_extract(frames(7), tmp_path_factory.mktemp("campus"))


@pytest.fixture(scope="module")
def back(folder: Path) -> SourceTables:
    return read_campus(folder, folder / "mapping.toml")


class TestRoundTrip:
    def test_the_district_that_comes_back_is_the_same_row_for_row(self, back: SourceTables) -> None:
        store = Store(None)
        load_tables(store, back)
        with store.reading() as session:
            for name, table in TABLES.items():
                columns, key = ", ".join(table.names), ", ".join(table.key)
                found = session.frame(name, f"select {columns} from {name} order by {key}")
                assert found.equals(frames(7)[name]), name

    def test_every_row_is_accounted_for_and_nothing_is_warned_of(self, folder: Path, back: SourceTables) -> None:
        assert_accounts_add_up(back)
        assert back.findings.filter(pl.col("severity") != "note").is_empty()
        assert back.lacks == ()
        assert dict(back.accounts.select("file", "rows").iter_rows()) == {
            path.name: pl.read_csv(path, infer_schema=False).height for path in folder.glob("*.csv")
        }
        # what hangs on the trials that are not active, students who left, a preference for another flag
        assert dict(back.accounts.filter(pl.col("set_aside") > 0).select("file", "set_aside").iter_rows()) == {
            "Section.csv": frames(7)["calendar"].height,
            "LessonPlanGroup.csv": 1,
            "Roster.csv": 5,
            "LessonPlanFlagPreference.csv": frames(7)["school"].height,
        }

    def test_frames_and_shuffled_rows_give_the_same(self, folder: Path, back: SourceTables) -> None:
        source = {
            f"v_{name}": frame.sample(fraction=1, shuffle=True, seed=3)
            for name, frame in extract_frames(frames(7)).items()
        }
        other = read_campus(source, folder / "mapping.toml")
        for name, table in TABLES.items():
            one = _typed(back.tables[name]).sort(table.key)
            assert _typed(other.tables[name]).sort(table.key).equals(one), name


def _typed(frame: pl.DataFrame) -> pl.DataFrame:
    """Text of typed frames and of files in one form: bits, and dates without a time."""
    plain = pl.all().replace({"true": "1", "false": "0"}).str.replace(r" 00:00:00\.0+$", "")
    return frame.with_columns(plain)


class TestDraft:
    def test_of_a_whole_extract_it_reads_what_is_read_without_it(self, folder: Path, tmp_path: Path) -> None:
        draft = tmp_path / "draft.toml"
        draft.write_text(draft_mapping(folder), "utf-8")
        plain = read_campus(folder)
        for drafted in (read_campus(folder, draft), read_mapped(folder, draft)):
            assert set(drafted.tables) == set(plain.tables) == set(TABLES)
            for name in TABLES:
                assert drafted.tables[name].equals(plain.tables[name]), name
            assert drafted.accounts.equals(plain.accounts)

    def test_names_are_those_of_the_extract(self, tmp_path: Path) -> None:
        extract_in(tmp_path, Term=None, v_Term='term id,"Term Schedule_ID",Name,SEQ\n501,711,Q1,1\n')
        draft = draft_mapping(tmp_path)
        entry = draft[draft.index("[term]") :].partition("\n\n")[0]
        assert entry.splitlines() == [
            "[term]",
            'from = "v_Term"',
            "lookup = [",
            '    { table = "TermSchedule", by = { "Term Schedule_ID" = "termScheduleID" } },',
            '    { table = "ScheduleStructure", by = "TermSchedule.structureID" },',
            "]",
            'merge = ["calendar_id", "term_seq"]',
            'merge_by = "term id"',
            "[term.columns]",
            'calendar_id = "ScheduleStructure.calendarID"',
            'term_seq = "SEQ"',
            'name = "Name"',
        ]

    def test_close_matches_stand_in_comments_with_the_reason(self, tmp_path: Path) -> None:
        extract_in(
            tmp_path,
            CourseCatalog=None,
            Test=None,
            LessonPlanGroupCourse=None,
            School="schoolID,number,schoolNames\n1,1,North\n",
            LessonPlanGrpCourse="groupID,courseID,name,weight\n1,201,Tests,60\n",
            Catalogs="catalogID,name,owner\n3,High School,x\n",
            Tries="testID,name\n1,x\n",
            Buses="line,stop\n1,Main Street\n",
        )
        (tmp_path / "Sizes.xlsx").write_bytes(b"PK")
        draft = draft_mapping(tmp_path)
        assert '# name = "schoolNames"  # its name is close\n# not taken over: schoolNames' in draft
        assert (
            "# LessonPlanGrpCourse.csv may be course_category: its name is close to LessonPlanGroupCourse. Take "
            'the # off, and correct it:\n# [course_category]\n# from = "LessonPlanGrpCourse"' in draft
        )
        assert "# Catalogs.csv may be catalog: its name is close to catalog." in draft
        assert "# Tries.csv may be assessment_test: its columns have the names of test_id, name." in draft
        assert "#   Buses.csv: line, stop" in draft
        assert "# [catalog_lock]" not in draft
        file = tmp_path / "draft.toml"
        file.write_text(draft, "utf-8")
        assert read_campus(tmp_path, file).tables.keys() == read_campus(tmp_path).tables.keys()
        file.write_text(_uncommented(draft, "catalog"), "utf-8")
        assert read_campus(tmp_path, file).tables["catalog"].rows() == [("3", "High School")]

    def test_what_has_to_be_done_first_is_said(self, tmp_path: Path) -> None:
        extract_in(
            tmp_path,
            Course="",
            v_Trial="trialID\n",
            **{"dbo.Trial": "trialID\n", "Trial": None},
        )
        draft = draft_mapping(tmp_path)
        assert "# To do first: Course.csv cannot be read: The file is empty." in draft
        assert "# To do first: dbo.Trial.csv and v_Trial.csv are both called Trial." in draft

    def test_odd_headers_cannot_break_it(self, tmp_path: Path) -> None:
        source: dict[str, Any] = {
            'Odd "table"\n[x]': pl.DataFrame({"a\nb": [1], 'c"d': [2], "": [3], "é # = ]": [4]}),
            "School": pl.DataFrame({"schoolID": [1], "na\nme": ["x"], "number": ["1"]}),
        }
        file = tmp_path / "draft.toml"
        file.write_text(draft_mapping(source), "utf-8")
        assert read_campus(source, file).tables["school"].rows() == [("1", "1", "x")]

    def test_a_folder_in_the_load_format(self, tmp_path: Path) -> None:
        for name in (
            "school",
            "calendar",
            "catalog",
            "course_master",
            "course",
            "master_category",
            "section_term",
        ):
            written(frames(7)[name].head(0) if name == "section_term" else frames(7)[name]).with_columns(
                pl.selectors.by_dtype(pl.List(pl.Int64)).cast(pl.List(pl.String)).list.join(";")
            ).write_csv(tmp_path / f"{name}.csv")
        file = tmp_path / "draft.toml"
        file.write_text(draft_mapping(tmp_path), "utf-8")
        for read in (read_campus(tmp_path), read_campus(tmp_path, file)):
            assert read.tables["course_master"].height == frames(7)["course_master"].height
            assert set(read.tables["course"].columns) == set(TABLES["course"].names)
            assert read.findings.filter(severity="warning").is_empty()


def _uncommented(draft: str, table: str) -> str:
    """The draft with the suggested entry of `table` made valid."""
    head, _, rest = draft.partition(f"# [{table}]\n")
    entry, _, tail = rest.partition("\n\n")
    lines = [line.removeprefix("# ") for line in entry.splitlines()]
    return "\n".join([head, f"[{table}]", *lines, "", tail])
