"""Counts only: with `names = "none"` no output of any kind shows anybody, or counts too few."""

import asyncio
import json
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from email import policy
from email.parser import BytesParser
from typing import Any, cast
from urllib.parse import unquote

import httpx
import pytest
from board_client import BoardClient
from mailboxes import mailbox
from receivers import Receiver, Reply, receiver
from story import World, crowd, flow, job, profile
from tempo import first_slow
from test_rights import run, talentwatch

from monitor.base.errors import TalentwatchError, UsageError
from monitor.base.records import Notice
from monitor.base.settings import load_settings
from monitor.base.statements import Reading
from monitor.board.answers.counts_only import CountedReading
from monitor.board.answers.left_out import LeftOut
from monitor.board.server.pages import PAGES
from monitor.delivery.messages import notice_body, with_names
from monitor.operations.service.pages import Health, pages

pytestmark = pytest.mark.slow  # whole watches, and every page of them
NAME, ID = "Zephyrine Quillfeather", "zq-77319"
URL = "https://people.example/zephyrine-q"
TITLE = "Quantum Basket Weaving Lead"
ALONE = "Nobodyelse Observatory"
"""Where one person went, so that a row of it counts one."""
FEW = "Twosome Partners"
"""Where two people went."""
HELD = ("Duet Atelier", "Renamed Pavilion")
"""What all people of a small organisation are shown under first, and then."""
LEAST = 3
RULES = {
    "talent": flow("meta", "xai", people=3, within="90d"),
    "watch": flow(None, None, people=1, within="90d", who=f'{{ person = ["press:{ID}"] }}'),
    "each": flow("meta", None, people=1, within="90d", group_by=["person", "to.organization"]),
    "own": flow("meta", None, people=1, within="90d", group_by='{ who = "person" }'),
    "pair": flow("meta", None, people=2, within="90d", group_by=["to.organization"]),
}


def gone(day: str, to: str = "xAI", title: str = "Engineer") -> list[Any]:
    return [job("Meta", "2019-03", day, title=title), job(to, day, title=f"{title} II")]


def channels(there: Receiver, mails: int) -> str:
    """One channel of each kind that can be run here, all but the console."""
    url = f'"{there.url}/KIND"\nallow_private = true'
    text = "".join(
        f'[channels.{kind}]\nkind = "{kind}"\nurl = {{ env = "TALENTWATCH_{kind.upper()}" }}\n'
        "allow_private = true\n"
        for kind in ("slack", "teams", "discord")
    )
    text += f'[channels.webhook]\nkind = "webhook"\nurl = {url.replace("KIND", "webhook")}\n'
    text += (
        '[channels.bot]\nkind = "slack_bot"\nchannel = "C1"\nallow_private = true\n'
        f'api = "{there.url}/api"\ntoken = {{ env = "TALENTWATCH_TOKEN" }}\n'
        '[channels.duty]\nkind = "pagerduty"\nallow_private = true\n'
        f'api = "{there.url}"\nrouting_key = {{ env = "TALENTWATCH_TOKEN" }}\n'
        '[channels.post]\nkind = "email"\nhost = "127.0.0.1"\nsecurity = "none"\n'
        f'port = {mails}\nfrom = "a@example.org"\nto = ["b@example.org"]\nallow_private = true\n'
        '[channels.screen]\nkind = "console"\n'
    )
    return text


def play(world: World) -> None:
    """Three go to xAI, one of them the planted one; two and one go to small places."""
    others = {**crowd("Meta", 24), **crowd("xAI", 24)}
    stay = ("ada", "bob", "cy", "di", "eve")
    at = {who: [job("Meta", "2019-03")] for who in stay}
    me = {"name": NAME, "url": URL}
    before = [job("Meta", "2019-03", title=TITLE)]
    pair = ("flo", "gus")
    at |= {who: [job(HELD[0])] for who in pair}
    world.observe("2025-01-05", {**others, **at, ID: profile(*before, **me)})
    run(world, "2025-01-05")
    moved: dict[str, Any] = {
        ID: profile(*gone("2025-01-12", title=TITLE), **me),
        "ada": gone("2025-01-10"),
        "bob": gone("2025-01-11"),
        "cy": gone("2025-01-13", to=FEW),
        "di": gone("2025-01-13", to=FEW),
        "eve": gone("2025-01-14", to=ALONE),
        **{who: [job(HELD[1])] for who in pair},
    }
    path = world.observe("2025-01-20", {**others, **moved})
    broken = json.dumps({"id": ID, "name": NAME, "positions": 7})
    world.file("2025-01-20", f"{path.read_text(encoding='utf-8')}{broken}\n")
    mute = ["silence", "add", "--person", NAME, "--rule", "watch", "--until", "2025-01-19"]
    talentwatch(world, *mute, "--since", "2025-01-18", "--why", f"as {NAME} asked")


@pytest.fixture(params=first_slow([LEAST, 1]), scope="module")
def told(request, tmp_path_factory) -> Iterator[tuple[World, int, dict[str, str]]]:
    """A watch that shows counts only, and all that its channels were sent."""
    patch = pytest.MonkeyPatch()
    with receiver() as there, mailbox() as mails:
        there.reply = lambda _: Reply(body=b'{"ok": true, "ts": "1.2", "channel": "C1"}')
        for kind in ("slack", "teams", "discord"):
            patch.setenv(f"TALENTWATCH_{kind.upper()}", f"{there.url}/{kind}")
        patch.setenv("TALENTWATCH_TOKEN", "k" * 32)
        world = World(tmp_path_factory.mktemp("counts"), rules=RULES)
        least = f"\nleast_people = {request.param}" if request.param > 1 else ""
        world.rewrite(config=channels(there, mails.port))
        config = world.root / "config.toml"
        config.write_text(f'names = "none"{least}\n{config.read_text()}')
        play(world)
        printed = talentwatch(world, "run", "--all", "--now", "2025-01-21")
        assert printed.exit_code == 0, printed.output
        said = {f"{n} {one.path}": one.body.decode() for n, one in enumerate(there.requests)}
        said |= {f"mail {n}": mail_text(raw) for n, raw in enumerate(mails.raw)}
        said["file"] = (world.root / "alerts.jsonl").read_text()
        said["run, its logs and the console"] = printed.output
        yield world, request.param, said
    patch.undo()


def mail_text(raw: bytes) -> str:
    mail = BytesParser(policy=policy.default).parsebytes(raw)
    body = mail.get_body()
    return f"{mail['subject']}\n{'' if body is None else body.get_content()}"


def planted(least: int) -> tuple[str, ...]:
    people = (NAME, NAME.split()[1], ID, URL, TITLE, "eve", "Eve")
    return people if least == 1 else (*people, ALONE, FEW, *HELD)


def shown_in(text: str, words: tuple[str, ...]) -> list[str]:
    plain = unquote(text)
    return [
        one for one in words if re.search(rf"(?<!\w){re.escape(one)}(?!\w)", plain, re.IGNORECASE)
    ]


def test_no_channel_is_sent_a_name_or_a_small_figure(told):
    """Each kind of channel got the alert of three people, and none of the five words of one."""
    _, least, said = told
    found = {
        place: some for place, text in said.items() if (some := shown_in(text, planted(least)))
    }
    assert found == {}
    kinds = {place.split("/")[-1].partition("?")[0] for place in said if "/" in place}
    assert kinds >= {"slack", "teams", "discord", "webhook", "enqueue", "chat.postMessage"}
    assert any(place.startswith("mail") for place in said)
    assert all("xAI" in text for place, text in said.items() if "mail" in place) or least == 1
    talents = [json.loads(line) for line in said["file"].splitlines()]
    talent = next(one for one in talents if one.get("rule") == "talent")
    assert (talent["peak"], talent["names"], talent["people"]) == (3, "none", [])


def addresses(talent: str, alerts: list[str]) -> list[str]:
    """Every page in every form, and some questions that name the person."""
    values = {
        "{alert}": talent,
        "{rule}": "talent",
        "{organization:path}": "meta",
        "{person:path}": f"press:{ID}",
    }
    paths = []
    for page in PAGES:
        path = page.path
        for name, value in values.items():
            path = path.replace(name, value)
        stem = "/overview" if path == "/" else path
        paths += [path, f"{stem}.json", f"{stem}.csv", f"/api/v1{stem}"]
    paths += [f"/alerts/{alert}{form}" for alert in alerts for form in ("", ".json", ".csv")]
    paths += [f"/charts/{alert}.svg" for alert in alerts] + ["/alerts.atom", "/api/v1/openapi.json"]
    paths += [f"/find?q={ID}", "/find?q=quill", "/find.json?q=zeph", "/silences?show=all"]
    paths += ["/silences.json?show=all", "/flows.json?window=all", "/flows?clock=seen&window=all"]
    paths += ["/rules/watch", "/rules/each", "/rules/own.json", "/organizations/xai.json"]
    return [
        *paths,
        f"/flows?team={ID}",
        f"/moves?person={ID}",
        "/snapshots.json",
        "/deliveries.csv",
    ]


def test_no_page_in_any_form_shows_anybody(told):
    """HTML, JSON, CSV, the API, Atom, pictures, OpenAPI: all answer, and none has the words."""
    world, least, _ = told
    client = BoardClient(world.root / "config.toml", day=datetime(2025, 1, 21, tzinfo=UTC))
    ledger = world.alerts()
    talent = next(one["alert"] for one in ledger if one["rule"] == "talent")
    found, answered = {}, 0
    for path in addresses(talent, [one["alert"] for one in ledger]):
        answer = client.get(path)
        assert answer.status_code in {200, 400, 404}, (path, answer.text)
        answered += answer.status_code == 200
        asked = {word for word in (ID, "zeph", "quill") if word in path}
        if some := [word for word in shown_in(answer.text, planted(least)) if word not in asked]:
            found[path] = some
    assert found == {}
    assert answered > 60
    assert "no person is shown" in client.get("/moves").text
    assert client.get(f"/alerts/{talent}").status_code == 200
    assert (client.get(f"/charts/{talent}.svg").status_code == 200) == (least == 1)
    assert '"people":3' in client.get("/flows.json?window=all").text


def test_without_the_setting_the_same_pages_show_all_of_it(told):
    """The words are there to be found: the same watch, not told to show counts only."""
    world, least, _ = told
    named = world.copied(world.root.with_name(f"named-{least}"))
    config = named.root / "config.toml"
    text = config.read_text(encoding="utf-8")
    config.write_text(re.sub("^(names|least_people) = .*$", "", text, flags=re.MULTILINE))
    client = BoardClient(config, day=datetime(2025, 1, 21, tzinfo=UTC))
    talent = next(one["alert"] for one in world.alerts() if one["rule"] == "talent")
    words = {NAME, URL, TITLE, ALONE, FEW}
    pages = ("/moves", "/flows?window=all", f"/alerts/{talent}", f"/people/press:{ID}")
    assert {
        word for path in pages for word in shown_in(client.get(path).text, tuple(words))
    } == words


COMMANDS = (
    ("flows",),
    ("alerts",),
    ("changes", "--since", "2025-01-01"),
    ("snapshots",),
    ("silence", "list", "--all"),
    ("deliveries",),
    ("rules", "list"),
    ("rules", "preview", "talent", "--since", "2025-01-01"),
    ("rules", "preview", "own", "--since", "2025-01-01"),
    ("explain", "--rule", "talent"),
    ("explain", "--rule", "each"),
    ("status",),
    ("channels",),
    ("sources", "list"),
    ("organizations", "unresolved"),
    ("organizations", "suggest"),
)


def test_no_list_on_the_command_line_shows_anybody(told):
    """In words, JSON and CSV; what would list people says why it does not."""
    world, least, _ = told
    found = {}
    talent = next(one["alert"] for one in world.alerts() if one["rule"] == "talent")
    lines = [[*one, *form] for one in COMMANDS for form in ([], ["--json"])]
    lines += [[one, "--csv"] for one in ("flows", "alerts")]
    lines += [["explain", talent], ["explain", talent, "--json"], ["chart", talent]]
    lines += [["changes", "--since", "2025-01-01", "--csv"]]
    for line in lines:
        result = talentwatch(world, *line)
        assert result.exception is None or isinstance(
            result.exception, SystemExit | TalentwatchError
        ), (
            line,
            result.exception,
        )
        if some := shown_in(result.output, planted(least)):
            found[" ".join(line)] = some
    assert found == {}
    refused = [
        ["moves"],
        ["moves", "--person", ID],
        ["flows", "--person", ID],
        ["moves", "--parquet", str(world.root / "moves.parquet")],
        ["explain", talent, "--bundle", str(world.root / "evidence.zip")],
    ]
    for line in refused:
        result = talentwatch(world, *line)
        assert "no person is shown" in f"{result.output} {result.exception}", (line, result.output)
    assert "3" in talentwatch(world, "flows").output
    report = world.root / "report.html"
    assert talentwatch(world, "report", "--out", str(report)).exit_code == 0
    assert shown_in(report.read_text(encoding="utf-8"), planted(least)) == []


LISTS = {
    ("flows",): "are left out (",
    ("flows", "--json"): "are left out (",
    ("flows", "--csv"): "are left out (",
    ("alerts",): "are left out",
    ("alerts", "--json"): "are left out",
    ("alerts", "--csv"): "are left out",
    ("changes", "--since", "2025-01-01"): "are left out",
    ("rules", "preview", "own", "--since", "2025-01-01"): "are left out: 6 alerts (",
    ("explain", "--rule", "own"): "groups",
    ("organizations", "unresolved"): "organisations",
}
"""What each list says where figures below three people are not shown: two flows are too few."""


@pytest.mark.parametrize("line", LISTS, ids=" ".join)
def test_each_list_on_the_command_line_says_how_much_it_leaves_out_and_why(told, line):
    """With the setting that changes it, beside what is printed; nothing where nothing is."""
    world, least, _ = told
    said = talentwatch(world, *line).stderr
    if least == 1:
        assert "left out" not in said
        return
    assert "Rows that count fewer than 3 people are left out" in said
    assert "(least_people in the configuration)" in said
    assert LISTS[line] in said, said


def test_what_is_left_out_does_not_tell_whether_somebody_moved_on_a_day(told):
    """Whoever asks for one pair after the other hears the same of those with one move and none."""
    world, least, _ = told
    windows = [("2024-01-01", "2024-02-01"), ("2024-01-01", "2025-12-31")]
    said = {
        talentwatch(world, "flows", "--from", "meta", "--since", since, "--until", until).stderr
        for since, until in windows
    }
    assert len(said) == 1
    assert ("left out" in said.pop()) == (least > 1)


def test_each_page_says_how_much_it_leaves_out_and_why(told):
    """In words, in JSON, and beside CSV; a page made from what another one read says it, too."""
    world, least, _ = told
    client = BoardClient(world.root / "config.toml", day=datetime(2025, 1, 21, tzinfo=UTC))
    few = len([alert for alert in world.alerts() if alert["peak"] < least])
    alerts = {"alert": few} if few >= least > 1 else {}
    for path, some in {"/alerts": alerts, "/rules": alerts, "/flows?window=all": {}}.items():
        page, _, query = path.partition("?")
        text = client.get(path).text
        assert ("Rows that count fewer than 3 people are left out" in text) == (least > 1)
        assert client.get(f"{page}.json?{query}").json()["too_few"] == some
        remark = client.get(f"{page}.csv?{query}").headers.get("talentwatch-remark", "")
        assert ("least_people" in remark) == (least > 1)
        assert remark in text
    report = world.root / "report.html"
    assert talentwatch(world, "report", "--out", str(report)).exit_code == 0
    assert ("are left out" in report.read_text(encoding="utf-8")) == (least > 1)


def test_no_metric_shows_anybody(told):
    """What a scraper reads has counts by source, rule and channel alone."""
    world, least, _ = told
    moment = datetime(2025, 1, 21, tzinfo=UTC)
    served = pages(lambda: world.settings, Health(look_seconds=60), lambda: moment)

    async def read() -> list[str]:
        transport = httpx.ASGITransport(served)
        async with httpx.AsyncClient(transport=transport, base_url="http://here") as client:
            return [(await client.get(path)).text for path in ("/metrics", "/readyz", "/healthz")]

    texts = asyncio.run(read())
    assert "talentwatch_" in texts[0]
    # A rule on one person says by its count whether they moved.
    assert ('talentwatch_open_alerts{rule="watch"}' in texts[0]) == (least == 1)
    assert 'talentwatch_open_alerts{rule="talent"} 1.0' in texts[0]
    assert [shown_in(text, planted(least)) for text in texts] == [[], [], []]


def test_what_was_written_before_is_sent_without_names():
    """A message that waits in the outbox since people were named loses them on its way out."""
    notice = Notice(
        key="k",
        title="Held",
        text="3 moves are held.",
        on=date(2025, 1, 1),
        examples=(ID,),
    )
    written = notice_body(notice)
    assert ID in json.dumps(written)
    assert ID not in json.dumps(with_names(written, "none"))
    assert with_names(written, "none")["text"] == "3 moves are held."


def test_small_figures_without_names_are_a_mistake_of_the_configuration(tmp_path):
    """Where people are listed, anybody can count them."""
    config = tmp_path / "config.toml"
    config.write_text("least_people = 5\n", encoding="utf-8")
    with pytest.raises(UsageError, match='names = "none"'):
        load_settings(config)


def test_figures_of_fewer_people_are_none_in_the_status():
    """So many moves are held, or so many people counted once: shown from `least_people` on."""

    class Given:
        def stream(self, name: str, **_: object) -> Iterator[dict[str, Any]]:
            assert name == "figures"
            yield from ({"name": "held_moves", "value": 2}, {"name": "likely_doubles", "value": 3})

    reading = CountedReading(cast("Reading", Given()), 3, LeftOut(3))
    assert reading.rows("figures") == [("held_moves", 0), ("likely_doubles", 3)]
