"""Lakes of small districts, in every way in which a state may keep them."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import polars as pl

import coursepush as cp
from coursepush.model.tables import TABLES
from coursepush.statewide.state import State
from coursepush.statewide.task import Answer, Task, answer, packed, unpacked

TINY = Path(__file__).resolve().parents[1] / "data" / "tiny"
PUSH = {"year": 2027, "mode": "overwrite", "to_sections": True}
CATALOG = "Middle School"
Tables = dict[str, pl.DataFrame]


class Inline:
    """Tasks one after another in this process, as the text and bytes that any engine takes along."""

    name = "this process"
    wave = 100

    def __init__(self) -> None:
        self.asked: list[str] = []

    def run(self, tasks: Sequence[Task]) -> Iterator[tuple[str, Answer]]:
        from coursepush.statewide.task import read_task

        for task in tasks:
            self.asked.append(task.source.district)
            found = unpacked(list(packed(answer(read_task(task.text())))))
            assert found is not None
            yield task.source.district, found

    def close(self) -> None: ...


def inline(state: State) -> Inline:
    """Let `state` plan in this process."""
    state.engine = Inline()
    return state.engine


def tiny_tables() -> Tables:
    """The tables of data/tiny, typed; those that it does not give are left out."""
    with cp.load_district(TINY) as district:
        given = [path.stem for path in TINY.glob("*.csv")]
        return {name: district.sql(f"select * from {name}") for name in TABLES if name in given}


def renamed_catalog(tables: Tables, name: str) -> Tables:
    return {**tables, "catalog": tables["catalog"].with_columns(name=pl.lit(name))}


def with_a_course_twice(tables: Tables) -> Tables:
    return {**tables, "course": pl.concat([tables["course"], tables["course"].head(1)])}


def as_folders(root: Path, districts: Sequence[str]) -> Path:
    """One folder of CSV files for each district."""
    for district in districts:
        shutil.copytree(TINY, root / district)
    return root


def as_files(root: Path, districts: Mapping[str, Tables]) -> Path:
    """One district file each."""
    root.mkdir()
    for district, tables in districts.items():
        cp.load_district(tables, into=root / f"{district}.duckdb").close()
    return root


def as_partitions(root: Path, districts: Mapping[str, Tables]) -> Path:
    """One folder a table, in it one for each district."""
    for district, tables in districts.items():
        for name, frame in tables.items():
            place = root / name / f"district_id={district.replace(' ', '%20')}"
            place.mkdir(parents=True)
            half = frame.height // 2
            frame.head(half).write_parquet(place / "part-0.parquet")
            frame.slice(half).write_parquet(place / "part-1.parquet")
    return root


def as_columns(root: Path, districts: Mapping[str, Tables]) -> Path:
    """One Parquet file a table, with a column that says whose each row is."""
    root.mkdir()
    for name in {name for tables in districts.values() for name in tables}:
        parts = [
            tables[name].with_columns(district_id=pl.lit(district))
            for district, tables in districts.items()
            if name in tables
        ]
        pl.concat(parts).write_parquet(root / f"{name}.parquet")
    return root
