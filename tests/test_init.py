"""`talentwatch init`: a folder to begin with, which works at once."""

import re
import tomllib

import pytest
from typer.testing import CliRunner, Result

from monitor.cli.entry import app

CONTENT = [
    *("config.toml", "inbox/people", "organizations.toml"),
    *("rules/anything-unusual.toml", "rules/same-way.toml"),
]


def talentwatch(*arguments: object, code: int | None = 0) -> Result:
    done = CliRunner().invoke(app, [str(argument) for argument in arguments])
    said = str(done.exception) if done.exception else ""
    found = 2 if type(done.exception).__name__ == "UsageError" else done.exit_code
    assert code in (None, found), (done.output, said)
    return done


@pytest.fixture
def folder(tmp_path):
    """Return a folder that `init` made."""
    talentwatch("init", tmp_path / "watch")
    return tmp_path / "watch"


def test_it_writes_what_it_says_and_nothing_else(tmp_path):
    """A configuration, a rule, a directory and a place for files, in a folder that it makes."""
    done = talentwatch("init", tmp_path / "deep" / "watch")
    written = tmp_path / "deep" / "watch"
    files = [path for path in written.rglob("*") if path.is_file() or not any(path.iterdir())]
    assert sorted(file.relative_to(written).as_posix() for file in files) == CONTENT
    for name in CONTENT:
        assert name in done.stdout
    assert "talentwatch run" in done.stdout


def test_what_it_writes_is_well_and_runs_at_once(folder):
    """The checks and the first run have nothing to complain of; the status asks for a file."""
    config = ("--config", folder / "config.toml")
    assert "2 rules are well." in talentwatch("rules", "check", *config).stdout
    talentwatch("run", *config)
    asks = talentwatch("status", *config, code=1)
    assert "people waits for its first file: inbox/people/*" in asks.stdout.replace("\n", " ")
    assert "source people: no file matches inbox/people/*; put one there" in asks.stderr


@pytest.mark.slow
def test_the_next_step_that_it_names_finds_moves(folder):
    """Files put into the inbox are taken, three who go the same way are an alert."""
    config = ("--config", folder / "config.toml")
    for day, where in (("2025-01-01", "Acme"), ("2025-02-01", "Other Labs")):
        stay = [f'{{"id": "s{n}", "positions": [{{"organization": "Acme"}}]}}' for n in range(20)]
        went = [f'{{"id": "p{n}", "positions": [{{"organization": "{where}"}}]}}' for n in range(3)]
        text = "\n".join([*stay, *went])
        (folder / "inbox" / "people" / f"{day}.jsonl").write_text(text, encoding="utf-8")
    done = talentwatch("run", "--now", "2025-02-01", *config)
    assert "3 new moves" in done.stdout
    assert "Acme" in talentwatch("flows", *config).stdout
    assert '"rule":"same-way"' in talentwatch("alerts", "--json", *config).stdout
    assert "waits for its first file" not in talentwatch("status", *config).stdout


def test_every_line_that_is_commented_out_can_be_put_in(folder):
    """The configuration and the directory are valid with all of their examples turned on."""
    for name in ("config.toml", "organizations.toml"):
        path = folder / name
        text = path.read_text(encoding="utf-8")
        turned_on = [re.sub(r"^# (?=\[|\w+ = )", "", line) for line in text.splitlines()]
        assert len(tomllib.loads("\n".join(turned_on))) > len(tomllib.loads(text))
        path.write_text("\n".join(turned_on), encoding="utf-8")
    talentwatch("rules", "check", "--config", folder / "config.toml")


@pytest.mark.parametrize("there", CONTENT)
def test_nothing_is_overwritten(tmp_path, there):
    """What is in the way is named, and nothing at all is written."""
    path = tmp_path / there / "one.jsonl" if there == "inbox/people" else tmp_path / there
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("mine", encoding="utf-8")
    before = sorted(tmp_path.rglob("*"))
    done = talentwatch("init", tmp_path, code=2)
    assert there.partition("/")[0] in str(done.exception)
    assert sorted(tmp_path.rglob("*")) == before
    assert path.read_text(encoding="utf-8") == "mine"


def test_a_link_that_leads_nowhere_is_in_the_way_too(tmp_path):
    """Nothing is written through a name that somebody else made."""
    (tmp_path / "config.toml").symlink_to(tmp_path / "elsewhere.toml")
    done = talentwatch("init", tmp_path, code=2)
    assert "config.toml" in str(done.exception)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["config.toml"]


def test_other_files_and_empty_folders_are_no_obstacle(tmp_path):
    """A folder with a README in it, say, stays as it is beside what is new."""
    (tmp_path / "README").write_text("mine", encoding="utf-8")
    (tmp_path / "rules").mkdir()
    talentwatch("init", tmp_path)
    assert (tmp_path / "README").read_text(encoding="utf-8") == "mine"
    assert (tmp_path / "rules" / "same-way.toml").exists()


def test_a_place_that_cannot_be_written_is_named_and_left_as_it_was(tmp_path):
    """Half of a folder is not left behind."""
    (tmp_path / "file").write_text("", encoding="utf-8")
    done = talentwatch("init", tmp_path / "file", code=2)
    assert "is no folder" in str(done.exception)
    done = talentwatch("init", tmp_path / "file" / "within", code=2)
    assert "cannot be written" in str(done.exception)
    assert [observation.name for observation in tmp_path.iterdir()] == ["file"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--column", "id=Key"), "name one with --from"),
        (("--source", "orcid", "--organization", "ror:1", "--sheet", "Staff"), "with --from"),
        (("--purpose", "a test"), "name one with --source"),
        (("--from", "staff.csv", "--contact", "me@example.org"), "name one with --source"),
        (("--from", "staff.csv", "--source", "orcid"), "--from or --source"),
    ],
)
def test_an_option_that_would_do_nothing_is_refused(tmp_path, arguments, words):
    """Nothing is written."""
    done = talentwatch("init", tmp_path / "watch", *arguments, code=2)
    assert words in str(done.exception)
    assert not (tmp_path / "watch").exists()
