"""The log of decisions only grows: who decided what, when and why cannot be changed afterwards."""

from datetime import UTC, datetime

import pytest
from databases import new_schema
from sqlalchemy import text
from typer.testing import CliRunner

from monitor.base.errors import StorageError
from monitor.cli.entry import app
from monitor.state import State

NOON = datetime(2025, 3, 1, 12, tzinfo=UTC)
CHANGES = (
    "UPDATE decisions SET why = 'another reason'",
    "DELETE FROM decisions",
    "DELETE FROM decisions WHERE id = 1",
)


@pytest.fixture(params=["sqlite", "postgresql"])
def state(request, tmp_path):
    """A state with a decision in its log, on both kinds of database."""
    if request.param == "sqlite":
        with State.open(f"sqlite:///{tmp_path / 'state.db'}") as opened:
            yield opened
        return
    with new_schema() as url, State.open(url) as opened:
        yield opened


def decided(state: State) -> None:
    with state.transaction() as tx:
        tx.decide("silence", '{"person":"ada-long-77"}', "a/b", "op", "as Ada asked", on=NOON)


@pytest.mark.parametrize("change", CHANGES)
def test_no_row_of_the_log_is_changed_or_deleted(state, change):
    """The database refuses it, whatever program asks, and the row stays as it was."""
    decided(state)
    with pytest.raises(StorageError, match="only grows"), state.transaction() as tx:
        tx.connection.execute(text(change))
    with state.reading() as tx:
        assert [(one.by, one.why) for one in tx.decisions()] == [("op", "as Ada asked")]


def test_a_log_cannot_be_emptied_at_a_stroke(state):
    """PostgreSQL knows TRUNCATE, which looks at no row."""
    decided(state)
    if "postgresql" not in state.url:
        return
    with pytest.raises(StorageError, match="only grows"), state.transaction() as tx:
        tx.connection.execute(text("TRUNCATE decisions"))


def test_an_erasure_takes_a_person_out_of_the_log_which_is_guarded_again(state):
    """The row stays, with who and when; afterwards it can be changed no more than before."""
    decided(state)
    with state.transaction() as tx:
        tx.rewrite_texts(
            lambda _table, texts: {
                name: value.replace("ada-long-77", "erased-1").replace("Ada", "erased-1")
                for name, value in texts.items()
            }
        )
    with state.reading() as tx:
        (row,) = tx.decisions()
    assert (row.key, row.why, row.by, row.on) == (
        '{"person":"erased-1"}',
        "as erased-1 asked",
        "op",
        NOON,
    )
    with pytest.raises(StorageError, match="only grows"), state.transaction() as tx:
        tx.connection.execute(text(CHANGES[0]))


def test_an_erasure_that_fails_leaves_the_log_guarded(state):
    """The transaction is undone, and the guard with it was never away."""
    decided(state)

    def fail(_table, _texts):
        raise ValueError("stopped in the middle")

    with pytest.raises(ValueError, match="stopped"), state.transaction() as tx:
        tx.rewrite_texts(fail)
    with pytest.raises(StorageError, match="only grows"), state.transaction() as tx:
        tx.connection.execute(text(CHANGES[1]))


def test_silences_retries_and_tests_of_channels_are_in_the_log(tmp_path):
    """Each with its day, who and why."""
    config = tmp_path / "config.toml"
    config.write_text(
        '[channels.lines]\nkind = "file"\npath = "alerts.jsonl"\n'
        '[sources.press]\nkind = "files"\npath = "inbox/*.jsonl"\n',
        encoding="utf-8",
    )
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "talent.toml").write_text(
        '[flow]\nfrom = { organization = "meta" }\nwithin = "90d"\npeople = 3\n', encoding="utf-8"
    )

    def talentwatch(*arguments: str) -> str:
        result = CliRunner().invoke(app, [*arguments, "--config", str(config)])
        assert result.exit_code == 0, (result.output, result.exception)
        return result.output

    talentwatch("silence", "add", "--rule", "talent", "--for", "9", "--why", "holidays")
    talentwatch("silence", "end", "1", "--why", "they are over")
    talentwatch("deliveries", "retry", "--channel", "lines", "--why", "the disk is mended")
    said = talentwatch("decisions", "--json")
    assert all(why in said for why in ("holidays", "they are over", "the disk is mended"))
    assert said.count('"by":') == 3
