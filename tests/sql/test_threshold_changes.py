"""A change of a threshold in the SQL by hand does not pass unnoticed."""

import subprocess
import sys

import pytest


@pytest.mark.long
def test_every_change_of_a_threshold_in_sql_fails_a_row(root, record_property):
    """Each number, comparison and OR of a relation that has rows is changed, one at a time."""
    command = [sys.executable, "tests/prove/threshold_changes.py"]
    done = subprocess.run(command, cwd=root, check=False, capture_output=True, text=True)
    record_property("proved", done.stdout.splitlines()[-1])
    assert done.returncode == 0, done.stdout + done.stderr
