"""What SECURITY.md promises, held against the program: words, secrets, statements, packed files."""

import ast
import gzip
import json
import re
import tracemalloc
from collections import deque
from functools import partial
from pathlib import Path

import audit
import pytest
import zstandard
from command_line import run_here
from hypothesis import given
from hypothesis import strategies as st
from kill_harness import ROOT
from receivers import receiver

from monitor.base.errors import SourceError
from monitor.cli.options import inert
from monitor.delivery.messages import visible
from monitor.intake.sources.compression import decompressed

HOSTILE = "\x1b[2J\x1b]0;owned\x07\x9b31m\u202eEve\u2066\r\x85 =cmd()"
ORDERS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
SECRETS = {
    "TALENTWATCH_TEST_HOOK": "path-hush-1",
    "TALENTWATCH_TEST_KEY": "whsec_aHVzaC1odXNoLWh1c2gtaHVzaC1odXNo",
    "TALENTWATCH_TEST_HEADER": "header-hush-3",
    "TALENTWATCH_TEST_STATE": "postgresql://me:state-hush-4@127.0.0.1:1/db",
}
WORDS = ("path-hush-1", "aHVzaC1odXNoLWh1c2gtaHVzaC1odXNo", "header-hush-3", "state-hush-4")
PEOPLE = [("2025-01-01", "Here"), ("2025-02-01", "There")]


def talentwatch(folder: Path, *arguments: str, **environment: str) -> tuple[int, str]:
    """Run a command; return its exit code and both of its streams."""
    done = run_here(*arguments, "--config", str(folder / "config.toml"), environment=environment)
    return done.returncode, done.stdout + done.stderr


def installed(folder: Path, config: str) -> None:
    """Set an installation up in which three people with hostile names move."""
    (folder / "inbox").mkdir()
    (folder / "rules").mkdir()
    rule = '[flow]\nfrom = "*"\nto = "*"\nwithin = "90d"\npeople = 2\n'
    grouped = 'group_by = ["from.organization", "to.organization"]\n'
    (folder / "rules" / "any.toml").write_text(rule + grouped, encoding="utf-8")
    source = '[sources.press]\nkind = "files"\npath = "inbox/*.jsonl"\n'
    source += "quality = { rejected = 0.5 }\n"
    operations = 'operations = ["log"]\nsend_from = "2024-01-01"\nrun_deliver_seconds = 0\n'
    (folder / "config.toml").write_text(operations + config + source, encoding="utf-8")
    for day, place in PEOPLE:
        lines = [
            {
                "id": f"{HOSTILE}{number}",
                "name": f"{HOSTILE}{number}",
                "positions": [
                    {
                        # Most stay, or it would be a change of names rather than of people.
                        "organization": f"{place if number < 3 else 'Here'} {HOSTILE}",
                        "title": HOSTILE,
                    }
                ],
            }
            for number in range(12)
        ]
        text = "".join(json.dumps(line) + "\n" for line in [*lines, HOSTILE])
        (folder / "inbox" / f"{day}.jsonl").write_text(text, encoding="utf-8")


LOG = '[channels.log]\nkind = "file"\npath = "log.jsonl"\n'
COMMANDS = (
    ("run", "--now", "2025-02-01"),
    ("moves",),
    ("moves", "--json"),
    ("flows",),
    ("alerts",),
    ("snapshots",),
    ("status", "--now", "2025-02-01"),
    ("explain", HOSTILE.replace("\x00", "")),
)


@pytest.mark.slow
def test_no_word_of_a_profile_gives_the_terminal_orders(tmp_path):
    """Names, titles and file names are shown, and what is not seen of them is written out."""
    installed(tmp_path, LOG)
    (tmp_path / "inbox" / "\x1b[2J.jsonl").write_text("{}", encoding="utf-8")
    for command in COMMANDS:
        _, said = talentwatch(tmp_path, *command)
        assert "Traceback" not in said
        assert not ORDERS.search(said), (command, ascii(said))
    assert "Eve" in talentwatch(tmp_path, "moves")[1]


@pytest.mark.slow
def test_brackets_of_a_profile_are_shown_as_they_are_written(tmp_path):
    """What the tables' own library would take for colours, links and pictures is text."""
    hostile = "[/bold] [link=https://evil.example]Ann[/link] :smile:"
    (tmp_path / "inbox").mkdir()
    source = '[sources.press]\nkind = "files"\npath = "inbox/*.jsonl"\n'
    (tmp_path / "config.toml").write_text(source, encoding="utf-8")
    for day, place in (("2025-01-01", "[red]A[/red]"), ("2025-02-01", "[/y]B")):
        line = {"id": hostile, "name": hostile, "positions": [{"organization": place}]}
        (tmp_path / "inbox" / f"{day}.jsonl").write_text(json.dumps(line), encoding="utf-8")
    talentwatch(tmp_path, "run", "--now", "2025-02-01")
    for command, words in (
        (("moves",), hostile),
        (("moves",), "[red]A[/red]"),
        (("organizations", "unresolved"), "[/y]B"),
    ):
        code, said = talentwatch(tmp_path, *command)
        assert code == 0, said
        assert words in " ".join(said.split())


@given(st.text())
def test_what_a_terminal_would_obey_is_written_out(words):
    """And nothing else changes."""
    assert not ORDERS.search(visible(words))
    assert visible(visible(words)) == visible(words)


@given(st.text())
def test_json_says_the_same_whatever_the_terminal_would_obey(words):
    """Other programs read the value that the profile has."""
    line = inert(json.dumps({"name": words}, ensure_ascii=False).encode("utf-8", "surrogatepass"))
    assert json.loads(line.decode("utf-8", "surrogatepass")) == {"name": words}


def test_secrets_are_in_no_output_no_file_and_no_database(tmp_path):
    """Whatever goes wrong: refused, unreachable, verbose, tried again."""
    with receiver() as there:
        there.answers(status=500, body=f"you said {' '.join(WORDS[:3])}".encode())
        hook = f"{there.url}/path-hush-1?key=path-hush-1"
        config = f"""{LOG}[channels.hook]
kind = "webhook"
url = {{ env = "TALENTWATCH_TEST_HOOK" }}
secret = {{ env = "TALENTWATCH_TEST_KEY" }}
headers = {{ X-Key = {{ env = "TALENTWATCH_TEST_HEADER" }} }}
allow_private = true
"""
        installed(tmp_path, config)
        secrets = {**SECRETS, "TALENTWATCH_TEST_HOOK": hook}
        said = [talentwatch(tmp_path, "--verbose", *COMMANDS[0], **secrets)[1]]
        assert there.requests, said
        said += [talentwatch(tmp_path, *command, **secrets)[1] for command in COMMANDS[-3:]]
        there.answers(status=410, body=hook.encode())
        said += [talentwatch(tmp_path, "run", "--json", "--now", "2025-04-01", **secrets)[1]]
        said += [talentwatch(tmp_path, "status", "--json", **secrets)[1]]
    text = (tmp_path / "config.toml").read_text(encoding="utf-8")
    state = 'state = { env = "TALENTWATCH_TEST_STATE" }\n'
    (tmp_path / "config.toml").write_text(state + text, encoding="utf-8")
    code, refused = talentwatch(tmp_path, "run", **secrets)
    assert (code, "127.0.0.1" in refused) == (2, True)
    kept = [path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()]
    for word in WORDS:
        assert word not in "".join([*said, refused])
        assert not any(word.encode() in content for content in kept)


def test_no_statement_is_put_together_from_values():
    """SQL is in files, or built by SQLAlchemy; only names of this program's own are written in."""
    found = []
    for path in (ROOT / "monitor").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.JoinedStr | ast.BinOp):
                words = " ".join(
                    str(one.value) for one in ast.walk(node) if isinstance(one, ast.Constant)
                )
                if re.match(r"\s*(SELECT|INSERT|UPDATE|DELETE|CREATE|DROP|ALTER|COPY)\s", words):
                    found.append(str(path.relative_to(ROOT)))
    # These name a table or its columns, which come from this program; Wikidata is asked in SPARQL
    # for an item whose id the configuration has checked.
    assert set(found) <= {
        "monitor/base/engine.py",
        "monitor/board/publishing.py",
        "monitor/board/read_model.py",
        "monitor/identity/organizations/imported.py",
        "monitor/intake/collecting/connectors/wikidata.py",
    }


@pytest.mark.parametrize("suffix", [".gz", ".zst"])
def test_a_bomb_is_refused_and_costs_no_memory(tmp_path, suffix):
    """One line that never ends, thousands of times its packed size."""
    path = tmp_path / f"bomb.jsonl{suffix}"
    with (gzip.open if suffix == ".gz" else zstandard.open)(path, "wb") as file:
        for _ in range(256):
            file.write(b"0" * (1 << 20))
    tracemalloc.start()
    with path.open("rb") as file:
        stream = decompressed(file, name=path.name, at_least=192 << 20, ratio=200)
        with pytest.raises(SourceError, match="expands to more than"):
            deque(iter(partial(stream.read, 1 << 20), b""), maxlen=0)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    # A piece of a packed file is bounded, and what it stands for with it.
    assert peak < 96 << 20


@pytest.mark.slow
def test_a_path_from_a_profile_or_a_file_leads_nowhere(tmp_path):
    """A source's name becomes a folder, and nothing else that is read becomes part of a path."""
    installed(tmp_path, LOG)
    before = {path.name for path in tmp_path.parent.iterdir()}
    talentwatch(tmp_path, *COMMANDS[0])
    assert {path.name for path in tmp_path.parent.iterdir()} == before
    for name in ("../up", "/etc", "a/b", "..", "A"):
        code, said = talentwatch(tmp_path, "import", name, str(tmp_path / "config.toml"))
        assert (code, "there is no source" in said) == (2, True)


def test_an_audit_that_knew_no_package_does_not_pass_for_a_good_one():
    """Where the database cannot be asked, it is said that nothing was audited."""
    unknown = {"name": "a", "skip_reason": "not found"}
    fine = {"name": "b", "version": "1", "vulns": []}
    weak = {"name": "c", "version": "2", "vulns": [{"id": "CVE-1", "fix_versions": ["3"]}]}
    assert audit.read("") is None
    assert audit.read(json.dumps({"dependencies": [unknown]})) is None
    code, said = audit.read(json.dumps({"dependencies": [unknown, fine]})) or (9, [])
    assert (code, said[-1]) == (0, "Not known there, so not audited: a.")
    code, said = audit.read(json.dumps({"dependencies": [fine, weak]})) or (9, [])
    assert (code, said[0]) == (1, "c 2: CVE-1, mended in 3")
