"""GitHub is asked for users, and what they write of their employers is understood."""

import base64
import json
from pathlib import Path
from typing import Any

import pytest
from collected_stories import came_of
from hypothesis import given
from hypothesis import strategies as st
from services import BEGAN, CONTACT, Said, VirtualTime, Watch, revalidated, service, watch
from test_docs import TOML

from monitor.base.errors import SourceError
from monitor.intake.collecting.connectors.github import employers


def user(number, company="@example-corp", login=None, **more):
    """Return a user as the REST interface has one."""
    login = login or f"user-{number}"
    return {
        "login": login,
        "id": number,
        "node_id": f"U_{number}",
        "html_url": f"https://github.com/{login}",
        "type": "User",
        "name": f"Person {number}",
        "company": company,
        "blog": "",
        "location": None,
        "email": "secret@example.org",
        "bio": None,
    } | more


class Fake:
    """The interfaces of GitHub, with users that a test changes."""

    def __init__(self, running):
        self.running = running
        self.users, self.members = {}, {}
        self.refusals = []
        running.answer = self.answer

    def add(self, *users):
        """Put users in."""
        self.users |= {user["id"]: user for user in users}

    def answer(self, asked):
        """Answer as the interface that is asked, or refuse."""
        assert asked.headers["user-agent"].startswith("talentwatch/")
        if self.refusals:
            return self.refusals.pop(0)
        kind, _, name = asked.path.lstrip("/").partition("/")
        match kind:
            case "user":
                return self.one(asked, self.users.get(int(name)))
            case "users":
                found = [user for user in self.users.values() if user["login"] == name]
                return self.one(asked, found[0] if found else None)
            case "orgs":
                return self.listed(asked, name.partition("/")[0])
            case _:
                return self.queried(json.loads(asked.body)["variables"]["ids"])

    def one(self, asked, found):
        """Answer with a user."""
        if found is None:
            return Said.json({"message": "Not Found", "status": "404"}, status=404)
        return revalidated(asked, found, f'W/"{abs(hash(json.dumps(found)))}"')

    def listed(self, asked, organization):
        """Answer with a page of two members."""
        page = int(asked.query.get("page", "1"))
        numbers = self.members[organization]
        some = [self.users[number] for number in numbers[2 * page - 2 : 2 * page]]
        simple = [{key: one[key] for key in ("login", "id", "node_id", "type")} for one in some]
        following = f"{self.running.url}{asked.path}?per_page=100&page={page + 1}"
        more: Any = {"Link": f'<{following}>; rel="next"'} if 2 * page < len(numbers) else {}
        return Said.json(simple, **more)

    def queried(self, nodes):
        """Answer a query in GraphQL: who is not there is null, with an error and a good status."""
        numbers = [int(base64.b64decode(node).decode().removeprefix("04:User")) for node in nodes]
        found = [self.users.get(number) for number in numbers]
        data = [
            error
            and {
                "__typename": error["type"],
                "databaseId": error["id"],
                "url": error["html_url"],
                **{key: error[key] for key in ("login", "name", "company", "location")},
            }
            for error in found
        ]
        errors = [
            {"type": "NOT_FOUND", "path": ["nodes", place], "message": "Could not resolve"}
            for place, one in enumerate(found)
            if one is None
        ]
        return Said.json({"data": {"nodes": data}} | ({"errors": errors} if errors else {}))

    def keys(self, people, above=""):
        """Return the keys of a source that asks it."""
        return (
            f'kind = "github"\nbase_url = "{self.running.url}"\n{above}\n'
            f"[sources.remote.watch]\n{people}"
        )


@pytest.fixture
def time():
    return VirtualTime()


@pytest.fixture
def github(time):
    with service(time) as running:
        yield Fake(running)


# -- what a company says --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("@example-corp", [("example-corp", True)]),
        ("@one @other", [("one", True), ("other", True)]),
        ("@one, @two and @three", [("one", True), ("two", True), ("three", True)]),
        ("@one & @two", [("one", True), ("two", True)]),
        ("Engineer at @one", [("one", True)]),
        ("Foo, Inc.", [("Foo, Inc.", True)]),
        ("Procter & Gamble", [("Procter & Gamble", True)]),
        ("Foo / Bar | Baz", [("Foo", True), ("Bar", True), ("Baz", True)]),
        ("ex-Foo", [("Foo", False)]),
        ("@one, formerly @two", [("one", True), ("two", False)]),
        ("@one (formerly @two)", [("one", True), ("two", False)]),
        ("@one ex-@two", [("one", True), ("two", False)]),
        ("One (previously known as Two)", [("One", True), ("Two", False)]),
        ("University of One (UO)", [("University of One (UO)", True)]),
        ("https://www.one.example/team", [("one.example", True)]),
        ("http://one.example, @two", [("one.example", True), ("two", True)]),
        ("Foo\nBar", [("Foo Bar", True)]),
        ("Exxon", [("Exxon", True)]),
        ("陈景润公司", [("陈景润公司", True)]),
        (" , / ", []),
        ("", []),
    ],
)
def test_a_free_text_names_employers_of_now_and_before(written, meant):
    """Mentions, lists and former employers; legal forms belong to names."""
    assert employers(written) == meant


@given(st.text(max_size=80))
def test_whatever_is_written_names_employers_once_and_never_nothing(written):
    """A profile's text is anything."""
    names = [name for name, _ in employers(written)]
    assert len(names) == len(set(names))
    assert all(name.strip() == name and name for name in names)


# -- how it is asked ------------------------------------------------------------------------------


@pytest.mark.parametrize("above", ["", 'batches = true\ntoken = { env = "TOKEN" }'])
def test_users_are_named_by_login_and_followed_by_number(
    tmp_path, github, time, monkeypatch, above
):
    """A login that changes changes nobody; whoever has it afterwards is not followed by it."""
    monkeypatch.setenv("TOKEN", "secret")
    github.add(user(7, login="jo"), user(8, "Sample, Inc.", login="al", location="Berlin"))
    watching = watch(tmp_path, time, github.keys('ids = ["jo", "@al"]', above))
    assert watching.collect().is_complete
    assert watching.profiles() == {
        "7": {
            "id": "7",
            "name": "Person 7",
            "url": "https://github.com/jo",
            "same_as": ["https://github.com/jo"],
            "positions": [{"organization": "example-corp", "current": True}],
        },
        "8": {
            "id": "8",
            "name": "Person 8",
            "url": "https://github.com/al",
            "same_as": ["https://github.com/al"],
            "positions": [{"organization": "Sample, Inc.", "location": "Berlin", "current": True}],
        },
    }
    time.next_day()
    github.add(user(7, login="jo-new"), user(9, "Thief", login="jo"))
    watching.collect()
    assert {one: who["url"][19:] for one, who in watching.profiles().items()} == {
        "7": "jo-new",
        "8": "al",
    }
    # What names the account by its old login still means it.
    assert watching.profiles()["7"]["same_as"] == [
        "https://github.com/jo-new",
        "https://github.com/jo",
    ]


def test_a_full_page_of_members_without_a_next_one_is_asked_for_one(tmp_path, github, time):
    """Its mark may stay when a next one comes; and the parameters may be in any order."""
    numbers = range(1, 202)
    github.add(*(user(number) for number in numbers))
    rest = github.answer

    def answer(asked):
        if not asked.path.startswith("/orgs"):
            return rest(asked)
        page = int(asked.query.get("page", "1"))
        some = [{"id": number, "type": "User"} for number in numbers[100 * page - 100 : 100 * page]]
        url = f"{github.running.url}{asked.path}?page={page + 1}&per_page=100"
        onward: Any = {"Link": f'<{url}>; rel="next"'} if page == 1 else {}
        return Said.json(some, **onward)

    github.running.answer = answer
    keys = 'organizations = ["example-corp"]'
    watching = watch(tmp_path, time, github.keys(keys))
    assert watching.collect().is_complete
    assert len(watching.profiles()) == len(numbers)


def test_what_did_not_change_is_not_sent_again_and_the_mark_goes_back_word_for_word(
    tmp_path, github, time
):
    """A weak mark with its quotes."""
    github.add(user(7))
    watching = watch(tmp_path, time, github.keys('ids = ["7"]'))
    watching.collect()
    time.next_day()
    assert watching.collect().unchanged == 1
    assert github.running.asked[1].headers["if-none-match"].startswith('W/"')


@pytest.mark.parametrize("above", ["", 'batches = true\ntoken = { env = "TOKEN" }'])
def test_members_are_read_page_by_page_and_followed_wherever_they_go(
    tmp_path, github, time, monkeypatch, above
):
    """Who is no longer a member is asked for on the next day, too; machines are nobody."""
    monkeypatch.setenv("TOKEN", "secret")
    github.add(*(user(number) for number in range(1, 6)), user(6, type="Bot"))
    github.members["example-corp"] = [1, 2, 3, 4, 5, 6]
    keys = github.keys('organizations = ["github:example-corp"]', above)
    watching = watch(tmp_path, time, keys)
    watching.collect()
    assert [*watching.profiles()] == ["1", "2", "3", "4", "5"]
    assert github.running.paths.count("/orgs/example-corp/public_members") == 3
    time.next_day()
    github.members["example-corp"] = [1]
    watching.collect()
    assert [*watching.profiles()] == ["1", "2", "3", "4", "5"]


def test_a_batch_costs_one_request_and_says_who_is_gone(tmp_path, github, time, monkeypatch):
    """A partial answer has a good status; whoever cannot be found is marked for erasure."""
    monkeypatch.setenv("TOKEN", "secret")
    github.add(*(user(number) for number in range(1, 151)))
    ids = ", ".join(f'"{number}"' for number in range(1, 151))
    keys = github.keys(f"ids = [{ids}]", 'batches = true\ntoken = { env = "TOKEN" }')
    watching = watch(tmp_path, time, keys)
    watching.collect()
    assert len(watching.profiles()) == 150
    assert github.running.paths == ["/graphql", "/graphql"]
    assert github.running.asked[0].headers["authorization"] == "Bearer secret"
    time.next_day()
    del github.users[3]
    watching.collect()
    assert len(watching.profiles()) == 149
    assert '"id":"3"' in (watching.plan.folder / "withdrawn.json").read_text()


def test_another_error_of_a_batch_says_nothing_of_anybody(tmp_path, github, time, monkeypatch):
    """A null without "not found" is no departure."""
    monkeypatch.setenv("TOKEN", "secret")
    github.add(user(1))
    keys = github.keys('ids = ["1"]', 'batches = true\ntoken = { env = "TOKEN" }')
    watching = watch(tmp_path, time, keys)
    watching.collect()
    time.next_day()
    github.refusals = [
        Said.json({"data": {"nodes": [None]}, "errors": [{"type": "INTERNAL", "path": ["nodes"]}]})
    ]
    assert watching.collect().failed == 1
    assert not (watching.plan.folder / f"{time.now.date()}.jsonl").exists()


RESET = str(int(BEGAN.timestamp()) + 300)
PRIMARY = Said.json(
    {"message": "API rate limit exceeded for 203.0.113.9."},
    status=403,
    x_ratelimit_remaining="0",
    x_ratelimit_reset=RESET,
)
SECONDARY = Said.json(
    {"message": "You have exceeded a secondary rate limit."},
    status=403,
    x_ratelimit_remaining="4000",
    x_ratelimit_reset=RESET,
)
SECONDARY_AFTER = Said.json({"message": "Slow down"}, status=403, retry_after="17")
LIMITED = Said.json({"errors": [{"type": "RATE_LIMITED"}]}, x_ratelimit_reset=RESET)


@pytest.mark.parametrize(
    ("refusal", "waited"),
    [
        (PRIMARY, 300),
        (SECONDARY, 60),
        (SECONDARY_AFTER, 17),
        (LIMITED, 300),
        (Said.json({}, status=429), 60),
    ],
)
def test_both_kinds_of_limits_are_waited_for(tmp_path, github, time, refusal, waited):
    """Until the reset, as long as it says, or a minute; then the same is asked again."""
    github.add(user(7))
    github.refusals = [refusal]
    watching = watch(tmp_path, time, github.keys('ids = ["7"]', "limits = { spacing = 0 }"))
    assert watching.collect().is_complete
    assert sum(time.slept) == waited
    assert watching.profiles().keys() == {"7"}


def test_a_limit_that_resets_much_later_parks_the_source(tmp_path, github, time):
    """Nobody sleeps for hours."""
    far = str(int(BEGAN.timestamp()) + 9_000)
    github.refusals = [
        Said.json({}, status=403, x_ratelimit_remaining="0", x_ratelimit_reset=far),
    ]
    watching = watch(tmp_path, time, github.keys('ids = ["7"]'))
    assert "9,000 seconds" in str(watching.collect().note)
    assert len(github.running.asked) == 1


@pytest.mark.parametrize(
    ("people", "status"), [('ids = ["7"]', 401), ('organizations = ["one"]', 403)]
)
def test_a_refusal_that_is_no_limit_is_an_error(tmp_path, github, time, people, status):
    """Waiting does not help against a bad token, nor against a list that we may not read."""
    github.refusals = [Said.json({"message": "Bad credentials"}, status=status)]
    watching = watch(tmp_path, time, github.keys(people))
    with pytest.raises(SourceError, match=rf"refused us \({status}\): look at the token"):
        watching.collect()


@pytest.mark.parametrize("refused", ["7", "ada"])
def test_one_user_who_may_not_be_read_stops_nobody_else(tmp_path, github, time, refused):
    """Be they asked for by number or by login."""
    github.add(user(8))
    github.refusals = [Said.json({"message": "Forbidden"}, status=403)]
    watching = watch(tmp_path, time, github.keys(f'ids = ["{refused}", "8"]'))
    assert f"said 403: {refused} may not be read by us" in str(watching.collect().note)
    assert watching.profiles().keys() == {"8"}


@pytest.mark.parametrize(
    ("people", "above", "said"),
    [
        ('ids = ["a b"]', "", "is no login"),
        ('query = "x"', "", "none of a GitHub source"),
        ('ids = ["7"]', "batches = true", "with a `token` only"),
    ],
)
def test_what_cannot_be_asked_is_said(tmp_path, github, time, people, above, said):
    """Before anybody is asked."""
    with pytest.raises(SourceError, match=said):
        watch(tmp_path, time, github.keys(people, above)).collect()
    assert not github.running.asked


# -- a story --------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("above", ["", 'batches = true\ntoken = { env = "TOKEN" }'])
def test_of_some_people_exactly_the_one_who_moved_has_moved(
    tmp_path, github, time, monkeypatch, above
):
    """Of five: a new name and login, a deleted user and an emptied company are no moves."""
    monkeypatch.setenv("TOKEN", "secret")
    github.add(*(user(number) for number in range(1, 6)))
    ids = ", ".join(f'"{number}"' for number in range(1, 6))
    watching = watch(tmp_path, time, github.keys(f"ids = [{ids}]", above))
    watching.collect()
    time.next_day()
    github.add(
        user(1, "@sample-labs"),
        user(2, login="renamed", name="Renamed"),
        user(4, None),
    )
    del github.users[3]
    assert watching.collect().is_complete
    came = came_of(watching, "example-corp", [str(BEGAN.date()), str(time.now.date())])
    assert came.moves == ["1: example-corp > sample-labs"]
    assert came.links == ["https://github.com/user-1"]
    assert came.verdicts == ["baseline", "accepted"]
    assert watching.absences() == {"3": "deleted"}


def test_the_configuration_that_the_page_shows_asks_it(tmp_path, github, time, monkeypatch):
    """The block, with only the address changed."""
    monkeypatch.setenv("GITHUB_TOKEN", "secret")
    page = Path(__file__).parent.parent / "docs" / "sources" / "github.md"
    (block,) = [
        match for match in TOML.findall(page.read_text("utf-8")) if 'kind = "github"' in match
    ]
    assert CONTACT in block
    github.add(user(1))
    github.members["example-corp"] = [1]
    keys = f'[sources.developers]\nbase_url = "{github.running.url}"\n'
    text = block.replace("[sources.developers]\n", keys, 1)
    (tmp_path / "config.toml").write_text(text)
    watching = Watch(tmp_path, time, "developers")
    assert watching.collect().is_complete
    assert watching.profiles().keys() == {"1"}
