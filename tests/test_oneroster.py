"""The OneRoster reader: the public bundles, a small one by hand, versions, manifests, and odd or broken files."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest
from oneroster_tiny import again, check_accounts, read, row, rules, text_of, tiny, write

from coursepush.errors import LoadError
from coursepush.load.oneroster.reader import read_oneroster
from coursepush.load.tables import load_tables
from coursepush.store import Store


def refused(folder: Path) -> LoadError:
    with pytest.raises(LoadError) as caught:
        read_oneroster(folder)
    assert caught.value.findings is not None
    assert "refusal" in set(caught.value.findings["severity"])
    return caught.value


def refusals(error: LoadError) -> list[tuple[str, str, int | None]]:
    assert error.findings is not None
    found = error.findings.filter(pl.col("severity") == "refusal")
    return sorted(found.select("rule", "file", "line").rows(), key=str)


@pytest.mark.shared_data
@pytest.mark.parametrize("version", ["1.0", "1.1"])
class TestPublicBundles:
    """One district, one school, two courses that the district owns, a class of each."""

    def folder(self, shared_data: Path, version: str) -> Path:
        return shared_data / f"oneroster_{version.replace('.', '')}_lmstoolkit"

    def test_rows_are_those_of_the_sources_page(self, shared_data: Path, version: str) -> None:
        folder = self.folder(shared_data, version)
        said = re.findall(
            r"^\| (\w+\.csv) .*\| (\d+) rows", (folder / "SOURCES.md").read_text("utf-8"), re.MULTILINE
        )
        found = read_oneroster(folder)
        check_accounts(found)
        assert found.format == f"OneRoster {version}"
        assert len(said) >= 7
        assert dict(found.accounts.select("file", "rows").rows()) == {file: int(rows) for file, rows in said}

    def test_what_it_comes_to(self, shared_data: Path, version: str) -> None:
        found = read_oneroster(self.folder(shared_data, version))
        assert {name: frame.height for name, frame in found.tables.items()} == {
            "school": 1,
            "calendar": 1,
            "term": 2,
            "catalog": 1,
            "catalog_school": 1,
            "course_master": 2,
            "course": 2,
            "section": 2,
            "section_term": 4,
            "teacher": 2,
            "enrollment": 10,
        }
        assert found.tables["catalog"]["name"].to_list() == ["Grand Bend ISD"]
        assert found.tables["school"].rows() == [(1, "255901001", "Grand Bend High School")]
        calendar = found.tables["calendar"].row(0, named=True)
        assert calendar["end_year"] == 2021
        assert (calendar["start_date"], calendar["end_date"]) == (date(2020, 8, 17), date(2021, 5, 28))
        assert found.tables["course_master"]["number"].to_list() == ["ALG-1", "ENG-1"]
        assert found.tables["section"]["teacher_id"].null_count() == 0
        used = dict(found.accounts.select("file", "used").rows())
        # each person stands in a class twice, once a semester
        assert (used["classes.csv"], used["courses.csv"], used["enrollments.csv"]) == (2, 2, 12)

    def test_it_loads(self, shared_data: Path, version: str) -> None:
        found = read_oneroster(self.folder(shared_data, version))
        store = Store(None)
        kept = load_tables(store, found.tables, notes=found.findings)
        added = kept.join(found.findings, on=kept.columns, how="anti", nulls_equal=True)
        assert added["rule"].to_list() == ["no_setup"]  # what the loader has to add
        assert kept.height == found.findings.height + 1
        with store.reading() as session:
            unknown = session.rows(
                "given", "select table_name from push.given_table where not is_given and row_count is null"
            )
        assert {name for (name,) in unknown} == {"assignment", "assignment_task", "score", "posted_grade"}
        store.close()

    def test_ragged_rows_are_told(self, shared_data: Path, version: str) -> None:
        found = read_oneroster(self.folder(shared_data, version)).findings.filter(rule="long_row")
        assert found["line"].to_list() == ([] if version == "1.0" else [10])


class TestSmallBundle:
    def test_tables(self, tmp_path: Path) -> None:
        found = read(tiny(), tmp_path)
        tables = found.tables
        assert found.format == "OneRoster 1.1"
        assert tables["school"].rows() == [(1, "010", "North"), (2, "020", "South")]
        assert tables["calendar"].select("calendar_id", "school_id", "end_year", "name").rows() == [
            (1, 1, 2027, "North 2026-27"),
            (2, 2, 2027, "South 2026-27"),
        ]
        assert tables["term"].select("calendar_id", "term_seq", "name").rows() == [
            (1, 1, "Fall"),
            (1, 2, "Spring"),
            (2, 1, "Fall"),
            (2, 2, "Spring"),
        ]
        masters = tables["course_master"].drop("catalog_id", "is_active").rows()
        assert masters == [
            (1, "A1", "Art", "Fine Arts", "05", "154", "KG", "10"),
            (2, "M1", "Music", None, None, None, None, None),
        ]
        assert tables["course"].select("course_id", "calendar_id", "master_id", "number").rows() == [
            (1, 1, 1, "A1"),
            (2, 1, 2, "M1"),
            (3, 2, 1, "A1"),
        ]
        assert tables["section"].rows() == [
            (1, 1, "01", 1),
            (2, 1, "02", None),
            (3, 2, "01", None),
            (4, 3, "01", 2),
        ]
        # a class that names the year meets in every term, which no row says
        assert tables["section_term"].rows() == [(1, 1), (3, 1), (3, 2), (4, 2)]
        assert tables["teacher"].rows() == [(1, "Teacher 1"), (2, "Teacher 2")]
        assert found.keys["student"].rows() == [(1, "p1"), (2, "p2")]
        assert tables["enrollment"].rows() == [(1, 1), (1, 2)]

    def test_grade_book(self, tmp_path: Path) -> None:
        tables = read(tiny(), tmp_path).tables
        assert "weight" not in tables["section_category"].columns, "OneRoster 1.1 has none"
        assert tables["section_category"].select("owner_id", "name").rows() == [(1, "Tests"), (1, "Homework")]
        assert tables["assignment"].rows() == [
            (1, 1, 1, "Test 1", date(2026, 9, 10), Decimal("100.000")),
            (2, 1, 2, "Homework 1", date(2026, 9, 11), Decimal("12.500")),
        ]
        assert tables["assignment_task"].rows() == [(1, 1, 1), (2, 1, 1)]
        assert tables["grading_task"].rows() == [(1, "Grade", "TERM", False)]
        flags = ["is_missing", "is_late", "is_exempt", "is_turned_in"]
        assert tables["score"].select("assignment_id", "student_id", "points", *flags).rows() == [
            (1, 1, Decimal("87.125"), False, False, False, True),
            (1, 2, None, False, False, True, False),
            (2, 1, None, True, False, False, False),
        ]
        aligned = tables["master_task"].select("row_id", "owner_id", "task_id").rows()
        assert aligned == [(1, 1, 1), (2, 2, 1)]
        linked = tables["course_task"].select("owner_id", "parent_row_id", "task_id").rows()
        assert linked == [(1, 1, 1), (2, 2, 1), (3, 1, 1)]

    def test_it_loads_with_nothing_but_missing_links_to_warn_of(self, tmp_path: Path) -> None:
        found = read(tiny(), tmp_path)
        store = Store(None)
        kept = load_tables(store, found.tables)
        assert kept["rule"].to_list() == ["no_links"]
        assert kept["value"].to_list() == ["section"]
        store.close()

    def test_what_it_lacks_is_said(self, tmp_path: Path) -> None:
        found = read(tiny(), tmp_path)
        said = " ".join(found.lacks)
        assert all(word in said for word in ("locks", "calculation options", "composite", "posted grades"))
        assert "scores" not in said
        assert found.findings.filter(rule="not_given")["message"].to_list() == list(found.lacks)

    def test_what_may_be_missing(self, tmp_path: Path) -> None:
        files = tiny()
        for file in ("manifest", "users", "enrollments", "categories", "lineItems", "results"):
            del files[file]
        found = read(files, tmp_path)
        assert not {"teacher", "enrollment", "assignment", "score", "grading_task"} & found.tables.keys()
        assert found.tables["section"].columns == ["section_id", "course_id", "number"]

    def test_people_without_their_names(self, tmp_path: Path) -> None:
        files = tiny()
        del files["users"]
        found = read(files, tmp_path)
        assert found.tables["teacher"].rows() == [(1, None), (2, None)]
        assert "file_not_given" in rules(found)

    def test_users_and_categories_that_nothing_uses(self, tmp_path: Path) -> None:
        files = tiny()
        for file in ("manifest", "enrollments", "lineItems", "results"):
            del files[file]
        found = read(files, tmp_path)
        aside = dict(found.accounts.select("file", "set_aside").rows())
        assert (aside["users.csv"], aside["categories.csv"]) == (4, 2)


class TestVersions:
    def test_no_manifest_is_1_0_unless_headers_say_otherwise(self, tmp_path: Path) -> None:
        files = tiny()
        del files["manifest"]
        found = read(files, tmp_path)
        assert found.format == "OneRoster 1.1"
        assert found.findings.filter(rule="no_manifest")["severity"].to_list() == ["warning"]

    def test_headers_of_1_0(self, tmp_path: Path) -> None:
        files = tiny()
        del files["manifest"]
        named = {"grades": "grade", "termSourcedIds": "termSourcedId", "schoolYearSourcedId": "schoolYearId"}
        for file in ("courses", "classes"):
            files[file] = [{named.get(name, name): value for name, value in each.items()} for each in files[file]]
        for each in files["academicSessions"]:
            del each["schoolYear"]
        for file in ("categories", "lineItems", "results"):
            del files[file]
        found = read(files, tmp_path)
        assert found.format == "OneRoster 1.0"
        assert found.findings.filter(rule="no_manifest")["severity"].to_list() == ["note"]
        assert found.tables["calendar"]["end_year"].to_list() == [2027, 2027]
        assert found.tables["section_term"].height == 4
        assert found.tables["course_master"]["sced_highest_grade"].to_list() == ["10", None]

    @pytest.mark.parametrize(
        ("written", "rule"),
        [
            ("1.2", "version_differs"),
            ("1.0", "version_differs"),
            ("2.7", "unknown_version"),
            ("", "unknown_version"),
        ],
    )
    def test_headers_go_before_a_wrong_manifest(self, tmp_path: Path, written: str, rule: str) -> None:
        files = tiny()
        files["manifest"][1]["value"] = written
        found = read(files, tmp_path)
        assert found.format == "OneRoster 1.1"
        assert rule in rules(found)

    def test_1_2_by_its_headers(self, tmp_path: Path) -> None:
        files = tiny()
        files["manifest"][1]["value"] = "1.2.1"
        files["roles"] = [{"sourcedId": "ro", "userSourcedId": "t1", "role": "teacher", "orgSourcedId": "n"}]
        for each in files["users"]:
            del each["role"]
        for each in files["lineItems"]:
            each["academicSessionSourcedId"] = each.pop("gradingPeriodSourcedId")
        for each in files["categories"]:
            each["weight"] = "40.5"
        found = read(files, tmp_path)
        assert found.format == "OneRoster 1.2"
        assert found.tables["section_category"]["weight"].to_list() == [Decimal("40.5000")] * 2
        assert found.tables["assignment_task"]["term_seq"].to_list() == [1, 1]


class TestManifest:
    def test_a_delta_is_refused_with_the_reason(self, tmp_path: Path) -> None:
        files = tiny()
        files["manifest"][2]["value"] = files["manifest"][3]["value"] = "Delta"
        error = refused(write(files, tmp_path))
        assert refusals(error) == [("delta_file", "classes.csv", None), ("delta_file", "orgs.csv", None)]
        assert "only what changed" in str(error)
        assert "bulk export" in str(error)

    def test_a_delta_of_what_is_not_read_does_no_harm(self, tmp_path: Path) -> None:
        files = tiny()
        files["manifest"].append({"propertyName": "file.demographics", "value": "delta"})
        files["demographics"] = [{"sourcedId": "p1", "sex": "female"}]
        assert read(files, tmp_path).tables["section"].height == 4

    def test_what_it_claims_must_be_there(self, tmp_path: Path) -> None:
        files = tiny()
        files["manifest"] += [
            {"propertyName": "file.demographics", "value": "bulk"},
            {"propertyName": "file.users", "value": "absent"},
            {"propertyName": "file.courses", "value": "some"},
            {"propertyName": "file.nothing", "value": "bulk"},
            {"propertyName": "our.own", "value": "x"},
        ]
        found = read(files, tmp_path)
        assert {"missing_file", "not_in_manifest", "unknown_mode"} <= set(rules(found))
        aside = found.accounts.filter(file="manifest.csv").row(0, named=True)
        assert (aside["rows"], aside["set_aside"]) == (10, 1)
        files["manifest"].append({"propertyName": "file.categories", "value": "bulk"})
        del files["categories"]
        (tmp_path / "categories.csv").unlink()
        assert refusals(refused(write(files, tmp_path))) == [("missing_file", "categories.csv", None)]

    def test_contradictions_are_refused(self, tmp_path: Path) -> None:
        files = tiny()
        files["manifest"].append({"propertyName": "FILE.orgs", "value": "absent"})
        assert refusals(refused(write(files, tmp_path))) == [
            ("two_values", "manifest.csv", 4),
            ("two_values", "manifest.csv", 7),
        ]

    def test_one_without_its_columns_decides_nothing(self, tmp_path: Path) -> None:
        files = tiny()
        files["manifest"] = [{"name": "oneroster.version", "said": "1.2"}]
        found = read(files, tmp_path)
        assert found.format == "OneRoster 1.1"
        assert {"bad_manifest", "unknown_version"} <= set(rules(found))


class TestFiles:
    def test_case_blanks_bom_and_line_ends(self, tmp_path: Path) -> None:
        expected = read(tiny(), tmp_path / "plain")
        folder = tmp_path / "odd"
        folder.mkdir()
        for file, rows in tiny().items():
            header, rest = text_of(rows).split("\n", 1)
            text = (
                ",".join(f"  {name.upper()} " for name in header.split(","))
                + "\n"
                + rest.replace(",n,", ", n\u00a0,")
            )
            (folder / f"{file.upper()}.CSV").write_bytes(b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode())
        found = read_oneroster(folder)
        check_accounts(found)
        assert found.tables.keys() == expected.tables.keys()
        assert all(frame.equals(expected.tables[name]) for name, frame in found.tables.items())
        assert found.findings.filter(rule="outer_blanks", severity="note").height > 0

    def test_other_columns_and_files_are_named(self, tmp_path: Path) -> None:
        files = tiny()
        files["orgs"][0]["metadata.city"] = "Somewhere"
        files["user"] = [{"sourcedId": "x"}]
        files["demographics"] = [{"sourcedId": "p1", "sex": "female"}]
        found = read(files, tmp_path)
        notes = found.findings.filter(rule="columns_not_read", file="orgs.csv")["message"]
        assert "metadata.city" in notes[0]
        assert "Did you mean users" in found.findings.filter(rule="unknown_file")["message"][0]
        aside = dict(found.accounts.select("file", "set_aside").rows())
        assert (aside["user.csv"], aside["demographics.csv"]) == (1, 1)

    def test_a_damaged_file_that_is_not_needed_is_only_warned_of(self, tmp_path: Path) -> None:
        folder = write(tiny(), tmp_path)
        (folder / "demographics.csv").write_bytes(b"sourcedId,sex\np1,\xff\n")
        found = read_oneroster(folder)
        check_accounts(found)
        assert "bad_encoding" in rules(found)
        assert "demographics.csv" not in found.accounts["file"]

    def test_all_that_cannot_be_read_is_found_together(self, tmp_path: Path) -> None:
        folder = write(tiny(), tmp_path)
        (folder / "orgs.csv").write_bytes(b"")
        (folder / "courses.csv").write_text("1,Art,d\n2,Music,d\n", "utf-8")
        (folder / "classes.csv").write_text("sourcedId,SourcedID,title\n1,2,3\n", "utf-8")
        (folder / "users.csv").write_bytes(b"sourcedId\nt\xff\n")
        (folder / "results.csv").write_text('sourcedId,lineItemSourcedId,studentSourcedId\n"r1,i1,p1\n', "utf-8")
        (folder / "lineItems.csv").write_bytes(b"sourcedId,classSourcedId\ni1,c\0\n")
        (folder / "Enrollments.csv").write_text("sourcedId\n", "utf-8")
        found = refusals(refused(folder))
        assert {(rule, file) for rule, file, _ in found} == {
            ("empty_file", "orgs.csv"),
            ("no_header", "courses.csv"),
            ("duplicate_header", "classes.csv"),
            ("missing_column", "classes.csv"),
            ("bad_encoding", "users.csv"),
            ("bad_quotes", "results.csv"),
            ("nul_byte", "lineItems.csv"),
            ("two_files", "enrollments.csv"),
            ("missing_column", "enrollments.csv"),
        }

    def test_ragged_rows(self, tmp_path: Path) -> None:
        folder = write(tiny(), tmp_path)
        header, first, second, *_ = (folder / "categories.csv").read_text("utf-8").splitlines()
        (folder / "categories.csv").write_text("\n".join([header, first + ",,, ,", second]), "utf-8")
        users = (folder / "users.csv").read_text("utf-8").replace(",student,true", "")
        (folder / "users.csv").write_text(users, "utf-8")
        found = read_oneroster(folder)
        check_accounts(found)
        assert found.findings.filter(rule="long_row")["line"].to_list() == [2]
        assert found.findings.filter(rule="short_row")["line"].to_list() == [4]
        (folder / "categories.csv").write_text("\n".join([header, first, second + ",,more"]), "utf-8")
        assert refusals(refused(folder)) == [("ragged_row", "categories.csv", 3)]

    def test_headers_alone_are_empty_tables(self, tmp_path: Path) -> None:
        files = tiny()
        folder = write(files, tmp_path)
        for file, rows in files.items():
            if file != "manifest":
                (folder / f"{file}.csv").write_text(text_of(rows).split("\n", 1)[0] + "\n", "utf-8")
        found = read_oneroster(folder)
        check_accounts(found)
        heights = {name: frame.height for name, frame in found.tables.items() if frame.height}
        assert heights == {"catalog": 1, "grading_task": 1}
        load_tables(Store(None), found.tables)

    @pytest.mark.parametrize("missing", ["orgs", "academicSessions", "courses", "classes"])
    def test_what_must_be_there(self, tmp_path: Path, missing: str) -> None:
        files = tiny()
        del files[missing], files["manifest"]
        assert refusals(refused(write(files, tmp_path))) == [("missing_file", f"{missing}.csv", None)]

    def test_no_folder(self, tmp_path: Path) -> None:
        assert refusals(refused(tmp_path / "nowhere")) == [("no_folder", None, None)]
        (tmp_path / "orgs.csv").write_text("sourcedId\n", "utf-8")
        assert refusals(refused(tmp_path / "orgs.csv")) == [("bad_zip", "orgs.csv", None)]


class TestRows:
    def test_unknown_references_are_all_listed(self, tmp_path: Path) -> None:
        files = tiny()
        row(files, "courses", "mus")["orgSourcedId"] = "gone"
        row(files, "courses", "art")["schoolYearSourcedId"] = "y99"
        row(files, "classes", "c1")["courseSourcedId"] = "gone"
        row(files, "classes", "c2")["schoolSourcedId"] = "gone"
        row(files, "classes", "c3")["termSourcedIds"] = "f,gone,gone"
        row(files, "enrollments", "e1")["classSourcedId"] = "gone"
        row(files, "enrollments", "e2")["userSourcedId"] = "gone"
        row(files, "lineItems", "i1")["categorySourcedId"] = "gone"
        row(files, "lineItems", "i2")["gradingPeriodSourcedId"] = "gone"
        row(files, "results", "r3")["lineItemSourcedId"] = "gone"
        error = refused(write(files, tmp_path))
        assert refusals(error) == sorted(
            [
                ("unknown_reference", "courses.csv", 3),
                ("unknown_reference", "classes.csv", 2),
                ("unknown_reference", "classes.csv", 3),
                ("unknown_reference", "enrollments.csv", 2),
                ("unknown_reference", "enrollments.csv", 3),
                ("unknown_reference", "results.csv", 4),
            ],
            key=str,
        )
        assert "and 1 more" in str(error)
        assert error.findings is not None
        first = error.findings.filter(file="classes.csv", line=2).row(0, named=True)
        assert (first["column"], first["value"], first["table"]) == ("courseSourcedId", "gone", "section")

    def test_duplicates_and_values_are_found_together(self, tmp_path: Path) -> None:
        files = tiny()
        again(files, "classes", "c1", classCode="09")
        again(files, "users", "p1")
        row(files, "academicSessions", "f")["startDate"] = "13/40/2026"
        row(files, "academicSessions", "sp")["schoolYear"] = "soon"
        row(files, "courses", "mus")["title"] = " "
        row(files, "enrollments", "e1")["primary"] = "perhaps"
        row(files, "lineItems", "i1")["resultValueMax"] = "1e12"
        row(files, "results", "r1")["score"] = "A+"
        assert refusals(refused(write(files, tmp_path))) == sorted(
            [
                ("duplicate_id", "classes.csv", 6),
                ("duplicate_id", "users.csv", 6),
                ("wrong_value", "academicSessions.csv", 3),
                ("wrong_value", "academicSessions.csv", 4),
                ("missing_value", "courses.csv", 3),
                ("wrong_value", "enrollments.csv", 2),
                ("wrong_value", "lineItems.csv", 2),
                ("wrong_value", "results.csv", 2),
            ],
            key=str,
        )

    def test_what_is_deleted_is_left_out_with_what_hangs_on_it(self, tmp_path: Path) -> None:
        files = tiny()
        row(files, "classes", "c1")["status"] = "tobedeleted"
        row(files, "users", "t2")["status"] = "Inactive"
        row(files, "academicSessions", "sp")["status"] = "tobedeleted"
        row(files, "courses", "mus")["status"] = "active"
        row(files, "orgs", "d")["status"] = "asleep"
        found = read(files, tmp_path)
        assert found.keys["section"]["source_key"].to_list() == ["c2", "c3", "c4"]
        assert found.tables["teacher"].is_empty()
        assert found.tables["score"].is_empty()
        assert found.tables["term"]["name"].to_list() == ["Fall", "Fall"]
        warned = found.findings.filter(pl.col("rule").is_in(["left_out", "left_out_with"]))
        assert dict(warned.group_by("file").len().rows()) == {
            "classes.csv": 1,
            "users.csv": 1,
            "academicSessions.csv": 1,
            "enrollments.csv": 2,
            "lineItems.csv": 1,
            "results.csv": 1,
        }
        assert "unknown_status" in rules(found)
        used = dict(found.accounts.select("file", "used").rows())
        assert (used["enrollments.csv"], used["lineItems.csv"], used["results.csv"]) == (0, 0, 0)

    def test_a_delta_that_no_manifest_admits(self, tmp_path: Path) -> None:
        files = tiny()
        for each in files["courses"]:
            each |= {"status": "active", "dateLastModified": "2026-09-01T00:00:00.000Z"}
        assert "looks_like_delta" in rules(read(files, tmp_path))
        files["manifest"].append({"propertyName": "file.courses", "value": "bulk"})
        assert "looks_like_delta" not in rules(read(files, tmp_path))
