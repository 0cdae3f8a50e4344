"""The words of a plan: verdicts, reasons and links, each with the sentence a reader sees.

The codes and their meaning are those of RULES.md 6.
"""

from __future__ import annotations

from enum import StrEnum


class Verdict(StrEnum):
    INSERT = "insert"
    UPDATE = "update"
    RELINK = "relink"
    RENAME = "rename"
    DELETE = "delete"
    SAME = "same"
    KEEP = "keep"
    SKIP = "skip"
    FAIL = "fail"


WRITING: tuple[Verdict, ...] = (
    Verdict.INSERT,
    Verdict.UPDATE,
    Verdict.RELINK,
    Verdict.RENAME,
    Verdict.DELETE,
)
"""The verdicts that write; the others leave everything as it is."""


class Reason(StrEnum):
    """Why, where the verdict alone does not say it; in the order in which the rules apply them."""

    MASTER_INACTIVE = "master_inactive"
    IGNORE_MASTER_PUSH = "ignore_master_push"
    NOT_SELECTED = "not_selected"
    NOT_LOCKED = "not_locked"
    BLANK_KEPT = "blank_kept"
    COURSE_MANAGED = "course_managed"
    TEACHER_MANAGED = "teacher_managed"
    IN_USE = "in_use"
    RESIDUAL = "residual"
    RESIDUAL_TASK = "residual_task"
    DESYNCED = "desynced"
    DUPLICATE_NUMBER = "duplicate_number"
    MISSING_DEPENDENCY = "missing_dependency"
    NO_SUCH_TERM = "no_such_term"
    CROSS_SITE = "cross_site"
    NOT_SPREAD = "not_spread"
    KEY_MATCH = "key_match"
    UNDO = "undo"
    CHANGED_SINCE = "changed_since"
    USED_SINCE = "used_since"
    KEY_TAKEN = "key_taken"


class Link(StrEnum):
    """How a row hangs on the level above (RULES.md 2)."""

    LINKED = "linked"
    BROKEN = "broken"
    ORPHAN = "orphan"
    LOCAL = "local"


VERDICT_LABELS: dict[str, str] = {
    Verdict.INSERT: "Added",
    Verdict.UPDATE: "Changed",
    Verdict.RELINK: "Taken over and relinked",
    Verdict.RENAME: "Renamed",
    Verdict.DELETE: "Removed",
    Verdict.SAME: "Already the same",
    Verdict.KEEP: "Kept as it is",
    Verdict.SKIP: "Skipped",
    Verdict.FAIL: "Failed",
}

REASON_SENTENCES: dict[str, tuple[str, str]] = {
    Reason.MASTER_INACTIVE: (
        "The course master is inactive, so nothing is pushed to this course.",
        "Make the course master active, or link the course to another one.",
    ),
    Reason.IGNORE_MASTER_PUSH: (
        "The course is marked Ignore Master Push.",
        "Clear Ignore Master Push on the course if the district is to manage it again.",
    ),
    Reason.NOT_SELECTED: (
        "This type of data was not selected for the push.",
        "Mark its checkbox to include it.",
    ),
    Reason.NOT_LOCKED: (
        "This type of data is not locked in the course catalog, and only locked data is pushed.",
        "Lock it in the course catalog if the district is to manage it.",
    ),
    Reason.BLANK_KEPT: (
        "The course master is blank here and the push was told to keep what the course has.",
        "Fill the field in on the course master, or push blanks too.",
    ),
    Reason.COURSE_MANAGED: (
        "The school set this up on the course itself.",
        "Overwrite mode would replace it; agree with the school first.",
    ),
    Reason.TEACHER_MANAGED: (
        "The teacher set this up in the section.",
        "Overwrite would replace it where it is not used; agree with the teacher first.",
    ),
    Reason.IN_USE: (
        "The teacher's own row is in use, so it is not replaced.",
        "Move its assignments and grades to what was pushed, then push again.",
    ),
    Reason.RESIDUAL: (
        "It is no longer set up above, but assignments or grades use it, so it stays.",
        "Realign or delete the assignments and grades that use it, then push again.",
    ),
    Reason.RESIDUAL_TASK: (
        "Its task was removed from the course master but is still in use, so it is set to No Calculation.",
        "Set the option up on the course and push to sections, or realign the assignments to another task.",
    ),
    Reason.DESYNCED: (
        "The course has become desynced here: its link to the course master is broken.",
        "Relink it with an overwrite push of this course, after checking what the school changed.",
    ),
    Reason.DUPLICATE_NUMBER: (
        "Another course of the calendar would have the same number.",
        "Give one of the two another number.",
    ),
    Reason.MISSING_DEPENDENCY: (
        "It names a grading task or standard that the course will not have.",
        "Push Grading Tasks and Standards too, or align the task to the course.",
    ),
    Reason.NO_SUCH_TERM: (
        "It names a term that the calendar does not have.",
        "Use a course master whose terms fit the calendar.",
    ),
    Reason.CROSS_SITE: (
        "The course is mapped to another site, so nothing is pushed to its sections.",
        "Set its sections up at the site that runs them.",
    ),
    Reason.NOT_SPREAD: (
        "It is left over on the course, so it is not given to sections that do not have it.",
        "Nothing to do here.",
    ),
    Reason.KEY_MATCH: (
        "It has the same name or key as a row above and was not linked to it; its values stay as they are.",
        "Check the match, then apply.",
    ),
    Reason.UNDO: ("It goes back to what it was before the push.", "Nothing to do here."),
    Reason.CHANGED_SINCE: (
        "It has changed since the push, or something newer rests on it, so it is left alone.",
        "Look at the newer change; if that is right, take back the rest only (a partial undo).",
    ),
    Reason.USED_SINCE: (
        "Assignments or grades use it since the push, so it is left alone.",
        "Realign them, or take back the rest only (a partial undo).",
    ),
    Reason.KEY_TAKEN: (
        "Its old name, number or place is taken by something else by now.",
        "Rename or remove what stands there, or take back the rest only (a partial undo).",
    ),
}
"""For each reason: what it means, and what to do about it."""
