"""The number of statements does not depend on the number of rows: no Python loop over rows, anywhere in a push."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
import taking_names
from district_files import worn_district, write_file
from rounds import slow

import coursepush as cp
from coursepush.apply.write import written_tables
from coursepush.store import Store, stamp

Names = Counter[str]


class Counted:
    """A district whose statements are counted twice: as the package runs them, and as DuckDB logs them."""

    def __init__(self, path: Path) -> None:
        self.store = Store(path, log_queries=True)
        self.district = cp.District(self.store)

    def count(self, work: Callable[[], object]) -> tuple[Names, int]:
        """The names of the statements that `work` runs, and how many queries DuckDB logged meanwhile."""
        names: Names = Counter()
        before = self._logged()
        self.store.on_statement = lambda name, sql: names.update([name])
        try:
            work()
        finally:
            self.store.on_statement = None
        return names, self._logged() - before - 1

    def _logged(self) -> int:
        """The queries in DuckDB's log; each look adds itself."""
        [(count,)] = self.store.connection.execute(
            "select count(*) from duckdb_logs where type = 'QueryLog'"
        ).fetchall()
        return int(count)


class Push:
    """A push planned, applied and taken back, with the statements of each."""

    def __init__(self, path: Path, catalog: str = "High School", year: int = 2027) -> None:
        counted = Counted(path)
        district = counted.district

        def plan() -> None:
            self.plan = district.plan_master_push(catalog, year=year, mode="overwrite", to_sections=True)

        def read() -> None:
            self.rows = self.plan.rows(names=True)
            _ = self.plan.digest, self.plan.state

        def apply() -> None:
            self.receipt = district.apply(self.plan)

        def plan_undo() -> None:
            self.undo = district.plan_undo(1)
            _ = self.undo.digest, self.undo.state

        steps = {
            "plan": plan,
            "read": read,
            "apply": apply,
            "plan the undo": plan_undo,
            "undo": lambda: district.apply(self.undo),
        }
        with pytest.MonkeyPatch.context() as patched:
            # an undo that is planned right after the push may be planned again when it is applied: not here
            patched.setattr(stamp, "_SETTLED", -1.0)
            self.counts = {name: counted.count(step) for name, step in steps.items()}
        district.close()

    def named(self, step: str) -> Names:
        """Without the temporary tables of plans that Python has done with, dropped at its leisure."""
        return Counter({name: count for name, count in self.counts[step][0].items() if name != "forget"})

    def logged(self, step: str) -> int:
        names, logged = self.counts[step]
        return logged - names["forget"]


STEPS = ("plan", "read", "apply", "plan the undo", "undo")


@pytest.fixture(scope="module")
def one_course(tmp_path_factory: pytest.TempPathFactory) -> Push:
    path = tmp_path_factory.mktemp("one") / "district.duckdb"
    write_file(worn_district().tables(), path)
    return Push(path)


@pytest.fixture(scope="module")
def simulated(simulated_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Push:
    return Push(Path(shutil.copy(simulated_file, tmp_path_factory.mktemp("simulated") / "district.duckdb")))


@pytest.fixture(scope="module")
def northridge(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Push:
    path = tmp_path_factory.mktemp("northridge") / "district.duckdb"
    with cp.load_district(shared_data / "edfi_northridge_csv", into=path, scaffold=True) as district:
        [*_, (catalog, year)] = district.catalogs().select("name", "year").rows()
    return Push(path, catalog, year)


WRITTEN = {"course", "custom_field", "section", *(table.name for table in written_tables())}
"""The tables whose writing takes no statement where nothing in them is written."""


def differ_only_in_what_is_written(first: Names, second: Names) -> None:
    other = {name for name in {*first, *second} if first[name] != second[name]}
    extra = {name for name in other if name.split(".")[0] in taking_names.STEPS}
    for name in other - extra:
        if name == "drop":
            assert abs(first[name] - second[name]) <= len(extra)
            continue
        assert name.replace(".", " ").split()[-1] in WRITTEN, name
        assert min(first[name], second[name]) == 0, name
        assert max(first[name], second[name]) <= 2, name


def same_statements(one: Push, other: Push) -> None:
    """The same statements equally often, but for the writing of tables of which only one of the two has rows."""
    for step in STEPS:
        first, second = one.named(step), other.named(step)
        differ_only_in_what_is_written(first, second)
        assert one.logged(step) - first.total() == other.logged(step) - second.total(), step


def test_a_simulated_district_takes_as_many_statements_as_one_course(one_course: Push, simulated: Push) -> None:
    assert one_course.receipt.rows < 30
    assert simulated.receipt.rows > 200
    assert simulated.plan.counts()["rows"].sum() > 50 * one_course.plan.counts()["rows"].sum()
    same_statements(one_course, simulated)


@slow
@pytest.mark.shared_data
def test_a_whole_district_takes_as_many_statements_as_one_course(one_course: Push, northridge: Push) -> None:
    assert northridge.plan.counts()["rows"].sum() > 50 * one_course.plan.counts()["rows"].sum()
    same_statements(one_course, northridge)


@pytest.mark.parametrize("step", STEPS)
def test_every_query_that_duckdb_runs_is_one_that_the_package_counts(step: str, one_course: Push) -> None:
    """Nothing is run behind the back of the count."""
    names, logged = one_course.counts[step]
    assert logged == sum(names.values())
