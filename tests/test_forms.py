"""The forms for issues and pull requests are what GitHub accepts."""

import re
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parent.parent
FORMS = sorted((ROOT / ".github" / "ISSUE_TEMPLATE").glob("*.yml"))
TYPES = {"markdown", "textarea", "input", "dropdown", "checkboxes"}


def test_there_is_a_form_for_each_kind_of_issue():
    """Whoever meets a bug, a false alert, a file that is refused, or a lack finds a form."""
    assert {form.stem for form in FORMS} >= {"bug", "false-alert", "source", "feature"}


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.stem)
def test_each_form_has_the_fields_that_github_requires(form):
    """A form with a wrong field is not shown at all, and nobody is told."""
    content = yaml.safe_load(form.read_text(encoding="utf-8"))
    assert set(content) <= {"name", "description", "title", "labels", "body", "assignees"}
    assert content["name"]
    assert content["description"]
    ids = [part["id"] for part in content["body"] if "id" in part]
    assert len(ids) == len(set(ids))
    for part in content["body"]:
        assert part["type"] in TYPES
        if part["type"] == "markdown":
            assert part["attributes"]["value"]
            continue
        assert re.fullmatch(r"[A-Za-z0-9_-]+", part["id"])
        assert part["attributes"]["label"]
        assert part["type"] != "dropdown" or part["attributes"]["options"]
    assert any(part.get("validations", {}).get("required") for part in content["body"])


def test_commands_that_a_form_asks_for_exist(root):
    """A reporter can type what the form asks for."""
    readme = (root / "README.md").read_text(encoding="utf-8")
    for form in FORMS:
        for command in re.findall(r"`talentwatch ([a-z]+)", form.read_text(encoding="utf-8")):
            assert f"`{command}" in readme
