"""`talentwatch board`: the pages."""

from typing import Annotated

import typer

from monitor.base.settings import load_settings
from monitor.cli.options import CONFIG, ConfigOption, clock


def board(
    config: ConfigOption = CONFIG,
    attached: Annotated[
        bool, typer.Option("--attached", hidden=True, help="Stop when standard input ends.")
    ] = False,
) -> None:
    """Serve the board: alerts with their people and evidence, as pages for a browser."""
    # Only what serves pays for this import.
    from monitor.board.server.serving import serve_board  # noqa: PLC0415
    from monitor.cli.commands.counts_within import counts_within  # noqa: PLC0415
    from monitor.cli.commands.evidence import evidence_of  # noqa: PLC0415

    settings = load_settings(config)
    serve_board(
        settings,
        clock,
        evidence=evidence_of,
        count_anew=counts_within,
        say=typer.echo,
        attached=attached,
    )
