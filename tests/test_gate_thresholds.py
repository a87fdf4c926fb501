"""The gates on either side of each of their thresholds."""

from datetime import date
from typing import Any

import pytest

from monitor.base.profile import FileForm
from monitor.base.settings import Quality
from monitor.moves.gates.collective import Flow, held_flows
from monitor.moves.gates.quality import PastComparison, Sighted, UpdateBurst, reasons_to_suspect
from monitor.moves.gates.turnover import PastLook

DAY = date(2020, 6, 15)
BEGAN = date(2018, 1, 1)


class Counts:
    """As much of a manifest as the gates ask for."""

    def __init__(self, profiles: int, rejected: int = 0) -> None:
        self.profiles = profiles
        self.rejected = self.faulty = rejected
        self.positions = 0
        self.source, self.observed_on = "press", DAY
        self.noticed: dict[str, Any] = {}
        self.form = FileForm()


YEARLY = [PastLook(100, 40, 365)] * 3


def suspect(
    sighted: dict[str, Any], *, profiles: int = 100, rejected: int = 0, **limits: Any
) -> bool:
    """Say whether something speaks against a snapshot, with one gate closed and all others open."""
    opened: dict[str, Any] = dict.fromkeys(
        (
            *("rejected", "missing", "rekeyed", "emptied", "fields", "rewritten"),
            *("shuffled", "backdated"),
        ),
        False,
    )
    counts: Any = Counts(profiles, rejected)
    seen = Sighted(**{"known": 100, "missing": 0, **sighted})
    return bool(list(reasons_to_suspect(counts, seen, Quality(**opened | limits))))


@pytest.mark.parametrize(
    ("sighted", "snapshot", "found"),
    [
        ({}, {"profiles": 1}, False),
        ({}, {"profiles": 0}, True),
        ({}, {"profiles": 90, "rejected": 10, "rejected_share": 0.1}, False),
        ({}, {"profiles": 89, "rejected": 11, "rejected_share": 0.1}, True),
        ({"missing": 10}, {"missing": 0.1}, False),
        ({"missing": 11}, {"missing": 0.1}, True),
        ({"missing": 50}, {"rekeyed": 0.5}, False),
        ({"missing": 51}, {"rekeyed": 0.5}, True),
        ({"missing": 51}, {"rekeyed": 0.5, "profiles": 80}, True),
        ({"missing": 51}, {"rekeyed": 0.5, "profiles": 79}, False),
        ({"missing": 51}, {"rekeyed": 0.5, "profiles": 125}, True),
        ({"missing": 51}, {"rekeyed": 0.5, "profiles": 126}, False),
        ({"emptied": 10}, {"emptied": 0.1}, False),
        ({"emptied": 11}, {"emptied": 0.1}, True),
        ({"emptied": 1, "known": 5}, {"emptied": 0.1}, False),
        ({"emptied": 2, "known": 5}, {"emptied": 0.1}, True),
        ({"explained": 5, "known": 5}, {"profiles": 0}, False),
        ({"explained": 4, "known": 5}, {"profiles": 0}, True),
        ({"explained": 20, "known": 40}, {}, False),
        ({"explained": 20, "known": 39}, {}, True),
        ({"missing": 78, "days": 730, "past": YEARLY}, {"rekeyed": 0.5}, False),
        ({"missing": 79, "days": 730, "past": YEARLY}, {"rekeyed": 0.5}, True),
        ({"missing": 51, "days": 730, "past": YEARLY[:2]}, {"rekeyed": 0.5}, True),
        ({"missing": 78, "days": 730, "past": YEARLY}, {"rekeyed": 0.5, "missing": 0.2}, False),
        ({"missing": 79, "days": 730, "past": YEARLY}, {"rekeyed": 0.9, "missing": 0.2}, False),
        ({"explained": 19, "known": 19}, {"profiles": 0}, False),
        ({"fields": {"title": (20, 10)}}, {"fields": 0.5}, False),
        ({"fields": {"title": (20, 9)}}, {"fields": 0.5}, True),
        ({"fields": {"title": (19, 0)}}, {"fields": 0.5}, False),
        ({"rewritten": 20, "employed": 39}, {"rewritten": 0.5}, True),
        ({"rewritten": 20, "employed": 40}, {"rewritten": 0.5}, False),
        ({"rewritten": 19, "employed": 20}, {"rewritten": 0.5}, False),
        ({"rewritten": 31, "employed": 40, "days": 365}, {"rewritten": 0.5}, True),
        ({"rewritten": 30, "employed": 40, "days": 548}, {"rewritten": 0.5}, False),
        ({"rewritten": 31, "employed": 40, "days": 547}, {"rewritten": 0.5}, True),
        ({"rewritten": 40, "employed": 40, "days": 3650}, {"rewritten": 0.5}, False),
        ({"mixed": {"name": (5, 0)}, "known": 9}, {"shuffled": 0.5}, True),
        ({"mixed": {"name": (5, 0)}, "known": 10}, {"shuffled": 0.5}, False),
        ({"mixed": {"name": (4, 0)}, "known": 4}, {"shuffled": 0.5}, False),
        ({"mixed": {"title": (10, 8)}, "known": 19}, {"shuffled": 0.5}, False),
        ({"mixed": {"title": (10, 8)}, "known": 16}, {"shuffled": 0.5}, True),
        ({"mixed": {"title": (10, 7)}, "known": 13}, {"shuffled": 0.5}, False),
        ({"mixed": {"row": (6, 5)}, "known": 10}, {"shuffled": 0.5}, True),
        ({"mixed": {"row": (5, 4)}, "known": 5}, {"shuffled": 0.5}, False),
        ({"mixed": {"name": (9, 0)}, "known": 9, "days": 730}, {"shuffled": 0.5}, False),
        ({"mixed": {"name": (7, 0)}, "known": 9, "days": 500}, {"shuffled": 0.5}, True),
        ({"mixed": {"end": (4, 0)}, "known": 39}, {"backdated": 0.1}, True),
        ({"mixed": {"end": (4, 0)}, "known": 40}, {"backdated": 0.1}, False),
        ({"mixed": {"end": (3, 0)}, "known": 3}, {"backdated": 0.1}, False),
        ({"mixed": {"end": (8, 0)}, "known": 40, "days": 730}, {"backdated": 0.1}, False),
        ({"mixed": {"end": (9, 0)}, "known": 40, "days": 730}, {"backdated": 0.1}, True),
    ],
)
def test_a_gate_lets_its_limit_pass_and_nothing_beyond_it(sighted, snapshot, found):
    """Each share, each smallest number, and a year of days are tried on either side."""
    if "rejected_share" in snapshot:
        share = snapshot.pop("rejected_share")
        counts: Any = Counts(snapshot["profiles"], snapshot["rejected"])
        limits = Quality(rejected=share)
        assert bool(list(reasons_to_suspect(counts, None, limits))) is found
    else:
        assert suspect(sighted, **snapshot) is found


@pytest.mark.parametrize(
    ("mixed", "days", "share"),
    [
        ({"title": (56, 56)}, 30, 0.56),
        ({"title": (57, 57)}, 500, 0.42),
        ({"title": (100, 100)}, 30, 1.0),
        ({"title": (50, 50), "row": (60, 60), "start": (90, 10)}, 30, 0.6),
        ({"title": (50, 50), "name": (70, 0)}, 30, 0.7),
    ],
)
def test_the_share_that_is_named_lets_a_true_reorganisation_through(mixed, days, share):
    """And a hundredth less does not, whatever else was mixed up and however long it took."""
    counts: Any = Counts(100)
    seen = Sighted(known=100, missing=0, mixed=mixed, days=days)
    *_, reason = reasons_to_suspect(counts, seen, Quality(fields=False, shuffled=0.1))
    assert f"`shuffled = {share:.2f}` in [sources.press.quality] would allow it" in reason
    limits = {"shuffled": share}
    assert not suspect({"mixed": mixed, "days": days}, **limits)
    assert suspect({"mixed": mixed, "days": days}, shuffled=round(share - 0.01, 2))


PAST = [PastComparison(undated=1, days=10, profiles=100)] * 3
"""A thousandth of the people a day."""


@pytest.mark.parametrize(
    ("undated", "origins", "past", "profiles", "backlog"),
    [
        (31, 10, PAST, 1000, True),
        (30, 10, PAST, 1000, False),
        (31, 9, PAST, 1000, False),
        (20, 10, PAST, 600, True),
        (19, 10, PAST, 600, False),
        (
            31,
            10,
            [*PAST, PastComparison(undated=99, days=1, profiles=100, backlog=True)],
            1000,
            True,
        ),
        (25, 10, PAST[:2], 3000, True),
        (24, 10, PAST[:2], 3000, False),
    ],
)
def test_an_update_burst_is_more_than_three_times_what_is_usual(
    undated, origins, past, profiles, backlog
):
    """Of twenty people and ten organisations at the least; three comparisons tell what is usual."""
    seen = PastComparison(undated=undated, days=10, profiles=profiles)
    assert UpdateBurst.of(Quality(), seen, origins=origins, past=past).backlog is backlog


@pytest.mark.parametrize(("filled", "placeholders"), [(4, False), (5, True)])
def test_a_source_that_filled_five_placeholders_fills_them_in_later(filled, placeholders):
    """Those of earlier comparisons count too."""
    past = [PastComparison(filled=filled - 1)]
    surge = UpdateBurst.of(Quality(), PastComparison(filled=1), origins=0, past=past)
    assert surge.placeholders is placeholders


def flow(**changes: Any) -> Flow:
    """Return a flow in place, to a name that existed before, of people who keep nothing."""
    usual: dict[str, Any] = {
        "from_root": "a",
        "to_root": "b",
        "from_name": "Alpha",
        "to_name": "Beta",
        "ended_on": None,
        "to_the_day": False,
        "relabelled": 0,
        "moved": 0,
        "kept": 0,
        "titled": 0,
        "titles": 0,
        "titles_with_earlier": 0,
        "earlier": 0,
        "kept_earlier": 0,
        "titled_earlier": 0,
        "elsewhere": 1,
        "of_people": 1000,
        "there_before": 1000,
        "arrived": 1000,
        "namesakes": 9,
        "existed_since": BEGAN,
        "examples": (),
        "held_before": False,
    }
    return Flow(**usual | changes)


def kinds(*flows: Flow) -> list[str]:
    return [held.kind for held in held_flows(flows, Quality(), day=DAY, began=BEGAN)]


MONTH = {"ended_on": date(2020, 5, 31)}
TO_THE_DAY = {**MONTH, "to_the_day": True}
KEPT_SLOWLY = {**MONTH, "moved": 2, "earlier": 6, "kept": 2, "kept_earlier": 3}


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        ({"moved": 5, "of_people": 8}, ["collective"]),
        ({"moved": 4, "of_people": 4}, []),
        ({"moved": 6, "of_people": 10}, ["collective"]),
        ({"moved": 6, "of_people": 11}, []),
        ({"moved": 10, "of_people": 10, **MONTH}, ["collective"]),
        ({"moved": 9, "of_people": 9, **MONTH}, []),
        ({"moved": 5, "of_people": 8, **TO_THE_DAY}, ["collective"]),
        ({"moved": 10, "kept": 6, "of_people": 20}, ["kept"]),
        ({"moved": 10, "kept": 6, "of_people": 21}, []),
        ({"moved": 10, "kept": 5, "of_people": 17}, []),
        ({"moved": 6, "kept": 5, "of_people": 16}, ["kept"]),
        ({"moved": 5, "kept": 4, "of_people": 13}, []),
        ({**KEPT_SLOWLY, "of_people": 10}, ["kept"]),
        ({**KEPT_SLOWLY, "of_people": 11}, []),
        ({**KEPT_SLOWLY, "of_people": 10, "kept_earlier": 2}, []),
        ({**KEPT_SLOWLY, "of_people": 10, "moved": 3}, []),
        ({**KEPT_SLOWLY, "of_people": 10, "ended_on": None}, []),
        ({"moved": 10, "relabelled": 5}, ["relabelled"]),
        ({"moved": 11, "relabelled": 5}, []),
        ({"moved": 8, "relabelled": 4}, []),
        ({"moved": 10, "relabelled": 5, **MONTH}, []),
        (
            {"moved": 1, "earlier": 5, "of_people": 5, "existed_since": date(2019, 6, 16)},
            ["spread"],
        ),
        ({"moved": 1, "earlier": 5, "of_people": 6, "existed_since": date(2019, 6, 16)}, []),
        (
            {"moved": 1, "earlier": 4, "of_people": 1, "existed_since": date(2019, 6, 16)},
            ["spread"],
        ),
        ({"moved": 1, "earlier": 3, "of_people": 1, "existed_since": date(2019, 6, 16)}, []),
        ({"moved": 1, "earlier": 5, "of_people": 5, "existed_since": date(2019, 6, 15)}, []),
        ({"moved": 1, "earlier": 5, "of_people": 5, **TO_THE_DAY}, ["spread"]),
        ({"moved": 1, "earlier": 5, "of_people": 5, **MONTH}, []),
    ],
)
def test_a_flow_is_held_from_its_threshold_on(changes, kind):
    """Each number and share of each kind is tried on either side."""
    assert kinds(flow(**changes)) == kind


ALL_LEAVE = {"elsewhere": 0, "moved": 3, "of_people": 5}


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        ({}, ["whole_organization"]),
        ({"moved": 2, "of_people": 2}, []),
        ({"of_people": 6}, []),
        ({"elsewhere": 1}, []),
        (TO_THE_DAY, ["whole_organization"]),
        ({"moved": 2, "earlier": 1, "of_people": 4, **TO_THE_DAY}, ["whole_organization"]),
        ({"moved": 2, "earlier": 1, "of_people": 5, **TO_THE_DAY}, []),
        ({"moved": 2, "earlier": 1, "of_people": 4}, []),
        ({"of_people": 3, **MONTH}, ["whole_organization"]),
        ({"of_people": 4, **MONTH}, []),
        ({"of_people": 40}, []),
        ({"of_people": 2}, []),
    ],
)
def test_a_small_organization_is_held_if_all_who_leave_it_go_one_way(changes, kind):
    """Three people, 60 % of it; all of it where months are stated; and nobody goes elsewhere."""
    assert kinds(flow(**ALL_LEAVE | changes)) == kind


CARVED = {"moved": 10, "kept": 8, "arrived": 16, "there_before": 40}
TWO_LOOKS = {"moved": 5, "earlier": 5, "kept": 5, "kept_earlier": 3, "arrived": 8}


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        ({}, ["carved"]),
        ({"moved": 9}, []),
        ({"kept": 7}, []),
        ({"kept": 0, "titled": 8, "titles": 3}, ["carved"]),
        ({"kept": 0, "titled": 8, "titles": 2}, []),
        ({"kept": 0, "titled": 7, "titles": 3}, []),
        ({"arrived": 17}, []),
        ({"there_before": 41}, []),
        ({**TWO_LOOKS, "there_before": 45}, ["carved"]),
        ({**TWO_LOOKS, "there_before": 46}, []),
        ({**TWO_LOOKS, "kept_earlier": 2}, []),
        ({**TWO_LOOKS, "kept_earlier": 0, "titled_earlier": 3, "titles": 3}, ["carved"]),
        ({**TWO_LOOKS, "kept_earlier": 0, "titled_earlier": 3, "titles": 2}, []),
        ({**TWO_LOOKS, "arrived": 9}, []),
        ({**TWO_LOOKS, "moved": 4, "earlier": 6, "kept": 4, "kept_earlier": 6}, []),
        ({**TWO_LOOKS, "earlier": 4}, []),
        (MONTH, []),
    ],
)
def test_a_unit_that_goes_elsewhere_as_it_was_is_held(changes, kind):
    """Ten people, 80 % in their positions, 60 % of all who are new there, a quarter of growth."""
    assert kinds(flow(**CARVED | changes)) == kind


@pytest.mark.parametrize(
    ("names", "namesakes", "kind"),
    [
        (("Lode", "Lode Mining"), 9, ["akin"]),
        (("Great Lode Mining", "Lode"), 9, ["akin"]),
        (("LodeMining", "Lode"), 9, ["akin"]),
        (("Lo", "Lo Mining"), 9, ["akin"]),
        (("L", "L Mining"), 9, []),
        (("Lod", "Mining Lod"), 9, []),
        (("Lod", "Oath (f/k/a Lod)"), 9, ["akin"]),
        (("Lod", "Oath (f/k/a Lod Mining)"), 9, []),
        (("Lode", "Lodestar"), 1, []),
        (("Lode Mining", "Lode Steel"), 3, ["akin"]),
        (("Lode Mining", "Lode Steel"), 4, []),
        (("Lod Mining", "Lod Steel"), 1, []),
    ],
)
def test_one_person_between_names_that_may_be_one_is_held(names, namesakes, kind):
    """One name holds the other whole, or both begin with a word that three names have at most."""
    origin, destination = names
    change = {"from_name": origin, "to_name": destination, "namesakes": namesakes, "moved": 1}
    assert kinds(flow(**change)) == kind
    assert kinds(flow(**change, **MONTH)) == []


@pytest.mark.parametrize(
    ("names", "people", "kind"),
    [
        (("Peking University", "Peking Univesity"), (1, 9, 0), ["misspelt"]),
        (("Peking University", "Peking Univesrity"), (1, 9, 0), ["misspelt"]),
        (("Peking University", "Peking Univeristi"), (1, 9, 0), []),
        (("Peking University", "Peking Univesity"), (1, 9, 1), []),
        (("Peking Univesity", "Peking University"), (1, 1, 9), ["misspelt"]),
        (("Peking Univesity", "Peking University"), (1, 2, 9), []),
        (("Lodemining", "Lodeminyng"), (1, 9, 0), ["misspelt"]),
        (("Lodeminin", "Lodeminyn"), (1, 9, 0), []),
        (("Mining Works 11", "Mining Works 12"), (1, 9, 0), []),
        (("Lawson College", "Dawson College"), (1, 9, 0), []),
    ],
)
def test_one_wrong_letter_in_a_long_name_is_held(names, people, kind):
    """Of ten letters, where others keep the name, or where nobody else has the wrong one."""
    origin, destination = names
    moved, of_people, there_before = people
    change = {"from_name": origin, "to_name": destination, "namesakes": 9, "moved": moved}
    change |= {"of_people": of_people, "there_before": there_before}
    assert kinds(flow(**change)) == kind
    assert kinds(flow(**change, **MONTH)) == []


@pytest.mark.parametrize(
    ("sizes", "of_people", "held"),
    [((3, 3), 10, 2), ((3, 3), 11, 0), ((2, 2), 5, 0), ((2, 3), 8, 2), ((6,), 11, 0)],
)
def test_an_organisation_that_splits_goes_to_names_of_one_stem(sizes, of_people, held):
    """Five people and 60 % of all, to two names at the least."""
    parts = [
        flow(moved=size, of_people=of_people, to_root=f"b{n}", to_name=f"Beta {n}")
        for n, size in enumerate(sizes)
    ]
    assert kinds(*parts) == ["split"] * held


@pytest.mark.parametrize(
    ("organizations", "moved", "of_people", "held"),
    [(3, 3, 5, 3), (3, 3, 6, 0), (2, 3, 5, 0), (3, 1, 1, 0), (5, 1, 1, 5), (4, 1, 1, 0)],
)
def test_three_organisations_that_become_one_of_their_stem_are_held(
    organizations, moved, of_people, held
):
    """Five people in all, and 60 % of each."""
    parts = [
        flow(moved=moved, of_people=of_people, from_root=f"a{n}", from_name="Betalands")
        for n in range(organizations)
    ]
    assert kinds(*parts) == ["joined"] * held


@pytest.mark.parametrize(
    ("sizes", "held"),
    [((2,), 1), ((1,), 0), ((2,) * 9 + (1,), 9), ((2,) * 10 + (1,), 11)],
)
def test_all_of_a_small_organisation_that_goes_to_a_new_name_is_held(sizes, held):
    """Two people are enough, and one where ten organisations were renamed."""
    parts = [
        flow(
            moved=n,
            of_people=n,
            from_root=f"a{i}",
            to_root=f"b{i}",
            to_name=f"N{i}",
            existed_since=None,
        )
        for i, n in enumerate(sizes)
    ]
    assert kinds(*parts) == ["small"] * held
