"""Why a section has, lacks or keeps something, once more: plain Python over the oracle's verdicts.

Asked is about one section, or one course, and one key of one element: a tuple of the key's columns (a category's
name folded), or the name of a field. Per level the answer is a set of steps (verdict, reason, link, row_id).

Which rows are read: on each level the row of that key; the rows of the course that these section rows pair with,
then all that pairs with those on the master; and downwards, what pairs with the rows found so far.
A locked push of the one course gives the course's verdicts, Push All Courses of the one section the section's.
Or the verdicts are those of a plan that is given. A row without a verdict of its own takes the one its whole
course or element has; its link is as it stands.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import oracle

Row = dict[str, Any]
Tables = dict[str, list[Row]]
Step = tuple[str | None, str | None, str | None, int | None]
Key = tuple[Any, ...]

NOTHING: Step = (None, None, None, None)
FIELDS = ("course_info", "advisory")
COUNTS = ("assignments", "scores", "posted_grades", "comments", "students")


class Question(NamedTuple):
    course_id: int
    section_id: int | None
    element: str
    key: Key | str


def questions(tables: Tables) -> list[Question]:
    """Every key that stands on some level, asked of every section of the course and of the course itself."""
    d = oracle.District(tables)
    found: list[Question] = []
    for course in tables["course"]:
        at = course["course_id"]
        sections = [None, *(section["section_id"] for section in d.sections_of[at])]
        for element, spec in oracle.ELEMENTS.items():
            above = d.rows("master", element, course["master_id"]) + d.rows("course", element, at)
            for section in sections:
                own = d.rows("section", element, section) if _has_section(section, element) else []
                keys = dict.fromkeys(oracle.key_of(spec, row) for row in above + own)
                found += [Question(at, section, element, key) for key in keys]
        fields = [*oracle.ATTRIBUTES, *sorted({f"custom.{row['field']}" for row in tables["custom_field"]})]
        found += [Question(at, None, "course_info", field) for field in fields]
        found += [Question(at, section, "advisory", "is_advisory") for section in sections]
    return found


def _has_section(section: int | None, element: str) -> bool:
    return section is not None and element in (*oracle.SECTION_ELEMENTS, "advisory")


def is_reached(d: oracle.District, course: Row) -> bool:
    """A push of the master's catalog reaches the course: its school has that catalog in its year."""
    master = d.masters.get(course["master_id"])
    calendar = next(row for row in d.tables["calendar"] if row["calendar_id"] == course["calendar_id"])
    return master is not None and any(
        row["school_id"] == calendar["school_id"]
        and row["end_year"] == calendar["end_year"]
        and row["catalog_id"] == master["catalog_id"]
        for row in d.tables["catalog_school"]
    )


class Answer:
    """What there is to say of one question: `steps` per level, `main` (the row asked about), `protection`."""

    def __init__(self, tables: Tables, asked: Question, verdicts: list[Row] | None = None) -> None:
        self.d = oracle.District(tables)
        self.asked = asked
        self.course = self.d.courses[asked.course_id]
        self.hop1 = self._locked_push() if verdicts is None else [row for row in verdicts if self._is_here(row, 1)]
        self.hop2: list[Row] = []
        if verdicts is not None:
            self.hop2 = [row for row in verdicts if self._is_here(row, 2)]
        elif _has_section(asked.section_id, asked.element):
            self.hop2 = oracle.plan_course_push(
                tables,
                calendar_id=self.course["calendar_id"],
                courses=[asked.course_id],
                sections=[asked.section_id],
            )
        self.steps: dict[str, set[Step]] = {}
        if asked.element in FIELDS:
            self._fields()
        else:
            self._rows()

    def _is_here(self, verdict: Row, hop: int) -> bool:
        """Of the course itself, or of the section or what is skipped of all its sections."""
        is_of_section = hop == 1 or verdict["section_id"] in (None, self.asked.section_id)
        return verdict["hop"] == hop and verdict["course_id"] == self.asked.course_id and is_of_section

    def _locked_push(self) -> list[Row]:
        if not is_reached(self.d, self.course):
            return []
        calendar = next(
            row for row in self.d.tables["calendar"] if row["calendar_id"] == self.course["calendar_id"]
        )
        return oracle.plan_master_push(
            self.d.tables,
            catalog_id=self.d.masters[self.course["master_id"]]["catalog_id"],
            year=calendar["end_year"],
            calendars=[calendar["calendar_id"]],
            courses=[self.asked.course_id],
        )

    # -- whole ---------------------------------------------------------------------------------------------

    def _whole(self, verdicts: list[Row], element: str) -> tuple[str | None, str | None]:
        """The verdict of the whole course, or of the whole element on it."""
        for row in verdicts:
            if row["element"] in ("*", element) and row["key"] is None and row["field"] is None:
                return row["verdict"], row["reason"]
        return None, None

    # -- fields --------------------------------------------------------------------------------------------

    def _fields(self) -> None:
        field = self.asked.key
        self.steps["master"] = {NOTHING}
        told = [row for row in self.hop1 if row["element"] == "course_info" and row["field"] == field]
        if told:
            self.steps["course"] = {(told[0]["verdict"], told[0]["reason"], None, None)}
        else:
            # where other fields are locked, one that is not has no verdict
            self.steps["course"] = {(*self._whole(self.hop1, "course_info"), None, None)}
        if _has_section(self.asked.section_id, self.asked.element):
            told = [row for row in self.hop2 if row["element"] in ("advisory", "*")]
            self.steps["section"] = {(row["verdict"], row["reason"], None, None) for row in told} or {NOTHING}
        self.main: Row | None = None

    # -- rows ----------------------------------------------------------------------------------------------

    def _rows(self) -> None:
        element = self.asked.element
        spec = oracle.ELEMENTS[element]
        courses = self.d.rows("course", element, self.asked.course_id)
        sections: list[Row] = []
        if _has_section(self.asked.section_id, element):
            sections = self.d.rows("section", element, self.asked.section_id)
        on_course = [row for row in self.hop1 if row["element"] == element and row["key"] is not None]
        on_section = [row for row in self.hop2 if row["element"] == element and row["key"] is not None]
        masters = self.d.rows("master", element, self.course["master_id"])

        def asked_for(rows: list[Row]) -> set[int]:
            return {row["row_id"] for row in rows if oracle.key_of(spec, row) == self.asked.key}

        s, c, m = asked_for(sections), asked_for(courses), asked_for(masters)
        c |= _uppers(row for row in on_section if row["row_id"] in s)
        m |= _uppers(row for row in on_course if row["row_id"] in c)
        of_course = [row for row in on_course if row["row_id"] in c or row["parent_row_id"] in m]
        c |= {row["row_id"] for row in of_course} - {None}
        added = {self.asked.key} | {row["_parent"][2] for row in of_course if row["verdict"] == "insert"}
        of_section = [row for row in on_section if row["row_id"] in s or row["parent_row_id"] in c]
        more = [row for row in on_section if _is_of_new_row(row) and row["_parent"][2] in added]
        of_section += [row for row in more if row not in of_section]
        s |= {row["row_id"] for row in of_section} - {None}

        self.steps["master"] = {(None, None, None, row_id) for row_id in m} or {NOTHING}
        self.steps["course"] = self._level(of_course, [row for row in courses if row["row_id"] in c], 1)
        if _has_section(self.asked.section_id, element):
            self.steps["section"] = self._level(of_section, [row for row in sections if row["row_id"] in s], 2)
        lowest = sections if "section" in self.steps else courses
        mine = [row for row in lowest if oracle.key_of(spec, row) == self.asked.key]
        self.main = mine[0] if mine else None

    def _level(self, told: list[Row], present: list[Row], hop: int) -> set[Step]:
        whole = self._whole(self.hop1 if hop == 1 else self.hop2, self.asked.element)
        steps = {(row["verdict"], row["reason"], row["link"], row["row_id"]) for row in told}
        judged = {row["row_id"] for row in told}
        steps |= {
            (*whole, self.standing_link(row, hop), row["row_id"]) for row in present if row["row_id"] not in judged
        }
        return steps or {(*whole, None, None)}

    def standing_link(self, row: Row, hop: int) -> str:
        """Section 2, and section 3 where keys do not agree."""
        spec = oracle.ELEMENTS[self.asked.element]
        if hop == 1:
            link = self.d.course_link(spec, self.course, row)
            upper = self.d.by_id[f"master_{spec.stem}"].get(row["parent_row_id"])
        else:
            upper = self.d.by_id[f"course_{spec.stem}"].get(row["parent_row_id"])
            link = "local" if row["parent_row_id"] is None else "orphan"
            if upper is not None and upper["owner_id"] == self.asked.course_id:
                link = "linked"
        if link == "linked" and spec.stem != "category" and oracle.key_of(spec, upper) != oracle.key_of(spec, row):
            return "broken" if hop == 1 else "orphan"
        return link

    # -- what makes the row used ---------------------------------------------------------------------------

    @property
    def protection(self) -> tuple[int, ...]:
        """Assignments, scores, posted grades, comments and students that use the row asked about."""
        if self.main is None or self.asked.element == "assessments":
            return (0,) * len(COUNTS)
        row, tables = self.main, self.d.tables
        if "section" in self.steps:
            sections = {self.asked.section_id}
        else:
            sections = {section["section_id"] for section in self.d.sections_of[self.asked.course_id]}
        grades: list[Row] = []
        if self.asked.element == "categories":
            filled = {row["row_id"]}
            if "section" not in self.steps:
                filled = {
                    below["row_id"]
                    for below in tables["section_category"]
                    if below["parent_row_id"] == row["row_id"] and below["owner_id"] in sections
                }
            assignments = {
                one["assignment_id"] for one in tables["assignment"] if one["category_row_id"] in filled
            }
        else:
            scored = {one["assignment_id"] for one in tables["score"]}
            counting = {
                one["assignment_id"]
                for one in tables["assignment"]
                if one["section_id"] in sections and (one["is_active"] or one["assignment_id"] in scored)
            }
            assignments = {
                one["assignment_id"]
                for one in tables["assignment_task"]
                if one["assignment_id"] in counting and self._uses(row, one)
            }
            grades = [
                one
                for one in tables["posted_grade"]
                if one["section_id"] in sections
                and self._uses(row, one)
                and any(one[column] is not None for column in ("mark", "percent", "comment"))
            ]
        scores = [one for one in tables["score"] if one["assignment_id"] in assignments]
        return (
            len(assignments),
            len(scores),
            len(grades),
            sum(one["comment"] is not None for one in scores + grades),
            len({one["student_id"] for one in scores + grades}),
        )

    def _uses(self, row: Row, work: Row) -> bool:
        """Whether work on a task and a term is work on this row."""
        element = self.asked.element
        same = work["task_id"] == row["task_id"]
        if element in ("grading_tasks", "standards"):
            return same
        if element == "grade_calc_options":
            first = row["cumulative_from_term_seq"]
            first = row["term_seq"] if first is None else min(first, row["term_seq"])
            return same and first <= work["term_seq"] <= row["term_seq"]
        child = (row["child_task_id"], row["child_term_seq"])
        return (same and work["term_seq"] == row["term_seq"]) or (work["task_id"], work["term_seq"]) == child


def _is_of_new_row(verdict: Row) -> bool:
    """Its upper row is one that the plan adds."""
    return verdict["_parent"] is not None and verdict["_parent"][0] is None


def _uppers(rows: Any) -> set[int]:
    return {row["parent_row_id"] for row in rows if row["parent_row_id"] is not None}
