import json
import random
import traceback
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from reference import FILES, hints, tables_below

from monitor.base.config_files.toml_files import read, schema_of
from monitor.base.errors import UsageError
from monitor.base.settings import MoveSettings, Quality, Secret, Settings, load_settings
from monitor.base.settings.channels import File
from monitor.state import State

FULL = """
snapshots = "kept"
rules = "my rules"
organizations = "labs.toml"
people = "people.toml"
state = "sqlite:///kept/state.db"
timezone = "Europe/Zurich"
send_from = 2025-01-01
operations = ["talent"]
board_url = "https://example.org/board"

[moves]
tenure_gap = "8w"

[sources.press]
kind = "files"
path = "inbox/*.csv"
schedule = "0 6 * * *"
columns = { id = "key", organization = "company" }
quality = { missing = 0.10 }

[channels.talent]
kind = "slack"
url = { env = "TALENTWATCH_TEST_URL" }

[channels.internal]
kind = "webhook"
url = "http://127.0.0.1:8080/hook"
secret = { file = "hook.secret" }
allow_private = true
headers = { X-Team = { env = "TALENTWATCH_TEST_URL" } }

[channels.alerts]
kind = "file"
path = "kept/alerts.jsonl"
"""


def config(folder: Path, text: str = FULL) -> Path:
    path = folder / "config.toml"
    path.write_text(text, encoding="utf-8")
    return path


def channel(settings: Settings, name: str) -> Any:
    """Return a channel of whatever kind."""
    return settings.channels[name]


def refusal(folder: Path, text: str) -> str:
    with pytest.raises(UsageError) as caught:
        load_settings(config(folder, text))
    assert caught.value.problems
    return str(caught.value)


def test_every_setting_is_read_once_and_for_all(tmp_path):
    """Paths become absolute, days become days, secrets stay hidden."""
    settings = load_settings(config(tmp_path))
    assert settings.root == tmp_path
    assert settings.snapshots == tmp_path / "kept"
    assert settings.rules == tmp_path / "my rules"
    assert settings.people == tmp_path / "people.toml"
    assert settings.state == f"sqlite:///{tmp_path}/kept/state.db"
    assert settings.send_from == date(2025, 1, 1)
    assert settings.operations == ("talent",)
    assert settings.moves == MoveSettings(tenure_gap="8w")
    press = settings.sources["press"]
    assert press.path == "inbox/*.csv"
    assert press.columns == {"id": "key", "organization": "company"}
    assert press.quality == Quality(missing=0.10, rejected=0.05)
    internal = channel(settings, "internal")
    assert internal.url.reveal() == "http://127.0.0.1:8080/hook"
    assert internal.secret == Secret(file=tmp_path / "hook.secret")
    assert internal.headers == {"X-Team": Secret(env="TALENTWATCH_TEST_URL")}
    assert internal.allow_private is True
    assert settings.channels["alerts"] == File(path=tmp_path / "kept/alerts.jsonl")


def test_a_database_with_a_password_comes_from_outside_and_is_shown_nowhere(tmp_path):
    """Neither the settings nor an error about the database repeat it."""
    (tmp_path / "url").write_text("postgresql://me:hunter2@127.0.0.1:1/db\n", encoding="utf-8")
    settings = load_settings(config(tmp_path, 'state = { file = "url" }\n'))
    assert isinstance(settings.state, Secret)
    assert "hunter2" not in repr(settings)
    with pytest.raises(UsageError, match=r"me:\*\*\*@127\.0\.0\.1") as caught:
        State.open(settings.state)
    said = "".join(traceback.format_exception(caught.value))
    assert "hunter2" not in said


def test_a_database_without_a_password_is_written_as_it_is(tmp_path):
    """PostgreSQL has its own ways to know a password: PGPASSWORD, a password file, trust."""
    settings = load_settings(config(tmp_path, 'state = "postgresql+psycopg://me@h/db"\n'))
    assert settings.state == "postgresql+psycopg://me@h/db"


@pytest.mark.parametrize("text", ["", "\n", "# all is a comment\n"])
def test_an_empty_config_is_refused(tmp_path, text):
    """A disk that was full left it; a watch of nothing would have nothing to complain of."""
    with pytest.raises(UsageError, match=r"config.toml is empty: put back what was in it"):
        load_settings(config(tmp_path, text))


def test_what_a_config_does_not_say_is_as_the_schema_states(tmp_path):
    """Each default is the one that the schema states."""
    settings = load_settings(config(tmp_path, 'timezone = "UTC"\n'))
    assert settings == Settings(path=tmp_path / "config.toml")
    assert settings.snapshots == tmp_path / "snapshots"
    assert settings.rules == tmp_path / "rules"
    assert settings.organizations == tmp_path / "organizations.toml"
    assert settings.state == f"sqlite:///{tmp_path}/snapshots/talentwatch.db"
    moves = schema_of("config")["$defs"]["MoveSettings"]["properties"]
    assert moves["next_within"]["default"] == "365d"
    assert settings.moves == MoveSettings(tenure_gap="31d", next_within="365d", before="180d")


def test_the_root_is_the_folder_of_the_config(tmp_path):
    """The folder of the config is the root, from wherever it is named."""
    relative = config(tmp_path).parent / ".." / tmp_path.name / "config.toml"
    assert load_settings(relative).root == tmp_path


def test_a_missing_config_says_what_to_do(tmp_path):
    """Nobody is left with a bare error."""
    with pytest.raises(
        UsageError, match=r"`talentwatch init` writes one, or name another with --config"
    ):
        load_settings(tmp_path / "config.toml")


def test_a_secret_is_read_where_it_is_kept(tmp_path):
    """A file may end in a line break."""
    (tmp_path / "hook.secret").write_text("whsec_abc\n", encoding="utf-8")
    secret = channel(load_settings(config(tmp_path)), "internal").secret
    assert secret.reveal() == "whsec_abc"


def test_a_missing_secret_is_named_when_it_is_needed(tmp_path):
    """Reading the config asks for no secret."""
    settings = load_settings(config(tmp_path))
    with pytest.raises(UsageError, match="TALENTWATCH_TEST_URL is not set"):
        channel(settings, "talent").url.reveal()
    with pytest.raises(UsageError, match=r"hook\.secret cannot be read"):
        channel(settings, "internal").secret.reveal()
    (tmp_path / "hook.secret").write_text("\n", encoding="utf-8")
    with pytest.raises(UsageError, match=r"hook\.secret is empty"):
        channel(settings, "internal").secret.reveal()


def test_no_text_shows_a_secret(tmp_path):
    """Neither a log of the settings nor one of the secret itself."""
    literal = Secret(literal="https://example.org/hunter2")
    assert "hunter2" not in f"{literal} {literal!r} {[literal]}"
    settings = load_settings(config(tmp_path, FULL.replace("/hook", "/hunter2")))
    assert "hunter2" not in f"{settings} {settings!r}"


SPARK = '[engine.spark]\nmaster="yarn"\noptions={{"spark.{}"="hunter2"}}\n'
SECRETS = {
    "a literal secret": '[channels.a]\nkind = "webhook"\nurl = "http://h/"\nsecret = "hunter2"\n',
    "a literal Slack address": '[channels.a]\nkind = "slack"\nurl = "https://x.org/hunter2"\n',
    "a password in an address": '[channels.a]\nkind = "webhook"\nurl = "http://me:hunter2@h/"\n',
    "a literal password of the database": 'state = "postgresql://me:hunter2@h/db"\n',
    "a literal password as option": 'state = "postgresql://me@h/db?password=hunter2"\n',
    **{name: SPARK.format(name) for name in ("ssl.keyPassword", "executorEnv.ACCESS_KEY")},
    "a key of an account": SPARK.format("hadoop.fs.azure.account.key.a.example.org"),
    "a literal header": '[channels.a]\nkind = "webhook"\nurl = "http://h"\nheaders = {A="hunter2"}',
}


@pytest.mark.parametrize("case", SECRETS)
def test_a_literal_secret_is_refused_and_not_repeated(tmp_path, case):
    """The error says what to write instead."""
    said = refusal(tmp_path, SECRETS[case])
    assert "secrets are not allowed literally" in said
    assert "hunter2" not in said


HIDDEN = {
    "a secret in a list": '[channels.a]\nkind = "slack"\nurl = ["hunter2"]\n',
    "headers in a list": '[channels.a]\nkind="webhook"\nurl="http://h"\nheaders = ["hunter2"]\n',
    "a secret as variable": '[channels.a]\nkind = "slack"\nurl = { env = "hunter-2 hunter2" }\n',
    "no address": '[channels.a]\nkind = "webhook"\nurl = "hunter2"\n',
    "a database": 'state = "mysql://me:hunter2@h/db"\n',
    "a database in a list": 'state = ["hunter2"]\n',
    "a broken database": 'state = "postgresql://me:hunter2@[h/db"\n',
    "no database": 'state = "hunter2"\n',
}


@pytest.mark.parametrize("case", HIDDEN)
def test_what_may_be_secret_is_never_shown_in_an_error(tmp_path, case):
    """However wrong it is written."""
    assert "hunter2" not in refusal(tmp_path, HIDDEN[case])


_TABLE = '[sources.a]\nkind = "files"\n'
WRONG = {
    "a column that is a number": (
        f"{_TABLE}columns = {{ id = 3 }}\n",
        ":3:",
        "the name of a column",
    ),
    "a column that is true": (f"{_TABLE}columns = {{ id = true }}\n", ":3:", "or false for none"),
    "a column of nothing": (f"{_TABLE}columns = {{ id = [] }}\n", ":3:", "sources.a.columns.id"),
    "a form without a year": (f'{_TABLE}dates = ["%d.%m."]\n', ":3:", "made of %Y"),
    "a form with two days": (f'{_TABLE}dates = ["%d %d %Y"]\n', ":3:", "each at most once"),
    "an unknown encoding": (f'{_TABLE}encoding = "utf-9"\n', ":3: sources.a.encoding", "utf-8"),
    "an unknown key": ("\nchanels = {}\n", ":2: chanels: unknown key", "did you mean 'channels'?"),
    "an unknown kind": ('[sources.a]\nkind = "fils"\n', ":2: sources.a.kind:", "mean 'files'?"),
    "no kind": ("[channels.a]\n", ":1: channels.a: the key 'kind' is missing", ""),
    "a key of another kind": ('[channels.a]\nkind = "file"\npth = "x"\n', ":3:", "mean 'path'?"),
    "an unknown channel": (
        'operations = ["consle"]\n[channels.console]\nkind = "console"\n',
        ":1: operations[0]: expected the name of a channel",
        "did you mean 'console'?",
    ),
    "an unknown time zone": ('timezone = "Europe/Zurch"\n', ":1: timezone:", "'Europe/Zurich'?"),
    "a share over one": ("[sources.a]\nkind='files'\nquality={missing=20}\n", ":3:", "got 20"),
    "not a share": ("[sources.a]\nkind='files'\nquality={missing=nan}\n", ":3:", "finite number"),
    "a bad day": ('send_from = "2025-02-30"\n', ":1: send_from: expected a day", "2025-02-30"),
    "a moment for a day": ("send_from = 2025-01-01T00:00:00\n", ":1: send_from:", "a day"),
    "no length of time": ("[retention]\nthin_after=true\n", ":2: retention.thin_after:", "false"),
    "no size": ('[engine]\nmemory="4 GB"\n', ":2: engine.memory: expected a size", "800MB"),
    "too little memory": ('[engine]\nmemory="200MB"\n', ":2: engine.memory:", "500MB or more"),
    "an engine without a cluster": (
        '[engine]\nkind="spark"\n',
        ":2: engine.kind: expected, beside it, [engine.spark]",
        "spark://HOST:7077",
    ),
    "no master": ('[engine]\nspark={master="http://h"}\n', ":2: engine.spark.master:", "k8s://"),
    "a master without a port": (
        '[engine]\nspark={master="spark://h,g:7077"}\n',
        ":2: engine.spark.master:",
        "spark://host:7077",
    ),
    "a master with a password": ('[engine]\nspark={master="spark://me:x@h:1"}\n', ":2:", "spark"),
    "an option of ours": (
        '[engine.spark]\nmaster="yarn"\noptions={"spark.master"="yarn"}\n',
        ":3: engine.spark.options.",
        "in [engine.spark], master",
    ),
    "an option that is a number": (
        '[engine.spark]\nmaster="yarn"\noptions={"spark.executor.cores"=4}\n',
        ":3:",
        'expected a text, such as "4g", "8"',
    ),
    "no option": ('[engine.spark]\nmaster="yarn"\noptions={"a\\nb"="c"}\n', "no valid name"),
    "an end and an age": (
        "[sources.a]\nkind='files'\nfinished=true\nstale_after='3d'\n",
        ":4: sources.a.stale_after:",
        "nothing more is to come",
    ),
    "a bad schedule": ("[sources.a]\nkind='files'\nschedule='6 o clock'\n", ":3:", "five cron"),
    "a source that leaves its folder": (
        '[sources."../a"]\nkind="files"\n',
        "no valid name",
        "../a",
    ),
    "a key of no effect": ('[sources.a]\nkind="files"\nrobots=true\n', ":3:", "unknown key"),
    "another database": ('state = "mysql://h/db"\n', ":1: state:", "mysql is neither"),
    "a bad length of time": ('[moves]\nbefore = "6m"\n', ":2: moves.before:", "such as"),
    "an address without a host": (
        'board_url = "https://:80/"\n',
        "board_url",
        "an address such as",
    ),
    "a bad port": ('board_url = "https://h:99999/"\n', "board_url", "an address such as"),
    "a broken address": ('board_url = "https://[::1/"\n', "board_url", "an address such as"),
    "two in one secret": ('[channels.a]\nkind="slack"\nurl={env="A",file="b"}\n', ":3:", "{ env"),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_wrong_config_is_explained(tmp_path, case):
    """File, line, key, what was expected and the nearest valid name."""
    text, *expected = WRONG[case]
    said = refusal(tmp_path, text)
    assert [part for part in expected if part not in said] == []
    assert "config.toml" in said


def test_lines_are_told_in_files_with_every_kind_of_statement(tmp_path):
    """Texts and lists over several lines, comments, quoted and dotted keys move no line."""
    text = '''
# a comment with = and [brackets]
rules = """
[channels.fake]
kind = 5"""
operations = [
  "console", # ] not the end
  "]",
]
moves."tenure_gap" = "31d"
[channels.console]
kind = "console"

[channels . "file"]  # spaces are allowed
kind = 'file'
wrong = { a = ["}", 1], b = 2 }
'''
    said = refusal(tmp_path, text)
    assert ":16: channels.file.wrong" in said
    said = refusal(tmp_path, text.replace("wrong = {", "# {").replace("file'", "file'\npath = 'a'"))
    assert ":6: operations[1]" in said


def test_the_same_settings_have_the_same_fingerprint(tmp_path):
    """Only what moves are derived from changes it: one more source or channel does not."""
    first = load_settings(config(tmp_path, 'timezone = "UTC"')).fingerprint
    more = '[sources.a]\nkind = "files"\n[channels.b]\nkind = "console"\n'
    assert load_settings(config(tmp_path, more)).fingerprint == first
    assert load_settings(config(tmp_path, '[moves]\nbefore = "10d"\n')).fingerprint != first
    stricter = more.replace('"files"', '"files"\nquality = { missing = 0.5 }')
    assert load_settings(config(tmp_path, stricter)).fingerprint != first


def test_a_directory_or_a_huge_file_is_refused(tmp_path):
    """What is no config file is not read for long."""
    with pytest.raises(UsageError, match="expected a file"):
        load_settings(tmp_path)
    with pytest.raises(UsageError, match="at most 1 MiB"):
        load_settings(config(tmp_path, "#" * (2 << 20)))


def mutated(text: str, rng: random.Random) -> bytes:
    """This is the text with some bytes changed, cut out, doubled or moved."""
    content = bytearray(text.encode())
    for _ in range(rng.randint(1, 6)):
        at, to = sorted(rng.randrange(len(content) + 1) for _ in range(2))
        to = min(to, at + 40)
        match rng.randrange(5):
            case 0:
                content[at:to] = b""
            case 1:
                content[at:at] = content[at:to]
            case 2:
                content[at:at] = rng.randbytes(3)
            case 3:
                content[at:to] = rng.choice([b"nan", b"[[", b"1e999", b"\x00", b'"\\u0000"', b"{}"])
            case _:
                content[at:at] = str(10 ** rng.choice([1, 20, 400])).encode()
    return bytes(content)


def test_a_mutated_config_is_read_or_refused_in_words(tmp_path):
    """No bytes at all make a traceback, and no refusal is without a problem."""
    path = tmp_path / "config.toml"
    refusals = []
    for seed in range(300):
        path.write_bytes(mutated(FULL, random.Random(seed)))
        try:
            load_settings(path)
        except UsageError as exc:
            refusals.append((seed, exc.problems))
    assert len(refusals) > 200
    assert [seed for seed, problems in refusals if not problems] == []


def test_what_a_schema_refuses_without_words_is_refused_anyway(tmp_path):
    """The two validators differ on a text that ends in a line break; the stricter one wins."""
    path = config(tmp_path, '[moves]\nbefore = "90d\\n"\n')
    with pytest.raises(UsageError, match="line break at its end"):
        read(path, "config")


@pytest.mark.parametrize(
    ("written", "address"),
    [
        ("", None),
        ("[board]\n", "http://127.0.0.1:9465"),
        ('[board]\nhost = "::1"\nport = 8000\n', "http://[::1]:8000"),
        ('[board]\nhost = "0.0.0.0"\n', None),
        ("[board]\nport = 0\n", None),
        ('board_url = "https://board.example"\n[board]\nport = 8000\n', "https://board.example"),
    ],
)
def test_messages_link_to_the_board_that_is_configured(tmp_path, written, address):
    """Unless it says itself by which address people reach it."""
    (tmp_path / "config.toml").write_text(f'rules = "rules"\n{written}', encoding="utf-8")
    assert load_settings(tmp_path / "config.toml").board_url == address


def test_no_pattern_is_left_to_the_decoder():
    """It frees those of alternatives twice; a schema that has them checks every file before it."""
    tables = [table for of in FILES.values() for table in tables_below(of)]
    assert "pattern=" not in "".join(str(hints(table)) for table in tables)
    assert '"pattern"' in json.dumps([schema_of(name) for name in FILES])
