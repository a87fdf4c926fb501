"""Runs inside of an environment of its own: who changed organisation between two exports.

Prints the seconds of the processor that it took, reading included, and how many changed.
"""

import json
import os
import sys
from pathlib import Path


def polars(before: Path, after: Path) -> int:
    import polars as pl

    days = [pl.scan_csv(path).select("id", "organization") for path in (before, after)]
    joined = days[0].join(days[1], on="id", suffix="_after")
    return joined.filter(pl.col("organization") != pl.col("organization_after")).collect().height


def pandas(before: Path, after: Path) -> int:
    import pandas as pd

    days = [pd.read_csv(path, usecols=["id", "organization"]) for path in (before, after)]
    joined = days[0].merge(days[1], on="id", suffixes=("", "_after"))
    return len(joined[joined["organization"] != joined["organization_after"]])


def datacompy(before: Path, after: Path) -> int:
    import pandas as pd
    from datacompy import PandasCompare

    days = [pd.read_csv(path, usecols=["id", "organization"]) for path in (before, after)]
    return len(PandasCompare(days[0], days[1], join_columns="id").all_mismatch())


def csv_diff(before: Path, after: Path) -> int:
    from csv_diff import compare, load_csv

    with before.open(encoding="utf-8") as first, after.open(encoding="utf-8") as second:
        days = [load_csv(file, key="id") for file in (first, second)]
    return sum("organization" in one["changes"] for one in compare(*days)["changed"])


TOOLS = {"polars": polars, "pandas": pandas, "datacompy": datacompy, "csv-diff": csv_diff}

if __name__ == "__main__":
    tool, *paths = sys.argv[1:]
    changed = TOOLS[tool](*map(Path, paths))
    print(json.dumps({"seconds": sum(os.times()[:4]), "changed": changed}))
