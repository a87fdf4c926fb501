"""What is wrong with a file, in the words of who has to mend it."""

import json

import pytest
from test_init import talentwatch

HEAD = "Employee ID,Name,Company,Start Date\n"


def rows(*, number: str = "05d") -> str:
    """A list of thirty people."""
    return "".join(
        f"{at:{number}},Ada{at} Ex{at},{('Acme', 'Beta')[at % 2]},2019-0{1 + at % 9}-15\n"
        for at in range(1, 31)
    )


def records(key: str = "company_name", who: str = "id") -> str:
    """The same as JSON Lines of a vendor."""
    return "".join(
        json.dumps({who: f"p{at}", "full_name": f"Ada{at}", "experience": [{key: "Acme"}]}) + "\n"
        for at in range(1, 31)
    )


def second(tmp_path, kind: str, first: str, then: str) -> str:
    """Begin with one file and take in another; return what the run says."""
    base = tmp_path / f"2025-01-01.{kind}"
    base.write_text(first)
    talentwatch("init", tmp_path / "watch", "--from", base)
    (tmp_path / "watch" / "inbox" / "people" / f"2025-02-01.{kind}").write_text(then)
    config = tmp_path / "watch" / "config.toml"
    done = talentwatch("run", "--config", config, "--now", "2025-02-02", code=None)
    return " ".join(done.output.split())


@pytest.mark.slow
@pytest.mark.parametrize(
    ("then", "said"),
    [
        (
            HEAD + rows(number="d"),
            "'00001' is '1' now, as after a spreadsheet took them for numbers",
        ),
        (HEAD, "it holds no profile: the file has nothing below its heading"),
        (
            HEAD + rows().replace("Ada7", '"Ada7'),
            'line 8: a quote (") is opened there and never closed',
        ),
    ],
)
def test_a_table_that_was_broken_says_how(then, said, tmp_path):
    """Ids without their zeros, a heading alone, a quote that is open."""
    found = second(tmp_path, "csv", HEAD + rows(), then)
    assert said in found
    assert "missing = 1.0" not in found


@pytest.mark.slow
@pytest.mark.parametrize(
    ("then", "said"),
    [
        (records("employer_label"), "no record has 'company_name', from which `organization` is"),
        (records(who="key"), 'write id = "KEY" into [sources.people.fields]'),
    ],
)
def test_a_key_that_was_renamed_is_named_with_those_that_there_are(then, said, tmp_path):
    """The line to write is said, and who has to look at which keys."""
    found = second(tmp_path, "jsonl", records(), then)
    assert said in found
    assert "their keys are" in found
    assert "talentwatch import people FILE --replace" in found


@pytest.mark.slow
def test_names_that_are_garbled_all_at_once_can_be_taken_back(tmp_path):
    """The decision that a change of organisations asks for has the wrong file among its answers."""
    garbled = rows().replace("Acme", "Acmé Ltda").replace("Beta", "Bêtaš Oy")
    found = second(tmp_path, "csv", HEAD + rows(), HEAD + garbled)
    assert "if the file is wrong, take it back with `talentwatch snapshots reject people" in found
