"""A saved plan that somebody changed who makes every checksum right again: refused in words, or no more than true.

Each part of the file is taken away, emptied, and made another type and another value, and the file sealed anew,
with the digest as it was or of what it says now. What loads all the same must be the plan that the
request gives to anybody who asks for it; what it permits is asked for again.

A sample of the changes is tried; all of them, some 900, with --slow.
"""

from __future__ import annotations

import copy
import gzip
import hashlib
import json
import random
from collections.abc import Callable, Iterator
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

import pytest
from district_files import HIGH, everything, locked_then_pushed, plan_all, worn_district
from rounds import rounds

import coursepush as cp
from coursepush.errors import CoursepushError, PermissionNeededError, PlanError, RequestError, UnknownUseError
from coursepush.plan import saved_file
from coursepush.plan.plan import Plan
from coursepush.plan.request import PERMISSIONS, request_text
from coursepush.plan.requests.registry import KINDS
from coursepush.plan.saved import SEAL, seal_of

About = dict[str, Any]
NAMES = "lines of names"
Rows = list[dict[str, Any]]


@pytest.fixture(scope="module")
def district() -> cp.District:
    """Nothing is written to it, but for one push and its undo."""
    made = cp.District(worn_district().store())
    pushed = made.apply(plan_all(made, data=["categories"], to_sections=False))
    made.apply(made.plan_undo(pushed.push_id))
    return made


@pytest.fixture(scope="module")
def before(district: cp.District) -> object:
    return everything(district._store)


def document(path: Path) -> tuple[About, Rows]:
    """What the file says of itself, with its names under :data:`NAMES`, and its rows."""
    first, *lines = gzip.decompress(path.read_bytes()).decode().splitlines()
    about = json.loads(first)
    at = len(lines) - sum(about.get("names", {}).values())
    return {**about, NAMES: lines[at:]}, [json.loads(line) for line in lines[:at]]


def signed(about: About, rows: Rows, *, digest: bool) -> bytes:
    """The file's content with every checksum right: the seal and, if asked for, the digest (RULES.md 9)."""
    names = "".join(f"{line}\n" for line in about.get(NAMES, ()))
    about = {name: value for name, value in about.items() if name not in (SEAL, NAMES)}
    if digest and "request" in about:
        total = hashlib.sha256()
        for row in rows:
            line = "|".join("\\N" if value is None else str(value) for value in row.values())
            total.update(hashlib.sha256(line.encode("utf-8", "replace")).hexdigest().encode() + b"\n")
        request = json.dumps(about["request"], sort_keys=True, separators=(",", ":"))
        text = f"{about.get('rules_version')}\n{request}\n{total.hexdigest()}"
        about["digest"] = hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()
    text = "".join(json.dumps(row, separators=(",", ":")) + "\n" for row in rows).encode() + names.encode()
    first = json.dumps({**about, SEAL: seal_of(about, text)}).encode()
    return gzip.compress(first + b"\n" + text, compresslevel=1)


def test_the_checksums_made_here_are_right(district: cp.District, tmp_path: Path) -> None:
    plan = plan_all(district)
    about, rows = document(plan.save(tmp_path / "plan"))
    (tmp_path / "again").write_bytes(signed({**about, "digest": ""}, rows, digest=True))
    assert document(tmp_path / "again")[0]["digest"] == plan.digest
    assert district.load_plan(tmp_path / "again").digest == plan.digest


# -- what may become of a value --------------------------------------------------------------------------

GONE = object()

ODD: tuple[Any, ...] = ("", 7, -1, 1.5, True, "x\u0000|", [], {}, [[1]], 2**70, "\ud800")
"""What breaks programs, and other types."""

chance = random.Random(7)


def others(value: Any) -> Iterator[Any]:
    """Gone, nothing, other types, other values, and what breaks programs."""
    yield from (GONE, None, *ODD)
    if isinstance(value, bool):
        yield not value
    elif isinstance(value, int):
        yield from (value + 1, str(value), 2**31 - 1, -value)
    elif isinstance(value, str):
        yield from (value + "x", value.upper(), [value], value[:-1])
        yield {"locked": "overwrite", "overwrite": "locked", "push": "keep", "current": ".2251"}.get(value, "same")
    elif isinstance(value, list):
        yield from (value[1:], value[::-1], value + value, [*value, 999], [str(one) for one in value])


def changed(whole: dict[str, Any], name: str, value: Any) -> dict[str, Any]:
    made = copy.deepcopy(whole)
    if value is GONE:
        made.pop(name, None)
    else:
        made[name] = value
    return made


def asked_anew(district: cp.District, request: Any) -> Plan:
    """A fresh plan of a request, asked for as anybody asks, by the ids that it names."""
    given = asdict(request)
    kind = given.pop("kind")
    if kind == "undo":
        return district.plan_undo(given["push_id"], partial=given["partial"])
    if kind == "course_push":
        return district.plan_course_push(given.pop("calendar_id"), **given)
    if given.pop("all_calendars"):
        given["calendars"] = None
    catalog = given.pop("catalog_id")
    if kind == "links":
        return district.plan_links(catalog, **given)
    return district.plan_master_push(catalog, **given)


def refusal(call: Callable[[], object]) -> str | None:
    """What an error of the package says, None where the call works; any other error comes through."""
    try:
        call()
    except CoursepushError as error:
        return str(error)
    return None


def loads_truly_or_not(district: cp.District, path: Path) -> bool:
    """Whether the file loads; if so it must be what a fresh plan of its request is, permissions not included."""
    said = refusal(lambda: district.load_plan(path))
    tells_its_own_digest_or_nothing(path)
    if chance.random() < 0.3:
        assert len(refusal(lambda: district.reconcile(path)) or "") < 1000
    if said is not None:
        assert 40 < len(said) < 1000
        return False
    loaded = district.load_plan(path)
    fresh = asked_anew(district, loaded.request)
    assert loaded.digest == fresh.digest
    assert loaded.rows().equals(fresh.rows())
    assert loaded.counts().equals(fresh.counts())
    assert loaded.asks_for == tuple(name for name in PERMISSIONS if getattr(fresh.request, name, False))
    if loaded.asks_for:
        assert loaded.warnings[0].code == "asks_for"
        assert all(f"{name}=True" in loaded.warnings[0] for name in loaded.asks_for)
        with pytest.raises(PermissionNeededError):
            district.apply(loaded)
    return True


def tells_its_own_digest_or_nothing(path: Path) -> None:
    """Whoever has the file alone is shown the digest of what is shown, or refused in words."""
    read: list[cp.SavedPlan] = []
    said = refusal(lambda: read.append(cp.read_plan(path)))
    if said is not None:
        assert 40 < len(said) < 1000
        return
    about, rows = document(path)
    (told,) = read
    assert told.digest == json.loads(gzip.decompress(signed(about, rows, digest=True)).split(b"\n")[0])["digest"]
    assert told.rows().to_dicts() == rows
    assert told.counts()["rows"].sum() == len(rows) + sum(one[2] for one in about["same"])
    assert told.by_school()["rows"].sum() == len(rows)
    assert len(told.asked) >= 1
    told._repr_html_()


def try_some(district: cp.District, path: Path, files: Iterator[bytes], number: int) -> tuple[int, int]:
    """How many of the files loaded, and how many were refused, of so many of them."""
    contents = list(files)
    came_of = [0, 0]
    for content in chance.sample(contents, min(len(contents), rounds(number, 10_000))):
        path.write_bytes(content)
        came_of[0 if loads_truly_or_not(district, path) else 1] += 1
    return came_of[0], came_of[1]


# -- every part of the file ------------------------------------------------------------------------------


def test_what_the_file_says_of_itself(district: cp.District, tmp_path: Path, before: object) -> None:
    about, rows = document(plan_all(district).save(tmp_path / "plan"))

    def files() -> Iterator[bytes]:
        for name in sorted(about.keys() - {SEAL, NAMES, "request", "digest"}):
            for value in others(about[name]):
                yield signed(changed(about, name, value), rows, digest=True)
        for value in others(about["digest"]):
            yield signed(changed(about, "digest", value), rows, digest=False)
        for place in range(3):
            for value in others(about["same"][0][place]):
                one = [*about["same"][0]]
                one[place : place + 1] = [] if value is GONE else [value]
                yield signed({**about, "same": [one, *about["same"][1:]]}, rows, digest=False)
        yield signed({**about, "permissions": ["assume_unused"]}, rows, digest=False)
        yield signed({**about, "approvals": []}, rows, digest=False)

    loaded, refused = try_some(district, tmp_path / "changed", files(), 20)
    # a file of before has no version of its state; its id, who made it when, and what it warned of are its own
    assert loaded < refused
    assert everything(district._store) == before


def test_what_the_request_says(district: cp.District, tmp_path: Path, before: object) -> None:
    plans = {
        "master_push": plan_all(district, masters=["MATH1"], data=["categories", "assessments"]),
        "course_push": district.plan_course_push("Lincoln High 26-27", courses=["MATH1"], data=["categories"]),
        "links": district.plan_links(HIGH, year=2027, data=["categories"]),
        "setup": locked_then_pushed(district),
        "undo": district.plan_undo(1),
    }
    assert plans.keys() == KINDS.keys()
    for kind, plan in plans.items():
        about, rows = document(plan.save(tmp_path / kind))
        request = about["request"]
        assert set(request) == {field.name for field in fields(plan.request)} == {"kind", *KINDS[kind].form}

        def files(about: About = about, rows: Rows = rows, request: About = request) -> Iterator[bytes]:
            for name in request:
                for value in others(request[name]):
                    asked = changed(request, name, value)
                    yield signed({**about, "request": asked}, rows, digest=True)
            yield signed({**about, "request": {**request, "allow_removals": True}}, rows, digest=True)
            yield signed({**about, "request": {**request, PERMISSIONS[0]: True}}, rows, digest=False)

        loaded, refused = try_some(district, tmp_path / "changed", files(), 8)
        assert loaded < refused, kind
    assert everything(district._store) == before


def test_what_the_rows_say(district: cp.District, tmp_path: Path, before: object) -> None:
    about, rows = document(plan_all(district).save(tmp_path / "plan"))
    row = next(one for one in rows if one["key"] and one["before"] and one["after"] and one["parent_row_id"])
    at = rows.index(row)

    def files() -> Iterator[bytes]:
        for name in row:
            for value in others(row[name]):
                if value != row[name] and not (value is GONE and row[name] is None):
                    yield signed(about, [*rows[:at], changed(row, name, value), *rows[at + 1 :]], digest=True)
        for other in (rows[1:], [], [*rows, row], [*rows, {}], [{**one, "note": 1} for one in rows]):
            yield signed(about, other, digest=True)
        yield signed(about, [*rows[:at], dict(reversed(row.items())), *rows[at + 1 :]], digest=True)

    loaded, refused = try_some(district, tmp_path / "changed", files(), 16)
    assert loaded == 0
    assert refused >= 16
    assert everything(district._store) == before


def test_what_the_names_say(district: cp.District, tmp_path: Path, before: object) -> None:
    """No name is held to the district where that is not there; none makes rows of a plan, or takes some away."""
    about, rows = document(plan_all(district).save(tmp_path / "plan"))
    lines = about[NAMES]

    def files() -> Iterator[bytes]:
        for at in {json.loads(line).keys().__str__(): place for place, line in enumerate(lines)}.values():
            row = json.loads(lines[at])
            for name in row:
                for value in others(row[name]):
                    other = json.dumps(changed(row, name, value))
                    yield signed({**about, NAMES: [*lines[:at], other, *lines[at + 1 :]]}, rows, digest=False)
        for other in (lines[1:], [], [*lines, lines[0]], lines[::-1], [lines[0], lines[0], *lines[2:]]):
            yield signed({**about, NAMES: other}, rows, digest=False)

    try_some(district, tmp_path / "changed", files(), 16)
    assert everything(district._store) == before


# -- files that are none ---------------------------------------------------------------------------------


def packed(text: bytes) -> bytes:
    return gzip.compress(text, compresslevel=1)


NO_PLANS: dict[str, bytes] = {
    "no text": packed(b"\xff\xfe\n"),
    "no line": packed(b"{}"),
    "a list": packed(b"[]\n"),
    "no seal": packed(b'{"id": 1}\n'),
    "deep": packed(b'{"seal": "", "request": ' + b"[" * 100_000 + b"]" * 100_000 + b"}\n"),
    "twice": packed(b'{"seal": "", "id": "a", "id": "b"}\n'),
    "no number": packed(b'{"seal": "", "refresh_id": NaN}\n'),
    "many digits": packed(b'{"seal": "", "refresh_id": ' + b"9" * 10_000 + b"}\n"),
    "a long line": packed(b'{"seal": "' + b"x" * (saved_file.MOST_BYTES_ABOUT + 1) + b'"}\n'),
    "something behind": packed(b'{"seal": ""}\n') + b"behind",
}


@pytest.mark.parametrize("content", NO_PLANS.values(), ids=NO_PLANS)
def test_files_that_are_no_plans_are_refused(content: bytes, district: cp.District, tmp_path: Path) -> None:
    path = tmp_path / "plan"
    path.write_bytes(content)
    for call in (district.load_plan, district.reconcile):
        with pytest.raises(PlanError, match=r"is not a plan saved by coursepush: .*Save the plan again"):
            call(path)


def test_a_file_that_unpacks_without_end_is_not_unpacked(district: cp.District, tmp_path: Path) -> None:
    about, _ = document(plan_all(district).save(tmp_path / "plan"))
    with gzip.open(tmp_path / "plan", "wb", compresslevel=1) as file:
        file.write(json.dumps(about).encode() + b"\n")
        for _ in range(200):
            file.write(bytes(1024**2))
    with pytest.raises(PlanError, match=r"unpacks to more than 6[0-9],"):
        district.load_plan(tmp_path / "plan")


def test_a_file_that_was_cut_is_refused(district: cp.District, tmp_path: Path) -> None:
    path = plan_all(district).save(tmp_path / "plan")
    content = path.read_bytes()
    for size in range(0, len(content), len(content) // 20):
        path.write_bytes(content[:size])
        with pytest.raises(PlanError, match="is not a plan saved by coursepush"):
            district.load_plan(path)


def test_a_file_in_several_members_is_the_plan(district: cp.District, tmp_path: Path) -> None:
    """As other programs pack; what is in it decides."""
    plan = plan_all(district)
    text = gzip.decompress(plan.save(tmp_path / "plan").read_bytes())
    (tmp_path / "plan").write_bytes(packed(text[:100]) + packed(text[100:]))
    assert district.load_plan(tmp_path / "plan").digest == plan.digest


def test_a_plan_is_not_that_of_another_push(district: cp.District, tmp_path: Path) -> None:
    about, rows = document(plan_all(district).save(tmp_path / "plan"))
    about["id"] = district.history()["plan_id"][0]
    (tmp_path / "plan").write_bytes(signed(about, rows, digest=False))
    for call in (district.load_plan, district.reconcile):
        with pytest.raises(PlanError, match=r"id of push \d's plan, and that was another"):
            call(tmp_path / "plan")


# -- permissions -----------------------------------------------------------------------------------------


def work_unknown() -> cp.District:
    d = worn_district()
    return cp.District(d.store(unknown=frozenset({"assignment", "score"})))


def test_a_file_gives_no_permission(tmp_path: Path) -> None:
    """The request is planned as it says, and refused as it was before until a person permits it."""
    district = work_unknown()
    plan = plan_all(district)
    before = everything(district._store)
    with pytest.raises(UnknownUseError):
        district.apply(plan)
    about, rows = document(plan.save(tmp_path / "plan"))
    about["request"]["assume_unused"] = True
    (tmp_path / "plan").write_bytes(signed(about, rows, digest=True))
    loaded = district.load_plan(tmp_path / "plan")
    assert json.loads(request_text(loaded.request))["assume_unused"]
    assert loaded.asks_for == ("assume_unused",)
    assert "not known whether students' work uses it" in loaded.warnings[0]
    assert "assume_unused=True" in loaded._repr_html_()
    with pytest.raises(PermissionNeededError, match=r"assume_unused=True.*Nothing was written") as refused:
        district.apply(loaded)
    assert refused.value.permissions == ("assume_unused",)
    with pytest.raises(RequestError, match="not made with partial=True"):
        district.apply(loaded, assume_unused=True, partial=True)
    assert everything(district._store) == before
    assert district.apply(loaded, assume_unused=True).rows == loaded.writes > 0


def test_a_plan_made_here_with_a_permission_has_it(tmp_path: Path) -> None:
    district = work_unknown()
    plan = plan_all(district, assume_unused=True)
    assert plan.asks_for == ()
    plain = plan_all(district)
    with pytest.raises(RequestError, match="not made with assume_unused=True"):
        district.apply(plain, assume_unused=True)
    plan.save(tmp_path / "plan")
    assert district.apply(plan).rows == plan.writes


def test_a_partial_undo_from_a_file_is_permitted_again(tmp_path: Path) -> None:
    district = cp.District(worn_district().store())
    pushed = district.apply(plan_all(district))
    with district._store.writing() as session:
        session.run(
            "edit",
            "update course_category set weight = 77 where row_id = (select max(row_id) from course_category)",
        )
    undo = district.plan_undo(pushed.push_id, partial=True)
    assert undo.left_alone
    loaded = district.load_plan(undo.save(tmp_path / "undo"))
    with pytest.raises(PermissionNeededError, match="partial=True"):
        district.apply(loaded)
    assert district.apply(loaded, partial=True).rows == undo.writes
