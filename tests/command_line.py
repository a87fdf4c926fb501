"""Commands as a user types them, run within the process of the test, which saves a second each."""

import os
import subprocess
import sys
from collections.abc import Mapping
from unittest.mock import patch

from typer.testing import CliRunner

from monitor.cli.entry import main


def run_here(
    *arguments: str, environment: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run a command to its end, with exit code and streams as a process of its own would have."""
    code: object = 0
    with (
        patch.object(sys, "argv", ["talentwatch", *arguments]),
        patch.dict(os.environ, environment or {}),
        CliRunner().isolation() as (out, err, *_),
    ):
        try:
            main()
        except SystemExit as left:
            code = left.code or 0
        sys.stdout.flush()
        sys.stderr.flush()
        said, complaint = (stream.getvalue().decode() for stream in (out, err))
    assert isinstance(code, int)
    return subprocess.CompletedProcess(list(arguments), code, said, complaint)
