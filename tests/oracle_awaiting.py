"""What awaits a push, and how much of the cascade is in sync, row at a time: a second opinion in plain Python.

It rests on the verdicts of `oracle.py` and shares no code with the package. What is read into the words where they
are short:

- A push of course masters is asked for once for each course catalog and year in which some school has it, with
  that year's calendars: those that are named, or all but the summer's.
- Whether a new course number collides is a matter of the whole push; narrowing the report to some courses shows
  fewer rows and changes none.
- The value that a push would write belongs to what is counted together: where a task is post-only on some courses,
  the option goes to these as No Calculation, and to the others as the course master has it.
- What a locked push fails at is a row whose link is broken. Such a row that has to give up its name, or that
  names a task the course lacks, is as broken, whatever its verdict; and a residual row that gives up its name is
  as residual.
- What a push refuses (a number that collides) or skips although the level above has it (the school's or teacher's
  own row stands in its place with other values, a task or term is lacking) differs, and stays so. What a school or
  teacher has beyond the level above is no difference in this sense.
- Whether an owner awaits a push is apart from its state: any verdict that writes will do, whatever else is worse.
  A course master awaits one where a course of it does, and so does a catalog.
- A course stands in the cascade where a push of course masters has it in scope. A section stands there whatever
  its course is: a push of courses reaches those without a course master too.
"""

import json
from collections import Counter, defaultdict

import oracle

CHANGES = {"insert": "add", "update": "change", "relink": "relink", "rename": "rename", "delete": "remove"}
"""What a report calls a verdict that writes."""

WORST_FIRST = ("desynced", "residual", "pending", "differs", "in_sync")

STAY = ("course_managed", "teacher_managed", "in_use", "duplicate_number", "missing_dependency", "no_such_term")
"""Why a push refuses or leaves what is above: it is not there as it should be, and stays so."""


def everything(_row):
    """Leaves nothing out."""
    return True


def written_fields(row):
    """[(field, change, before, after)] of a verdict that writes: a field each, or the whole row (field None)."""
    change, before, after = CHANGES[row["verdict"]], row["before"], row["after"]
    if row["field"] is not None or before is None or after is None:
        return [(row["field"], change, before, after)]
    old, new = json.loads(before), json.loads(after)
    fields = [
        (name, change, oracle._text(old[name]), oracle._text(new[name])) for name in old if old[name] != new[name]
    ]
    return fields or [(None, change, before, after)]


# -- hop 1 ---------------------------------------------------------------------------------------------------


def locked_pushes(tables, calendars=None, keep=everything):
    """[(catalog_id, year, course, verdicts of the course)] of the locked pushes of every catalog and year.

    `calendars`: ids of those named. `keep(course)`: whether a course is asked for.
    """
    courses = {row["course_id"]: row for row in tables["course"]}
    assigned = {(row["school_id"], row["end_year"]): row["catalog_id"] for row in tables["catalog_school"]}
    found = []
    for catalog_id, year in sorted({(catalog, year) for (_, year), catalog in assigned.items()}):
        offered = {
            row["calendar_id"]
            for row in tables["calendar"]
            if row["end_year"] == year and assigned.get((row["school_id"], year)) == catalog_id
        }
        named = None if calendars is None else sorted(offered & set(calendars))
        if named == []:
            continue
        verdicts = defaultdict(list)
        for row in oracle.plan_master_push(
            tables, catalog_id=catalog_id, year=year, mode="locked", calendars=named
        ):
            verdicts[row["course_id"]].append(row)
        found += [
            (catalog_id, year, courses[course_id], rows)
            for course_id, rows in verdicts.items()
            if keep(courses[course_id])
        ]
    return found


def master_awaiting(tables, calendars=None, keep=everything, attributes=True, elements=None):
    """{(catalog, year, master_id, element, key, field, change, master value): what is counted of it}."""
    catalogs = {row["catalog_id"]: row["name"] for row in tables["catalog"]}
    masters = {row["master_id"]: row for row in tables["course_master"]}
    school_of = {row["calendar_id"]: row["school_id"] for row in tables["calendar"]}
    values, owners = defaultdict(Counter), defaultdict(set)
    for catalog_id, year, course, verdicts in locked_pushes(tables, calendars, keep):
        for row in verdicts:
            if row["verdict"] not in CHANGES or (elements is not None and row["element"] not in elements):
                continue
            if row["element"] == "course_info" and not attributes:
                continue
            for field, change, before, after in written_fields(row):
                group = (
                    catalogs[catalog_id],
                    year,
                    course["master_id"],
                    row["element"],
                    row["key"],
                    field,
                    change,
                    after,
                )
                owners[group].add((course["course_id"], school_of[course["calendar_id"]]))
                if before is not None:
                    values[group][before] += 1
    return {
        group: {
            "master_number": masters[group[2]]["number"],
            "master_name": masters[group[2]]["name"],
            "course_value": next(iter(values[group])) if len(values[group]) == 1 else None,
            "course_values": len(values[group]),
            "courses": len({course for course, _ in found}),
            "schools": len({school for _, school in found}),
        }
        for group, found in owners.items()
    }


# -- hop 2 ---------------------------------------------------------------------------------------------------


def course_pushes(tables, keep=everything):
    """{course_id: verdicts} of Push All Courses of every calendar."""
    courses = {row["course_id"]: row for row in tables["course"]}
    found = defaultdict(list)
    for calendar in sorted(row["calendar_id"] for row in tables["calendar"]):
        for row in oracle.plan_course_push(tables, calendar_id=calendar):
            if keep(courses[row["course_id"]]):
                found[row["course_id"]].append(row)
    return found


def course_awaiting(tables, keep=everything, keep_section=everything, elements=None):
    """Counter of (course_id, section_id, element, key, field, change, course value, section value, row_id)."""
    sections = {row["section_id"]: row for row in tables["section"]}
    return Counter(
        (course_id, row["section_id"], row["element"], row["key"], field, change, after, before, row["row_id"])
        for course_id, verdicts in course_pushes(tables, keep).items()
        for row in verdicts
        if row["verdict"] in CHANGES
        and keep_section(sections[row["section_id"]])
        and (elements is None or row["element"] in elements)
        for field, change, before, after in written_fields(row)
    )


# -- the cascade ---------------------------------------------------------------------------------------------


def state_of_row(row):
    """The state that one verdict speaks of, or None where it speaks of none (skipped, the owner's own, ...)."""
    if row["link"] == "broken":
        return "desynced"
    if row["reason"] == "residual":
        return "residual"
    if row["verdict"] in CHANGES:
        return "pending"
    if row["verdict"] in ("skip", "fail") and row["reason"] in STAY:
        return "differs"
    return "in_sync" if row["verdict"] == "same" else None


def state_of_owner(verdicts):
    """The worst that its verdicts speak of."""
    if any(row["element"] == "*" for row in verdicts):
        return "ignored"
    states = {state_of_row(row) for row in verdicts}
    return next((state for state in WORST_FIRST if state in states), "in_sync")


class Cascade:
    """State of every catalog, master, course and section in question, by id, and the rows in each state."""

    def __init__(self, tables, calendars=None, keep=everything, keep_section=everything):
        if calendars is not None:
            asked, named = keep, set(calendars)

            def keep(course):
                return course["calendar_id"] in named and asked(course)

        masters = {row["master_id"]: row for row in tables["course_master"]}
        self.states = {"catalog": {}, "master": {}, "course": {}, "section": {}}
        self.rows = {"course": {}, "section": {}}
        self.awaiting = {level: set() for level in self.states}
        self.school = {}
        school_of = {row["calendar_id"]: row["school_id"] for row in tables["calendar"]}
        courses_of, catalog_of = defaultdict(list), {}
        for catalog_id, _, course, verdicts in locked_pushes(tables, calendars, keep):
            course_id = course["course_id"]
            self.states["course"][course_id] = state_of_owner(verdicts)
            self.rows["course"][course_id] = Counter(state_of_row(row) for row in verdicts)
            if any(row["verdict"] in CHANGES for row in verdicts):
                self.awaiting["course"].add(course_id)
                self.awaiting["master"].add(course["master_id"])
                self.awaiting["catalog"].add(catalog_id)
            courses_of[course["master_id"]].append(course_id)
            catalog_of[course_id] = catalog_id
        for master_id, courses in courses_of.items():
            states = {self.states["course"][one] for one in courses} - {"ignored"}
            inactive = not masters[master_id]["is_active"]
            worst = next((state for state in WORST_FIRST if state in states), "ignored")
            self.states["master"][master_id] = "ignored" if inactive else worst

        verdicts_of = defaultdict(list)
        for verdicts in course_pushes(tables, keep).values():
            for row in verdicts:
                verdicts_of[row["section_id"]].append(row)
        courses = {row["course_id"]: row for row in tables["course"]}
        for course in courses.values():
            self.school["course", course["course_id"]] = school_of[course["calendar_id"]]
        for section in tables["section"]:
            course, section_id = courses[section["course_id"]], section["section_id"]
            if keep(course) and keep_section(section):
                cross_site = course["is_cross_site"]
                verdicts = verdicts_of[section_id]
                self.states["section"][section_id] = "ignored" if cross_site else state_of_owner(verdicts)
                self.rows["section"][section_id] = Counter(state_of_row(row) for row in verdicts)
                if any(row["verdict"] in CHANGES for row in verdicts):
                    self.awaiting["section"].add(section_id)
                self.school["section", section_id] = school_of[course["calendar_id"]]

        below = defaultdict(set)
        for course_id, catalog_id in catalog_of.items():
            below[catalog_id].add(self.states["course"][course_id])
        for section in tables["section"]:
            if section["section_id"] in self.states["section"] and section["course_id"] in catalog_of:
                below[catalog_of[section["course_id"]]].add(self.states["section"][section["section_id"]])
        for catalog_id, states in below.items():
            left = states - {"in_sync", "ignored"}
            self.states["catalog"][catalog_id] = (
                "pending" if left - {"differs"} else "differs" if left else "in_sync"
            )

    def owners(self):
        """How many of each level are in each state: {(level, state): owners}, without the zeros."""
        return Counter((level, state) for level, found in self.states.items() for state in found.values())

    def awaiting_owners(self):
        """How many of those a push would write to: {(level, state): owners}, without the zeros."""
        return Counter((level, self.states[level][one]) for level, found in self.awaiting.items() for one in found)

    def row_counts(self):
        """{(level, state): rows}, without the zeros; a course master's are those of its courses."""
        found = Counter()
        for level, owners in self.rows.items():
            for counts in owners.values():
                for state, rows in counts.items():
                    if state is not None:
                        found[level, state] += rows
        for (level, state), rows in list(found.items()):
            if level == "course":
                found["master", state] = rows
        return found

    def owners_by_school(self):
        """{(school_id, level, state): owners} of courses and sections, without the zeros."""
        return Counter(
            (self.school[level, owner], level, state)
            for level in ("course", "section")
            for owner, state in self.states[level].items()
        )
