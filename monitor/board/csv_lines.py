"""Records as CSV, for a spreadsheet: one column a fact, and no cell that a spreadsheet runs."""

import csv
import sys
from collections.abc import Iterable, Mapping
from typing import TextIO

import orjson

from monitor.base.machine.spool import Spool
from monitor.base.records import Json

_RUN = ("=", "+", "-", "@", "\t", "\r")
"""What a cell begins with that a spreadsheet takes for a formula."""


def csv_lines(records: Iterable[Mapping[str, Json]], out: TextIO | None = None) -> None:
    """Print records with a heading: `from.name` is the name in `from`; lists are JSON.

    The columns are those of all records, so these wait in a file until the last one is there.
    """
    rows, columns = Spool(), dict[str, None]()
    for record in records:
        row = _flat(record)
        columns |= dict.fromkeys(row)
        rows.add(orjson.dumps(row))
    writer = csv.DictWriter(out or sys.stdout, list(columns), restval="", lineterminator="\n")
    if columns:
        writer.writeheader()
        writer.writerows(orjson.loads(rows.read(number)) for number in range(len(rows)))


def _flat(record: Mapping[str, Json], above: str = "") -> dict[str, str]:
    row: dict[str, str] = {}
    for name, value in record.items():
        if isinstance(value, Mapping):
            row |= _flat(value, f"{above}{name}.")
        else:
            row[f"{above}{name}"] = _cell(value)
    return row


def _cell(value: Json) -> str:
    if value is None:
        return ""
    if isinstance(value, bool | int | float):
        return str(value).lower() if isinstance(value, bool) else str(value)
    text = orjson.dumps(value).decode() if isinstance(value, list | tuple) else str(value)
    marked = f"'{text}" if text.startswith(_RUN) else text
    # A lone carriage return ends a line for some readers, and is not quoted.
    return marked.replace("\r\n", "\n").replace("\r", "\n")
