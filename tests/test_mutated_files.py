"""Files of every format, two thousand times damaged: an error in words, or what is true."""

import json
from collections import Counter
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from file_mutants import Mutant, Truth, mutants
from formats import DAY, Format, layout_of, previewed
from tempo import examples
from typer.testing import CliRunner

from monitor.base.errors import SourceError, UsageError
from monitor.base.records import Observation
from monitor.base.settings import Layout
from monitor.cli.entry import app
from monitor.intake.profiles import Rejected
from monitor.intake.profiles.admission import admit
from monitor.intake.profiles.lines import LONGEST, chunks
from monitor.intake.profiles.placeholders import reason_for_nobody
from monitor.intake.snapshots.store import Store
from monitor.intake.sources.files import Files

MOST = 1 << 20
"""A packed file may become so large here, so that a bomb costs little."""
People = dict[tuple[str, str], frozenset[tuple[Any, ...]]]
"""By day and id, the positions: where, which team, and from when to when."""


@cache
def known(one: Format) -> tuple[Layout, People]:
    """The layout of a format's file, and what that says."""
    with TemporaryDirectory(prefix="talentwatch-mutants-") as folder:
        layout = layout_of(one, Path(folder) / "watch")
    return layout, people(one.path, layout)[0]


def people(path: Path, layout: Layout) -> tuple[People, list[str]]:
    """Read a file as a source does; return who is where, and each error in words."""
    found: People = {}
    errors = []
    source = Files(source="s", paths=[path], observed_on=DAY, layout=layout)
    for observation in source.observations():
        if not isinstance(observation, Observation):
            errors.append(str(observation))
            continue
        try:
            taken, rejected = _of_day(observation)
            _store(observation, len(taken))
        except SourceError as error:
            errors.append(str(error))
            continue
        found |= taken
        for refused in rejected:
            assert refused.reason.isprintable(), refused
    return found, errors


def _of_day(observation: Observation) -> tuple[People, list[Rejected]]:
    found: People = {}
    rejected: list[Rejected] = []
    repeated: dict[int, int] = {}
    with observation.open() as stream:
        for chunk in chunks(stream, size=1 << 18, first=observation.first_line):
            admitted = admit(chunk, longest=LONGEST, repeated=repeated)
            rejected += admitted.rejected
            for row in admitted.accepted.to_pylist():
                profile = json.loads(row["record"])
                if reason_for_nobody(profile.get("name"), profile["id"]) is None:
                    found[str(observation.observed_on), profile["id"]] = _positions(profile)
    return found, rejected


def _store(observation: Observation, expected: int) -> None:
    """Take a day in as a run does: the same people are in it."""
    with TemporaryDirectory(prefix="talentwatch-mutants-") as folder:
        assert Store(Path(folder)).write(observation).profiles == expected


def _positions(profile: Any) -> frozenset[tuple[Any, ...]]:
    wanted = ("organization", "team", "start", "end")
    return frozenset(
        tuple(position.get(key) for key in wanted) for position in profile.get("positions") or ()
    )


def wrong(mutant: Mutant, found: People, true: People) -> str | None:
    """Say what a file says that is not true; None if all of it is."""
    if mutant.truth is Truth.ANY:
        return None
    others = {key for key in found if found[key] and found[key] != true.get(key)}
    if mutant.truth is Truth.FEWER:
        others = {key for key in others if not found[key] <= true.get(key, frozenset())}
    whole = mutant.truth in {Truth.ALL, Truth.ALL_OR_REFUSED}
    missing = true.keys() - found.keys() if whole else set()
    # What one row says wrongly may be of a person who is there, or make another one.
    if len(others) + len(missing) > (2 if mutant.truth is Truth.BUT_ONE else 0):
        return f"{sorted(missing)} missing, wrong: {[(key, found[key]) for key in others]}"
    return None


def tried(mutant: Mutant, folder: Path) -> str:
    """Read a mutant as a source and as an export; return what came of it."""
    layout, true = known(mutant.of)
    name = mutant.of.file.removesuffix(mutant.of.path.suffix)
    path = folder / f"{name}{mutant.suffix}"
    path.write_bytes(mutant.content)
    found, errors = people(path, layout)
    for error in errors:
        assert name in error
        assert error.isprintable(), error
        assert len(error) < 2000
    if errors:
        assert mutant.truth is not Truth.ALL, (mutant.of.file, mutant.how, errors)
    else:
        said = wrong(mutant, found, true)
        assert said is None, (mutant.of.file, mutant.how, said)
    begun = CliRunner().invoke(app, ["init", str(folder / "watch"), "--from", str(path)])
    assert begun.exception is None or isinstance(begun.exception, UsageError), begun.exception
    return "refused" if errors else "read"


def try_mutants(folder: Path, count: int, *, seed: int) -> Counter[str]:
    """Try so many; return how many came to what."""
    results: Counter[str] = Counter()
    for number, mutant in enumerate(mutants(count, seed=seed)):
        place = folder / str(number)
        place.mkdir()
        results[tried(mutant, place)] += 1
    return results


@pytest.fixture(autouse=True)
def small_bombs(monkeypatch):
    """Let a bomb go off early."""
    for module in ("compression", "tables"):
        monkeypatch.setattr(f"monitor.intake.sources.{module}.EXPANDED_BYTES", MOST, raising=False)


@pytest.mark.slow
def test_a_mutated_file_gives_an_error_in_words_or_what_is_true(tmp_path):
    """Truncated, shuffled, recoded, with NULs, huge cells, wrong types and deep nesting."""
    assert try_mutants(tmp_path, examples(60), seed=1).total() == examples(60)


@pytest.mark.long
def test_two_thousand_mutated_files_of_every_format(tmp_path, record_property):
    """The same, two thousand times."""
    results = try_mutants(tmp_path, 2000, seed=2)
    assert min(results.values()) > 100
    record_property("proof", f"{results['read']} read as they are, {results['refused']} refused")


def test_a_heading_that_is_repeated_is_nobody(tmp_path):
    """Lists that were printed page by page have it on each; other rows stay as they are."""
    heading = "id,organization,title\n"
    path = tmp_path / "2025-06-14.csv"
    path.write_text(f"{heading}a,Acme,x\n{heading}b,Acme,title\n{heading}", encoding="utf-8")
    found, errors = people(path, Layout())
    assert ([key for _, key in found], errors) == (["a", "b"], [])


def test_a_number_beyond_all_bounds_breaks_no_export(tmp_path):
    """Neither where nobody reads it nor where a mapping writes records anew."""
    line = '{"id": "a", "colour": %s, "positions": [{"organization": "Acme"}]}\n'
    path = tmp_path / "2025-06-14.jsonl"
    for number in ("1e400", "1" * 400):
        path.write_text(line % number, encoding="utf-8")
        assert len(people(path, Layout())[0]) == 1
        assert previewed(path, Layout()).manifest.profiles == 1
    starts = Layout(start_of="employer")
    assert len(people(path, starts)[0]) == 1


def test_an_error_quotes_a_file_on_one_short_line(tmp_path):
    """A library may say all that is in it, line breaks and colours of terminals included."""
    path = tmp_path / "2025-06-14.json"
    path.write_text('{\n"id": "a\x1b[2J' + "x" * 5000, encoding="utf-8")
    _, (error,) = people(path, Layout())
    assert error.isprintable()
    assert len(error) < 400


def test_an_error_quotes_the_columns_of_a_table_in_short(tmp_path):
    """A whole file in an encoding that nobody told is one heading."""
    path = tmp_path / "2025-06-14.csv"
    path.write_text("x" * 5000 + "," + ",".join(f"c{n}" for n in range(200)) + "\na,b\n")
    _, (error,) = people(path, Layout())
    assert "'c28', 171 more; say which it is" in error
    assert len(error) < 700


def test_a_heading_with_a_broken_byte_is_taken_in(tmp_path):
    """Whether its column is read or not."""
    path = tmp_path / "2025-06-14.csv"
    path.write_bytes(b"id,organization,tit\xffle,te\x1b[2Jam\na,Acme,x,y\n")
    found, errors = people(path, Layout(columns={"organization": "organization"}))
    assert found["2025-06-14", "a"] == {("Acme", "y", None, None)}
    assert (len(found), errors) == (1, [])
