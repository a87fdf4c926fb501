"""A source of people with careers: each profile changes on every hundredth day."""

from datetime import date, timedelta
from pathlib import Path

import duckdb

FIRST_DAY = date(2024, 1, 1)

DRAW = "CREATE TEMP MACRO draw(seed, size) AS CAST(seed % size AS BIGINT)"
PROFILES = (Path(__file__).resolve().parent / "profiles.sql").read_text(encoding="utf-8")


def write_day(path: Path, day: int, *, profiles: int, organizations: int) -> date:
    """Write what the source shows on a day, as JSON Lines; return the date."""
    with duckdb.connect() as bare:
        bare.execute(DRAW)
        bare.execute(
            PROFILES.replace("{path}", str(path)),
            {
                "day": day,
                "profiles": profiles,
                "organizations": organizations,
                "first": FIRST_DAY,
            },
        )
    return FIRST_DAY + timedelta(days=day)
