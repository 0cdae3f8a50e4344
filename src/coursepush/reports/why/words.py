"""What the steps of an answer say: a sentence, and what to do about it, for each thing that can be the case."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from coursepush.model.elements import ADVISORY, COURSE_INFO, ELEMENT_LABELS, field_label
from coursepush.model.verdicts import REASON_SENTENCES, VERDICT_LABELS, Link, Reason, Verdict
from coursepush.plan.rules import RULES, Rule
from coursepush.reports.why.place import Place

Words = tuple[str, str]

_NOTHING_TO_DO = "Nothing to do here."

_HOP = {
    1: {"up": "the course master", "here": "the course", "maker": "the school", "to": "the course master to it"},
    2: {"up": "the course", "here": "the section", "maker": "the teacher", "to": "the course to its sections"},
}

_PUSH = "Push {to} when the change is right."

VERDICTS: dict[tuple[str, str | None], Words] = {
    (Verdict.INSERT, None): ("{Up} has it and {here} does not: {push} would add it.", "Push {to}."),
    (Verdict.SAME, Link.LINKED): ("It comes from {up} and is the same.", _NOTHING_TO_DO),
    (Verdict.SAME, Link.LOCAL): (
        "{Maker} made it. It is equal to what {up} has, and stays {maker}'s own.",
        _NOTHING_TO_DO,
    ),
    (Verdict.UPDATE, Link.LINKED): (
        "It comes from {up}, which has it otherwise by now: {push} would change {change}.",
        _PUSH,
    ),
    (Verdict.RELINK, Link.ORPHAN): (
        "What it came from on {up} is gone, and another one like it is there: {push} would link it "
        "to that{changing}.",
        _PUSH,
    ),
    (Verdict.RELINK, Link.BROKEN): (
        "Its link to {up} is broken: {push} would link it again and take what {up} has{changing}.",
        "Agree with {maker} first: what {maker} changed goes.",
    ),
    (Verdict.RELINK, Link.LOCAL): (
        "{Maker} made it, and {up} has one like it: {push} would replace it{changing}.",
        "Agree with {maker} first: what {maker} made goes.",
    ),
    (Verdict.DELETE, Link.ORPHAN): (
        "{Up} no longer has it and {use}: {push} would remove it.",
        "Set it up on {up} again if it is to stay; otherwise push {to}.",
    ),
    (Verdict.DELETE, Link.BROKEN): (
        "Its link to {up} is broken, {up} has none like it and {use}: {push} would remove it.",
        "Set it up on {up} if it is to stay.",
    ),
    (Verdict.DELETE, Link.LOCAL): (
        "{Maker} made it and {use}: {push} would remove it.",
        "Agree with {maker} first: what {maker} made goes.",
    ),
}
"""By verdict and link, where the verdict says it all; the words in braces are of the hop."""

IDLE: dict[str, Words] = {
    Verdict.DELETE: (
        "The section does not meet in that term and {use}: {push} would remove it.",
        "Give the section the term if it is to stay; otherwise push {to}.",
    ),
    Verdict.KEEP: (
        "The section does not meet in that term, but assignments or grades use it, so it stays.",
        "Give the section the term, or realign or delete the assignments and grades that use it.",
    ),
}
"""The same of what a section has for a term in which it does not meet."""

UNJUDGED: dict[str, Words] = {
    "no_master": (
        "The course has no course master, so no push of course masters comes to it.",
        "Link the course to a course master if the district is to manage it.",
    ),
    "other_catalog": (
        "The school uses another course catalog that year, so no push of this course master comes to the course.",
        "Assign the catalog to the school, or link the course to a course master of the school's catalog.",
    ),
    "not_in_plan": ("This plan does not reach it.", "Make a plan that names this course, or leave plan out."),
    "starts_at_courses": (
        "This plan starts from the course as it stands.",
        "Leave plan out to see what a push of the course master would do.",
    ),
    "stops_at_courses": ("This plan stops at the courses.", "Plan with to_sections=True, or leave plan out."),
    "not_carried": (
        "This plan does not carry this type of data on to sections.",
        "Make a plan that carries it, or leave plan out.",
    ),
    "course_skipped": ("This plan skips the course, and so its sections.", "See what is said of the course."),
    "weights_alone": (
        "Only the weights of composite grades are locked, so only those of linked rows are pushed.",
        "Lock Composite Grades in the course catalog if the district is to manage which there are.",
    ),
    "field_not_locked": (
        "This field is not locked in the course catalog, and only locked fields are pushed.",
        "Lock it in the course catalog if the district is to manage it.",
    ),
    "not_meeting": (
        "The section does not meet in that term, so it is not given it.",
        "Give the section the term if it is to have it.",
    ),
    "nothing_above": ("The course has none to give, and the section has none.", "See what is said of the course."),
    "nowhere_above": (
        "The course master has none to give, and the course has none.",
        "Add it to the course master, or set it up on the course.",
    ),
    "left_out": ("{Push} leaves it as it is.", _NOTHING_TO_DO),
}
"""Where a plan has no verdict of it."""

_UNJUDGED_SECTIONS: dict[str, str] = {
    "no_master": "1.2",
    "other_catalog": "1.2",
    "course_skipped": "4",
    "not_carried": "5",
    "weights_alone": "4.4",
    "field_not_locked": "4.1",
    "not_meeting": "5.1",
    "nothing_above": "3.1",
    "nowhere_above": "3.1",
}
"""The section of RULES.md by which that is so; the others are the plan's doing."""

_WHOLE_SECTIONS: dict[str, str] = {
    Reason.MASTER_INACTIVE: "1.2",
    Reason.IGNORE_MASTER_PUSH: "4",
    Reason.NOT_SELECTED: "4",
    Reason.NOT_LOCKED: "4",
    Reason.CROSS_SITE: "5",
}
"""The section that skips a whole course, or a data type on it, by reason."""

_LINKED_EQUAL = {
    rule.hop: rule for rule in RULES if (rule.pairing, rule.link, rule.differs) == ("paired", Link.LINKED, False)
}


def rule_of(rule_no: int | None, hop: int) -> Rule:
    """The rule behind one verdict of a push, which the plan keeps of all but what is linked and equal."""
    return _LINKED_EQUAL[hop] if rule_no is None else RULES[rule_no]


def section_of(rule: Rule, verdict: str, *, weights_alone: bool) -> str:
    """Where RULES.md tells of a verdict that `rule` decided; several sections are set apart by a comma.

    Args:
        weights_alone: of composite grades the catalog locks the weights alone.
    """
    section = "4.4" if weights_alone and rule.section == "4.2" else rule.section
    return f"{section}, 3.3" if verdict == Verdict.RENAME else section


def verdict_words(hop: int, pair: Mapping[str, Any], *, is_given: bool, is_idle: bool) -> Words:
    """What a verdict means here, and what to do.

    Args:
        pair: verdict, reason, link, use, change.
        is_given: the verdict is of a plan that the user has, not of a push as things stand.
        is_idle: the row is a section's for a term in which it does not meet.
    """
    verdict, reason = pair["verdict"], pair["reason"]
    words = _words(hop, pair, is_given)
    if is_idle and verdict in IDLE and reason in (None, Reason.RESIDUAL) and pair["link"] != Link.LOCAL:
        return _filled(IDLE[verdict], words)
    if reason is not None:
        why, what = REASON_SENTENCES[reason]
        if verdict in (Verdict.RENAME, Verdict.UPDATE) and words["change"]:
            done = "rename it" if verdict == Verdict.RENAME else "change it"
            why = f"{why} {words['Push']} would {done}: {words['change']}."
        return why, what
    told = VERDICTS.get((verdict, pair["link"])) or VERDICTS.get((verdict, None))
    if told is None:
        label = VERDICT_LABELS[verdict]
        return f"{words['Push']}: {label[0].lower()}{label[1:]}{words['changing']}.", _NOTHING_TO_DO
    return _filled(told, words)


def skipped_words(reason: str) -> tuple[str | None, Words]:
    """Why the whole course, or the data type on it, is skipped, with the section of RULES.md."""
    return _WHOLE_SECTIONS.get(reason), REASON_SENTENCES[reason]


def unjudged_words(code: str, is_given: bool) -> tuple[str | None, Words]:
    """Why a plan has no verdict, with the section of RULES.md: `code` is one of :data:`UNJUDGED`."""
    return _UNJUDGED_SECTIONS.get(code), _filled(UNJUDGED[code], {"Push": "This plan" if is_given else "A push"})


def _filled(told: Words, words: Mapping[str, str]) -> Words:
    return told[0].format_map(words), told[1].format_map(words)


def _words(hop: int, pair: Mapping[str, Any], is_given: bool) -> dict[str, str]:
    words = dict(_HOP[hop])
    words |= {"push": "this plan" if is_given else "a push", "change": pair["change"] or ""}
    words |= {name.capitalize(): f"{text[0].upper()}{text[1:]}" for name, text in words.items() if text}
    words["changing"] = f" ({pair['change']})" if pair["change"] else ""
    words["use"] = "it is not known whether anything uses it" if pair["use"] == "unknown" else "nothing uses it"
    return words


# -- the catalog and the course master ---------------------------------------------------------------------


def catalog_words(
    place: Place, element: str, lock: str, locks: frozenset[str], field: str | None
) -> tuple[str | None, str, str]:
    """What the catalog says of it: what stands there, what that means, and what to do."""
    if place.catalog is None:
        return None, f"The school has no course catalog in {place.school_year}.", "Assign one to the school."
    label = f"the field {field_label(field)}" if field is not None else ELEMENT_LABELS[element]
    is_locked = lock in locks
    state = f"{label[0].upper()}{label[1:]} {'locked' if is_locked else 'not locked'}"
    if element == "composite_grades":
        state += f", their weights {'locked' if 'composite_weights' in locks else 'not locked'}"
    stands = f"{place.catalog}: {state}"
    if place.master_id is not None and not place.is_reached:
        uses = f"the course catalog {place.school_catalog}" if place.school_catalog else "no course catalog"
        why = (
            f"{place.school} uses {uses} in {place.school_year}, and the course master is in {place.catalog}: no "
            "push of it comes to the school."
        )
        return stands, why, UNJUDGED["other_catalog"][1]
    if is_locked:
        return stands, "It is locked: a push carries what the course master has to the courses.", _NOTHING_TO_DO
    if element == "composite_grades" and "composite_weights" in locks:
        return stands, *UNJUDGED["weights_alone"]
    why, what = (
        UNJUDGED["field_not_locked"] if element in (COURSE_INFO, ADVISORY) else REASON_SENTENCES[Reason.NOT_LOCKED]
    )
    if element not in (COURSE_INFO, "grading_tasks", "standards", "assessments"):
        why += " What a course has, Push All Courses brings to its sections all the same."
    return stands, why, what


def master_words(place: Place, *, has_it: bool) -> Words:
    """What the course master's having it, or not, means."""
    if place.master_id is None:
        return UNJUDGED["no_master"]
    if not place.master_is_active:
        return REASON_SENTENCES[Reason.MASTER_INACTIVE]
    if has_it:
        return f"The course master {place.master_number} has it so.", _NOTHING_TO_DO
    return (
        f"The course master {place.master_number} has none like it.",
        "Add it to the course master if its courses are to have it.",
    )
