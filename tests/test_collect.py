"""Which observations are taken."""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace as with_changes
from datetime import date, timedelta
from io import BytesIO
from typing import BinaryIO

from hypothesis import given
from hypothesis import strategies as st

from monitor.base.errors import SourceError
from monitor.base.records import Manifest, Observation
from monitor.intake.plan import pending

FIRST = date(2025, 1, 1)


def _never() -> AbstractContextManager[BinaryIO]:
    return nullcontext(BytesIO())


def seen(day: int, content: str, origin: str | None = None) -> Observation:
    """Return an observation of the given day of January."""
    on = FIRST + timedelta(days=day - 1)
    opened: Callable[[], AbstractContextManager[BinaryIO]] = _never
    return Observation(
        source="press",
        observed_on=on,
        origin=origin or f"{on}.jsonl",
        sha256=content,
        open=opened,
    )


def stored(*observations: Observation) -> dict[date, Manifest]:
    """Return the manifests that taking these observations would have left."""
    return {
        observation.observed_on: Manifest(
            source=observation.source,
            observed_on=observation.observed_on,
            origin=observation.origin,
            origin_sha256=observation.sha256,
            profiles=1,
            positions=1,
            rejected=0,
            warnings=0,
            schema_version=1,
            content="test",
            files={},
        )
        for observation in observations
    }


def test_what_is_new_is_taken_in_order_of_days() -> None:
    """Files come in any order and are taken in that of their days."""
    plan = pending([seen(3, "c"), seen(1, "a"), seen(2, "b")], {})
    assert [observation.sha256 for observation in plan.take] == ["a", "b", "c"]
    assert plan.refused == ()


def test_the_same_content_of_the_same_day_is_taken_once() -> None:
    """A second run over the same files has nothing to do."""
    plan = pending([seen(1, "a")], stored(seen(1, "a")))
    assert (plan.take, plan.refused) == ((), ())


def test_two_files_with_one_content_and_day_are_one() -> None:
    """A copy under another name is neither taken again nor refused."""
    plan = pending([seen(1, "a", "x.jsonl"), seen(1, "a", "y.jsonl")], {})
    assert [observation.origin for observation in plan.take] == ["x.jsonl"]
    assert plan.refused == ()


def test_a_changed_file_under_an_old_name_is_refused() -> None:
    """The message names the file, the day, what is stored and the way on."""
    plan = pending([seen(1, "b"), seen(2, "c")], stored(seen(1, "a", "old.jsonl")))
    assert [observation.sha256 for observation in plan.take] == ["c"]
    (refusal,) = plan.refused
    for told in (
        "2025-01-01.jsonl",
        "press",
        "old.jsonl",
        "import press 2025-01-01.jsonl --replace",
    ):
        assert told in refusal


def test_a_refusal_names_the_file_as_a_command_finds_it() -> None:
    """What it says to type can be typed."""
    moved = with_changes(seen(1, "b"), place="in box/2025-01-01.jsonl")
    (refusal,) = pending([moved], stored(seen(1, "a"))).refused
    assert refusal.endswith("talentwatch import press 'in box/2025-01-01.jsonl' --replace")


def test_a_changed_file_is_taken_when_told_to_replace() -> None:
    """`--replace` lets the new content have the day."""
    plan = pending([seen(1, "b")], stored(seen(1, "a")), replace=True)
    assert [observation.sha256 for observation in plan.take] == ["b"]


def test_of_two_files_for_one_day_the_first_by_name_is_taken() -> None:
    """The other one is refused by name, whether something is replaced or not."""
    for replace in (False, True):
        plan = pending([seen(1, "b", "b.jsonl"), seen(1, "a", "a.jsonl")], {}, replace=replace)
        assert [observation.origin for observation in plan.take] == ["a.jsonl"]
        assert len(plan.refused) == 1
        assert "b.jsonl: a.jsonl" in plan.refused[0]


def test_the_same_content_on_another_day_is_taken() -> None:
    """That nothing changed is an observation too."""
    plan = pending([seen(2, "a")], stored(seen(1, "a")))
    assert [observation.observed_on.day for observation in plan.take] == [2]


def test_an_older_day_that_arrives_late_is_taken() -> None:
    """It takes its place in the order of observation later on."""
    assert len(pending([seen(1, "a")], stored(seen(9, "z"))).take) == 1


def test_a_bad_file_stops_no_other() -> None:
    """What cannot be an observation becomes a refusal."""
    plan = pending([SourceError("x.txt: no day"), seen(1, "a")], {})
    assert len(plan.take) == 1
    assert plan.refused == ("x.txt: no day",)


@given(
    files=st.lists(st.tuples(st.integers(1, 5), st.sampled_from("abc"), st.sampled_from("xyz"))),
    kept=st.lists(
        st.tuples(st.integers(1, 5), st.sampled_from("abc")), unique_by=lambda one: one[0]
    ),
    replace=st.booleans(),
)
def test_every_day_is_taken_at_most_once_and_nothing_vanishes(
    files: list[tuple[int, str, str]], kept: list[tuple[int, str]], *, replace: bool
) -> None:
    """Each observation is taken, stored already, a copy of one taken, or refused."""
    observations = [seen(*file) for file in files]
    before = stored(*(seen(*one) for one in kept))
    plan = pending(observations, before, replace=replace)
    backwards = pending(reversed(observations), before, replace=replace)
    shown = [
        (observation.observed_on, observation.origin, observation.sha256)
        for observation in plan.take
    ]
    assert shown == [
        (observation.observed_on, observation.origin, observation.sha256)
        for observation in backwards.take
    ]
    days = [observation.observed_on for observation in plan.take]
    assert days == sorted(set(days))
    contents = {(observation.observed_on, observation.sha256) for observation in plan.take}
    contents |= {(day, manifest.origin_sha256) for day, manifest in before.items()}
    others = [
        observation
        for observation in observations
        if (observation.observed_on, observation.sha256) not in contents
    ]
    # Several days of one file are refused in one sentence.
    assert {told.partition(":")[0] for told in plan.refused} == {other.origin for other in others}
    assert len(plan.refused) <= len(others)
