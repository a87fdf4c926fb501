"""A program of its own: the first filled sheet of the spreadsheet on standard input, as CSV.

The library lays a sheet out as a full rectangle of cells, and it ends its process where there is no
memory for one. One stray cell in the last row of a small file is enough for that. So it reads in a
process that may take MEMORY_BYTES and no more, and what ends that process costs this file alone.

Ends with 0 after the whole sheet, with REFUSED and the reason on standard error if the file is no
spreadsheet, and with anything else if the sheet does not fit.
"""

import csv
import io
import sys
from datetime import date, datetime, time, timedelta
from typing import Any, BinaryIO

MEMORY_BYTES = 480 << 20
"""The address space of the process: Python, the library, and the cells of one sheet."""
REFUSED = 3
_PIECE = 1 << 20
_MIDNIGHT = time()


def main() -> int:
    """Read standard input, which is a file and not a pipe, and write CSV in UTF-8."""
    import python_calamine  # noqa: PLC0415 -- whoever imports the constants needs no reader

    _limit_memory()
    sys.stdin.buffer.seek(0)
    try:
        with python_calamine.CalamineWorkbook.from_filelike(sys.stdin.buffer) as book:
            for name in book.sheet_names:
                sheet = book.get_sheet_by_name(name)
                if sheet.height:
                    _write(sheet.iter_rows(), sys.stdout.buffer)
                    break
    except python_calamine.CalamineError as error:
        sys.stderr.write(f"{error}")
        return REFUSED
    return 0


def _limit_memory() -> None:
    try:
        import resource  # noqa: PLC0415 -- there is none on Windows
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _write(rows: Any, out: BinaryIO) -> None:
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    for row in rows:
        writer.writerow(map(_cell, row))
        if text.tell() >= _PIECE:
            out.write(text.getvalue().encode("utf-8", "surrogatepass"))
            text.seek(0)
            text.truncate()
    out.write(text.getvalue().encode("utf-8", "surrogatepass"))
    out.flush()


def _cell(value: Any) -> str:
    """A cell as CSV has it: whole numbers without a point, days without a time."""
    match value:
        case bool():
            return "true" if value else "false"
        case float() if value.is_integer():
            return str(int(value))
        case datetime() if value.time() == _MIDNIGHT:
            return value.date().isoformat()
        case datetime() | date() | time():
            return value.isoformat()
        case timedelta():
            return str(value)
        case _:
            return str(value)


if __name__ == "__main__":
    sys.exit(main())
