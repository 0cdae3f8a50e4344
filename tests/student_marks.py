"""Damaged extracts whose students would be recognised wherever they turn up: in a finding, an error, on a page.

Small among the tests; long as a command: ``python -m tests.student_marks 2000``.
"""

from __future__ import annotations

import random
import re
import sys
import tempfile
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))

import other_systems
import polars as pl
from edfi_district import staffed, write_csv, write_json, write_xml
from good_extract import GOOD
from oneroster_tiny import text_of, tiny

import coursepush as cp
from coursepush.errors import CoursepushError, LoadError
from coursepush.load.mapping.campus import draft_mapping
from coursepush.reports.findings.page import findings_page

NUMBER = "98765432"
"""Every student's number begins with these digits."""

WORDS = ("Quokka", "Zebra")
"""Every student's name, and every comment, begins with one of these."""

MARKS = re.compile("|".join((NUMBER, *WORDS)), re.IGNORECASE)


def number(student: int | str) -> str:
    return f"{NUMBER}{student}"


# -- extracts ------------------------------------------------------------------------------------------------


def own(folder: Path) -> Path:
    """A district in the tables of the model: nine students of two sections, their scores, grades and comments."""
    students = [number(place) for place in range(1, 10)]
    work = {
        "enrollment": ["section_id,student_id", *(f"{1 + place % 2},{one}" for place, one in enumerate(students))],
        "score": [
            "assignment_id,student_id,points,is_late,comment",
            *(f"1,{one},{place}.5,f,Zebra {place}" for place, one in enumerate(students)),
        ],
        "posted_grade": [
            "section_id,student_id,task_id,term_seq,mark,percent,comment",
            *(f"1,{one},1,1,A,9{place}.5,Zebra {place}" for place, one in enumerate(students)),
        ],
    }
    folder.mkdir()
    for name, text in GOOD.items():
        (folder / f"{name}.csv").write_text("\n".join(work[name]) + "\n" if name in work else text, "utf-8")
    return folder


def oneroster(folder: Path) -> Path:
    """A bundle in which students are p1 to p9."""
    files = tiny()
    for place in range(3, 10):
        student = f"p{place}"
        user, enrolled, result = files["users"][-1], files["enrollments"][-2], files["results"][0]
        files["users"].append({**user, "sourcedId": student})
        files["enrollments"].append({**enrolled, "sourcedId": f"e9{place}", "userSourcedId": student})
        files["results"].append({**result, "sourcedId": f"r9{place}", "studentSourcedId": student})
    folder.mkdir()
    for name, rows in files.items():
        text = re.sub(r"\bp(\d)\b", lambda found: number(found[1]), text_of(rows))
        text = re.sub(r"\b(r\d+)\b", rf"{NUMBER}\1", text)  # a result is one student's
        (folder / f"{name}.csv").write_text(text, "utf-8")
    users = folder / "users.csv"
    users.write_text(users.read_text("utf-8").replace(",Student,", ",Quokka,"), "utf-8")
    return folder


def _edfi(folder: Path, write: Callable[..., Path]) -> Path:
    rows = staffed()
    for entities in rows.values():
        for entity in entities:
            if "student" in entity:
                entity["student"] = str(entity["student"]).replace("900", NUMBER)
            if entity.get("comment"):
                entity["comment"] = "Zebra 1"
    for kind in ("StudentSectionAssociation", "StudentGradebookEntry", "Grade"):
        rows[kind] += [{**rows[kind][0], "student": number(place)} for place in range(3, 10)]
    return write(folder, rows)


def _other(folder: Path, write: Callable[[Path], Path]) -> Path:
    write(folder)
    for path in sorted(folder.iterdir()):
        text = path.read_text("utf-8")
        for student in other_systems.STUDENTS:
            text = re.sub(rf"\b{student}\b", number(student), text)
            text = re.sub(rf"\b{student[1:]}\b,,{number(student)}", f"{number(student)},,{number(student)}", text)
        path.write_text(text.replace(",good,", ",Zebra good,"), "utf-8")
    return folder


EXTRACTS: dict[str, tuple[Callable[[Path], Path], dict[str, Any]]] = {
    "tables": (own, {}),
    "oneroster": (oneroster, {}),
    "edfi csv": (lambda folder: _edfi(folder, write_csv), {}),
    "edfi xml": (lambda folder: _edfi(folder, write_xml), {}),
    "edfi json": (lambda folder: _edfi(folder, write_json), {}),
    "canvas": (lambda folder: _other(folder, other_systems.canvas), {"mapping": "canvas"}),
    "clever": (lambda folder: _other(folder, other_systems.clever), {"mapping": "clever"}),
    "sds": (lambda folder: _other(folder, other_systems.sds_v21), {"mapping": "sds"}),
    "moodle": (lambda folder: _other(folder, other_systems.moodle), {"mapping": "moodle"}),
}
"""What each is called: how it is written, and how it is loaded."""


# -- what happens to them ------------------------------------------------------------------------------------


def damage(chance: random.Random, folder: Path) -> None:
    """One to three things that happen to the files that tell of students, or to those they rest on."""
    for _ in range(chance.choice((1, 1, 2, 3))):
        files = sorted(path for path in folder.iterdir() if path.is_file())
        told = [path for path in files if MARKS.search(path.read_text("utf-8", "replace"))]
        if told and chance.random() < 0.85:
            path = chance.choice(told)
            path.write_bytes(_damaged(chance, path))
        elif files:
            path = chance.choice(files)
            lines = path.read_bytes().splitlines(keepends=True)
            kept = lines[: 1 + chance.randrange(len(lines))] if lines else []
            path.unlink() if chance.random() < 0.3 else path.write_bytes(b"".join(kept))


def _damaged(chance: random.Random, path: Path) -> bytes:
    data = path.read_bytes()
    lines = data.splitlines(keepends=True)
    found = [one.start() for one in re.finditer(MARKS.pattern.encode(), data)]
    at = chance.choice(found) if found else 0
    after = at + len(NUMBER) + 1
    what = chance.randrange(16)
    if what == 0:
        end = chance.choice((b"x", b".5", b" 1", b"\xff", b"\0", b"\xc3", b"e9", b"\xf1"))
        return data[:after] + end + data[after:]
    if what == 1:
        return data[:at] + chance.choice((b'"', b"'", b"-", b"\xff", b"\xe9", b",", b"<", b"&", b"{")) + data[at:]
    if what == 2:
        return data[:after]
    if what == 3 and len(lines) > 1:
        return b"".join(lines[1:])
    if what == 4:
        return data + b"".join(chance.choices(lines, k=3))
    if what == 5:
        return data.replace(NUMBER.encode(), b"4" + NUMBER.encode() * 3)
    if what == 6:
        return data.replace(NUMBER.encode(), b"-" + NUMBER.encode())
    if what == 7:
        return lines[0] + b"".join(lines[1:]).replace(b"\n", b",Zebra extra\n")
    if what == 8 and len(lines) > 1:
        return lines[0] + lines[0] + b"".join(lines[1:])
    if what == 9:
        return data.decode("utf-8", "replace").encode("utf-16")
    if what == 10:
        return data.replace(b",", b";")
    if path.suffix != ".csv" or len(lines) < 2:
        return data[:at] + data[after:]
    return _cells_moved(chance, lines, what)


def _cells_moved(chance: random.Random, lines: list[bytes], what: int) -> bytes:
    """Cells of a CSV file in other columns: one row's, or all rows'; or a student's number in another cell."""
    rows = [line.rstrip(b"\r\n").split(b",") for line in lines]
    width = len(rows[0])
    one, other = chance.randrange(width), chance.randrange(width)
    some = rows[1:] if chance.random() < 0.5 else [chance.choice(rows[1:])]
    for row in some:
        if len(row) != width:
            continue
        if what in (11, 12):
            row[one], row[other] = row[other], row[one]
        elif what == 13:
            row[one] = number(chance.randrange(99)).encode()
        elif what == 14:
            row[one] = b"Zebra was here"
        else:
            row[one] = row[one] + chance.choice((b"0000x", b".123456789", b" ", b"NULL", b"\xc3\xb1"))
    return b"\n".join(b",".join(row) for row in rows) + b"\n"


# -- what is said of them ------------------------------------------------------------------------------------


def said(folder: Path, how: dict[str, Any], district: cp.District | None = None) -> dict[str, str]:
    """Everything that a load of the folder (or a refresh of `district` with it) says, by where it is said."""
    texts: dict[str, str] = {}
    try:
        if district is None:
            with cp.load_district(folder, **how) as loaded:
                findings, repairs = loaded.findings(), loaded.repairs()
        else:
            refreshed = district.refresh(folder, **how)
            findings, repairs = refreshed.warnings, district.repairs()
            texts["refreshed"] = repr(refreshed) + refreshed._repr_html_()
        texts["repairs"] = repairs.write_csv()
        texts["page"] = findings_page(findings, repairs=repairs)
    except CoursepushError as error:
        told = error.findings if isinstance(error, LoadError) else None
        findings = pl.DataFrame() if told is None else told
        texts["error"] = f"{error}\n{error!r}\n{error.args}"
        texts["traceback"] = "".join(traceback.format_exception(error))
        if not findings.is_empty():
            texts["page"] = findings_page(findings)
    if list(folder.glob("*.csv")):
        try:
            texts["draft"] = draft_mapping(folder)
        except CoursepushError as error:
            texts["draft"] = str(error)
    texts["findings"] = findings.with_columns(pl.all().cast(pl.String)).write_csv() if findings.width else ""
    return texts


def slips(texts: dict[str, str]) -> list[str]:
    """Where a student is told, and how."""
    return [
        f"{where}: …{text[max(0, found.start() - 100) : found.end() + 60]}…"
        for where, text in texts.items()
        for found in [MARKS.search(text)]
        if found is not None
    ]


def one_round(seed: int, place: Path) -> tuple[str, list[str], dict[str, str]]:
    """Damage one extract and load it: what it was, where a student is told, and everything that was said."""
    chance = random.Random(seed)
    name = sorted(EXTRACTS)[seed % len(EXTRACTS)]
    write, how = EXTRACTS[name]
    folder = write(place / f"extract {seed}")
    damage(chance, folder)
    how = {**how, "repair": chance.random() < 0.3}
    texts = said(folder, how)
    return name, slips(texts), texts


def main(rounds: int) -> int:
    told = 0
    for seed in range(rounds):
        with tempfile.TemporaryDirectory() as place:
            name, found, _ = one_round(seed, Path(place))
        for slip in found[:1]:
            told += 1
            print(f"{seed} {name} {slip}", flush=True)
    print(f"{rounds:,} damaged extracts, {told:,} of which told of a student")
    return 1 if told else 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 500))
