"""On which side of the commit something is: history decides, and whatever is said is true to it."""

from __future__ import annotations

import shutil
import signal
import warnings
from collections.abc import Callable, Generator
from pathlib import Path
from typing import Any

import duckdb
import pytest
from click.testing import CliRunner
from district_files import HIGH, file_of, plan_all, worn_district

import coursepush as cp
from coursepush.cli import pushes
from coursepush.cli.main import cli
from coursepush.cli.signals import Terminated
from coursepush.errors import (
    CoursepushError,
    DistrictBusyError,
    LeftUntidyWarning,
    OutcomeUnknownError,
    StoppedError,
    StoreError,
)
from coursepush.progress import COMMIT, listening
from coursepush.store import Store
from coursepush.store.finish import finish

FULL = duckdb.IOException('Could not write file "district.duckdb": No space left on device')


@pytest.fixture(autouse=True)
def _ctrl_c_interrupts() -> Generator[None]:  # pyright: ignore[reportUnusedFunction]
    """As in a terminal, whatever ran before, and also where the tests run in the background."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before or signal.SIG_DFL)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return file_of(worn_district(), tmp_path_factory.mktemp("made") / "district.duckdb")


@pytest.fixture
def path(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(made, tmp_path / "district.duckdb"))


def around_commit(
    monkeypatch: pytest.MonkeyPatch, *, before: Callable[[], object] = bool, after: Callable[[], object] = bool
) -> None:
    """Do something in the thread that commits, right before COMMIT runs and right after."""
    whole = Store._ask

    def ask(self: Store, name: str, *rest: Any) -> Any:
        if name == COMMIT:
            before()
        made = whole(self, name, *rest)
        if name == COMMIT:
            after()
        return made

    monkeypatch.setattr(Store, "_ask", ask)


def fails() -> None:
    raise StoreError("The step 'commit' ran out of disk space.") from FULL


def letting_go_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    """As DuckDB does where the checkpoint fails: the file is let go of, and an error raised."""
    whole = Store.let_go

    def let_go(self: Store) -> None:
        writes = self._turn._mark is not None
        whole(self)
        if writes:
            fails()

    monkeypatch.setattr(Store, "let_go", let_go)


@pytest.mark.parametrize("where", ["after COMMIT", "in the checkpoint"])
def test_a_full_disk_after_the_commit_takes_nothing_back(
    where: str, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with cp.open_district(path) as district:
        plan = plan_all(district)
        with monkeypatch.context() as patched:
            if where == "after COMMIT":
                around_commit(patched, after=fails)
            else:
                letting_go_fails(patched)
            with pytest.warns(LeftUntidyWarning, match="No space left") as warned:
                receipt = district.apply(plan)
        assert [str(one.message) for one in warned] == list(receipt.left_untidy)
        assert "Nothing was written" not in receipt.left_untidy[0]
        assert receipt.left_untidy[0] in receipt._repr_html_().replace("&quot;", '"').replace("&#x27;", "'")
        assert district.history()["plan_id"].to_list() == [plan.id]
        assert plan.rows().height > 0, "what is planned can still be read"
        assert district.apply(district.plan_undo(1)).left_untidy == ()


def test_a_commit_that_fails_before_it_wrote_says_so(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with cp.open_district(path) as district:
        plan = plan_all(district)
        with monkeypatch.context() as patched:
            around_commit(patched, before=fails)
            with pytest.raises(StoreError, match=r"disk space.*Nothing was written\.$") as raised:
                district.apply(plan)
        assert raised.value.written is False
        assert district.history().is_empty()
        assert district.apply(plan).push_id == 1


def test_where_the_file_cannot_be_looked_at_it_says_how_to_look(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with cp.open_district(path) as district:
        plan = plan_all(district)
        assert plan.digest
        assert plan.state
        whole = Store.attach

        def attach(self: Store, *, read_only: bool, create: bool = False) -> None:
            if read_only:
                raise DistrictBusyError("Somebody else has it.")
            whole(self, read_only=read_only, create=create)

        with monkeypatch.context() as patched:
            around_commit(patched, after=fails)
            patched.setattr(Store, "attach", attach)
            with pytest.raises(
                OutcomeUnknownError, match=rf"push 1, plan {plan.id}, in district\.history"
            ) as error:
                district.apply(plan)
        assert error.value.written is None
        assert "Nothing was written" not in str(error.value)
        assert district.history()["push_id"].to_list() == [1]


@pytest.mark.parametrize("when", ["before", "after"])
def test_ctrl_c_during_the_commit_does_not_break_it_off(
    when: str, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with cp.open_district(path) as district:
        plan = plan_all(district)
        with monkeypatch.context() as patched:
            around_commit(patched, **{when: lambda: signal.raise_signal(signal.SIGINT)})
            with pytest.warns(LeftUntidyWarning, match=r"not broken off\. Push 1 is written"):
                assert district.apply(plan).push_id == 1
        assert district.history()["push_id"].to_list() == [1]


def test_warnings_that_are_errors_are_none_after_a_commit(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with cp.open_district(path) as district, warnings.catch_warnings():
        warnings.simplefilter("error")
        plan = plan_all(district)
        letting_go_fails(monkeypatch)
        assert len(district.apply(plan).left_untidy) == 1


def test_whatever_stops_it_before_says_that_nothing_was_written(path: Path) -> None:
    with cp.open_district(path) as district:
        plan = plan_all(district)
        for error in (KeyboardInterrupt(), StoppedError("Stopped, as you asked."), ValueError("a listener's")):

            def stop(step: str, error: BaseException = error) -> None:
                if step == COMMIT:
                    raise error

            with pytest.raises(type(error)) as raised, listening(stop):
                district.apply(plan)
            told = [*getattr(raised.value, "__notes__", []), str(raised.value)]
            assert any(one.endswith("Nothing was written.") for one in told), told
            assert vars(raised.value)["written"] is False
        with pytest.raises(CoursepushError, match=r"Nothing was written\.$"):
            district.refresh({})
        assert district.apply(plan).push_id == 1


def test_a_refresh_and_a_load_are_told_truly_too(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with cp.open_district(path) as district:
        district.export(tmp_path / "extract", students=True)
        with monkeypatch.context() as patched:
            letting_go_fails(patched)
            with pytest.warns(LeftUntidyWarning, match="No space left"):
                refreshed = district.refresh(tmp_path / "extract")
        assert len(refreshed.left_untidy) == 1
        assert district.refreshes()["refresh_id"].to_list() == [1]
    new = tmp_path / "new.duckdb"
    with monkeypatch.context() as patched:
        around_commit(patched, after=fails)
        with pytest.raises(CoursepushError, match=r"Nothing was (written|left)") as raised:
            cp.load_district(tmp_path / "extract", into=new)
    assert raised.value.written is False
    assert not new.exists()
    with monkeypatch.context() as patched:
        around_commit(patched, before=lambda: signal.raise_signal(signal.SIGINT))
        with pytest.warns(LeftUntidyWarning, match="is written"):
            cp.load_district(tmp_path / "extract", into=new).close()
    assert new.exists()


APPLY = ["apply", "masters", "--catalog", HIGH, "--year", "2027", "--mode", "overwrite", "--yes"]


def test_exit_codes_tell_on_which_side_it_ended(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def ended(*, code: int, says: str) -> None:
        result = CliRunner().invoke(cli, [*APPLY, str(path)])
        assert result.exit_code == code, result.output
        assert says in result.output

    for stopped, code in ((KeyboardInterrupt(), 130), (Terminated(signal.SIGTERM), 143)):
        with monkeypatch.context() as patched:
            around_commit(patched)
            patched.setattr(Store, "_check_nothing_failed", lambda self, stopped=stopped: _raise(stopped))
            ended(code=code, says="Stopped. Nothing was written.")
    with monkeypatch.context() as patched:
        around_commit(patched, before=fails)
        ended(code=1, says="Nothing was written.")
    assert CliRunner().invoke(cli, ["history", str(path)]).output.count("Push All") == 0
    with monkeypatch.context() as patched:
        patched.setattr(pushes, "print_receipt", lambda *given: _raise(OSError("the printer is on fire")))
        ended(code=3, says="Only what came after that failed: Push 1 is written.")


def _raise(error: BaseException) -> None:
    raise error


def test_work_that_is_finished_holds_back_what_would_stop_it() -> None:
    done: list[str] = []

    def work() -> None:
        signal.raise_signal(signal.SIGINT)
        done.append("to its end")

    assert [type(one) for one in finish(work)] == [KeyboardInterrupt]
    assert done == ["to its end"]
    with pytest.raises(ZeroDivisionError):
        finish(lambda: done.append(str(1 // 0)))
