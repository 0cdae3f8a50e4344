"""The command that makes a page of a notebook."""

from __future__ import annotations

from pathlib import Path

import click

from coursepush.cli.group import cli
from coursepush.errors import cleaned


@cli.command()
@click.argument("notebook", type=click.Path(path_type=Path))
@click.option(
    "--out", type=click.Path(path_type=Path), help="The page to write; default: NOTEBOOK with the ending .html."
)
@click.option(
    "--keep",
    type=int,
    multiple=True,
    help="Let the outputs of this cell through, whatever they show; may be repeated. Cells are counted from 1.",
)
@click.option("--no-code", is_flag=True, help="Leave the code out.")
def share(notebook: Path, out: Path | None, keep: tuple[int, ...], no_code: bool) -> None:
    """Make one page of NOTEBOOK that shows no student, to send around.

    Text, code and what coursepush drew without students is let through, as the notebook was saved; a line
    stands in the place of everything else. The page needs no network and runs no script. See it before you send
    it.
    """
    from coursepush import share_notebook

    shared = share_notebook(notebook, out, keep=keep, code=not no_code)
    for line in (shared.summary, *shared.reasons):
        click.echo(cleaned(line))
