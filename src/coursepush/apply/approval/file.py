"""An approval as a small file: made by somebody who has the plan's file and not the district, and taken in there.

It is JSON with a hash over all it says: against damage, not against somebody who makes it anew.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
import re
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

from coursepush.apply.approval.approvals import (
    MOST_IN_COMMENTS,
    Approval,
    comment_given,
)
from coursepush.apply.approval.given import check_overrides
from coursepush.apply.approval.policy import GUARDS
from coursepush.apply.saved_alone import read_alone
from coursepush.errors import ApprovalError
from coursepush.files import Kind, new_file
from coursepush.files.kinds import APPROVAL_MARK
from coursepush.plan.requests.form import shown
from coursepush.plan.saved import MOST_IN_NAMES, name_of_person
from coursepush.plan.saved_file import strict_json
from coursepush.store.owner import now_in_utc, user_name

ENDING = ".approval"
_MOST_BYTES = 256 * 1024
_SEAL = "seal"


def approve(
    plan: str | os.PathLike[str],
    *,
    by: str,
    comment: str = "",
    overrides: str | list[str] | tuple[str, ...] | None = None,
    into: str | os.PathLike[str] | None = None,
) -> Path:
    """Approve a saved plan, from its file alone; gives the small file that ``district.approve(plan, file)`` takes.

    The approval is of the plan's digest, which is computed from its rows. It is a record of who agreed to
    what, not a signature: whoever can write the file can write another one.

    Args:
        plan: the file that ``plan.save(...)`` wrote.
        by: your name. The user that the operating system knows is kept beside it.
        comment: why, or on what condition.
        overrides: guards that the plan may pass (RULES.md 9.1).
        into: the file to write; by default beside the plan's, with the ending ``.approval``.

    Raises:
        PlanError: `plan` is no saved plan, or was changed after it was saved.
        RequestError: no name is given, there is no such guard, or what is there is no approval.
        WriteError: it cannot be written.

    >>> plan.save("to review.cpush").name
    'to review.cpush'
    >>> cp.approve("to review.cpush", by="Dana Director", comment="As agreed on Monday.").name
    'to review.approval'
    """
    name, said, over = name_of_person(by, "who approves it"), comment_given(comment), check_overrides(overrides)
    read = read_alone(plan)
    read.store.close()
    approval = Approval(
        approval_id=None,
        key=uuid.uuid4().hex,
        digest=read.digest,
        plan_id=read.file.id,
        title=read.request.title,
        by=name,
        user=user_name(),
        comment=said,
        overrides=over,
        at=now_in_utc(),
        from_file=True,
    )
    target = Path(plan).expanduser().with_suffix(ENDING) if into is None else Path(into).expanduser()
    about: dict[str, Any] = {
        **APPROVAL_MARK,
        "key": approval.key,
        "digest": approval.digest,
        "plan_id": approval.plan_id,
        "plan_seal": read.file.seal,
        "district_id": read.file.district_id,
        "title": approval.title,
        "by": approval.by,
        "user": approval.user,
        "comment": approval.comment,
        "overrides": list(approval.overrides),
        "at": f"{approval.at:%Y-%m-%dT%H:%M:%S}",
    }
    with new_file(target, Kind.APPROVAL) as file:
        file.write(json.dumps({**about, _SEAL: seal_of(about)}, indent=1).encode() + b"\n")
    return target


def seal_of(about: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(about, sort_keys=True).encode()).hexdigest()


def read_approval(path: str | os.PathLike[str]) -> tuple[Approval, str, str]:
    """The approval in a file, the district it is for, and the seal of the plan's file that it was made from.

    Raises:
        ApprovalError: it is no approval, or was changed after it was made.
    """
    source = Path(path).expanduser()
    try:
        with source.open("rb") as file:
            text = file.read(_MOST_BYTES + 1)
        if len(text) > _MOST_BYTES:
            raise ValueError("it is larger than any approval")
        about = strict_json(text.decode())
        if not isinstance(about, dict) or not isinstance(sealed := about.pop(_SEAL, None), str):
            raise ValueError("it does not begin as one")
        seal = seal_of(about)
    except (OSError, ValueError, RecursionError) as error:
        said = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise ApprovalError(f"{path} is not an approval made by coursepush: {said}. {_AGAIN}") from error
    if seal != sealed:
        raise ApprovalError(f"{path} was changed after it was made. {_AGAIN}")
    for name, (words, is_right) in _PARTS.items():
        if name not in about or not is_right(about[name]):
            raise ApprovalError(
                f"{path} is not as this version of coursepush makes an approval: its {name} is "
                f"{shown(about.get(name))}, not {words}. {_AGAIN}"
            )
    unknown = sorted(about.keys() - _PARTS.keys())
    if unknown:
        raise ApprovalError(f"{path} says {shown(unknown[0])}, which is not known here. Update coursepush.")
    approval = Approval(
        approval_id=None,
        key=about["key"],
        digest=about["digest"],
        plan_id=about["plan_id"],
        title=about["title"],
        by=about["by"],
        user=about["user"],
        comment=about["comment"],
        overrides=tuple(about["overrides"]),
        at=dt.datetime.fromisoformat(about["at"]),
        from_file=True,
    )
    return approval, about["district_id"], about["plan_seal"]


_AGAIN = "Ask for the approval again."


def _is_line(value: object, most: int = MOST_IN_NAMES) -> bool:
    return isinstance(value, str) and 0 < len(value.strip()) <= most and value.isprintable()


def _is(value: object) -> Callable[[object], bool]:
    """That value and nothing that is merely equal to it: true is no 1."""
    return lambda given: type(given) is type(value) and given == value


def _fits(pattern: str) -> Callable[[object], bool]:
    return lambda value: isinstance(value, str) and re.fullmatch(pattern, value, re.ASCII) is not None


def _is_time(value: object) -> bool:
    if not _fits(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d")(value):
        return False
    try:
        dt.datetime.fromisoformat(str(value))
    except ValueError:
        return False
    return True


def _is_comment(value: object) -> bool:
    return (
        isinstance(value, str)
        and len(value) <= MOST_IN_COMMENTS
        and all(one.isprintable() or one in "\n\t" for one in value)
    )


def _is_overrides(value: object) -> bool:
    return isinstance(value, list) and value == [name for name in GUARDS if name in value]


_PARTS: dict[str, tuple[str, Callable[[object], bool]]] = {
    **{name: (f"{value!r}", _is(value)) for name, value in APPROVAL_MARK.items()},
    "key": ("32 hexadecimal digits", _fits("[0-9a-f]{32}")),
    "digest": ("64 hexadecimal digits", _fits("[0-9a-f]{64}")),
    "plan_id": ("12 hexadecimal digits", _fits("[0-9a-f]{12}")),
    "plan_seal": ("64 hexadecimal digits", _fits("[0-9a-f]{64}")),
    "district_id": ("a district's id", _is_line),
    "title": ("a title", lambda value: _is_line(value, 1_000)),
    "by": ("a person's name", _is_line),
    "user": ("a user's name", _is_line),
    "comment": ("a comment", _is_comment),
    "overrides": ("guards, in their order", _is_overrides),
    "at": ("a time", _is_time),
}
"""Part → what it should be, in words, and whether a value is that."""
