"""Ed-Fi XML interchanges: the same district as the CSV, and what only XML can say or do wrong."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest
from edfi_district import NAMESPACE, Entity, Rows, section, staffed, tiny, write_csv, write_xml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rounds import few, rounds

from coursepush.errors import LoadError
from coursepush.load.edfi import xml
from coursepush.load.edfi.fields import KINDS
from coursepush.load.edfi.reader import read_edfi
from coursepush.load.edfi.versions import version_of
from coursepush.load.reading import SourceTables
from coursepush.load.tables import load_tables
from coursepush.store import Store

EXAMPLES = rounds(4, 25)
SECRET = "Nobody Shouldread"


def refused(folder: Path) -> pl.DataFrame:
    with pytest.raises(LoadError) as caught:
        read_edfi(folder)
    assert caught.value.findings is not None
    return caught.value.findings.filter(pl.col("severity") == "refusal")


def rules(found: SourceTables, *severities: str) -> set[str]:
    return set(found.findings.filter(pl.col("severity").is_in(severities or ["warning", "note"]))["rule"])


def same(one: SourceTables, other: SourceTables) -> None:
    assert list(one.tables) == list(other.tables)
    for name, frame in one.tables.items():
        assert frame.equals(other.tables[name]), name
    assert list(one.keys) == list(other.keys)
    for name, frame in one.keys.items():
        assert frame.equals(other.keys[name]), name
    assert one.lacks == other.lacks


def adds_up(found: SourceTables) -> None:
    """The law of the accounts: every row used or set aside, and set aside never without a reason."""
    accounts = found.accounts
    assert accounts.filter(pl.col("used") + pl.col("set_aside") != pl.col("rows")).is_empty()
    assert accounts.filter((pl.col("used") < 0) | (pl.col("set_aside") < 0)).is_empty()
    reasons = found.findings.filter(~pl.col("rule").is_in(["columns_not_read", "outer_blanks"]))
    aside = accounts.filter(pl.col("set_aside") > 0)
    assert aside.join(reasons, on="file", how="anti").is_empty()


# -- the same district in both forms -------------------------------------------------------------------------


@few(2)
@pytest.mark.parametrize("form", ["interchanges", "one file", "refs", "one line"])
def test_csv_and_xml_read_as_the_same_tables(form: str, tmp_path: Path) -> None:
    of_csv = read_edfi(write_csv(tmp_path / "csv", staffed()))
    folder = write_xml(tmp_path / "xml", staffed(), whole=form != "interchanges", refs=form == "refs")
    if form == "refs":
        assert (folder / "Everything.xml").read_text("utf-8").count(" ref=") > 40
    if form == "one line":
        file = folder / "Everything.xml"
        file.write_text("".join(line.strip("\t") for line in file.read_text("utf-8").splitlines()), "utf-8")
    of_xml = read_edfi(folder)
    same(of_csv, of_xml)
    assert (of_csv.format, of_xml.format) == ("Ed-Fi CSV", "Ed-Fi XML 5.2")
    assert rules(of_xml) - {"columns_not_read"} == rules(of_csv) - {"columns_not_read"}
    for found in (of_csv, of_xml):
        adds_up(found)
        load_tables(Store(None), found)


TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"], exclude_characters="�"), max_size=6)
FEW = st.sampled_from(["1", "2", "7x"])
DATES = st.sampled_from(["2016-08-22", "2016-10-01", "12/16/2016", "2017-05-26", "soon"])


@st.composite
def districts(draw: st.DrawFn) -> Rows:
    """Districts near `staffed`: a few values of a small range changed, entities repeated or gone."""
    rows = staffed()
    for kind in draw(st.lists(st.sampled_from(sorted(rows)), max_size=4)):
        entity = draw(st.sampled_from(rows[kind]))
        name = draw(st.sampled_from(sorted(entity)))
        pool = DATES if name.endswith(("date", "assigned")) else st.one_of(TEXTS, FEW, st.none())
        entity[name] = [draw(pool), draw(pool)] if isinstance(entity[name], list) else draw(pool)
    for kind in draw(st.lists(st.sampled_from(sorted(rows)), max_size=2)):
        rows[kind].append(dict(draw(st.sampled_from(rows[kind]))))
    for kind in draw(st.sets(st.sampled_from(sorted(rows)), max_size=2)):
        rows[kind] = rows[kind][1:]
    optional = [kind for kind in rows if not KINDS[kind].must]
    gone = draw(st.sets(st.sampled_from(optional), max_size=2))
    gone |= {kind for kind in optional if not rows[kind]}  # XML cannot say that there are none of a kind
    return {kind: entities for kind, entities in rows.items() if kind not in gone}


def outcome(source: Path) -> SourceTables | set[str]:
    """What was read, or the rules that refused it."""
    try:
        found = read_edfi(source)
    except LoadError as error:
        findings = error.findings if error.findings is not None else pl.DataFrame({"severity": [], "rule": []})
        return set(findings.filter(pl.col("severity") == "refusal")["rule"])
    adds_up(found)
    return found


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=districts())
def test_whatever_the_district_both_forms_read_the_same(
    rows: Rows, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("both")
    one = outcome(write_csv(folder / "csv", rows))
    other = outcome(write_xml(folder / "xml", rows))
    if isinstance(one, SourceTables) and isinstance(other, SourceTables):
        same(one, other)
        return
    assert isinstance(other, set)
    assert other
    assert one == ({"no_rows"} if other == {"missing_element"} else other)


def test_the_order_of_files_and_elements_changes_nothing(tmp_path: Path) -> None:
    before = read_edfi(write_xml(tmp_path / "before", staffed()))
    turned = {kind: rows if kind == "LearningStandard" else rows[::-1] for kind, rows in staffed().items()}
    after = read_edfi(write_xml(tmp_path / "after", turned, whole=True))
    same(before, after)


# -- versions, encodings, names ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("namespace", "version"),
    [
        ("http://ed-fi.org/5.2.0", "5.2"),
        ("http://ed-fi.org/4.0.0-a", "4.0"),
        ("http://ed-fi.org/0320b", "3.2"),
        ("http://example.org/5.2.0", None),
        ("", None),
    ],
)
def test_the_version_is_the_namespaces(namespace: str, version: str | None) -> None:
    assert version_of(namespace) == version


def edited(folder: Path, file: str, before: str, after: str) -> Path:
    path = folder / f"{file}.xml"
    text = path.read_text("utf-8")
    assert before in text
    path.write_text(text.replace(before, after), "utf-8")
    return folder


@pytest.mark.parametrize(
    ("namespace", "format", "warned"),
    [
        ("http://ed-fi.org/5.1.0", "Ed-Fi XML 5.2", {"versions_differ"}),
        ("http://ed-fi.org/7.0.0", "Ed-Fi XML 7.0", {"versions_differ", "unknown_version"}),
        ("urn:unknown", "Ed-Fi XML 5.2", set()),
    ],
)
def test_files_of_other_versions(namespace: str, format: str, warned: set[str], tmp_path: Path) -> None:
    found = read_edfi(edited(write_xml(tmp_path, tiny()), "MasterSchedule", NAMESPACE, namespace))
    assert found.format == format
    assert rules(found, "warning") == warned
    same(found, read_edfi(write_xml(tmp_path / "again", tiny())))


@pytest.mark.parametrize("encoding", ["utf-16", "iso-8859-1", "windows-1252"])
def test_encodings_that_are_declared(encoding: str, tmp_path: Path) -> None:
    rows = tiny()
    rows["LearningStandard"][1]["description"] = "Naïve über alles"
    file = write_xml(tmp_path, rows) / "Standards.xml"
    text = file.read_text("utf-8").replace("encoding='UTF-8'", f"encoding='{encoding}'")
    file.write_bytes(text.encode(encoding))
    assert read_edfi(tmp_path).tables["grading_task"]["name"][1] == "Naïve über alles"


def test_students_are_numbers_and_their_names_are_never_read(tmp_path: Path) -> None:
    folder = write_xml(tmp_path, staffed())
    person = f"<Name><FirstName>{SECRET}</FirstName></Name><StudentUniqueId>9001</StudentUniqueId>"
    (folder / "Student.xml").write_text(
        f'<InterchangeStudent xmlns="{NAMESPACE}"><Student>{person}</Student></InterchangeStudent>'
    )
    edited(folder, "StudentEnrollment", "<StudentIdentity>", f"<Name>{SECRET}</Name><StudentIdentity>")
    found = read_edfi(folder)
    said = [
        *(frame.write_csv() for frame in found.tables.values() if pl.List(pl.Int64) not in frame.dtypes),
        *(frame.write_csv() for frame in (found.findings, found.accounts, *found.keys.values())),
    ]
    assert not [text for text in said if "Nobody" in text]
    assert found.accounts.filter(pl.col("file") == "Student.xml: Student").row(0)[1:] == (1, None, 0, 1)
    assert set(found.tables["score"]["student_id"]) == {9001, 9002}


def test_students_without_numbers_are_numbered(tmp_path: Path) -> None:
    rows = staffed()
    for kind in ("StudentSectionAssociation", "StudentGradebookEntry", "Grade"):
        for entity in rows[kind]:
            entity["student"] = f"S-{entity['student']}"
    found = read_edfi(write_xml(tmp_path, rows))
    assert found.keys["student"].rows() == [(1, "S-9001"), (2, "S-9002")]
    assert found.tables["enrollment"]["student_id"].to_list() == [1, 2]
    assert found.tables["score"]["student_id"].to_list() == [1, 2, 2]


# -- what is refused -----------------------------------------------------------------------------------------

BILLION_LAUGHS = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;">]>\n'
EXTERNAL = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>\n'
OTHER_DTD = '<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd">\n'


@pytest.mark.parametrize("definition", [BILLION_LAUGHS, EXTERNAL, OTHER_DTD])
def test_document_types_are_refused(definition: str, tmp_path: Path) -> None:
    edited(write_xml(tmp_path, tiny()), "Standards", "<InterchangeStandards", f"{definition}<InterchangeStandards")
    edited(tmp_path, "Standards", "draw a line;", "&a;")
    found = refused(tmp_path)
    assert found.select("rule", "file", "line").rows() == [("document_type", "Standards.xml", 2)]


@pytest.mark.parametrize(
    ("before", "after", "rule", "line"),
    [
        ("draw a line;", "draw &nothing; a line", "damaged_xml", 5),
        ("draw a line;", "draw < a line", "damaged_xml", 5),
        ("draw a line;", "draw \x01 a line", "damaged_xml", 5),
        ("draw a line;", "<a>" * 100 + "</a>" * 100, "too_deep", 5),
        ("</InterchangeStandards>", "", "damaged_xml", 11),
        ("encoding='UTF-8'", "encoding='klingon'", "bad_encoding", 1),
        ("encoding='UTF-8'", "encoding='utf-7'", "bad_encoding", 1),
    ],
)
def test_damaged_files_are_refused_with_file_and_line(
    before: str, after: str, rule: str, line: int, tmp_path: Path
) -> None:
    found = refused(edited(write_xml(tmp_path, tiny()), "Standards", before, after))
    assert found.select("rule", "file").rows() == [(rule, "Standards.xml")]
    assert found["line"][0] == line
    assert found["message"][0].startswith(f"Standards.xml, line {line}: ")


@pytest.mark.parametrize("endless", ["draw" + "a" * 3000, '<a b="' + "c" * 3000, "<!--" + "c" * 3000])
def test_what_does_not_end_is_refused_where_it_begins(
    endless: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(xml, "_LONGEST", 2000)
    monkeypatch.setattr(xml, "_BLOCK", 100)
    found = refused(edited(write_xml(tmp_path, tiny()), "Standards", "draw a line;", endless))
    assert found.select("rule", "file", "line").rows() == [("endless_element", "Standards.xml", 5)]


def test_files_cut_off_anywhere_are_all_found_at_once(tmp_path: Path) -> None:
    write_xml(tmp_path, staffed())
    for number, path in enumerate(sorted(tmp_path.iterdir())):
        data = path.read_bytes()
        path.write_bytes(data[: len(data) * number // 10])
    found = refused(tmp_path)
    assert found["file"].to_list() == sorted(path.name for path in tmp_path.iterdir())
    assert set(found["rule"]) == {"damaged_xml"}


def test_kinds_that_must_be_there(tmp_path: Path) -> None:
    rows = tiny()
    del rows["Course"], rows["Section"]
    found = refused(write_xml(tmp_path, rows))
    assert found.select("rule", "value").rows() == [("missing_element", "Course"), ("missing_element", "Section")]
    assert "interchange MasterSchedule" in found["message"][1]


def test_both_forms_in_one_folder(tmp_path: Path) -> None:
    write_csv(tmp_path, tiny())
    write_xml(tmp_path, tiny())
    found = refused(tmp_path)
    assert found["rule"].to_list() == ["two_forms"]


def test_values_and_references_are_refused_with_file_kind_and_line(tmp_path: Path) -> None:
    rows = tiny()
    rows["Session"][0]["start_date"] = "soon"
    rows["Section"][2]["local_code"] = "Z9"
    rows["CourseOffering"][1]["code"] = None
    found = refused(write_xml(tmp_path, rows)).select("rule", "file", "line")
    assert sorted(found.rows()) == [
        ("missing_value", "MasterSchedule.xml: CourseOffering", 27),
        ("unknown_reference", "MasterSchedule.xml: Section", 88),
        ("wrong_value", "EducationOrgCalendar.xml: Session", 3),
    ]


def test_entities_twice_in_two_files(tmp_path: Path) -> None:
    folder = write_xml(tmp_path, tiny())
    (folder / "More.xml").write_bytes((folder / "Standards.xml").read_bytes())
    found = read_edfi(folder)
    adds_up(found)
    again = found.findings.filter(pl.col("rule") == "duplicate_row")
    assert again.select("file", "line").rows() == [
        ("Standards.xml: LearningStandard", 3),
        ("Standards.xml: LearningStandard", 7),
    ]
    assert "stood in line 3 of More.xml: LearningStandard already" in again["message"][0]
    same(found, read_edfi(write_xml(tmp_path / "once", tiny())))
    edited(folder, "More", "draw a line", "draw a circle")
    assert refused(folder).select("rule", "line").rows() == [("duplicate_id", 3)]


# -- references by id ----------------------------------------------------------------------------------------


def test_references_above_the_entities_may_be_referred_to(tmp_path: Path) -> None:
    folder = write_xml(tmp_path, staffed())
    file = folder / "StudentGradebook.xml"
    text = file.read_text("utf-8")
    start, end = text.index("<SectionReference>"), text.index("</SectionReference>") + len("</SectionReference>")
    reference = text[start:end]
    assert text.count(reference) == 2
    above = reference.replace("<SectionReference>", '<SectionReference id="S">')
    text = text.replace(reference, '<SectionReference ref="S"/>').replace(
        "<GradebookEntry>", f"{above}<GradebookEntry>", 1
    )
    file.write_text(text, "utf-8")
    found = read_edfi(folder)
    same(found, read_edfi(write_xml(tmp_path / "plain", staffed())))
    assert found.accounts.filter(pl.col("file").str.ends_with(": SectionReference"))["rows"].to_list() == [1]


def test_refs_that_lead_nowhere(tmp_path: Path) -> None:
    folder = edited(
        write_xml(tmp_path, tiny()),
        "EducationOrganization",
        "<LocalEducationAgencyReference>\n\t\t\t<LocalEducationAgencyIdentity>\n\t\t\t\t<LocalEducationAgencyId>1"
        "</LocalEducationAgencyId>\n\t\t\t</LocalEducationAgencyIdentity>\n\t\t</LocalEducationAgencyReference>",
        '<LocalEducationAgencyReference ref="gone"/>',
    )
    found = read_edfi(folder)
    lost = found.findings.filter(pl.col("rule") == "lost_ref")
    assert lost.select("severity", "line", "value").rows() == [("warning", 3, "gone")]
    assert "2 times" in lost["message"][0]
    assert found.tables["catalog"]["name"].to_list() == ["Two Schools ISD"]


def test_refs_in_a_circle_end(tmp_path: Path) -> None:
    folder = write_xml(tmp_path, tiny(), whole=True, refs=True)
    edited(
        folder,
        "Everything",
        '<Session id="ID_3">\n\t\t<SchoolReference ref="ID_0" />',
        '<Session id="ID_3">\n\t\t<SchoolReference id="R" ref="R" />',
    )
    assert "missing_value" in set(refused(folder)["rule"])


def test_of_several_values_where_one_is_taken_the_first_is(tmp_path: Path) -> None:
    rows = tiny()
    rows["Course"][0]["department"] = "uri://x#Art"
    folder = write_xml(tmp_path, rows)
    edited(
        folder,
        "EducationOrganization",
        "<AcademicSubject>uri://x#Art</AcademicSubject>",
        "<AcademicSubject>uri://x#Art</AcademicSubject><AcademicSubject>uri://x#Music</AcademicSubject>",
    )
    found = read_edfi(folder)
    assert found.tables["course"]["department"].to_list() == [None, "Art"]
    assert found.findings.filter(pl.col("rule") == "more_values")["column"].to_list() == ["AcademicSubject"]


# -- sections, teachers, students ----------------------------------------------------------------------------


def test_an_identifier_may_stand_in_two_sessions(tmp_path: Path) -> None:
    rows = staffed()
    spring: Entity = {"session": "Spring"}
    rows["CourseOffering"].append({**rows["CourseOffering"][0], **spring})
    rows["Section"].append({**section("01"), **spring})
    rows["StaffSectionAssociation"].append({**section("01"), **spring, "staff": "503"})
    found = read_edfi(write_xml(tmp_path, rows))
    ours = found.tables["section"].filter(pl.col("course_id") == 2)
    assert ours.select("number", "teacher_id").rows() == [("01", 501), ("01", 503), ("02", None)]
    met = found.tables["section_term"].join(ours.filter(pl.col("teacher_id") == 503), on="section_id", how="semi")
    assert met["term_seq"].to_list() == [3]


@pytest.mark.parametrize(
    ("associations", "teacher"),
    [
        ([("601", "Assistant Teacher", "2017-01-01"), ("602", "Teacher of Record", "2016-08-01")], 602),
        ([("601", "Teacher of Record", "2016-08-01"), ("602", "teacher of record", "2017-01-01")], 602),
        ([("602", "Teacher of Record", None), ("601", "Teacher of Record", None)], 601),
        ([("602", "Substitute Teacher", None), ("601", "Coach", None)], 602),
    ],
)
def test_the_teacher_of_record_goes_first(
    associations: list[tuple[str, str, str | None]], teacher: int, tmp_path: Path
) -> None:
    rows = tiny()
    rows["Staff"] = [{"staff": "601", "family": "One"}, {"staff": "602", "family": "Two"}]
    rows["StaffSectionAssociation"] = [
        {**section("02"), "staff": staff, "position": f"uri://x#{position}", "start_date": start}
        for staff, position, start in associations
    ]
    found = read_edfi(write_xml(tmp_path, rows))
    assert found.tables["section"]["teacher_id"].to_list() == [None, None, teacher]
    assert found.tables["teacher"]["teacher_id"].to_list() == [teacher]
    adds_up(found)


def test_staff_that_nothing_names(tmp_path: Path) -> None:
    rows = staffed()
    rows["Staff"] = rows["Staff"][1:]
    found = read_edfi(write_xml(tmp_path / "one", rows))
    assert found.tables["teacher"].rows() == [(501, None), (502, "Two")]
    assert found.findings.filter(pl.col("rule") == "unknown_staff")["value"].to_list() == ["501"]
    del rows["Staff"]
    assert "no_names" in rules(read_edfi(write_xml(tmp_path / "none", rows)), "warning")
    rows = staffed()
    del rows["StaffSectionAssociation"]
    found = read_edfi(write_xml(tmp_path / "idle", rows))
    adds_up(found)
    assert "teacher" not in found.tables


# -- gradebooks ----------------------------------------------------------------------------------------------


def test_work_that_belongs_to_no_section_is_set_aside(tmp_path: Path) -> None:
    rows = staffed()
    rows["GradebookEntry"][0]["number"] = "77"
    rows["Grade"][1]["number"] = "77"
    rows["StudentSectionAssociation"][0]["session"] = "Spring"
    rows["StaffSectionAssociation"][2]["school"] = None
    found = read_edfi(write_xml(tmp_path, rows))
    adds_up(found)
    aside = found.accounts.filter(pl.col("set_aside") > 0).select("file", "set_aside").rows()
    assert aside == [
        ("StaffAssociation.xml: Staff", 2),
        ("StaffAssociation.xml: StaffSectionAssociation", 2),
        ("StudentEnrollment.xml: StudentSectionAssociation", 2),
        ("StudentGrade.xml: Grade", 1),
        ("StudentGradebook.xml: GradebookEntry", 1),
        ("StudentGradebook.xml: StudentGradebookEntry", 2),
    ]
    assert {"no_section", "no_assignment"} <= rules(found, "warning")


def test_gradebooks_before_data_standard_4_go_by_title_date_and_section(tmp_path: Path) -> None:
    entry: Entity = {**section("01"), "title": "Essay", "assigned": "2016-08-30"}
    rows = tiny()
    rows["GradebookEntry"] = [entry, {**entry, **section("01", "9")}, {**entry, "assigned": "2016-11-01"}]
    rows["StudentGradebookEntry"] = [{**entry, "student": "9001", "percent": "90"}]
    folder = write_xml(tmp_path, rows)
    edited(folder, "StudentGradebook", "<Title>Essay</Title>", "<GradebookEntryTitle>Essay</GradebookEntryTitle>")
    within = "StudentSectionAssociation"
    start, end = "<StudentReference>", "</StudentReference>"
    edited(folder, "StudentGradebook", start, f"<{within}Reference><{within}Identity>{start}")
    edited(folder, "StudentGradebook", end, f"{end}</{within}Identity></{within}Reference>")
    found = read_edfi(folder)
    assert found.keys["assignment"]["source_key"].to_list() == [
        "Essay / 2016-08-30 / 10 / 2017 / Fall / A1 / 01",
        "Essay / 2016-08-30 / 9 / 2017 / Fall / A1 / 01",
        "Essay / 2016-11-01 / 10 / 2017 / Fall / A1 / 01",
    ]
    assert found.tables["score"].select("assignment_id", "student_id", "percent").rows() == [
        (1, 9001, Decimal(90))
    ]
    assert found.tables["assignment_task"].rows() == [(1, 1, 1), (2, 1, 1), (3, 1, 2)]


@pytest.mark.parametrize(
    ("entry", "term"),
    [
        ({"due_date": "2016-11-30"}, 2),
        ({"assigned": "2016-10-03", "due_date": "2016-10-20"}, 2),
        ({"assigned": "2016-09-03"}, 1),
        ({"due_date": "2016-10-15"}, 1),  # between two terms: the one that is over
        ({"due_date": "2017-02-01"}, 3),  # no term of the section, but of the calendar
        ({"due_date": "2016-01-01"}, 1),
        ({"due_date": "2016-11-30", "period": "uri://x#Q1"}, 1),
        ({"due_date": "2016-11-30", "period": "uri://x#Q9"}, 2),
        ({}, None),
    ],
)
def test_the_term_an_assignment_counts_in(entry: Entity, term: int | None, tmp_path: Path) -> None:
    rows = tiny()
    rows["GradebookEntry"] = [{**section("01"), "identifier": "E", "title": "Essay", **entry}]
    found = read_edfi(write_xml(tmp_path, rows))
    assert found.tables["assignment_task"]["term_seq"].to_list() == ([] if term is None else [term])
    assert ("no_term" in rules(found, "warning")) is (term is None)


def test_scores_and_grades(tmp_path: Path) -> None:
    rows = staffed()
    later: Entity = {
        **rows["Grade"][0],
        "start_date": "2016-09-22",
        "mark": "C",
        "standard": [],
        "standard_mark": [],
    }
    rows["Grade"].append(later)
    rows["Grade"].append({**rows["Grade"][1], "period": "uri://x#Q7", "period_seq": "7"})
    rows["StudentGradebookEntry"].append({"identifier": "E2", "namespace": "uri://x", "student": "9", "mark": "A"})
    found = read_edfi(write_xml(tmp_path, rows))
    adds_up(found)
    grades = found.tables["posted_grade"].select("task_id", "term_seq", "mark", "percent").rows()
    assert grades == [
        (1, 2, "C", Decimal("81.5")),
        (2, 2, "A", None),
        (3, 2, "3", None),
        (4, 2, None, Decimal(66)),
    ]
    assert {"earlier_grade", "no_term", "letter_score"} <= rules(found, "warning")
    assert "numeric_as_percent" in rules(found, "note")
    assert found.tables["assignment"]["due_date"].to_list() == [date(2016, 9, 2), None]


def test_entries_that_have_no_name_at_all(tmp_path: Path) -> None:
    rows = staffed()
    rows["GradebookEntry"].append({**section("01"), "points": "3"})
    found = refused(write_xml(tmp_path, rows))
    assert found["rule"].to_list() == ["missing_value"]
    assert "GradebookEntryIdentifier" in found["message"][0]


def test_scores_without_assignments_are_not_half_taken(tmp_path: Path) -> None:
    rows = staffed()
    del rows["GradebookEntry"], rows["GradingPeriod"], rows["LearningStandard"]
    found = read_edfi(write_xml(tmp_path, rows))
    adds_up(found)
    assert not {"score", "assignment", "term", "course_task"} & set(found.tables)
    assert found.tables["posted_grade"].is_empty()
