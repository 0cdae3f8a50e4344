"""The same answers whatever DuckDB: digests, rows, reports and tables, told as text that can be compared.

    python -m tests.both_versions answers small        # or medium, or northridge; prints JSON
    python -m tests.both_versions make FOLDER [4]      # ten random districts in files, or so many, and answers
    python -m tests.both_versions take FOLDER          # reads, pushes and undoes them; fails where they differ

`answers` is run once by each version and the two texts are compared; `make` is run by one and `take` by the other.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

import coursepush as cp
from coursepush.model.tables import TABLES

sys.path.insert(0, str(Path(__file__).parent))

from district_files import write_file
from engine import plan_of
from random_districts import make_district, make_request

TODAY = "2026-11-02"
REPORTS = (
    "course_status",
    "course_audit",
    "master_awaiting_push",
    "course_awaiting_push",
    "residual",
    "push_result",
    "cascade",
    "drift",
)


def hash_of(frame: pl.DataFrame) -> str:
    """Of a frame as text, in its order, times left out."""
    kept = [name for name, dtype in frame.schema.items() if not isinstance(dtype, pl.Datetime)]
    lists = [name for name in kept if isinstance(frame.schema[name], pl.List)]
    text = frame.select(kept).with_columns(pl.col(lists).list.eval(pl.element().cast(pl.String)).list.join(";"))
    return f"{frame.height} rows, {hashlib.sha256(text.write_csv().encode()).hexdigest()[:16]}"


def tables_of(district: cp.District) -> dict[str, str]:
    return {
        table.name: hash_of(district.sql(f"select * from {table.name} order by {', '.join(table.key)}"))
        for table in TABLES.values()
    }


def told_of(plan: Any) -> dict[str, Any]:
    return {
        "digest": plan.digest,
        "state": plan.state,
        "counts": hash_of(plan.counts()),
        "rows": hash_of(plan.rows(names=True)),
        "warnings": [str(warning) for warning in plan.warnings],
    }


def answers(district: cp.District, catalog: str, year: int) -> dict[str, Any]:
    """What pushes of a catalog would do, what one does, every report after it, and what an undo leaves."""
    found: dict[str, Any] = {"tables": tables_of(district)}
    for mode in ("locked", "overwrite"):
        plan = district.plan_master_push(catalog, year=year, mode=mode, to_sections=True, today=TODAY)
        found[mode] = told_of(plan)
    found["links"] = told_of(district.plan_links(catalog, year=year))
    receipt = district.apply(plan)
    found["after"] = tables_of(district)
    for name in REPORTS:
        report = getattr(district.reports, name)()
        found[name] = [hash_of(report.frame), str(report.answer)]
    undo = district.plan_undo(receipt.push_id)
    found["undo"] = told_of(undo)
    district.apply(undo)
    found["undone"] = tables_of(district)
    assert found["undone"] == found["tables"], "an undo gives back what was there"
    return found


def answers_of(size: str) -> dict[str, Any]:
    if size in ("small", "medium"):
        with cp.simulate_district(size, seed=7) as district:
            return answers(district, "High School", 2027)
    if size == "northridge":
        source = Path(__file__).resolve().parents[2] / "shared" / "data" / "edfi_northridge_csv"
        with cp.load_district(source, format="edfi", scaffold=True) as district:
            [*_, (catalog, year)] = district.catalogs().select("name", "year").rows()
            return answers(district, catalog, year)
    raise SystemExit(f"There is no size {size!r}: small, medium, northridge.")


# -- files made by one version and taken by the other --------------------------------------------------------


def told_of_file(path: Path, seed: int) -> dict[str, Any]:
    """What a random push of the district in that file comes to; the file is left with it applied and undone."""
    kind, request = make_request(seed, make_district(seed, 1 + seed % 4))
    with cp.open_district(path) as district:
        found: dict[str, Any] = {"tables": tables_of(district)}
        plan = plan_of(district.store, kind, request)
        found["plan"] = told_of(plan)
        receipt = district.apply(plan)
        found["after"] = tables_of(district)
        undo = district.plan_undo(receipt.push_id)
        found["undo"] = told_of(undo)
        district.apply(undo)
        found["undone"] = tables_of(district)
        return found


def make(folder: Path, districts: int = 10) -> None:
    """Districts, each with a push that this version applied and did not take back, and what is to be told."""
    folder.mkdir(parents=True, exist_ok=True)
    for seed in range(districts):
        tables, path = make_district(seed, 1 + seed % 4), folder / f"{seed}.duckdb"
        write_file(tables, path)
        with tempfile.TemporaryDirectory() as aside:
            told = told_of_file(Path(shutil.copy(path, aside)), seed)
        with cp.open_district(path) as district:
            plan = plan_of(district.store, *make_request(seed, tables))
            told["pushed"] = district.apply(plan).push_id
        path.with_suffix(".json").write_text(json.dumps(told, indent=1), "utf-8")
    (folder / "made-by").write_text(duckdb.__version__, "utf-8")


def take(folder: Path) -> None:
    """Take back what the other version pushed, then plan, push and undo as it did, in its files."""
    made_by = (folder / "made-by").read_text("utf-8")
    paths = sorted(folder.glob("*.duckdb"))
    assert paths, f"{folder}: no district was made there"
    for path in paths:
        seed = int(path.stem)
        expected = json.loads(path.with_suffix(".json").read_text("utf-8"))
        with cp.open_district(path) as district:
            assert tables_of(district) == expected["after"], f"{path}: the tables read otherwise"
            undo = district.plan_undo(expected.pop("pushed"))
            assert undo.digest == expected["undo"]["digest"], f"{path}: the undo differs"
            district.apply(undo)
        told = json.loads(json.dumps(told_of_file(path, seed)))
        told.pop("undo")  # of another push, by its number
        expected.pop("undo")
        assert told == expected, f"{path}: {[name for name in told if told[name] != expected[name]]} differ"
    print(f"{len(paths)} districts made by DuckDB {made_by}: read, pushed and undone by {duckdb.__version__}")


def main(arguments: list[str]) -> None:
    match arguments:
        case ["answers", size]:
            print(json.dumps(answers_of(size), indent=1, sort_keys=True))
        case ["make", folder]:
            make(Path(folder))
        case ["make", folder, districts]:
            make(Path(folder), int(districts))
        case ["take", folder]:
            take(Path(folder))
        case _:
            raise SystemExit(__doc__)


if __name__ == "__main__":
    main(sys.argv[1:])
