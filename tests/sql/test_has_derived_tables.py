"""Whether a derived database has its tables."""

from monitor.base.engine import Engine


def test_an_empty_database_has_no_derived_tables():
    """A run that ended before it compared anything leaves one."""
    engine = Engine()
    try:
        assert engine.rows("has_derived_tables") == [(False,)]
        engine.run("derived_tables")
        assert engine.rows("has_derived_tables") == [(True,)]
    finally:
        engine.close()
