"""In-progress grades once more, a score at a time.

A second reading of GRADES.md, written from its text with integers and fractions alone, by which the calculation
is judged to the last digit. It shares no code with the package. The headings are the sections of GRADES.md.

    from engine import tables_of
    from grades_oracle import grades_of

    grades_of(tables_of(district.store)).grades[student, section, task, term]
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any, NamedTuple

Row = dict[str, Any]
Tables = dict[str, list[Row]]
TaskTerm = tuple[int, int]
Place = tuple[int, int, int]  # section, task, term
Key = tuple[int, int, int, int]  # student, section, task, term


class Grade(NamedTuple):
    """A grade: its percent at the 8 decimals of section 10, as it is shown at 4, and the mark, if any."""

    percent8: Decimal
    percent: Decimal
    mark: str | None


class Grades(NamedTuple):
    """Every grade, the (section, task, term) whose type is not computed, and those that reach themselves."""

    grades: dict[Key, Grade]
    not_computed: set[Place]
    cyclic: set[Place]


class Scored(NamedTuple):
    """A score that counts: what it earned of what is possible, exactly, and what orders it."""

    assignment: int
    category: int
    due: date | None
    multiplier: Fraction
    possible: Fraction
    earned: Fraction

    @property
    def is_extra_credit(self) -> bool:
        return self.possible == 0

    @property
    def percent(self) -> Fraction:
        return 100 * self.earned / self.possible


def grades_of(tables: Tables) -> Grades:
    """All grades of a district, from its tables as plain rows."""
    district = District(tables)
    grades = {}
    for (section, task, term), options in district.options.items():
        for student in district.students[section]:
            percent = district.percent(student, section, task, term)
            if percent is not None:
                mark = district.mark(options["scale_id"], percent)
                grades[student, section, task, term] = Grade(
                    decimal(percent, 8), decimal(rounded(percent, 4), 4), mark
                )
    not_computed = {
        place for place, options in district.options.items() if options["calc_type"] not in ("none", "in_progress")
    }
    cyclic = {
        (section, *pair)
        for section, children in district.children.items()
        for pair in children
        if pair in district.reached(section, pair)
    }
    return Grades(grades, not_computed, cyclic)


class District:
    """The tables, found by what the rules ask for."""

    def __init__(self, tables: Tables) -> None:
        courses = {row["course_id"]: row["calendar_id"] for row in tables["course"]}
        calendars = {row["calendar_id"]: row["school_id"] for row in tables["calendar"]}
        schools = {row["school_id"]: row for row in tables["school"]}
        self.school = {
            row["section_id"]: schools[calendars[courses[row["course_id"]]]] for row in tables["section"]
        }
        self.options: dict[Place, Row] = {
            (row["owner_id"], row["task_id"], row["term_seq"]): row for row in tables["section_grade_calc"]
        }
        self.categories = {row["row_id"]: row for row in tables["section_category"]}
        self.children: dict[int, dict[TaskTerm, list[Row]]] = defaultdict(lambda: defaultdict(list))
        for row in tables["section_composite"]:
            self.children[row["owner_id"]][row["task_id"], row["term_seq"]].append(row)
        self.students = defaultdict(set)
        for row in tables["enrollment"]:
            self.students[row["section_id"]].add(row["student_id"])
        self.assignments = defaultdict(list)
        for row in tables["assignment"]:
            self.assignments[row["section_id"]].append(row)
        self.aligned = {
            (row["assignment_id"], row["task_id"], row["term_seq"]) for row in tables["assignment_task"]
        }
        self.score = {(row["student_id"], row["assignment_id"]): row for row in tables["score"]}
        self.posted = {
            (row["student_id"], row["section_id"], row["task_id"], row["term_seq"]): row["percent"]
            for row in tables["posted_grade"]
        }
        self.marks = defaultdict(list)
        for row in tables["grading_scale_mark"]:
            self.marks[row["scale_id"]].append((Fraction(row["min_percent"]), row["mark"]))
        self.counting: dict[Place, list[Row]] = {}  # found once
        self.percents: dict[Key, Fraction | None] = {}

    # -- 1. The setup that is looked at ------------------------------------------------------------------------

    def percent(self, student: int, section: int, task: int, term: int) -> Fraction | None:
        """The in-progress percent at 8 decimals."""
        key = (student, section, task, term)
        if key not in self.percents:
            self.percents[key] = self._percent(*key)
        return self.percents[key]

    def _percent(self, student: int, section: int, task: int, term: int) -> Fraction | None:
        options = self.options.get((section, task, term))
        if options is None or options["calc_type"] != "in_progress":
            return None
        if student not in self.students[section]:
            return None
        if (task, term) in self.children[section]:
            return self.composite(student, section, task, term)
        scores = self.last_n(options["last_n"], self.scores(student, section, task, term))
        scores = self.without_lowest(scores)
        return grade(scores, self.categories, options["weight_categories"], options["use_percent"])

    # -- 2. Assignments that count -----------------------------------------------------------------------------

    def assignments_that_count(self, section: int, task: int, term: int) -> list[Row]:
        place = (section, task, term)
        if place not in self.counting:
            self.counting[place] = [row for row in self.assignments[section] if self.counts(row, task, term)]
        return self.counting[place]

    def counts(self, assignment: Row, task: int, term: int) -> bool:
        if not assignment["is_active"]:
            return False
        terms = {term}
        first = self.options[assignment["section_id"], task, term]["cumulative_from_term_seq"]
        if first is not None:
            terms |= set(range(first, term + 1))
        if not any((assignment["assignment_id"], task, one) in self.aligned for one in terms):
            return False
        category = self.categories.get(assignment["category_row_id"])
        if category is None or category["is_excluded"]:
            return False
        if category["task_ids"] and task not in category["task_ids"]:
            return False
        return assignment["points"] is not None and assignment["points"] >= 0

    # -- 3. Scores that count, and 4. Extra credit -------------------------------------------------------------

    def scores(self, student: int, section: int, task: int, term: int) -> list[Scored]:
        found = []
        for assignment in self.assignments_that_count(section, task, term):
            possible = Fraction(assignment["points"])
            score = self.score.get((student, assignment["assignment_id"]))
            earned = None if score is None else self.earned(score, possible, self.school[section])
            if earned is not None:
                found.append(
                    Scored(
                        assignment["assignment_id"],
                        assignment["category_row_id"],
                        assignment["due_date"],
                        Fraction(assignment["multiplier"]),
                        possible,
                        earned,
                    )
                )
        return found

    def earned(self, score: Row, possible: Fraction, school: Row) -> Fraction | None:
        """The points that a score counts with; None: it does not count. Percents of 0 possible come to 0."""
        if score["is_exempt"] or score["is_dropped"]:
            return None
        if score["is_cheated"]:
            return Fraction(0)
        if score["is_missing"] and school["missing_counts"]:
            return Fraction(school["missing_percent"]) / 100 * possible
        if score["points"] is not None:
            return Fraction(score["points"])
        if score["percent"] is not None:
            return Fraction(score["percent"]) / 100 * possible
        return None

    def last_n(self, n: int | None, scores: list[Scored]) -> list[Scored]:
        if n is None:
            return scores
        extra = [one for one in scores if one.is_extra_credit]
        others = [one for one in scores if not one.is_extra_credit]
        others.sort(key=lambda one: (one.due is not None, one.due or date.min, one.assignment))
        return extra + (others[-n:] if n > 0 else [])

    # -- 5. Drop lowest ----------------------------------------------------------------------------------------

    def without_lowest(self, scores: list[Scored]) -> list[Scored]:
        kept = [one for one in scores if one.is_extra_credit]
        for category, those in by_category([one for one in scores if not one.is_extra_credit]).items():
            those.sort(key=lambda one: (one.percent, one.possible, one.assignment))
            dropped = min(self.categories[category]["drop_lowest"], len(those) - 1)
            kept += those[dropped:]
        return kept

    # -- 8. Composite grades -----------------------------------------------------------------------------------

    def composite(self, student: int, section: int, task: int, term: int) -> Fraction | None:
        if (task, term) in self.reached(section, (task, term)):
            return None
        total = weights = Fraction(0)
        for row in self.children[section][task, term]:
            child = (student, section, row["child_task_id"], row["child_term_seq"])
            posted = self.posted.get(child)
            percent = self.percent(*child) if posted is None else Fraction(posted)
            if percent is not None:
                total += Fraction(row["weight"]) * percent
                weights += Fraction(row["weight"])
        return rounded(total / weights, 8) if weights > 0 else None

    def reached(self, section: int, start: TaskTerm) -> set[TaskTerm]:
        """Every (task, term) below this one, itself too if it comes round."""
        found: set[TaskTerm] = set()
        ahead = [start]
        while ahead:
            for row in self.children[section].get(ahead.pop(), ()):
                child = (row["child_task_id"], row["child_term_seq"])
                if child not in found:
                    found.add(child)
                    ahead.append(child)
        return found

    # -- 9. The mark -------------------------------------------------------------------------------------------

    def mark(self, scale: int | None, percent: Fraction) -> str | None:
        reached = [one for one in self.marks.get(scale, ()) if one[0] <= rounded(percent, 2)]
        return max(reached)[1] if reached else None


# -- 6. What a category comes to -------------------------------------------------------------------------------


def comes_to(scores: list[Scored], use_percent: bool, decimals: int) -> Fraction | None:
    """What a category or the pool comes to; None: it does not count."""
    if use_percent:
        scores = [one for one in scores if not one.is_extra_credit]
        over = sum(rounded(one.percent, 12) * one.multiplier for one in scores)
        under = sum(one.multiplier for one in scores)
    else:
        over = sum(100 * one.earned * one.multiplier for one in scores)
        under = sum(one.possible * one.multiplier for one in scores)
    return rounded(Fraction(over) / under, decimals) if under > 0 else None


def by_category(scores: list[Scored]) -> dict[int, list[Scored]]:
    found = defaultdict(list)
    for one in scores:
        found[one.category].append(one)
    return found


# -- 7. The grade ----------------------------------------------------------------------------------------------


def grade(
    scores: list[Scored], categories: dict[int, Row], weight_categories: bool, use_percent: bool
) -> Fraction | None:
    if not weight_categories:
        return comes_to(scores, use_percent, 8)
    total = weights = Fraction(0)
    for category, those in by_category(scores).items():
        weight = Fraction(categories[category]["weight"])
        percent = comes_to(those, use_percent, 12)
        if percent is not None and weight > 0:
            total += weight * percent
            weights += weight
    return rounded(total / weights, 8) if weights > 0 else None


# -- 10. Arithmetic --------------------------------------------------------------------------------------------


def rounded(number: Fraction, decimals: int) -> Fraction:
    """To so many decimals by one integer division, half away from zero."""
    scaled = number * 10**decimals
    size = (2 * abs(scaled.numerator) + scaled.denominator) // (2 * scaled.denominator)
    return Fraction(-size if scaled < 0 else size, 10**decimals)


def decimal(number: Fraction, decimals: int) -> Decimal:
    """A number of so many decimals as it is, whatever the precision that is set."""
    scaled = number * 10**decimals
    assert scaled.denominator == 1
    return Decimal((int(scaled < 0), tuple(map(int, str(abs(scaled.numerator)))), -decimals))
