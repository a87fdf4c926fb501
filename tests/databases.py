"""A PostgreSQL server for tests: each asks for a schema of its own, which is gone afterwards."""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import OperationalError

SERVER = os.environ.get(
    "TALENTWATCH_TEST_POSTGRESQL", "postgresql+psycopg://postgres@127.0.0.1:5432/postgres"
)


@cache
def _answers() -> bool:
    engine = create_engine(SERVER, connect_args={"connect_timeout": 5})
    try:
        engine.connect().close()
    except OperationalError:
        return False
    finally:
        engine.dispose()
    return True


@contextmanager
def new_schema() -> Iterator[str]:
    """Give the URL of an empty schema; skip where no server answers, which on CI is a failure."""
    if not _answers():
        pytest.skip(f"needs a PostgreSQL server at {SERVER}")
    name = f"test_{secrets.token_hex(6)}"
    engine = create_engine(SERVER, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE SCHEMA {name}"))
        try:
            yield f"{SERVER}?options=-csearch_path%3D{name}"
        finally:
            # Whoever a test left behind must not keep the schema.
            connection.execute(text("SET lock_timeout = '20s'"))
            connection.execute(text(f"DROP SCHEMA {name} CASCADE"))
    engine.dispose()
