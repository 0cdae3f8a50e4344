"""The rules of a push once more, row at a time.

A second reading of RULES.md, written from its text in plain Python, against which the engine is
judged verdict for verdict and table for table. It shares no code with the package. The comments
name the section of RULES.md that a line puts into practice.
"""

import json
from collections import defaultdict
from datetime import date
from decimal import Decimal
from typing import NamedTuple

Tables = dict[str, list[dict]]

# Sentences that were unclear or silent in the rules' first text, and how they are read here; RULES.md has it
# written in since.
RULE_NOTES = [
    (
        "1, 'optional courses, sections': naming sections narrows the courses to those that have one "
        "of them, too; a cross-site course without a named section has no verdict."
    ),
    (
        "1, release: a release without calendars, modes or data types is given its own values "
        "whatever else was asked for (refusing the request is the caller's); blanks is an option of "
        "all."
    ),
    (
        "1, 'An inactive master's courses': master_inactive comes before ignore_master_push, being "
        "first in the text, and like it leaves the course without hop 2."
    ),
    (
        "model, defaults: is_active has no default of its own, so null is false there as for every "
        "boolean; a master with null is inactive, an assignment with null is not active."
    ),
    (
        "2, 'used': use of a present row is judged on the row as it stands before the push, with "
        "its own keys and its own cumulative_from_term_seq."
    ),
    "2, calculation option: a cumulative_from_term_seq later than the own term adds no term.",
    (
        "2, 'category on a course': the section categories counted are those of this course's own "
        "sections, as they stand before the push, whatever hop 2 then does to them."
    ),
    (
        "2, 'parent_row_id is a row of another master': on a course without a master every row of "
        "any master is another master's, so the link is broken."
    ),
    ("2, link: is_link_broken over a parent that is no row is broken, not orphan (order of text)."),
    (
        "3, 'Of several categories with one parent': broken-flagged ones take part; those that do "
        "not pair count as local even if flagged, and their verdict's link is local."
    ),
    (
        "3, Category names: the base of name(1) is the kept row's own name as it stands; the cut "
        "leaves inner blanks before the bracket alone."
    ),
    (
        "3, Category names: any row that isn't written can be renamed, also one left alone by 4.3; "
        "it then keeps missing_dependency or no_such_term as its reason."
    ),
    "4.1: null and false differ for a boolean attribute; only null equals null.",
    (
        "4.1, numbers: a number that doesn't change never fails, even if it is double already; "
        "courses out of scope, skipped or without a master count as what they have now."
    ),
    "4.1, numbers: blank_kept goes before duplicate_number, and such a course isn't changing.",
    (
        "4.2, 'residual task': decided by the words in brackets alone, whether or not grading_tasks "
        "or standards are pushed, and for a local task too; 'not on the master' means no row of "
        "either."
    ),
    (
        "4.2, the exception: only an extra option that would otherwise be keep / residual; an "
        "orphan one paired by key is relinked."
    ),
    "4.3: missing_dependency is looked at before no_such_term.",
    (
        "4.3, 'the task will not be on the course': tasks and standards count alike, whatever their "
        "link, and whether or not they were pushed."
    ),
    (
        "4.4, 'weights locked, structure not': pairs whose present row counts as linked; equal "
        "weights are same, unpushable ones skip, all other rows have no verdict; an element may "
        "have none."
    ),
    (
        "4.4, 'present rows keep theirs': a local row paired by key and relinked by overwrite keeps "
        "its weight too, and its weight isn't compared to find it equal."
    ),
    "5.1, 'used → options, composites: skip / in_use': also where the local row is equal.",
    (
        "5.1, rename and insert: two verdicts of one pair; both carry the wanted row's id as "
        "parent_row_id, the insert has no row_id."
    ),
    (
        "5.1, term in which the section doesn't meet: not wanted comes before 4.3, so there is no "
        "verdict for it; a term that the calendar lacks stays wanted and is no_such_term."
    ),
    "5.1, term of a composite: only term_seq counts, child_term_seq doesn't.",
    (
        "5.1, 'linked to it': the section row's parent_row_id is the course row and the keys agree "
        "(categories: parent only); a section row of the same key alone doesn't pair with it."
    ),
    ("5.1, not_spread: 4.3 goes first (missing_dependency, no_such_term), as in the text's order."),
    "5.1, 'orphan' course row: its link after hop 1; a row left alone by 4.3 may still be one.",
    (
        "5.1, 'keeps as residual': reason residual, or residual_task, on hop 1 of this push; Push "
        "All Courses, having no hop 1, knows only the orphans."
    ),
    (
        "5.2: before is the value as it stands, null included; after is true or false where it is "
        "written; a null course value over true writes false."
    ),
    ("5.2, advisory in the master push: the course's value after hop 1 (blank_kept keeps its own)."),
    (
        "6: custom fields are verdicts like attributes, and a locked custom field that neither side "
        "has a row of is same."
    ),
]


# --- What there is (MODEL.md) -------------------------------------------------------------------


class Element(NamedTuple):
    stem: str  # of the tables master_<stem>, course_<stem>, section_<stem>
    key: tuple[str, ...]  # the business key
    columns: tuple[str, ...]  # the value columns, in order


_TASK = Element(
    "task",
    ("task_id",),
    ("task_id", "score_group_id", "credit_type", "credit", "term_gpa", "is_post_only", "sequence"),
)

ELEMENTS = {  # in the order of section 4
    "grading_tasks": _TASK,
    "standards": _TASK,
    "assessments": Element(
        "assessment", ("test_id",), ("test_id", "standard_task_id", "start_date", "end_date", "copies_forward")
    ),
    "categories": Element(
        "category", ("name",), ("name", "weight", "sequence", "is_excluded", "drop_lowest", "task_ids")
    ),
    "composite_grades": Element(
        "composite",
        ("task_id", "term_seq", "child_task_id", "child_term_seq"),
        ("task_id", "term_seq", "child_task_id", "child_term_seq", "weight"),
    ),
    "grade_calc_options": Element(
        "grade_calc",
        ("task_id", "term_seq"),
        (
            "task_id",
            "term_seq",
            "calc_type",
            "scale_id",
            "weight_categories",
            "use_percent",
            "last_n",
            "cumulative_from_term_seq",
        ),
    ),
}
SECTION_ELEMENTS = ("categories", "composite_grades", "grade_calc_options")
STEMS = ("task", "assessment", "category", "composite", "grade_calc")
SECTION_STEMS = ("category", "composite", "grade_calc")

ATTRIBUTES = (
    "number",
    "name",
    "description",
    "state_code",
    "department",
    "subject_type",
    "sced_subject_area",
    "sced_course_id",
    "sced_course_level",
    "sced_lowest_grade",
    "sced_highest_grade",
    "terms",
    "schedules",
    "periods",
    "max_students",
    "takes_attendance",
    "is_standards_based",
    "on_transcript",
    "is_advisory",
    "is_activity",
    "course_type",
    "honors_code",
    "gpa_weight",
)

DECIMALS = {"credit", "term_gpa", "weight", "gpa_weight"}  # all DECIMAL(9,4)


def fold(name):
    """A category name, case ignored: character by character."""
    return "".join(c.lower()[0] for c in name)


def key_of(spec, values):
    if spec.stem == "category":
        return (fold(values["name"]),)
    return tuple(values[column] for column in spec.key)


def values_of(spec, row):
    """The compared values of a setup row, in the order of MODEL.md 5."""
    values = {column: row.get(column) for column in spec.columns}
    if "task_ids" in values:
        values["task_ids"] = sorted(values["task_ids"] or [])
    return values


def _plain(column, value):
    if value is None:
        return None
    if column in DECIMALS:
        return f"{Decimal(value).quantize(Decimal('0.0001')):f}"
    return value.isoformat() if isinstance(value, date) else value


def _text(value):
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def row_text(values):
    if values is None:
        return None
    return _text({column: _plain(column, value) for column, value in values.items()})


# --- The district, indexed ----------------------------------------------------------------------


class District:
    def __init__(self, tables):
        self.tables = tables
        self.by_owner = {}  # table → owner → rows
        self.by_id = {}  # table → row_id → row
        names = [f"{level}_{stem}" for level in ("master", "course") for stem in STEMS]
        for name in names + [f"section_{stem}" for stem in SECTION_STEMS]:
            owners = self.by_owner[name] = defaultdict(list)
            for row in tables.get(name, ()):
                owners[row["owner_id"]].append(row)
            self.by_id[name] = {row["row_id"]: row for row in tables.get(name, ())}

        self.masters = {row["master_id"]: row for row in tables["course_master"]}
        self.courses = {row["course_id"]: row for row in tables["course"]}
        self.sections_of = defaultdict(list)
        for row in tables["section"]:
            self.sections_of[row["course_id"]].append(row)
        self.terms_of = defaultdict(set)
        for row in tables["term"]:
            self.terms_of[row["calendar_id"]].add(row["term_seq"])
        self.meets_in = defaultdict(set)
        for row in tables["section_term"]:
            self.meets_in[row["section_id"]].add(row["term_seq"])
        self.standards = {row["task_id"] for row in tables["grading_task"] if row["is_standard"]}
        self.custom = {
            (row["level"], row["owner_id"], row["field"]): row["value"] for row in tables["custom_field"]
        }
        self._index_work()

    def _index_work(self):
        """Section 2, work: which (task, term) of a section have work on them."""
        scored = {row["assignment_id"] for row in self.tables["score"]}
        section_of = {
            row["assignment_id"]: row["section_id"]
            for row in self.tables["assignment"]
            if row["is_active"] or row["assignment_id"] in scored
        }
        self.work = defaultdict(set)  # section → {(task, term)}
        for row in self.tables["assignment_task"]:
            if row["assignment_id"] in section_of:
                section = section_of[row["assignment_id"]]
                self.work[section].add((row["task_id"], row["term_seq"]))
        for row in self.tables["posted_grade"]:
            if any(row[column] is not None for column in ("mark", "percent", "comment")):
                self.work[row["section_id"]].add((row["task_id"], row["term_seq"]))
        self.worked_tasks = {section: {task for task, _ in pairs} for section, pairs in self.work.items()}
        self.filled_categories = {row["category_row_id"] for row in self.tables["assignment"]}

    def element_of(self, spec, row):
        if spec.stem == "task":
            return "standards" if row["task_id"] in self.standards else "grading_tasks"
        return spec.stem

    def rows(self, level, element, owner):
        """The rows of one owner and element; tasks and standards share a table (section 4)."""
        spec = ELEMENTS[element]
        rows = self.by_owner[f"{level}_{spec.stem}"].get(owner, [])
        if spec.stem == "task":
            rows = [row for row in rows if self.element_of(spec, row) == element]
        return rows

    # Section 2, used.

    def task_used(self, section, task):
        return task in self.worked_tasks.get(section, ())

    def used_on_section(self, spec, section, row):
        work = self.work.get(section, ())
        if spec.stem == "task":
            return self.task_used(section, row["task_id"])
        if spec.stem == "grade_calc":
            terms = {row["term_seq"]}
            if row["cumulative_from_term_seq"] is not None:
                terms.update(range(row["cumulative_from_term_seq"], row["term_seq"]))
            return any((row["task_id"], term) in work for term in terms)
        if spec.stem == "composite":
            return (row["task_id"], row["term_seq"]) in work or (
                row["child_task_id"],
                row["child_term_seq"],
            ) in work
        if spec.stem == "category":
            return row["row_id"] in self.filled_categories
        return False  # an assessment: never

    def used_on_course(self, spec, course, row):
        sections = [section["section_id"] for section in self.sections_of[course["course_id"]]]
        if spec.stem == "category":
            return any(
                below["parent_row_id"] == row["row_id"] and self.used_on_section(spec, section, below)
                for section in sections
                for below in self.by_owner["section_category"].get(section, ())
            )
        return any(self.used_on_section(spec, section, row) for section in sections)

    # Section 2, the link of a row: the first that holds.

    def course_link(self, spec, course, row):
        if row["parent_row_id"] is None:
            return "local"
        if row["is_link_broken"]:
            return "broken"
        upper = self.by_id[f"master_{spec.stem}"].get(row["parent_row_id"])
        if upper is None:
            return "orphan"
        if upper["owner_id"] != course["master_id"] or self.element_of(spec, upper) != self.element_of(spec, row):
            return "broken"
        return "linked"


# --- Pairing (section 3) ------------------------------------------------------------------------


class Wanted(NamedTuple):
    row_id: int | None  # of the upper row; None where this plan inserts it
    owner_id: int
    values: dict
    unpushable: str | None = None
    spreads: bool = True  # False: wanted only by the rows linked to it (5.1)


def pair(spec, wanted, present, links, mismatch):
    """[(wanted | None, present | None, link | None)]; `mismatch`: what a row with its parent's
    id but another key counts as."""
    links = dict(links)
    by_id = {upper.row_id: upper for upper in wanted if upper.row_id is not None}
    partner = {}  # key of the wanted row → present row
    children = defaultdict(list)
    left = []
    # Step 1: by link.
    for row in present:
        if row["parent_row_id"] in by_id:
            children[row["parent_row_id"]].append(row)
        else:
            if links[row["row_id"]] == "linked":  # 5.1: its course row isn't wanted in this term
                links[row["row_id"]] = "orphan"
            left.append(row)
    for parent, rows in children.items():
        key = key_of(spec, by_id[parent].values)
        same_key = [row for row in rows if key_of(spec, row) == key]
        if spec.stem == "category":
            chosen = (same_key or sorted(rows, key=lambda row: fold(row["name"])))[0]
        else:
            chosen = same_key[0] if same_key else None
        for row in rows:
            if row is chosen:
                partner[key] = row
            else:
                links[row["row_id"]] = "local" if spec.stem == "category" else mismatch
                left.append(row)
    # Step 2: by business key.
    open_keys = {key_of(spec, upper.values) for upper in wanted if upper.spreads} - set(partner)
    extra = []
    for row in left:
        key = key_of(spec, row)
        if key in open_keys:
            open_keys.remove(key)
            partner[key] = row
        else:
            extra.append(row)
    # Step 3: what is missing, what is extra.
    pairs = []
    for upper in wanted:
        row = partner.get(key_of(spec, upper.values))
        pairs.append((upper, row, row and links[row["row_id"]]))
    return pairs + [(None, row, links[row["row_id"]]) for row in extra]


def unpushable(values, tasks, terms):
    """Section 4.3: why a wanted row can't go, or None."""
    named = list(values.get("task_ids") or [])
    named += [values.get(column) for column in ("task_id", "child_task_id", "standard_task_id")]
    if any(task is not None and task not in tasks for task in named):
        return "missing_dependency"
    named = [values.get(column) for column in ("term_seq", "child_term_seq", "cumulative_from_term_seq")]
    if any(term is not None and term not in terms for term in named):
        return "no_such_term"
    return None


# --- The tables of 4.2 and 5.1 ------------------------------------------------------------------


def decide_hop1(paired, link, equal, used, overwrite):
    """Section 4.2: (verdict, reason) of a present row."""
    if paired and link == "linked":
        return ("same" if equal else "update"), None
    if paired and link == "broken":
        return ("relink", None) if overwrite else ("fail", "desynced")
    if paired and link == "orphan":
        return "relink", None
    if paired:  # local
        if overwrite:
            return "relink", None
        return ("same", None) if equal else ("skip", "course_managed")
    if not overwrite and link == "local":
        return "keep", "course_managed"
    if not overwrite and link == "broken":
        return "fail", "desynced"
    return ("keep", "residual") if used() else ("delete", None)


def decide_hop2(paired, link, equal, used, overwrite, is_category):
    """Section 5.1: (verdict, reason) of a present row; a rename brings an insert with it."""
    if paired and link == "linked":
        return ("same" if equal else "update"), None
    if paired and link == "orphan":
        return "relink", None
    if paired and overwrite:  # local
        if not used():
            return "relink", None
        return ("rename" if is_category else "skip"), "in_use"
    if paired:
        if is_category:
            return "rename", "teacher_managed"
        return ("same", None) if equal else ("skip", "teacher_managed")
    if link == "local" and not overwrite:
        return "keep", "teacher_managed"
    return ("keep", "residual") if used() else ("delete", None)


class Outcome:
    """What becomes of one pair."""

    def __init__(self, upper, row, link, verdict, reason, before, after):
        self.upper, self.row, self.link = upper, row, link
        self.verdict, self.reason = verdict, reason
        self.before, self.after = before, after

    @property
    def writes_values(self):
        return self.verdict in ("insert", "update", "relink")


def judge(spec, pairs, decide, keep_weight=False):
    """One outcome per pair (two where a category is renamed and another inserted).
    decide(row, paired, link, equal) → (verdict, reason)."""
    outcomes = []
    for upper, row, link in pairs:
        before = values_of(spec, row) if row else None
        if upper and upper.unpushable:  # 4.3 goes before the tables
            outcomes.append(Outcome(upper, row, link, "skip", upper.unpushable, before, before))
            continue
        if row is None:
            if upper.spreads:
                outcomes.append(Outcome(upper, None, None, "insert", None, None, upper.values))
            else:  # 5.1
                outcomes.append(Outcome(upper, None, None, "skip", "not_spread", None, None))
            continue
        new = upper and dict(upper.values)
        if new and keep_weight:  # 4.4: present rows keep theirs
            new["weight"] = before["weight"]
        verdict, reason = decide(row, upper is not None, link, new == before)
        after = before
        if verdict in ("update", "relink"):
            # 4.2, the exception: a residual option is neutralised
            after = dict(before, calc_type="none") if reason == "residual_task" else new
        elif verdict == "delete":
            after = None
        elif verdict == "rename":
            outcomes.append(Outcome(upper, None, None, "insert", None, None, upper.values))
        outcomes.append(Outcome(upper, row, link, verdict, reason, before, after))
    if spec.stem == "category":
        rename(outcomes)
    return outcomes


def rename(outcomes):
    """Section 3, Category names: who keeps a name that this push gives to another."""
    written = {fold(outcome.after["name"]) for outcome in outcomes if outcome.writes_values}
    kept = [outcome for outcome in outcomes if outcome.after is not None and not outcome.writes_values]
    losers = [outcome for outcome in kept if fold(outcome.after["name"]) in written]
    taken = written | {fold(outcome.after["name"]) for outcome in kept}
    for outcome in sorted(losers, key=lambda outcome: fold(outcome.before["name"])):
        name, count = outcome.before["name"], 1
        while True:
            suffix = f"({count})"
            free = name[: 50 - len(suffix)] + suffix
            if fold(free) not in taken:
                break
            count += 1
        taken.add(fold(free))
        outcome.verdict, outcome.after = "rename", dict(outcome.before, name=free)


# --- Verdicts (section 6) -----------------------------------------------------------------------


def verdict_of(hop, element, verdict, reason, course_id, section_id=None, **more):
    return {
        "hop": hop,
        "element": element,
        "verdict": verdict,
        "reason": reason,
        "link": None,
        "course_id": course_id,
        "section_id": section_id,
        "row_id": None,
        "parent_row_id": None,
        "key": None,
        "field": None,
        "before": None,
        "after": None,
        **more,
    }


def row_verdict(hop, element, course_id, section_id, outcome):
    spec = ELEMENTS[element]
    upper, row = outcome.upper, outcome.row
    stands = outcome.after or outcome.before or upper.values
    parent = None
    if upper:  # by id, or by owner and key where this plan inserts it
        parent = (upper.row_id, upper.owner_id, key_of(spec, upper.values))
    return verdict_of(
        hop,
        element,
        outcome.verdict,
        outcome.reason,
        course_id,
        section_id,
        link=outcome.link,
        row_id=row and row["row_id"],
        parent_row_id=upper and upper.row_id,
        key=row_text({column: stands[column] for column in spec.key}),
        before=row_text(outcome.before),
        after=row_text(outcome.after),
        _values=outcome.after,
        _parent=parent,
    )


def value_verdict(hop, element, verdict, reason, course_id, section_id, field, before, after):
    return verdict_of(
        hop,
        element,
        verdict,
        reason,
        course_id,
        section_id,
        field=field,
        before=_text(_plain(field, before)),
        after=_text(_plain(field, after)),
        _value=after,
    )


# --- Hop 1: master → course (section 4) ---------------------------------------------------------


class CourseAfter:
    """A course as hop 1 will leave it."""

    def __init__(self, d, course):
        self.is_advisory = course["is_advisory"]
        self.upper = {}  # element → [Wanted]: its rows, as sections see them
        for element, spec in ELEMENTS.items():
            self.upper[element] = [
                Wanted(
                    row["row_id"],
                    row["owner_id"],
                    values_of(spec, row),
                    None,
                    d.course_link(spec, course, row) != "orphan",
                )
                for row in d.rows("course", element, course["course_id"])
            ]

    def take(self, element, course_id, outcomes):
        """Replace an element's rows by what its outcomes leave."""
        rows = self.upper[element] = []
        for outcome in outcomes:
            if outcome.after is None:  # deleted, or never there
                continue
            link = "linked" if outcome.verdict in ("insert", "relink") else outcome.link
            residual = outcome.reason in ("residual", "residual_task")
            rows.append(
                Wanted(
                    outcome.row and outcome.row["row_id"],
                    course_id,
                    outcome.after,
                    None,
                    link != "orphan" and not residual,
                )
            )

    def tasks(self):
        """task_id → is it post-only."""
        return {
            upper.values["task_id"]: bool(upper.values["is_post_only"])
            for element in ("grading_tasks", "standards")
            for upper in self.upper[element]
        }


def want(spec, rows, tasks, terms):
    """4.3: mark the unpushable rows, and neutralise the options of post-only tasks."""
    wanted = []
    for upper in rows:
        values = upper.values
        if spec.stem == "grade_calc" and tasks.get(values["task_id"]):
            values = dict(values, calc_type="none")
        reason = None if spec.stem == "task" else unpushable(values, tasks, terms)
        wanted.append(upper._replace(values=values, unpushable=reason))
    return wanted


def locked_fields(locks):
    return [field for field in ATTRIBUTES if f"course_info.{field}" in locks] + sorted(
        lock.removeprefix("course_info.") for lock in locks if lock.startswith("course_info.custom.")
    )


def attribute(d, level, owner, field):
    if field.startswith("custom."):
        return d.custom.get((level, owner[f"{level}_id"], field.removeprefix("custom.")))
    return owner[field]


def colliding_numbers(d, courses, blanks):
    """4.1: the courses whose new number fails, as ids."""
    calendars = {course["calendar_id"] for course in courses}
    number = {row["course_id"]: row["number"] for row in d.courses.values() if row["calendar_id"] in calendars}
    changing = set()
    for course in courses:
        new = d.masters[course["master_id"]]["number"]
        if new != course["number"] and not (new is None and blanks == "keep"):
            changing.add(course["course_id"])
            number[course["course_id"]] = new
    failed = set()
    while True:
        count = defaultdict(int)
        for course_id, text in number.items():
            count[d.courses[course_id]["calendar_id"], text] += 1
        hit = {
            course_id
            for course_id in changing
            if count[d.courses[course_id]["calendar_id"], number[course_id]] > 1
        }
        if not hit:
            return failed
        failed |= hit
        changing -= hit
        for course_id in hit:
            number[course_id] = d.courses[course_id]["number"]


def push_attributes(d, course, fields, blanks, collides, after):
    """Section 4.1."""
    master = d.masters[course["master_id"]]
    for field in fields:
        new, old = attribute(d, "master", master, field), attribute(d, "course", course, field)
        if new == old:
            verdict, reason = "same", None
        elif new is None and blanks == "keep":
            verdict, reason = "skip", "blank_kept"
        elif field == "number" and collides:
            verdict, reason = "fail", "duplicate_number"
        else:
            verdict, reason = "update", None
        stands = new if verdict == "update" else old
        if field == "is_advisory":
            after.is_advisory = stands
        yield value_verdict(1, "course_info", verdict, reason, course["course_id"], None, field, old, stands)


def is_residual_task(d, course, task):
    """4.2: on the course, used, not on the master."""
    on_course = any(row["task_id"] == task for row in d.by_owner["course_task"].get(course["course_id"], ()))
    on_master = any(row["task_id"] == task for row in d.by_owner["master_task"].get(course["master_id"], ()))
    return (
        on_course
        and not on_master
        and any(d.task_used(section["section_id"], task) for section in d.sections_of[course["course_id"]])
    )


def push_element_to_course(d, course, element, locks, overwrite, after):
    """Sections 4.2 to 4.4: the outcomes of one locked element."""
    spec = ELEMENTS[element]
    rows = [
        Wanted(row["row_id"], row["owner_id"], values_of(spec, row))
        for row in d.rows("master", element, course["master_id"])
    ]
    wanted = want(spec, rows, after.tasks(), d.terms_of[course["calendar_id"]])
    present = d.rows("course", element, course["course_id"])
    links = {row["row_id"]: d.course_link(spec, course, row) for row in present}
    pairs = pair(spec, wanted, present, links, mismatch="broken")

    if element == "composite_grades" and "composite_grades" not in locks:
        # 4.4, weights alone: only linked pairs, only their weight
        linked = [(upper, row, link) for upper, row, link in pairs if upper and link == "linked"]
        return judge(spec, linked, lambda row, paired, link, equal: ("same" if equal else "update", None))

    def decide(row, paired, link, equal):
        verdict, reason = decide_hop1(paired, link, equal, lambda: d.used_on_course(spec, course, row), overwrite)
        if (
            overwrite
            and spec.stem == "grade_calc"
            and (verdict, reason) == ("keep", "residual")
            and link == "orphan"
            and is_residual_task(d, course, row["task_id"])
            and row["calc_type"] != "none"
        ):
            return "update", "residual_task"
        return verdict, reason

    keep_weight = spec.stem == "composite" and "composite_weights" not in locks
    outcomes = judge(spec, pairs, decide, keep_weight)
    after.take(element, course["course_id"], outcomes)
    return outcomes


# --- Hop 2: course → section (section 5) --------------------------------------------------------


def push_course_to_sections(d, course, after, elements, advisory, overwrites, sections=None):
    """The hop-2 verdicts of one course. `overwrites`: the elements that have overwrite."""
    course_id = course["course_id"]
    if course["is_cross_site"]:
        yield verdict_of(2, "*", "skip", "cross_site", course_id)
        return
    tasks, terms = after.tasks(), d.terms_of[course["calendar_id"]]
    upper = {element: want(ELEMENTS[element], after.upper[element], tasks, terms) for element in elements}
    for section in sorted(d.sections_of[course_id], key=lambda row: row["section_id"]):
        section_id = section["section_id"]
        if sections is not None and section_id not in sections:
            continue
        for element in elements:
            outcomes = push_element_to_section(
                d, section_id, element, upper[element], terms, element in overwrites
            )
            for outcome in outcomes:
                yield row_verdict(2, element, course_id, section_id, outcome)
        if advisory:  # 5.2
            old, new = section["is_advisory"], bool(after.is_advisory)
            changes = bool(old) != new
            yield value_verdict(
                2,
                "advisory",
                "update" if changes else "same",
                None,
                course_id,
                section_id,
                "is_advisory",
                old,
                new if changes else old,
            )


def push_element_to_section(d, section_id, element, upper, terms, overwrite):
    """Section 5.1."""
    spec = ELEMENTS[element]
    course_rows = {row.row_id for row in upper if row.row_id is not None}
    idle = terms - d.meets_in[section_id] if d.meets_in.get(section_id) else set()
    wanted = [row for row in upper if row.values.get("term_seq") not in idle]
    present = d.rows("section", element, section_id)
    links = {}
    for row in present:  # section 2: a row of this course, as hop 1 leaves it, or orphan
        if row["parent_row_id"] is None:
            links[row["row_id"]] = "local"
        else:
            links[row["row_id"]] = "linked" if row["parent_row_id"] in course_rows else "orphan"

    def decide(row, paired, link, equal):
        return decide_hop2(
            paired,
            link,
            equal,
            lambda: d.used_on_section(spec, section_id, row),
            overwrite,
            spec.stem == "category",
        )

    return judge(spec, pair(spec, wanted, present, links, mismatch="orphan"), decide)


# --- The two pushes (section 1) -----------------------------------------------------------------


def plan_master_push(
    tables,
    *,
    catalog_id,
    year,
    mode="locked",
    to_sections=False,
    calendars=None,
    masters=None,
    courses=None,
    data=None,
    blanks="push",
    release="current",
    unknown=frozenset(),
):
    """Push All Course Masters: one verdict for everything in scope."""
    d = District(tables)
    if release != "current":
        calendars = None
    if release == ".2211":
        mode, data = "locked", None
    data = {"course_info", *ELEMENTS} if data is None else set(data)
    overwrite = mode == "overwrite"
    if calendars is None:
        schools = {
            row["school_id"]
            for row in tables["catalog_school"]
            if row["end_year"] == year and row["catalog_id"] == catalog_id
        }
        calendars = [
            row["calendar_id"]
            for row in tables["calendar"]
            if row["end_year"] == year
            and row["school_id"] in schools
            and (release != "current" or not row["is_summer"])
        ]
    calendars = set(calendars)
    locks = {row["lock"] for row in tables["catalog_lock"] if row["catalog_id"] == catalog_id}
    fields = locked_fields(locks)

    scope = []  # courses in scope of Push All Course Masters
    for course in sorted(d.courses.values(), key=lambda row: row["course_id"]):
        master = d.masters.get(course["master_id"])
        if (
            course["calendar_id"] in calendars
            and master
            and master["catalog_id"] == catalog_id
            and (masters is None or course["master_id"] in masters)
            and (courses is None or course["course_id"] in courses)
        ):
            scope.append(course)

    whole = {}  # the courses that are skipped whole, with the reason
    for course in scope:
        if not d.masters[course["master_id"]]["is_active"]:
            whole[course["course_id"]] = "master_inactive"
        elif course["ignore_master_push"]:
            whole[course["course_id"]] = "ignore_master_push"

    reached = [course for course in scope if course["course_id"] not in whole]
    pushes_numbers = "course_info" in data and "number" in fields
    collisions = colliding_numbers(d, reached, blanks) if pushes_numbers else set()
    locked = {element for element in ELEMENTS if element in locks}
    if "composite_weights" in locks:  # 4.4: either of two locks
        locked.add("composite_grades")
    if fields:
        locked.add("course_info")

    # Section 5: what goes on to the sections is ticked and locked.
    onward = [element for element in SECTION_ELEMENTS if element in data and element in locks]
    advisory = "course_info" in data and "is_advisory" in fields

    verdicts = []
    for course in scope:
        course_id = course["course_id"]
        if course_id in whole:
            verdicts.append(verdict_of(1, "*", "skip", whole[course_id], course_id))
            continue
        after = CourseAfter(d, course)
        for element in ("course_info", *ELEMENTS):
            if element not in data:
                verdicts.append(verdict_of(1, element, "skip", "not_selected", course_id))
            elif element not in locked:
                verdicts.append(verdict_of(1, element, "skip", "not_locked", course_id))
            elif element == "course_info":
                verdicts += push_attributes(d, course, fields, blanks, course_id in collisions, after)
            else:
                outcomes = push_element_to_course(d, course, element, locks, overwrite, after)
                verdicts += [row_verdict(1, element, course_id, None, outcome) for outcome in outcomes]
        if to_sections:
            verdicts += push_course_to_sections(d, course, after, onward, advisory, onward if overwrite else ())
    return verdicts


def plan_course_push(
    tables, *, calendar_id, courses=None, sections=None, data=None, overwrite_categories=False, unknown=frozenset()
):
    """Push All Courses: one verdict for everything in scope."""
    d = District(tables)
    data = {*SECTION_ELEMENTS, "advisory"} if data is None else set(data)
    elements = [element for element in SECTION_ELEMENTS if element in data]
    verdicts = []
    for course in sorted(d.courses.values(), key=lambda row: row["course_id"]):
        named = sections is None or any(
            section["section_id"] in sections for section in d.sections_of[course["course_id"]]
        )
        if course["calendar_id"] == calendar_id and named and (courses is None or course["course_id"] in courses):
            verdicts += push_course_to_sections(
                d,
                course,
                CourseAfter(d, course),
                elements,
                "advisory" in data,
                ("categories",) if overwrite_categories else (),
                sections,
            )
    return verdicts


# --- Writing ------------------------------------------------------------------------------------


def apply(tables, verdicts):
    """The tables after the push. New ids as MODEL.md 5 says: upward from the largest id in use or
    pointed to before the push, in order of owner and business key."""
    result = dict(tables)

    def changed(name):
        """A table of its own for the result, once."""
        if result[name] is tables.get(name):
            result[name] = [dict(row) for row in tables[name]]
        return result[name]

    for hop, level in ((1, "course"), (2, "section")):
        todo = defaultdict(list)
        for verdict in verdicts:
            if verdict["hop"] == hop and verdict["verdict"] in ("insert", "update", "relink", "rename", "delete"):
                if verdict["field"] is None:
                    todo[f"{level}_{ELEMENTS[verdict['element']].stem}"].append(verdict)
                elif verdict["field"].startswith("custom."):
                    todo["custom_field"].append(verdict)
                else:
                    todo[level].append(verdict)
        for name, writes in todo.items():
            if name == "custom_field":
                _write_custom(changed(name), writes)
            elif name == level:
                _write_values(changed(name), f"{level}_id", writes)
            else:
                first = _largest_id(tables, name) + 1
                result[name] = _write_rows(changed(name), level, writes, first, result)
    return result


def _write_custom(rows, writes):
    at = {(row["owner_id"], row["field"]): row for row in rows if row["level"] == "course"}
    for verdict in writes:
        owner, field = verdict["course_id"], verdict["field"].removeprefix("custom.")
        if (owner, field) in at:
            at[owner, field]["value"] = verdict["_value"]
        else:
            rows.append({"level": "course", "owner_id": owner, "field": field, "value": verdict["_value"]})


def _write_values(rows, id_column, writes):
    by_id = {row[id_column]: row for row in rows}
    for verdict in writes:
        by_id[verdict[id_column]][verdict["field"]] = verdict["_value"]


def _largest_id(tables, name):
    level, stem = name.split("_", 1)
    ids = [row["row_id"] for row in tables[name]]
    if level == "course" and stem in SECTION_STEMS:
        ids += [row["parent_row_id"] for row in tables[f"section_{stem}"]]
    if name == "section_category":
        ids += [row["category_row_id"] for row in tables["assignment"]]
    return max((row_id for row_id in ids if row_id is not None), default=0)


def _write_rows(rows, level, writes, next_id, result):
    spec = ELEMENTS[writes[0]["element"]]
    by_id = {row["row_id"]: row for row in rows}
    upper_ids = None  # owner and key of the course's rows → row_id

    def parent_id(verdict):
        nonlocal upper_ids
        row_id, owner, key = verdict["_parent"]
        if row_id is None:  # inserted by this push, on hop 1
            if upper_ids is None:
                upper_ids = {
                    (row["owner_id"], key_of(spec, row)): row["row_id"] for row in result[f"course_{spec.stem}"]
                }
            row_id = upper_ids[owner, key]
        return row_id

    deleted, inserts = set(), []
    for verdict in writes:
        if verdict["verdict"] == "delete":
            deleted.add(verdict["row_id"])
            continue
        if verdict["verdict"] == "insert":
            inserts.append(verdict)
            continue
        row = by_id[verdict["row_id"]]
        stands = values_of(spec, row)
        row.update({column: value for column, value in verdict["_values"].items() if value != stands[column]})
        if verdict["verdict"] == "relink":
            row["parent_row_id"] = parent_id(verdict)
            if level == "course":
                row["is_link_broken"] = False
    rows = [row for row in rows if row["row_id"] not in deleted]
    inserts.sort(key=lambda verdict: (verdict[f"{level}_id"], key_of(spec, verdict["_values"])))
    for verdict in inserts:
        row = {"row_id": next_id, "owner_id": verdict[f"{level}_id"], "parent_row_id": parent_id(verdict)}
        if level == "course":
            row["is_link_broken"] = False
        row.update(verdict["_values"])
        rows.append(row)
        next_id += 1
    return rows
