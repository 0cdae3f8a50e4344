"""The folder of a run: what was asked, and the districts' answers, a whole folder a wave."""

from __future__ import annotations

import json
import os
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import polars as pl

from coursepush.errors import DistrictBusyError, RequestError
from coursepush.files import FolderKind, Kind, new_file, new_folder
from coursepush.files.manifest import NAME as MANIFEST
from coursepush.statewide.asked import Asked, read_asked
from coursepush.statewide.task import Answer
from coursepush.store.owner import OwnerMark, if_gone, owner_of

FORM = 1
"""Of the folder; another one cannot be read."""

_ABOUT, _MARK = "run.json", "running"
_FRAMES = ("districts", "counts", "fates", "rows", "warnings", "findings")


class RunFolder:
    """A run's folder.

    Raises:
        RequestError: there is something else in it.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.path = Path(path).expanduser().resolve()

    def read(self) -> dict[str, Any] | None:
        """What the run is: its lake and what was asked; None where there is no run yet.

        Raises:
            RequestError: the folder has other things in it, or a run of another version.
        """
        try:
            about = json.loads((self.path / _ABOUT).read_bytes())
            if about["coursepush"] != "statewide run":
                raise ValueError
        except FileNotFoundError:
            inside = (
                []
                if not self.path.exists()
                else [one.name for one in self.path.iterdir() if one.name != _MARK and one.name[0] != "."]
            )
            if inside:
                raise RequestError(
                    f"{self.path} is there already and holds other things ({inside[0]}). Name a new folder."
                ) from None
            return None
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise RequestError(f"{self.path / _ABOUT} is no run of coursepush's. Name another folder.") from error
        if about.get("form") != FORM:
            raise RequestError(f"{self.path} is a run of another version of coursepush. Name a new folder.")
        return about

    @property
    def asked(self) -> Asked:
        """What the run asks of its districts."""
        about = self.read()
        if about is None:
            raise RequestError(f"There is no run in {self.path}.")
        return read_asked(about["asked"])

    def begin(self, lake: str, district: str, asked: Asked) -> None:
        """Say what the run is, before its first wave."""
        self.path.mkdir(parents=True, exist_ok=True)
        about = {
            "coursepush": "statewide run",
            "form": FORM,
            "lake": lake,
            "district": district,
            "asked": asked.text(),
        }
        with new_file(self.path / _ABOUT, Kind.KEPT) as file:
            file.write((json.dumps(about, indent=1, ensure_ascii=False) + "\n").encode())

    @contextmanager
    def alone(self) -> Generator[None]:
        """Inside the block nobody else adds to the run.

        Raises:
            DistrictBusyError: somebody does.
        """
        self.path.mkdir(parents=True, exist_ok=True)
        place = self.path / _MARK
        if_gone(place, lambda: place.unlink(missing_ok=True))
        try:
            mark = OwnerMark(place, "planning a state")
        except FileExistsError:
            owner = owner_of(place)
            who = f"process {owner.pid} of {owner.user} on {owner.machine}" if owner else "another process"
            raise DistrictBusyError(
                f"{who[0].upper()}{who[1:]} is adding to the run in {self.path}. Wait until it is done."
            ) from None
        try:
            yield
        finally:
            mark.release()

    def waves(self) -> list[Path]:
        """The folders of all waves that are whole, the first first."""
        if not self.path.is_dir():
            return []
        found = [one for one in self.path.glob("wave-*") if (one / MANIFEST).is_file()]
        return sorted(found, key=lambda one: (len(one.name), one.name))

    def add(self, answers: Mapping[str, Answer]) -> None:
        """Keep the answers of a wave: all of them, or, where this is broken off, none."""
        number = max((int(one.name.partition("-")[2]) for one in self.waves()), default=0) + 1
        with new_folder(self.path / f"wave-{number:04}", FolderKind.ANSWERS) as new:
            for name in _FRAMES:
                frames = [
                    found[name].select(pl.lit(district).alias("district"), pl.all())
                    for district, found in sorted(answers.items())
                    if name in found
                ]
                if frames:
                    whole = pl.concat(frames)
                    with new.new_file(f"{name}.parquet") as file:
                        whole.write_parquet(file)
                    new.rows[f"{name}.parquet"] = whole.height

    def newest(self) -> pl.DataFrame:
        """The newest answer of each district: district, the columns of its row, wave; in order of district."""
        read = [
            pl.read_parquet(one / "districts.parquet", hive_partitioning=False).with_columns(wave=pl.lit(place))
            for place, one in enumerate(self.waves())
        ]
        if not read:
            return pl.DataFrame()
        return pl.concat(read).sort("district", "wave").unique("district", keep="last", maintain_order=True)

    def frame(self, name: str, districts: pl.DataFrame, where: Sequence[pl.Expr] = ()) -> pl.DataFrame | None:
        """The rows of a frame that are of the newest answers of `districts`; None where no wave has that frame."""
        found: list[pl.DataFrame] = []
        for place, wave in enumerate(self.waves()):
            file = wave / f"{name}.parquet"
            if file.is_file():
                own = districts.filter(pl.col("wave") == place)["district"].to_list()
                rows = pl.scan_parquet(file, glob=False, hive_partitioning=False)
                found.append(rows.filter(pl.col("district").is_in(own), *where).collect())
        return pl.concat(found) if found else None
