"""What several test files share."""

from __future__ import annotations

import os
import shutil
import time
from collections import Counter
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest
from costly import HANDS, IN_A_BROWSER, of_commit, read_costs, waiting

os.environ.setdefault("COURSEPUSH_WAIT", "0.3")  # tests keep files from one another on purpose

PATH_OF_CPU = os.environ.get("COURSEPUSH_CPU")
"""A file to which each test's processor time is added: what makes a run long is seen on a busy machine too."""


LEFT_OUT = pytest.StashKey[dict[str, int]]()
"""How many tests were left out, by why."""

LONGEST = (
    "test_differential.py",
    "test_notebooks.py",
    "test_links_differential.py",
    "test_northridge.py",
    "test_short_way.py",
    "test_lab.py",
)
"""Files whose single tests take longest, so that no worker has to begin with one at the end."""


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of public district files: COURSEPUSH_SHARED_DATA, or ../shared/data beside the checkout.

    Where it is missing the test is skipped; in CI it fails, so that nothing goes untested unseen.
    """
    named = os.environ.get("COURSEPUSH_SHARED_DATA")
    folder = Path(named) if named else Path(__file__).resolve().parents[2] / "shared" / "data"
    if not folder.is_dir():
        message = "the public district files are not beside this checkout"
        if os.environ.get("CI") == "true":
            pytest.fail(f"{message}: {folder}")
        pytest.skip(message)
    return folder


@pytest.fixture(scope="session", autouse=True)
def files_are_never_settled() -> None:
    """Or a machine's speed would decide whether an apply plans again. Tests that are about it say otherwise."""
    from coursepush.store import stamp

    stamp._SETTLED = float("inf")  # pyright: ignore[reportPrivateUsage]


@pytest.fixture(scope="session", autouse=True)
def own_cache(tmp_path_factory: pytest.TempPathFactory) -> Generator[None]:
    """The ready-made sample district is kept among the tests' own files, one for all workers."""
    folder = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        folder = folder.parent
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(folder / "cache"))
        yield


@pytest.fixture(scope="session")
def simulated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small simulated district in a file, made once; not to be written to."""
    import coursepush as cp

    path = tmp_path_factory.mktemp("simulated") / "district.duckdb"
    cp.simulate_district("small", seed=7, into=path).close()
    return path


@pytest.fixture
def district_file(simulated_file: Path, tmp_path: Path) -> Path:
    """The same district in a file of the test's own."""
    return Path(shutil.copy(simulated_file, tmp_path / "district.duckdb"))


@pytest.fixture(scope="session")
def planned_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a worn district's file and a plan of it, made once; not to be written to."""
    from district_files import file_of, plan_all, worn_district

    import coursepush as cp

    folder = tmp_path_factory.mktemp("planned")
    file_of(worn_district(), folder / "district.duckdb")
    with cp.open_district(folder / "district.duckdb") as district:
        plan_all(district).save(folder / "plan.cpush", by="Ana Analyst")
    return folder


@pytest.fixture
def folder(planned_folder: Path, tmp_path: Path) -> Path:
    """The same in a folder of the test's own."""
    return Path(shutil.copytree(planned_folder, tmp_path / "own"))


@pytest.fixture(scope="session")
def good_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small extract that is in order, loaded into a file once; not to be written to."""
    from good_extract import write_good

    import coursepush as cp

    folder = tmp_path_factory.mktemp("good")
    cp.load_district(write_good(folder / "extract"), into=folder / "district.duckdb").close()
    return folder / "district.duckdb"


@pytest.fixture
def earlier_file(tmp_path: Path) -> Path:
    """A district file of the earliest layout that is brought up, alone in its folder."""
    from layouts import make_file

    from coursepush.store.migrations import OLDEST

    folder = tmp_path / "own"
    folder.mkdir()
    return make_file(OLDEST, "weekly", folder / "district.duckdb")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Keep each test's processor time, its children's too; a shared fixture counts for the first that uses it.

    In a browser it is the time of the clock: its servers run on when a test has ended.
    """
    in_a_browser = item.nodeid.startswith(IN_A_BROWSER)
    before = time.monotonic() if in_a_browser else sum(os.times()[:4])
    try:
        return (yield)
    finally:
        if PATH_OF_CPU:
            spent = (time.monotonic() if in_a_browser else sum(os.times()[:4])) - before
            with open(PATH_OF_CPU, "a", encoding="utf-8") as file:
                file.write(f"{spent:.3f}\t{item.nodeid}\n")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--slow", action="store_true", help="run the slow proofs too, and all rounds of random laws")
    parser.addoption(
        "--turn",
        choices=["commit", "all", *map(str, range(1, HANDS + 1))],
        help="of the costly tests run this hand, the commit's, or all; all, where files or tests are named",
    )


def pytest_configure(config: pytest.Config) -> None:
    if config.getoption("--slow"):
        os.environ["COURSEPUSH_SLOW"] = "1"  # `rounds` reads it when tests are collected, in workers too
    if not hasattr(config, "workerinput"):
        os.environ["COURSEPUSH_TURN"] = _turn(config)  # workers do not know what was named


def _turn(config: pytest.Config) -> str:
    named = config.args_source == pytest.Config.ArgsSource.ARGS
    turn = config.getoption("--turn") or ("all" if named or config.getoption("--slow") else "commit")
    return str(of_commit()) if turn == "commit" else turn


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Print what tests recorded under `summary`: with several workers, their own output is not shown."""
    for report in terminalreporter.getreports("passed") + terminalreporter.getreports("failed"):
        for name, text in report.user_properties:
            if name == "summary":
                terminalreporter.write_line(str(text))
    left_out = config.stash.get(LEFT_OUT, {})
    if number := left_out.get("slow"):
        terminalreporter.write_line(f"{number} slow proofs not run; python -m pytest --slow runs them")
    if number := left_out.get("waiting"):
        turn = f"this was turn {os.environ['COURSEPUSH_TURN']} of {HANDS}"
        terminalreporter.write_line(f"{number} costly tests wait for theirs ({turn}); --turn all runs all of them")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out slow proofs and whose turn it is not, and begin with what takes longest, at the head of each half:
    two workers share."""
    config.stash[LEFT_OUT] = {}
    if not os.environ.get("COURSEPUSH_SLOW"):
        _leave_out(config, items, "slow", _slow(items))
    if (turn := os.environ["COURSEPUSH_TURN"]) != "all":
        wait = waiting([item.nodeid for item in items], int(turn), read_costs())
        _leave_out(config, items, "waiting", [item for item in items if item.nodeid in wait])
    long = [item for item in items if item.path.name in LONGEST]
    long.sort(key=lambda item: LONGEST.index(item.path.name))
    others = [item for item in items if item.path.name not in LONGEST]
    middle = len(others) // 2
    items[:] = [*long[::2], *others[:middle], *long[1::2], *others[middle:]]


def _leave_out(config: pytest.Config, items: list[pytest.Item], why: str, left_out: list[pytest.Item]) -> None:
    config.hook.pytest_deselected(items=left_out)
    config.stash[LEFT_OUT][why] = len(left_out)
    gone = set(left_out)
    items[:] = [item for item in items if item not in gone]


def _slow(items: list[pytest.Item]) -> list[pytest.Item]:
    """What is marked slow, and of tests that are to run with few of their parameters the others."""
    found, times = [], Counter[str]()
    for item in items:
        test = item.nodeid.partition("[")[0]
        times[test] += 1
        few = item.get_closest_marker("few")
        if item.get_closest_marker("slow") or (few and times[test] > few.args[0]):
            found.append(item)
    return found


def pytest_sessionfinish(session: pytest.Session) -> None:
    """A worker tells how many it left out; each of them collects everything."""
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["left_out"] = session.config.stash.get(LEFT_OUT, {})


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    if hasattr(node, "workeroutput"):
        node.config.stash[LEFT_OUT] = node.workeroutput.get("left_out", {})
