"""Which verdicts of a plan came true, row at a time: a second opinion in plain Python.

Given the verdict rows of a plan and the district's tables then and now, it finds for each row what stands now
under its owner and business key. It shares no code with the package.

What is read into the words where they are short:

- A key is a row's business key with its owner; a category's ignores case. Row ids are the source's own.
- Some rows move: a renamed category, or one that takes the name of the row above. They have an old key (that of
  `before`) beside the one they shall have.
- Where two rows of one plan meet on a key (one makes way, another takes its place), what each is said to leave
  there explains what the other finds. Where the same values stand there before and after, the move's other end
  decides; where that says nothing either, the verdict came true.
"""

import json

from oracle import (  # the one form of JSON text
    ATTRIBUTES,
    ELEMENTS,
    SECTION_ELEMENTS,
    District,
    _plain,
    _text,
    fold,
    row_text,
    values_of,
)

WRITES = ("insert", "update", "relink", "rename", "delete")


def folded(element, key):
    """A key to compare by: categories ignore case."""
    return None if key is None else fold(key) if element == "categories" else key


def old_key(row):
    """The key under which a plan's row stood, None where none did."""
    if row["key"] is None or row["before"] is None:
        return None
    if row["element"] != "categories":
        return row["key"]
    return fold(_text({"name": json.loads(row["before"])["name"]}))


def new_key(row):
    return folded(row["element"], row["key"])


def link_of(d, hop, spec, row):
    """Section 2, with the first step of section 3: a row that names one above of another key hangs on nothing."""
    if row["parent_row_id"] is None:
        return "local"
    if hop == 1:
        course = d.courses[row["owner_id"]]
        if row["is_link_broken"]:
            return "broken"
        upper = d.by_id[f"master_{spec.stem}"].get(row["parent_row_id"])
        if upper is None:
            return "orphan"
        mine = upper["owner_id"] == course["master_id"]
        return "linked" if mine and same_key(spec, upper, row) else "broken"
    course_id = next(one["course_id"] for one in d.tables["section"] if one["section_id"] == row["owner_id"])
    upper = d.by_id[f"course_{spec.stem}"].get(row["parent_row_id"])
    mine = upper is not None and upper["owner_id"] == course_id
    return "linked" if mine and same_key(spec, upper, row) else "orphan"


def same_key(spec, upper, row):
    return spec.stem == "category" or all(upper[column] == row[column] for column in spec.key)


class Standing:
    """What stands in a district: (hop, element, owner, key) → (text, link), and fields likewise."""

    def __init__(self, tables):
        d = District(tables)
        self.owners = {(1, row["course_id"]) for row in tables["course"]}
        self.owners |= {(2, row["section_id"]) for row in tables["section"]}
        self.course_of = {(1, row["course_id"]): row["course_id"] for row in tables["course"]}
        self.course_of |= {(2, row["section_id"]): row["course_id"] for row in tables["section"]}
        self.rows, self.fields, self.keys = {}, {}, {}
        for hop, level, elements in ((1, "course", tuple(ELEMENTS)), (2, "section", SECTION_ELEMENTS)):
            for element in elements:
                spec = ELEMENTS[element]
                for at, owner in sorted(one for one in self.owners if one[0] == hop):
                    for row in d.rows(level, element, owner):
                        key = row_text({column: row[column] for column in spec.key})
                        place = (at, element, owner, folded(element, key))
                        self.rows[place] = (row_text(values_of(spec, row)), link_of(d, hop, spec, row))
                        self.keys[place] = key
        for row in tables["course"]:
            for field in ATTRIBUTES:
                self.fields[1, "course_info", row["course_id"], field] = _text(_plain(field, row[field]))
        for (level, owner, field), value in d.custom.items():
            if level == "course":
                self.fields[1, "course_info", owner, f"custom.{field}"] = _text(value)
        for row in tables["section"]:
            self.fields[2, "advisory", row["section_id"], "is_advisory"] = _text(row["is_advisory"])

    def text(self, place):
        return self.rows.get(place, (None, None))[0]

    def field(self, place):
        """A district-defined field without a row is empty."""
        return self.fields.get(place, "null") if place[:1] + place[2:3] in self.owners else None


def owner_of(row):
    return row["course_id"] if row["hop"] == 1 else row["section_id"]


def table_of(row):
    """The table that says what stands in place of a plan's row."""
    if row["element"] == "course_info":
        return "custom_field" if (row["field"] or "").startswith("custom.") else "course"
    if row["element"] == "advisory":
        return "section"
    return f"{('course', 'section')[row['hop'] - 1]}_{ELEMENTS[row['element']].stem}"


def reconcile(rows, was, now, *, links_known=(), not_given=frozenset(), is_refreshed=True):
    """[(row, outcome, what stands now)], one per row of the plan.

    `links_known`: the tables whose links the source gives. `not_given`: tables that it does not give, so that
    nothing can be said of their rows.
    """
    then, standing = Standing(was), Standing(now)
    placed = [
        (row, (row["hop"], row["element"], owner_of(row)), new_key(row), old_key(row))
        for row in rows
        if row["key"] is not None
    ]
    stood = {(*at, old): row for row, at, _, old in placed if old is not None}
    shall_stand = {(*at, new): row for row, at, new, _ in placed if row["after"] is not None}
    told = []
    for row in rows:
        if row["key"] is None and row["field"] is None:
            told.append((row, *whole(row, then, standing, not_given, is_refreshed)))
        elif (row["hop"], owner_of(row)) not in standing.owners:
            told.append((row, "gone", None))
        elif table_of(row) in not_given:
            told.append((row, "not_checked", None))
        elif row["field"] is not None:
            told.append((row, *field(row, standing)))
        else:
            told.append((row, *setup_row(row, standing, stood, shall_stand, links_known)))
    return told


def whole(row, then, standing, not_given, is_refreshed):
    """A skip of a whole course or data type: was anything of it written?"""
    course = row["course_id"]
    if (1, course) not in standing.owners:
        return "gone", None
    tables = {table_of({**row, "element": element, "field": None}) for element in elements_of(row)}
    if not is_refreshed or not tables - not_given:
        return "not_checked", None
    for place, before, after in changes(then, standing):
        hop, element, owner, _ = place
        course_now = standing.course_of.get((hop, owner), then.course_of.get((hop, owner)))
        if hop == row["hop"] and course_now == course and element in elements_of(row) and before != after:
            return "changed", None
    return "came_true", None


def elements_of(row):
    if row["element"] != "*":
        return (row["element"],)
    return ("course_info", *ELEMENTS) if row["hop"] == 1 else ("advisory", *SECTION_ELEMENTS)


def changes(then, standing):
    """(place, text then, text now) of every row and field; of owners that are there then and now."""
    for place in {**then.rows, **standing.rows}:
        if place[:1] + place[2:3] in standing.owners:
            yield place, then.text(place), standing.text(place)
    for place in {**then.fields, **standing.fields}:
        at = place[:1] + place[2:3]
        if at in standing.owners and at in then.owners:
            yield place, then.fields.get(place, "null"), standing.fields.get(place, "null")


def field(row, standing):
    now = standing.field((row["hop"], row["element"], owner_of(row), row["field"]))
    if row["verdict"] not in WRITES:
        return ("came_true" if now == row["before"] else "changed"), now
    if now == row["after"]:
        return "came_true", now
    return ("not_done" if now == row["before"] else "differs"), now


def setup_row(row, standing, stood, shall_stand, links_known):
    at = (row["hop"], row["element"], owner_of(row))
    here, origin = (*at, new_key(row)), old_key(row) and (*at, old_key(row))
    before, after, verdict = row["before"], row["after"], row["verdict"]
    found = standing.text(here)
    other = stood.get(here)  # the plan's row that stood under this key and was to make way
    other = None if other is row else other
    prior = other and other["before"]

    if verdict == "delete":
        heir = shall_stand.get(here)  # what the plan puts in its place
        if found is None or (heir is not None and found == heir["after"]):
            return "came_true", found
        return ("not_done" if found == before else "differs"), found

    if verdict not in WRITES:
        if before is not None:
            return ("came_true" if found == before else "changed"), found
        heir = shall_stand.get(here)
        if found is None or found == prior or (heir is not None and found == heir["after"]):
            return "came_true", found
        return ("not_checked" if row["reason"] == "key_taken" else "changed"), found

    moves = origin is not None and origin != here
    if found == after:
        if prior == after and verdict == "insert":
            # the same values stood here before: did what stood here go where it should?
            target = (*at, new_key(other))
            if target != here and standing.text(target) != other["after"]:
                return "not_done", found
        if prior == after and moves:
            heir = shall_stand.get(origin)
            if standing.text(origin) == before and not (heir is not None and heir["after"] == before):
                return "not_done", found
        if before == after and not moves and table_of(row) in links_known:
            return ("came_true" if standing.rows[here][1] == "linked" else "not_done"), found
        return "came_true", found

    if found is not None and not (origin != here and prior is not None and found == prior):
        return ("not_done" if origin == here and found == before else "differs"), found

    # Nothing stands under the new key but what stood there before.
    if verdict == "insert":
        return "not_done", found
    if not moves:
        return "gone", None
    left = standing.text(origin)
    heir = shall_stand.get(origin)
    if left is not None and left == before:
        return "not_done", left
    if left is None or (heir is not None and left == heir["after"]):
        return "gone", None
    return "differs", left


def unforeseen(rows, was, now, reach, governed=lambda *place: True):
    """[(hop, element, course, section, key, field, verdict, before, now)] of what changed although the plan said
    `same` or nothing.

    `reach`: (hop, element, course) that the plan is about. `governed(hop, element, course, field)`: whether the
    plan has verdicts there, so that a row without one was the same.
    """
    then, standing = Standing(was), Standing(now)
    named = set()
    for row in rows:
        at = (row["hop"], row["element"], owner_of(row))
        if row["field"] is not None:
            named.add((*at, row["field"]))
        elif row["key"] is not None:
            named |= {(*at, new_key(row)), (*at, old_key(row))}
    skipped = {(row["hop"], row["element"], row["course_id"]) for row in rows if not (row["key"] or row["field"])}
    found = []
    for place, before, after in changes(then, standing):
        hop, element, owner, what = place
        course = standing.course_of[hop, owner]
        if before == after or place in named or (hop, element, course) not in reach:
            continue
        if (hop, "*", course) in skipped or (hop, element, course) in skipped:
            continue
        is_field = element in ("course_info", "advisory")
        same = before is not None and governed(hop, element, course, what if is_field else None)
        key = None if is_field else standing.keys.get(place, then.keys.get(place))
        found.append(
            (
                hop,
                element,
                course,
                owner if hop == 2 else None,
                key,
                what if is_field else None,
                "same" if same and (1, "*", course) not in skipped else None,
                before,
                after,
            )
        )
    return found
