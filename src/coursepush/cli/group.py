"""The group that all commands join, its errors and exit codes, and how commands open and name things."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from coursepush.cli.signals import exit_code
from coursepush.cli.terminal import WrittenAlready, report_error, telling_what_comes_by
from coursepush.errors import OutcomeUnknownError, StoppedError

if TYPE_CHECKING:
    from coursepush.district import District


class Cli(click.Group):
    """Commands whose every error is a line on stderr and exit code 1; click's own 2 would mean a change."""

    def main(self, *args: Any, standalone_mode: bool = True, **extra: Any) -> Any:
        if not standalone_mode:
            return super().main(*args, standalone_mode=False, **extra)
        try:
            with telling_what_comes_by():
                code = super().main(*args, standalone_mode=False, **extra)
        except click.exceptions.NoArgsIsHelpError as error:
            error.show()
            sys.exit(0)
        except click.ClickException as error:
            error.show()
            sys.exit(1)
        except click.Abort as error:
            stopped = error.__cause__
            click.echo(" ".join(["Stopped.", *getattr(stopped, "__notes__", [])]), err=True)
            sys.exit(exit_code(stopped) if isinstance(stopped, KeyboardInterrupt) else 1)
        except WrittenAlready as error:
            if not isinstance(error.__cause__, BrokenPipeError):
                report_error(error.__cause__ or error)
                click.echo(f"Only what came after that failed: {error}", err=True)
            sys.exit(WRITTEN_ALL_THE_SAME)
        except BrokenPipeError:
            sys.exit(1)
        except Exception as error:
            report_error(error)
            sys.exit(_code_of(error))
        sys.exit(code if isinstance(code, int) else 0)


WRITTEN_ALL_THE_SAME = 3
NOT_KNOWN = 4
"""Exit codes where something failed, and it is not true that nothing was written."""


def _code_of(error: Exception) -> int:
    if isinstance(error, OutcomeUnknownError):
        return NOT_KNOWN
    if getattr(error, "written", None):
        return WRITTEN_ALL_THE_SAME
    return exit_code(error) if isinstance(error, StoppedError) else 1


@click.group(cls=Cli, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="coursepush", message="coursepush %(version)s")
@click.option("--wait", type=click.FloatRange(min=0), metavar="SECONDS",
              help="How long to wait when others use the district file; COURSEPUSH_WAIT, else 10.")  # fmt: skip
def cli(wait: float | None) -> None:
    """Preview, apply and undo pushes of grading setup in a school district.

    A district sets up grading once, on its course masters: tasks, standards, categories, calculation options,
    composite grades, course info. A push takes that to the courses of the schools and on to the teachers'
    sections. coursepush tells beforehand, row by row, what a push would add, change, take over, rename, remove,
    keep and refuse; applies exactly that; and can take it back. Students' work is never touched.

    \b
    The order of work:
      1. load or simulate              make a district file (refresh: next week's data)
      2. plan masters / plan courses   preview a push; nothing is written (plan links: where there are none)
      3. apply masters / courses       push it: the same options and the digest of the preview
      4. report, history, undo         see what came of it, and take it back
    Where somebody else has to agree: plan ... --save, show, approve, approvals, policy.
    At night, or when nobody is there: submit, queue, worker.

    \b
    Exit codes:
      0  done; of plan: nothing would change
      2  of plan: something would change
      1  an error; nothing was written
      3  written, but what came after failed; the message says what
      4  an error, and whether it was written could not be found out; the message says how to look
      128 + N  stopped by signal N before anything was written (130: Ctrl-C, 143: SIGTERM);
               what is being saved is saved, and ends with 0

    Catalogs, calendars, masters and courses are given by name or number; a number that is no such name is
    taken as an id. "coursepush demo" shows all of it on a made-up district in a few seconds.
    """


def open_file(path: Path) -> District:
    from coursepush import open_district

    return open_district(path, wait=given_wait())


def open_unread(path: Path) -> District:
    """The same, without a look into the file, which may be locked: for what asks its queue alone.

    Raises:
        StoreError: there is no such file.
    """
    from coursepush.district import District
    from coursepush.errors import StoreError
    from coursepush.store.database import Store

    store = Store(path, wait=given_wait())
    if store.path is None or not store.path.is_file():
        raise StoreError(f"There is no district file {path}. Name the file of the district whose queue is meant.")
    return District(store)


def given_wait() -> float | None:
    """What --wait says."""
    return click.get_current_context().find_root().params.get("wait")


def named(district: District, table: str, column: str, given: Sequence[str]) -> list[int | str]:
    """Text as names; a number that nothing is named is an id."""
    names: list[int | str] = []
    for text in given:
        is_number = text.isascii() and text.isdigit()
        known = (
            is_number
            and district.sql(f"select count(*) from {table} where {column} = $text", {"text": text}).item()
        )
        names.append(int(text) if is_number and not known else text)
    return names
