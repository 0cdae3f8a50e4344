"""The load panel's state: what is chosen, found, loaded and said. Plain Python; the views are told of changes."""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import polars as pl

from coursepush.errors import CoursepushError, LoadError, RemovalError, StoppedError
from coursepush.files import Kind, new_file
from coursepush.files.kinds import MAPPING_MARK
from coursepush.load.archive import called_by
from coursepush.load.mapping.campus import draft_mapping
from coursepush.refresh.refreshed import Refreshed
from coursepush.store.temporary import PrivateFolder
from coursepush.widgets.calls import call_text
from coursepush.widgets.push.said import Said, explained
from coursepush.widgets.work import Progress, Work

if TYPE_CHECKING:
    from coursepush.district import District

Doing = Literal["", "check", "load", "refresh", "draft"]
DROPPED = "the files that were dropped"


@dataclass(frozen=True)
class Calls:
    """The public functions that the clicks come to."""

    load: Callable[..., District]
    open: Callable[[Path], District]


@dataclass(frozen=True)
class Dropped:
    """Files that were dropped: where they lie, in which folder, and what they are called."""

    place: Path
    folder: Path
    told: str


@dataclass(eq=False)
class LoadState:
    """What the panel is at.

    Attributes:
        into: the district file to make; of a district that is there, nothing is made.
        path: the folder or zip on the server. dropped: files that were dropped, which count before it.
        district: what was loaded, or is to be refreshed.
        findings: of the last piece of work: what was refused, mended or warned of.
        removals: what a refresh would take away and was refused for; it waits for a second click.
        draft: a mapping that was drafted, to be edited.
    """

    calls: Calls
    into: str = "district.duckdb"
    path: str = ""
    dropped: Dropped | None = None
    repair: bool = False
    scaffold: bool = False
    mapping: str = ""
    district: District | None = None
    changed: Callable[[], None] = lambda: None
    doing: Doing = ""
    progress: Progress | None = None
    said: Said | None = None
    findings: pl.DataFrame | None = None
    removals: pl.DataFrame | None = None
    refreshed: Refreshed | None = None
    draft: str = ""
    clicks: list[str] = field(default_factory=list[str])

    def __post_init__(self) -> None:
        self.work = Work(None if self.district is None else self.district.store)

    @property
    def is_refresh(self) -> bool:
        """There is a district already: an extract refreshes it."""
        return self.district is not None

    # -- what a click does ---------------------------------------------------------------------------

    def check(self) -> None:
        """Load it into a private file that is thrown away, and show what is found."""

        def look(source: Path) -> pl.DataFrame:
            place = PrivateFolder()
            try:
                with self.calls.load(source, into=place.path / "check.duckdb", **self._given()) as made:
                    return made.findings()
            finally:
                place.close()

        def seen(findings: pl.DataFrame) -> None:
            self.findings = findings
            self.said = Said("done", f"It can be loaded as it is. {found_words(findings)}")

        self._start("check", look, seen)

    def load(self) -> None:
        """Load it: all of it, or nothing."""
        if not self.into.strip():
            self._say(Said("error", "Name the district file that is to be made, such as district.duckdb."))
            return
        into = Path(self.into.strip()).expanduser()
        given = self._given()

        def loaded(district: District) -> None:
            self.district, self.findings = district, district.findings()
            self.work = Work(district.store)
            self.said = Said("done", f"Loaded into {into.name}. {found_words(self.findings)}")
            self.clicks = [self._code("cp.load_district", {"into": str(into), **given}, "district = ")]

        self._start("load", lambda source: self.calls.load(source, into=into, **given), loaded)

    def open(self) -> None:
        """Open a district file that is there, to be refreshed."""
        try:
            self.district = self.calls.open(Path(self.into.strip()).expanduser())
        except CoursepushError as error:
            self._say(explained(error))
            return
        self.work, self.findings = Work(self.district.store), None
        self.clicks = [f"district = {call_text('cp.open_district', [self.into.strip()], {})}"]
        self._say(Said("note", f"{self.into.strip()} is open. An extract that you choose now refreshes it."))

    def refresh(self, *, allow_removals: bool = False) -> None:
        """Refresh the district; what would take away much is refused until it is asked for."""
        district = self.district
        if district is None:
            return
        given = {name: value for name, value in self._given().items() if name != "scaffold"}
        if allow_removals:
            given["allow_removals"] = True

        def refreshed(made: Refreshed) -> None:
            self.refreshed, self.findings = made, made.warnings
            self.said = Said("done", f"Refreshed. {made.told[0]} {found_words(made.warnings)}")
            self.clicks.append(self._code("district.refresh", given))

        self._start("refresh", lambda source: district.refresh(source, **given), refreshed)

    def make_draft(self) -> None:
        """Draft a mapping from the headers of files that no format is known of."""

        def drafted(text: str) -> None:
            self.draft = f"{MAPPING_MARK}\n{text}"
            self.said = Said("note", "A mapping is drafted below. Edit it, and use it.")

        self._start("draft", draft_mapping, drafted)

    def use_draft(self, text: str, path: str) -> None:
        """Save the edited mapping, and load by it."""
        place = Path(path.strip()).expanduser()
        if place.suffix.lower() != ".toml":
            self._say(Said("error", "Name the mapping's file so that it ends in .toml: mapping.toml"))
            return
        if place.exists() and self.mapping != str(place):
            self._say(Said("error", f"{place} is there already. Choose another name."))
            return
        if not text.startswith(MAPPING_MARK):
            text = f"{MAPPING_MARK}\n{text}"
        try:
            with new_file(place, Kind.MAPPING) as file:
                file.write(text.encode())
        except CoursepushError as error:
            self._say(Said("error", str(error)))
            return
        self.mapping, self.draft = str(place), text
        self._say(Said("done", f"Saved as {place}. It is what the extract is read by now."))

    def stop(self) -> None:
        """Stop what is under way; nothing of it stays."""
        if not self.work.stop() and self.doing:
            self._say(Said("note", "It is too late to stop: it is being saved."))

    def code(self) -> str:
        """What was clicked, as Python."""
        lines = self.clicks or [
            self._code("cp.load_district", {"into": self.into, **self._given()}, "district = ")
        ]
        return "\n".join(["import coursepush as cp", "", *lines])

    def _code(self, name: str, given: dict[str, Any], bound: str = "") -> str:
        source = "extract" if self.dropped is not None else self.path.strip() or "extract"
        text = bound + call_text(name, [source], given)
        return f"# extract: the folder or zip with {DROPPED}\n{text}" if self.dropped is not None else text

    def _given(self) -> dict[str, Any]:
        given: dict[str, Any] = {"repair": True} if self.repair else {}
        if self.mapping:
            given["mapping"] = self.mapping
        return {**given, "scaffold": True} if self.scaffold else given

    # -- beside the notebook -------------------------------------------------------------------------

    def _start(self, doing: Doing, job: Callable[[Path], Any], done: Callable[[Any], None]) -> None:
        if self.doing:
            return
        if self.dropped is None and not self.path.strip():
            self._say(Said("error", "Choose an extract first: drop its files, or choose a folder or zip."))
            return
        source = self.dropped.place if self.dropped is not None else Path(self.path.strip()).expanduser()
        folder = self.dropped.folder if self.dropped is not None else None

        def work() -> Any:
            with _in_their_words(folder):
                return job(source)

        def ended(made: Any) -> None:
            self.doing, self.progress = "", None
            done(made)
            self.changed()

        def failed(error: BaseException) -> None:
            self.doing, self.progress = "", None
            self._refused(error)
            self.changed()

        def moved(progress: Progress) -> None:
            self.progress = progress
            self.changed()

        self.doing, self.said, self.findings, self.removals = doing, None, None, None
        self.work.start(work, done=ended, failed=failed, progress=moved, what=doing)
        self.changed()

    def _refused(self, error: BaseException) -> None:
        if isinstance(error, RemovalError):
            self.removals = error.removals
            self.said = Said("error", str(error).split("\n")[0].split(" Nothing was written.")[0] + _KEPT)
        elif isinstance(error, LoadError) and error.findings is not None and not error.findings.is_empty():
            self.findings = error.findings
            self.said = Said("error", f"It cannot be loaded, and nothing was. {found_words(error.findings)}")
        elif isinstance(error, StoppedError):
            self.said = Said("note", f"{error} Nothing was written.")
        else:
            self.said = explained(error)

    def _say(self, said: Said) -> None:
        self.said = said
        self.changed()


_KEPT = (
    " Nothing was written. If the extract is not whole (one school, a filter, a file cut short), export it again. "
    "If all this has really gone, click “Refresh all the same”."
)


def found_words(findings: pl.DataFrame) -> str:
    """How much was found, in a sentence."""
    counts = findings["severity"].value_counts().sort("severity")
    words = {"refusal": "must be put right", "repair": "mended", "warning": "to look at"}
    said = [f"{number:,} {words[kind]}" for kind, number in counts.rows()]
    return f"Found: {', '.join(said)}." if said else "Nothing was found to be wrong."


@contextmanager
def _in_their_words(folder: Path | None) -> Generator[None]:
    """What is said of the private folder is said of the files that were dropped."""
    if folder is None:
        yield
        return
    with called_by(folder, DROPPED):
        yield
