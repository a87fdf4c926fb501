"""Starts commands quickly: talentwatch is imported once, and each command runs in a fork of that.

python zygote.py reads requests as JSON Lines ({"arguments", "out", "err"}) and answers each with
the process number at once, and with the exit code (negative: the signal) when it has ended. With
"at", a moment, the request is for a run by a clock that stands there; its argument is the
configuration.
"""

import json
import os
import sys
import traceback
from datetime import datetime
from pathlib import Path

from monitor.base.settings import load_settings
from monitor.cli.entry import main
from monitor.cli.options import assembly
from monitor.operations.run import Wanted, run_once


def run_at(config: str, moment: datetime) -> None:
    """Run once, with the moment in the place of the present one."""
    done = run_once(load_settings(Path(config)), Wanted(assembly=assembly, clock=lambda: moment))
    raise SystemExit(1 if done.errors else 0)


def run(arguments: list[str], out: str, err: str, at: str | None = None) -> None:
    """Be the command, in a process of its own."""
    for path, number in ((out, 1), (err, 2)):
        os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), number)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    sys.argv = ["talentwatch", *arguments]
    code: object = 1
    try:
        if at is not None:
            run_at(arguments[0], datetime.fromisoformat(at))
        main()
        code = 0
    except SystemExit as left:
        code = left.code or 0
    except BaseException:  # noqa: BLE001 -- what Python itself would do at the end of a process
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code if isinstance(code, int) else 1)


def answer(number: int) -> None:
    """Say a number."""
    os.write(1, f"{number}\n".encode())


def serve() -> None:
    """Answer requests until there are no more."""
    for line in sys.stdin:
        request = json.loads(line)
        pid = os.fork()
        if not pid:
            run(**request)
        answer(pid)
        answer(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))


if __name__ == "__main__":
    serve()
