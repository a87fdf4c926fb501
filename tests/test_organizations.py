from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.base.errors import UsageError
from monitor.identity.organizations import Directory, Resolved
from monitor.identity.organizations.names import PSEUDO

LABS = """
[organizations.meta]
name = "Meta"
aliases = ["Meta Platforms", "ميتا"]
ids = ["wikidata:Q380"]
renamed = [{ from = "Facebook", on = 2021-10-28 }]
[organizations.meta.teams.fair]
name = "FAIR"
aliases = ["Facebook AI Research"]

[organizations.google]
[organizations.google.teams.search]
aliases = ["Google Search"]
[organizations.google-deepmind]
name = "Google DeepMind"
part_of = "Google"
[organizations.google-deepmind.teams.gemini]

[organizations.x]
renamed = [{ from = "Twitter" }]
succeeded_by = { organization = "xai", on = 2025-03-28, kind = "acquired" }
[organizations.xai]
name = "xAI"
succeeded_by = [{ organization = "SpaceX", on = "2026-02-02", kind = "acquired" }]
[organizations.spacex]
name = "SpaceX"

[groups]
rivals = ["xai", "Google"]
"""


def directory(tmp_path: Path, text: str = LABS) -> Directory:
    path = tmp_path / "organizations.toml"
    path.write_text(text, encoding="utf-8")
    return Directory.load(path)


def problems(tmp_path: Path, text: str) -> str:
    with pytest.raises(UsageError) as caught:
        directory(tmp_path, text)
    assert caught.value.problems
    return str(caught.value)


@pytest.mark.parametrize("name", ["Meta", "META PLATFORMS, INC.", "ميتا", "facebook", "meta"])
def test_every_spelling_means_the_listed_organisation(tmp_path, name):
    """Names, aliases, former names and the id itself are one organisation."""
    assert directory(tmp_path).resolve(name) == Resolved(unit="meta", root="meta", pseudo=False)


def test_a_part_is_counted_under_its_root(tmp_path):
    """What is written stays known as the unit."""
    found = directory(tmp_path).resolve("google deepmind")
    assert found == Resolved(unit="google-deepmind", root="google", pseudo=False)


def test_what_is_not_listed_is_its_own_organisation_under_its_fold(tmp_path):
    """An unknown name is no mistake."""
    found = directory(tmp_path).resolve("Acme Widgets, Inc.")
    assert found == Resolved(unit="acmewidgets", root="acmewidgets", pseudo=False)
    assert directory(tmp_path).find("Acme Widgets") is None


def test_a_name_that_holds_a_listed_one_is_another(tmp_path):
    """Names are compared whole."""
    assert directory(tmp_path).resolve("Metamark").unit == "metamark"
    assert directory(tmp_path).resolve("Meta Metals").unit == "metametals"


def test_a_listed_external_id_wins_over_the_name(tmp_path):
    """An id of an organisation says more than how its name is written."""
    known = directory(tmp_path)
    assert known.resolve("Misspelt", "wikidata:Q380").unit == "meta"
    assert known.resolve("Misspelt", "WIKIDATA:q380 ").unit == "meta"
    assert known.resolve("Unknown", "wikidata:Q380").unit == "meta"
    assert known.resolve("Meta", "ror:unlisted").unit == "meta"


def test_a_pseudo_employer_is_no_organisation(tmp_path):
    """The built-in list holds in any case and punctuation, and so does an empty name."""
    known = directory(tmp_path)
    names = [*PSEUDO, "", "  ", "SELF EMPLOYED", "n/a"]
    assert [name for name in names if not known.resolve(name).pseudo] == []


@pytest.mark.parametrize("name", ["The Independent", "Stealth Technologies", "Home Group Ltd"])
def test_a_company_whose_name_begins_like_a_pseudo_employer_is_one(tmp_path, name):
    """Pseudo employers are compared with all their words."""
    assert not directory(tmp_path).resolve(name).pseudo


def test_an_organisation_listed_under_a_pseudo_name_overrides_it(tmp_path):
    """Whoever lists "Home" means the company."""
    known = directory(tmp_path, '[organizations.home]\nname = "Home"\n')
    assert known.resolve("HOME") == Resolved(unit="home", root="home", pseudo=False)
    known = directory(tmp_path, '[organizations.paper]\nname = "The Independent"\n')
    assert known.resolve("The Independent").unit == "paper"
    assert known.resolve("Independent").pseudo


def test_a_list_of_pseudo_employers_replaces_the_built_in_one(tmp_path):
    """The file has the last word."""
    known = directory(tmp_path, 'pseudo = ["Gone fishing"]\n')
    assert known.resolve("gone-fishing").pseudo
    assert not known.resolve("Student").pseudo


def test_teams_are_known_by_their_spellings_at_a_unit_and_what_it_is_a_part_of(tmp_path):
    """A team listed for the whole is one for its parts; an unlisted one is its own fold."""
    known = directory(tmp_path)
    assert known.team("meta", "Facebook AI Research") == "fair"
    assert known.team("google-deepmind", "Gemini") == "gemini"
    assert known.team("google-deepmind", "google search") == "search"
    assert known.team("google", "Infra-Structure") == "infrastructure"
    assert known.team("acme", "Search") == "search"
    assert known.team("meta", None) is None
    assert known.team("meta", "  ") is None


def test_a_dated_succession_changes_the_root_from_its_day_on(tmp_path):
    """Before the day an organisation was its own; chains of successions are followed."""
    rows = directory(tmp_path).dated_roots()
    bought, bought_again = date(2025, 3, 28), date(2026, 2, 2)
    assert rows == [
        ("x", "x", None, bought),
        ("x", "xai", bought, bought_again),
        ("x", "spacex", bought_again, None),
        ("xai", "xai", None, bought_again),
        ("xai", "spacex", bought_again, None),
    ]
    assert directory(tmp_path).resolve("Twitter").root == "x"


def test_the_parts_of_an_organisation_come_with_their_days(tmp_path):
    """A rule that names an organisation means its parts, from the day they became one."""
    known = directory(tmp_path)
    assert sorted(known.parts("google")) == [
        ("google", None, None),
        ("google-deepmind", None, None),
    ]
    assert sorted(known.parts("xai")) == [("x", date(2025, 3, 28), None), ("xai", None, None)]
    assert ("x", date(2026, 2, 2), None) in known.parts("spacex")
    assert known.parts("acme") == [("acme", None, None)]


def test_a_renamed_organisation_is_one_at_all_times(tmp_path):
    """Nobody moved on the day of a new name, nor before it."""
    text = """
    [organizations.old]
    succeeded_by = { organization = "new", kind = "renamed" }
    [organizations.new]
    """
    known = directory(tmp_path, text)
    assert known.resolve("old").root == "new"
    assert known.dated_roots() == []


def test_groups_and_names_can_be_listed(tmp_path):
    """What rules and messages ask for."""
    known = directory(tmp_path)
    assert known.groups() == {"rivals": frozenset({"xai", "google"})}
    assert known.display("google-deepmind") == "Google DeepMind"
    assert known.display("acme") == "acme"
    assert known.find("twitter") == "x"
    assert "spacex" in known.known_ids()
    assert "Facebook AI Research" not in known.spellings()
    assert "ميتا" in known.spellings()


def test_a_missing_file_is_an_empty_directory(tmp_path):
    """Every name is then its own organisation."""
    known = Directory.load(tmp_path / "organizations.toml")
    assert known.known_ids() == []
    assert known.resolve("Meta").unit == "meta"
    assert known.resolve("Student").pseudo


def test_the_fingerprint_follows_the_meaning(tmp_path):
    """A comment or another order derives nothing again, an alias does."""
    first = directory(tmp_path).fingerprint
    assert directory(tmp_path, f"# labs\n{LABS}").fingerprint == first
    assert directory(tmp_path, LABS + 'more = ["meta"]\n').fingerprint == first
    assert directory(tmp_path, LABS.replace("ميتا", "Meta AI")).fingerprint != first
    assert directory(tmp_path, f'pseudo = ["Nobody"]\n{LABS}').fingerprint != first


WRONG = {
    "an alias of two": (
        '[organizations.a]\naliases = ["Acme"]\n[organizations.b]\nname = "ACME Inc."\n',
        "'ACME Inc.' is claimed by two organisations: 'a' and 'b'",
    ),
    "an external id of two": (
        '[organizations.a]\nids = ["ror:1"]\n[organizations.b]\nids = ["ror:1"]\n',
        "'ror:1' is claimed by two organisations",
    ),
    "an unknown parent": (
        '[organizations.google]\n[organizations.deepmind]\npart_of = "gogle"\n',
        (
            ":3: organizations.deepmind.part_of: 'gogle' is no listed organisation"
            " (did you mean 'google'?)"
        ),
    ),
    "an unknown successor": (
        '[organizations.a]\nsucceeded_by = { organization = "b", on = 2020-01-01, kind="merged" }',
        "'b' is no listed organisation",
    ),
    "an unknown member": ('[groups]\nrivals = ["xai"]\n', "'xai' is no listed organisation"),
    "a circle of parts": (
        '[organizations.a]\npart_of = "b"\n[organizations.b]\npart_of = "a"\n',
        "cannot be a part of itself: a -> b -> a",
    ),
    "a part of itself": ('[organizations.a]\npart_of = "a"\n', "a -> a"),
    "a circle over successions": (
        (
            '[organizations.a]\npart_of = "b"\n[organizations.b]\nsucceeded_by = '
            '{ organization = "a", on = 2020-01-01, kind = "merged" }\n'
        ),
        "cannot be a part of itself",
    ),
    "a spelling of two teams": (
        '[organizations.a.teams.x]\naliases = ["AI"]\n[organizations.a.teams.y]\nname = "ai"\n',
        "is claimed by two teams: 'x' and 'y'",
    ),
    "an unknown key": ("[organizations.a]\nalias = []\n", "did you mean 'aliases'?"),
    "a purchase without a day": (
        '[organizations.a]\n[organizations.b]\nsucceeded_by={ organization="a", kind="merged" }\n',
        "the key 'on' is missing",
    ),
    "a wrong day": (
        '[organizations.a]\nrenamed = [{ from = "b", on = "2021-02-30" }]\n',
        "expected a day, such as 2021-10-28, got '2021-02-30'",
    ),
    "the year zero": (
        '[organizations.a]\nrenamed = [{ from = "b", on = "0000-01-01" }]\n',
        "expected a day",
    ),
    "an id with capitals": ("[organizations.Meta]\n", "'Meta' is no valid name"),
    "an id with a line break": ('[organizations."meta\\n"]\n', "organizations"),
    "a number for a name": ("[organizations.a]\nname = 5\n", "expected a name"),
    "a list for a table": ("organizations = []\n", "expected tables [organizations.<id>], got []"),
    "no TOML": ("[organizations.a\n", "not TOML"),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_contradiction_is_named_with_its_place(tmp_path, case):
    """Whoever wrote the file can find what is wrong."""
    text, expected = WRONG[case]
    assert expected in problems(tmp_path, text)


def test_all_problems_are_told_at_once(tmp_path):
    """Nobody has to run it once per mistake."""
    said = problems(tmp_path, '[organizations.a]\npart_of = "x"\n[groups]\nlabs = ["y", "z"]\n')
    assert [said.count(f"'{name}' is no listed") for name in "xyz"] == [1, 1, 1]


HOSTILE = {
    "a null byte": b'[organizations.a]\nname = "a\x00"\n',
    "an escaped null byte": b'[organizations.a]\nname = "a\\u0000"\n',
    "a control character in a key": b'[organizations."a\\u0007"]\n',
    "not UTF-8": b'[organizations.a]\nname = "\xff\xfe"\n',
    "deep lists": b"organizations = " + b"[" * 100_000 + b"]" * 100_000,
    "deep tables": b"[" + b".".join([b"a"] * 2_000) + b"]\n",
    "a long number": b"organizations = " + b"9" * 10_000 + b"\n",
    "a long hexadecimal number": b"organizations = 0x" + b"f" * 10_000 + b"\n",
    "not a number": b"organizations = nan\n",
}


@pytest.mark.parametrize("case", HOSTILE)
def test_a_hostile_file_is_refused_in_words(tmp_path, case):
    """Whatever the bytes are, the answer is a list of problems."""
    path = tmp_path / "organizations.toml"
    path.write_bytes(HOSTILE[case])
    with pytest.raises(UsageError) as caught:
        Directory.load(path)
    assert caught.value.problems


def test_a_folder_in_place_of_the_file_is_refused(tmp_path):
    """It is not taken for an empty directory."""
    with pytest.raises(UsageError, match="expected a file"):
        Directory.load(tmp_path)


def test_a_byte_order_mark_and_foreign_line_ends_are_fine(tmp_path):
    """Some editors write them."""
    path = tmp_path / "organizations.toml"
    path.write_bytes(b"\xef\xbb\xbf" + LABS.replace("\n", "\r\n").encode())
    assert Directory.load(path).resolve("FACEBOOK").unit == "meta"


UNITS = st.integers(min_value=0, max_value=7)
TREES = st.dictionaries(
    UNITS,
    st.tuples(UNITS, st.none() | st.dates(min_value=date(2000, 1, 1), max_value=date(2030, 1, 1))),
    max_size=8,
).map(lambda rows: {child: row for child, row in rows.items() if row[0] < child})


@given(TREES)
def test_roots_and_parts_agree_on_every_day(tmp_path_factory, tree):
    """A unit is a part of its root on just the days on which that is its root."""
    lines = []
    for child in range(8):
        lines.append(f"[organizations.u{child}]")
        if child in tree:
            parent, on = tree[child]
            row = f'succeeded_by = {{ organization = "u{parent}", on = {on}, kind = "merged" }}'
            lines.append(row if on else f'part_of = "u{parent}"')
    known = directory(tmp_path_factory.mktemp("tree"), "\n".join(lines))
    rows = known.dated_roots()
    for unit, root, start, end in rows:
        assert any(
            part == unit
            and (since or date.min) <= (start or date.min)
            and (until or date.max) >= (end or date.max)
            for part, since, until in known.parts(root)
        )
    for unit in {row[0] for row in rows}:
        own = [row for row in rows if row[0] == unit]
        assert own[0][1] == known.resolve(unit).root
        assert own[0][2] is None
        assert own[-1][3] is None
        assert all(one[3] == two[2] for one, two in pairwise(own))
