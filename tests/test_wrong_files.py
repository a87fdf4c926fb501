"""What is wrong with a file, in the words of who has to mend it."""

import json
import re

import pytest
from test_init import talentwatch

from monitor.base.errors import FileRefused
from monitor.intake.preview import FilePreview, opened_preview
from monitor.intake.sources.files import Files

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


@pytest.mark.parametrize(
    ("record", "way"),
    [
        (
            {"id": "a", "full_name": "ada", "experience": [{"company": {"name": "x"}}]},
            "People Data Labs",
        ),
        (
            {"key": "a", "employer": "Acme"},
            "their keys are 'key', 'employer': say in [sources.NAME",
        ),
        ({"id": 7, "positions": [{"organization": "Acme"}]}, None),
    ],
)
def test_json_of_another_form_is_refused_where_nothing_maps_it(record, way, tmp_path):
    """On lines or as a list, its people would have no employer; single faults are set aside."""
    for name, content in (
        ("2025-01-01.jsonl", json.dumps(record) + "\n" + json.dumps(record) + "\n"),
        ("2025-01-01.json", json.dumps([record, record])),
        ("2025-01-01.yaml", json.dumps([record])),
    ):
        path = tmp_path / name
        path.write_text(content)
        source = Files(source="s", paths=[path])
        if way is None:
            if name.endswith(".yaml"):
                continue  # a whole number in YAML is read as a text
            with opened_preview(source.observations()) as preview:
                assert "ids in quotes, or say in the source's `fields`" in preview.reasons[0].reason
            continue
        with pytest.raises(FileRefused, match=re.escape(way)):
            preview_of(source)


def preview_of(source: Files) -> FilePreview:
    with opened_preview(source.observations()) as preview:
        return preview


def test_a_yaml_text_that_ends_within_a_line_loses_its_last_record(tmp_path):
    """Whether a value was cut cannot be told; a document of one record is refused."""
    path = tmp_path / "2025-01-01.yaml"
    record = "- id: {0}\n  positions:\n  - organization: Acme"
    path.write_text(record.format("a") + "\n" + record.format("b"))
    with opened_preview(Files(source="s", paths=[path]).observations()) as preview:
        assert (preview.manifest.profiles, preview.manifest.rejected) == (1, 1)
        assert "it may have been cut off" in preview.reasons[0].reason
    path.write_text("id: a\npositions:\n- organization: Acm")
    with pytest.raises(FileRefused, match="it may have been cut off"):
        preview_of(Files(source="s", paths=[path]))
