"""Whoever is forgotten is in nothing that was collected, and in no list of whom to follow."""

import json

import pytest
from command_line import run_here
from services import CONTACT, Said, service

NAME, ID = "Zephyrine Quillfeather", "zq-77319"


@pytest.fixture
def remote():
    """A service that knows three people, one of them the one to be forgotten."""

    def answer(asked):
        person = asked.path.rpartition("/")[2]
        record = {
            "id": person,
            "name": NAME if person == ID else "Ada Long",
            "positions": [{"organization": "Meta"}],
        }
        return Said.json(record, ETag='"v1"')

    with service() as running:
        running.answer = answer
        yield running


def told(folder, *arguments):
    done = run_here(*arguments, "--config", str(folder / "config.toml"))
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.slow
def test_the_work_file_the_list_and_the_files_lose_the_person(tmp_path, remote):
    """Resume file, cache marks, collected files, the list: no byte of the id or the name."""
    (tmp_path / "rules").mkdir()
    (tmp_path / "watched.txt").write_text(f"p1 # Ada\n{ID} # {NAME}\np2\n", encoding="utf-8")
    (tmp_path / "config.toml").write_text(
        f'[sources.remote]\nkind = "http"\nurl = "{remote.url}/people/{{id}}"\n'
        f'contact = "{CONTACT}"\npurpose = "a test"\nlicence = "own"\nretention = "365d"\n'
        "limits = { spacing = 0 }\nquality = { missing = 0.9 }\n"
        '[sources.remote.watch]\nfile = "watched.txt"\n',
        encoding="utf-8",
    )
    told(tmp_path, "sources", "collect", "remote")
    told(tmp_path, "run")
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert sum(ID.encode() in path.read_bytes() for path in files) >= 4
    said = json.loads(told(tmp_path, "forget", f"remote:{ID}", "--inbox", "--json"))
    assert said["left"] == []
    for path in (one for one in tmp_path.rglob("*") if one.is_file()):
        assert ID.encode() not in path.read_bytes(), path
        assert NAME.encode() not in path.read_bytes(), path
    listed = (tmp_path / "watched.txt").read_text(encoding="utf-8")
    assert listed == "p1 # Ada\np2\n"
    # Nothing is stored of whoever was written into the list again since; the list says it.
    (tmp_path / "watched.txt").write_text(f"{listed}{ID}\n", encoding="utf-8")
    again = json.loads(told(tmp_path, "forget", f"remote:{ID}", "--json"))
    assert again["profiles"] == 0
    assert (tmp_path / "watched.txt").read_text(encoding="utf-8") == listed
