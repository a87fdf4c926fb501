import random
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tempo import examples

from monitor.base.errors import UsageError
from monitor.base.settings import Settings
from monitor.base.settings.channels import Console
from monitor.identity.organizations import Directory
from monitor.rules.language import (
    Bounds,
    Condition,
    Match,
    Notify,
    Rule,
    RuleSet,
    Who,
    load_rules,
)

ORGANIZATIONS = """
[organizations.meta]
name = "Meta"
aliases = ["Meta Platforms"]
[organizations.meta.teams.fair]
aliases = ["Facebook AI Research"]
[organizations.xai]
name = "xAI"
[organizations.google]
[organizations.google.teams.core]
[organizations.google-deepmind]
part_of = "google"
[organizations.google-deepmind.teams.gemini-core]
aliases = ["Core"]
[groups]
rivals = ["xai", "google"]
"""

FULL = """
id = "exodus"
title = "Meta is losing people"
description = "Why it matters."
severity = "critical"
enabled = false

[flow]
from = { organization = ["Meta Platforms", "meta"], team = "Facebook AI Research" }
to = { organization = "@rivals", not = "google", title = "*lead*", location = ["Zurich", "Paris"] }
who = { title = ["*research*"], person = "press:*" }
since = 2025-01-01
people = 5
group_by = ["to.organization"]
clock = "observed"
count = "possible"

[notify]
channels = ["talent"]
on = ["opened", "closed"]
late_up_to = "4w"
"""

SHORT = '[flow]\nfrom = "meta"\nwithin = "90d"\npeople = 3\n'


def config(folder: Path) -> Settings:
    return Settings(
        path=folder / "config.toml",
        state_written="sqlite://",
        channels={"talent": Console()},
    )


def load(folder: Path, **texts: str | bytes) -> RuleSet:
    (folder / "organizations.toml").write_text(ORGANIZATIONS, encoding="utf-8")
    rules = folder / "rules"
    rules.mkdir(exist_ok=True)
    for name, text in texts.items():
        content = text.encode() if isinstance(text, str) else text
        (rules / f"{name.replace('_', '-')}.toml").write_bytes(content)
    directory = Directory.load(folder / "organizations.toml")
    return load_rules(rules, directory=directory, settings=config(folder))


def rule(folder: Path, text: str) -> Rule:
    found = load(folder, rule=text)
    assert found.broken == {}
    (only,) = found.rules
    return only


def refusal(folder: Path, text: str) -> str:
    found = load(folder, rule=text)
    assert found.rules == ()
    return "\n".join(str(problem) for problem in found.broken["rule"])


def flow(**changes: str) -> str:
    keys = {"from": '"meta"', "within": '"90d"', "people": "3", **changes}
    return "[flow]\n" + "".join(f"{key} = {value}\n" for key, value in keys.items() if value)


def test_every_key_of_a_rule_is_read_and_every_name_resolved(tmp_path):
    """Ids, names, groups and lists all end as canonical ids."""
    assert rule(tmp_path, FULL) == Rule(
        id="exodus",
        file=tmp_path / "rules" / "rule.toml",
        title="Meta is losing people",
        description="Why it matters.",
        severity="critical",
        enabled=False,
        conditions=(
            Condition(
                origin=Match(organizations=("meta",), teams=("fair",)),
                destination=Match(
                    organizations=("google", "xai"),
                    not_organizations=("google",),
                    titles=("*lead*",),
                    locations=("Zurich", "Paris"),
                ),
                who=Who(title=("*research*",), person=("press:*",)),
                since=date(2025, 1, 1),
                people=Bounds(at_least=5),
                group_by=("to.organization",),
                names=("to.organization",),
                clock="observed",
                count="possible",
            ),
        ),
        notify=Notify(channels=("talent",), on=("opened", "closed"), late_up_to="4w"),
    )


def test_a_short_rule_has_the_defaults(tmp_path):
    """The file's name is its id; a missing side is anywhere, unknown included."""
    assert rule(tmp_path, SHORT) == Rule(
        id="rule",
        file=tmp_path / "rules" / "rule.toml",
        title="rule",
        conditions=(
            Condition(
                origin=Match(organizations=("meta",)), window_days=90, people=Bounds(at_least=3)
            ),
        ),
    )


SIDES = {
    '"Meta"': Match(organizations=("meta",)),
    '["meta", "Meta Platforms", "XAI"]': Match(organizations=("meta", "xai")),
    '"@rivals"': Match(organizations=("google", "xai")),
    '["@rivals", "Acme, Inc."]': Match(organizations=("acme", "google", "xai")),
    '{ unit = "google-deepmind" }': Match(organizations=("google-deepmind",), unit=True),
    '{ organization = "google-deepmind" }': Match(organizations=("google-deepmind",)),
    '{ organization = "google", team = "Core" }': Match(
        organizations=("google",), teams=("core", "gemini-core")
    ),
    '{ team = "Facebook AI Research" }': Match(
        organizations=None, teams=("facebookairesearch", "fair")
    ),
    '{ location = "Zurich" }': Match(organizations=None, locations=("Zurich",)),
    '{ not = "@rivals" }': Match(organizations=None, not_organizations=("google", "xai")),
}


@pytest.mark.parametrize("written", SIDES)
def test_a_side_can_be_written_in_many_ways(tmp_path, written):
    """A text, a group, a list or a table."""
    assert rule(tmp_path, flow(to=written)).main.destination == SIDES[written]


def test_any_organisation_needs_a_group(tmp_path):
    """Else people who have nothing in common would be counted together."""
    said = refusal(tmp_path, flow(to='"*"'))
    assert "flow.to: '*' sides need group_by: add \"to.organization\" to it" in said
    assert (
        rule(tmp_path, flow(to='"*"', group_by='["to.organization"]')).main.destination == Match()
    )
    assert rule(tmp_path, flow(to='"*"', group_by='["to.unit"]')).main.destination == Match()
    assert "flow.from" in refusal(tmp_path, flow(**{"from": '{ organization = "*" }'}))


@pytest.mark.parametrize(
    ("written", "since", "days"),
    [
        ('within = "12w"', None, 84),
        ('since = "year"', "year", None),
        ('since = "quarter"', "quarter", None),
        ('since = "2025-01-01"', date(2025, 1, 1), None),
    ],
)
def test_a_window_slides_or_has_an_anchor(tmp_path, written, since, days):
    """Days and weeks, years and quarters, or a day."""
    found = rule(tmp_path, flow(within="") + written).main
    assert (found.since, found.window_days) == (since, days)


WRONG = {
    "no window": (flow(within=""), ':1: flow: expected `within` (such as "90d") or `since`'),
    "two windows": (flow(since='"year"'), ":5: flow.since: expected either `within` or `since`"),
    "months": (flow(within='"6m"'), ":3: flow.within: expected a number of days or weeks"),
    "no days": (flow(within='"0d"'), "flow.within: expected a number of days"),
    "a wrong anchor": (flow(within="", since='"month"'), '"year", "quarter" or a day'),
    "nobody": (flow(people="0"), ":4: flow.people: expected a whole number of people"),
    "half a person": (flow(people="2.5"), "flow.people: expected a whole number of people"),
    "no threshold": (flow(people=""), "flow: the key 'people' is missing"),
    "an endless threshold": (flow(people="inf"), "flow.people: expected a finite number"),
    "no flow": ('title = "x"\n', "the key 'flow' is missing"),
    "reminders": (SHORT + '[notify]\nremind_every = "monthly"\n', "a number of days or weeks"),
    "an unknown key": (flow(form='"meta"'), ":5: flow.form: unknown key"),
    "a near key": (flow(grup_by="[]"), "did you mean 'group_by'?"),
    "a near group": (flow(to='"@rival"'), "no group '@rival' in organizations.toml (did you mean"),
    "a near value": (flow(clock='"observd"'), "did you mean 'observed'?"),
    "a near grouping": (flow(group_by='["to.organisation"]'), "did you mean 'to.organization'?"),
    "a near severity": (f'severity = "critcal"\n{SHORT}', ":1: severity:"),
    "any among others": (flow(to='["*", "xai"]'), "'*' means any organisation and stands alone"),
    "any but any": (flow(to='{ not = "*" }'), "'*' means any organisation and stands alone"),
    "a pseudo employer": (flow(to='"Self-employed"'), "is no organisation (a pseudo employer)"),
    "an empty side": (flow(to="{}"), "flow.to: expected a table such as"),
    "an empty list": (flow(to="[]"), 'flow.to: expected an organisation, "@group"'),
    "a blank": (flow(to='" "'), "flow.to: expected a text"),
    "a number": (flow(to="5"), 'flow.to: expected an organisation, "@group"'),
    "a unit and more": (flow(to='{ unit = "xai", organization = "xai" }'), "not both"),
    "any team": (flow(to='{ organization = "xai", team = "*" }'), "leave `team` out for any"),
    "a near channel": (SHORT + '[notify]\nchannels = ["talnt"]\n', "did you mean 'talent'?"),
    "a wrong id": (f'id = "No Id"\n{SHORT}', ":1: id: expected an id"),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_wrong_rule_is_explained(tmp_path, case):
    """File, key, line, what was expected and the nearest valid name."""
    text, expected = WRONG[case]
    said = refusal(tmp_path, text)
    assert expected in said
    assert "rule.toml" in said


def test_a_broken_rule_does_not_stop_the_others(tmp_path):
    """It is set aside with its problems, under the id that its alerts carry."""
    found = load(
        tmp_path,
        good=SHORT,
        broken='id = "exodus"\n[flow\n',
        unreadable=b"\xff\xfe",
    )
    assert [rule.id for rule in found.rules] == ["good"]
    assert set(found.broken) == {"exodus", "unreadable"}
    assert found.broken["exodus"][0].line == 2


def test_all_that_is_wrong_is_named_at_once(tmp_path):
    """Names are held against the directory and the config though other keys do not fit."""
    rule = """titel = "x"
[flow]
from = "meta"
to = ["@rivls", "google"]
who = { titel = "*x*", source = "pres" }
within = "soon"
people = 0
[notify]
channels = ["talnt"]
on = ["open"]
"""
    found = load(tmp_path, r=rule)
    told = [(problem.line, problem.path, problem.nearest) for problem in found.broken["r"]]
    assert told == [
        (1, "titel", "title"),
        (4, "flow.to", "@rivals"),
        (5, "flow.who.source", None),
        (5, "flow.who.titel", "title"),
        (6, "flow.within", None),
        (7, "flow.people", None),
        (9, "notify.channels[0]", "talent"),
        (10, "notify.on[0]", "opened"),
    ]


def test_rules_that_share_an_id_are_all_broken(tmp_path):
    """Which of them is meant cannot be told; a broken one among them counts."""
    named = f'id = "same"\n{SHORT}'
    found = load(tmp_path, one=named, two=named, three=f'id = "same"\n{flow(people="0")}', ok=SHORT)
    assert [rule.id for rule in found.rules] == ["ok"]
    said = [str(problem) for problem in found.broken["same"]]
    shared = "the id of more than one rule: one.toml, three.toml, two.toml"
    assert sum(shared in one for one in said) == 3


def test_a_file_whose_name_is_no_id_must_give_one(tmp_path):
    """The name of the file is only a default."""
    found = load(tmp_path, **{"My Rule": SHORT, "Your Rule": f'id = "yours"\n{SHORT}'})
    assert [rule.id for rule in found.rules] == ["yours"]
    assert "give an `id`" in str(found.broken["My Rule"][0])


def test_a_name_that_is_not_listed_gives_a_hint_and_no_error(tmp_path):
    """It may be a name that only profiles know."""
    found = load(tmp_path, rule=flow(to='"Metta"'))
    assert found.rules[0].main.destination == Match(organizations=("metta",))
    assert found.hints == ("rule rule: 'Metta' is not in organizations.toml; nearest: 'meta'",)


def test_rules_come_in_order_of_their_ids(tmp_path):
    """Whatever their files are called."""
    found = load(tmp_path, a=f'id = "z"\n{SHORT}', b=f'id = "m"\n{SHORT}', c=f'id = "a"\n{SHORT}')
    assert [rule.id for rule in found.rules] == ["a", "m", "z"]


def test_a_missing_folder_has_no_rules_and_a_file_is_no_folder(tmp_path):
    """The first is said by the command, the second is a mistake in the config."""
    directory = Directory()
    missing = load_rules(tmp_path / "rules", directory=directory, settings=config(tmp_path))
    assert missing == RuleSet()
    (tmp_path / "rules").touch()
    with pytest.raises(UsageError, match="is not a folder"):
        load_rules(tmp_path / "rules", directory=directory, settings=config(tmp_path))


def test_a_folder_named_like_a_rule_is_a_broken_rule(tmp_path):
    """Other files than *.toml are left alone."""
    (tmp_path / "rules" / "deep.toml").mkdir(parents=True)
    (tmp_path / "rules" / "notes.md").touch()
    found = load(tmp_path, good=SHORT)
    assert [rule.id for rule in found.rules] == ["good"]
    assert "expected a file" in str(found.broken["deep"][0])


def test_the_meaning_follows_what_counts_and_nothing_else(tmp_path):
    """A new title or channel evaluates nothing again; a new threshold, side or member does."""
    first = rule(tmp_path, flow(to='"@rivals"')).meaning
    told = 'title = "T"\ndescription = "D"\nseverity = "info"\n'
    told += flow(to='["google", "xai"]') + '[notify]\nlate_up_to = "1d"\n'
    assert rule(tmp_path, told).meaning == first
    for changes in (
        {"to": '"xai"'},
        {"people": "4"},
        {"within": '"91d"'},
        {"who": '{ title = "*" }'},
        {"clock": '"observed"'},
        {"count": '"possible"'},
        {"group_by": '["to.organization"]'},
        {"from": '{ organization = "meta", team = "fair" }'},
    ):
        assert rule(tmp_path, flow(**{"to": '"@rivals"', **changes})).meaning != first


def test_the_meaning_is_the_same_on_every_machine(tmp_path):
    """It is a plain hash over the rule's words, not over the process."""
    assert len(rule(tmp_path, SHORT).meaning) == 64
    assert rule(tmp_path, SHORT).meaning == rule(tmp_path, SHORT).meaning


PIECES = [
    *(b"nan", b"-inf", b"1e999", b"9" * 30, b"0x" + b"f" * 5000, b"2025-13-41"),
    *(b"\x00", b'"\\u0007"', b"\xff", b"[", b"]", b"{", b"\n", b"=", b"'''", b'"""'),
    *(b"[[flow]]", b"a.b.c = 1\n"),
]


@pytest.mark.slow
@settings(max_examples=examples(300), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(st.integers(0, len(FULL)), st.integers(0, 30), st.sampled_from([b"", *PIECES])),
        min_size=1,
        max_size=4,
    )
)
def test_a_mutated_rule_is_read_or_set_aside_in_words(tmp_path, changes):
    """No bytes at all make a traceback, and the good rule beside it is always read."""
    content = FULL.encode()
    for at, length, piece in changes:
        content = content[:at] + piece + content[at + length :]
    found = load(tmp_path, mutated=content, good=SHORT)
    assert "good" in {rule.id for rule in found.rules} | set(found.broken)
    assert len(found.rules) + len(found.broken) <= 2
    for problems in found.broken.values():
        assert problems
        assert all(problem.expected for problem in problems)


@given(st.dictionaries(st.text(max_size=9), st.integers() | st.floats() | st.text(max_size=9)))
def test_random_keys_never_make_a_rule(tmp_path_factory, table):
    """A rule has a flow."""
    lines = [f"{key!r} = {value!r}" for key, value in table.items()]
    random.Random(0).shuffle(lines)
    found = load(
        tmp_path_factory.mktemp("rules"), noise="\n".join(lines).encode("utf-8", "replace")
    )
    assert found.rules == ()
    assert found.broken
