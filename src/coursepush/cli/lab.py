"""The command that opens the notebooks in JupyterLab."""

from __future__ import annotations

from pathlib import Path

import click

from coursepush.cli.group import cli


@cli.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path), default=Path("coursepush-lab"))
@click.option("--no-browser", is_flag=True, help="Do not open a browser; the address to open is printed.")
@click.option(
    "--port", type=click.IntRange(1, 65535), help="The port to listen on; default: a free one from 8888."
)
@click.option("--allow-root", is_flag=True, help="Start it although you are the administrator, as in a container.")
def lab(folder: Path, no_browser: bool, port: int | None, allow_root: bool) -> None:
    """Open JupyterLab on the notebooks and a made-up district, in FOLDER (coursepush-lab).

    Notebooks and district are put there if they are missing; a file that is there is never written over. The
    server listens on this computer alone and keeps its token: open the address that it prints.
    """
    from coursepush.lab import run_lab

    run_lab(folder, browser=not no_browser, port=port, allow_root=allow_root, say=click.echo)
