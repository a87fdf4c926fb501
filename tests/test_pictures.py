"""Pictures of counts: by the command, on the board and in messages, where they hold nothing up."""

import json
import re
import subprocess
import sys
from datetime import UTC, datetime
from email import message_from_bytes, policy

import pytest
from board_client import BoardClient
from command_line import run_here
from mailboxes import mailbox
from receivers import Receiver, Reply, Request, receiver
from story import World, crowd, flow, job, profile
from tempo import long
from test_channels import channel, message
from test_email import message as mail_of
from test_email import sends

from monitor.board.pictures import png_picture, why_no_png
from monitor.delivery.channels import Illustrator
from monitor.wiring import alert_png

NOON = datetime(2025, 2, 10, 12, tzinfo=UTC)
PNG = b"\x89PNG\r\n\x1a\n"
HOSTILE = "</svg><script>1</script>"


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    """Return a world where two people made an alert."""
    world = World(
        tmp_path_factory.mktemp("pictures"),
        rules={"two": flow("meta", "xai", people=2, within="90d")},
    )
    world.on("2025-01-01", ada=[job("Meta")], bob=[job("Meta")], **crowd("Meta"))
    world.then(
        "2025-02-01",
        ada=profile(job("xAI", start="2025-01-10", title=HOSTILE), name=HOSTILE),
        bob=profile(job("xAI", start="2025-01")),
    )
    assert call(world, "run", "--now", "2025-02-10").returncode == 0
    return world


@pytest.fixture(scope="module")
def alert(world):
    """Return the id of that alert."""
    [line] = call(world, "alerts", "--json").stdout.splitlines()
    return json.loads(line)["alert"]


def call(world: World, *arguments: str) -> subprocess.CompletedProcess[str]:
    return run_here(*arguments, "--config", str(world.root / "config.toml"))


@pytest.fixture
def drawn():
    """Skip where this machine makes no PNG."""
    if why_no_png() is not None:
        pytest.skip(f"needs a font: {why_no_png()}")


@pytest.mark.slow
def test_a_picture_shows_figures_and_names_nobody(world, alert, tmp_path):
    """Its colours are written out, for a program that knows no style of pages."""
    there = tmp_path / "alert.svg"
    done = call(world, "chart", alert[:8], "--out", str(there))
    assert (done.returncode, done.stdout) == (0, f"{there}\n")
    text = there.read_text(encoding="utf-8")
    assert "threshold 2" in text
    assert "known since 1 Feb 2025" in text
    assert "script" not in text
    assert "var(" not in text
    assert not re.search(r"(?i)bob|meta|xai", text)
    assert call(world, "chart", alert[:8], "--out", str(there)).returncode == 0
    assert there.read_text(encoding="utf-8") == text


@pytest.mark.slow
def test_an_alert_that_there_is_not_is_said(world):
    """With the command that lists those there are."""
    done = call(world, "chart", "nothing")
    assert (done.returncode, done.stdout) == (2, "")
    assert "`talentwatch alerts` lists them all" in done.stderr


@pytest.mark.usefixtures("drawn")
@pytest.mark.slow
def test_a_picture_can_be_a_png_with_its_words(world, alert, tmp_path):
    """Words that no font draws would be missing without a trace."""
    there = tmp_path / "alert.png"
    assert call(world, "chart", alert, "--png", "--out", str(there)).returncode == 0
    whole = there.read_bytes()
    assert whole.startswith(PNG)
    call(world, "chart", alert, "--out", str(tmp_path / "alert.svg"))
    svg = (tmp_path / "alert.svg").read_text(encoding="utf-8")
    assert png_picture(svg) == whole
    assert png_picture(re.sub(r"<text.*?</text>", "", svg)) != whole


@pytest.mark.slow
def test_without_the_extra_the_command_says_what_to_install(world, alert):
    """And draws SVG all the same."""
    code = (
        "import sys; sys.modules['resvg_py'] = None\n"
        "from monitor.cli.entry import main\n"
        f"sys.argv = ['talentwatch', 'chart', {alert!r}, '--png', '--config',"
        f" {str(world.root / 'config.toml')!r}]\n"
        "main()"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert "install talentwatch[pictures]" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.usefixtures("drawn")
def test_a_message_of_an_alert_has_its_picture_and_no_other_message_has(world, alert):
    """A document of an alert that the ledger no longer has goes without, too."""
    settings = world.settings
    drawn = alert_png(settings, {"type": "alert", "alert": alert}, now=NOON)
    assert drawn is not None
    assert drawn.startswith(PNG)
    assert alert_png(settings, {"type": "alert", "alert": "gone"}, now=NOON) is None
    assert alert_png(settings, {"type": "notice"}, now=NOON) is None


def test_a_picture_that_fails_holds_up_no_message(world, alert, monkeypatch):
    """Whatever goes wrong while it is drawn."""

    def broken(*_args: object) -> str:
        raise ZeroDivisionError

    monkeypatch.setattr("monitor.board.pictures.picture_of", broken)
    assert alert_png(world.settings, {"type": "alert", "alert": alert}, now=NOON) is None


def test_the_board_shows_the_picture_by_itself(world, alert):
    """In both forms, and says what there is none of."""
    client = BoardClient(world.root / "config.toml", day=datetime(2025, 2, 11))  # noqa: DTZ001 -- a day
    svg = client.get(f"/charts/{alert}.svg")
    assert (svg.status_code, svg.headers["content-type"]) == (200, "image/svg+xml")
    assert "threshold 2" in svg.text
    assert client.get("/charts/none.svg").status_code == 404
    png = client.get(f"/charts/{alert}.png")
    assert png.status_code == (200 if why_no_png() is None else 404)
    if why_no_png() is not None:
        assert str(why_no_png()) in png.text


@pytest.fixture
def there():
    """Return a receiver on loopback."""
    with receiver() as running:
        yield running


def test_discord_shows_the_picture_in_the_message(there: Receiver):
    """As one form: the words name the picture that comes with them."""
    channel("discord", there.url).send(message(picture=PNG))
    (request,) = there.requests
    head = f"Content-Type: {request.headers['content-type']}\r\n\r\n".encode()
    words, picture = message_from_bytes(head + request.body, policy=policy.HTTP).iter_parts()
    assert picture.get_content() == PNG
    assert picture["content-disposition"].params["name"] == "files[0]"
    document = json.loads(words.get_content())
    assert document["embeds"][0]["image"] == {"url": "attachment://count.png"}
    assert document["allowed_mentions"] == {"parse": []}


def test_a_picture_that_discord_refuses_costs_no_words(there: Receiver):
    """They go without it, in the same try."""

    def answer(request: Request) -> Reply:
        is_form = request.headers["content-type"].startswith("multipart/")
        return Reply(status=413 if is_form else 200)

    there.reply = answer
    channel("discord", there.url).send(message(picture=PNG))
    assert len(there.requests) == 2
    assert "image" not in json.loads(there.requests[1].body)["embeds"][0]


def test_a_mail_carries_the_picture_beside_its_words():
    """And nothing that a mail program would fetch."""
    with mailbox() as mails:
        sends(mails.port).send(mail_of(picture=PNG))
        (mail,) = mails.taken
    words, picture = mail.iter_parts()
    assert words.get_content_type() == "text/plain"
    assert (picture.get_content_type(), picture.get_content()) == ("image/png", PNG)
    assert picture.get_filename() == "count.png"


def slack(there: Receiver, **wrong: Reply):
    """Let a receiver answer as Slack does, but for some methods."""

    def answer(request: Request) -> Reply:
        method = request.path.rpartition("/")[2]
        if method in wrong:
            return wrong[method]
        if method == "files.getUploadURLExternal":
            said = {"ok": True, "upload_url": f"{there.url}/upload/v1/x", "file_id": "F1"}
            return Reply(body=json.dumps(said).encode())
        return Reply(body=b'{"ok": true, "ts": "1700.1"}')

    there.reply = answer
    return channel("slack_bot", there.url)


def test_a_bot_puts_the_picture_into_the_thread_of_the_alert(there: Receiver):
    """After the words, as Slack wants files: a place, the bytes, and where it is shown."""
    sends_to = slack(there)
    words = message(thread="a1", picture=PNG)
    receipt = sends_to.send(words)
    assert isinstance(sends_to, Illustrator)
    sends_to.illustrate(words, receipt)
    paths = [request.path.rpartition("/")[2] for request in there.requests]
    assert paths == [
        "chat.postMessage",
        "files.getUploadURLExternal",
        "x",
        "files.completeUploadExternal",
    ]
    asked, shared = (json.loads(there.requests[place].body) for place in (1, 3))
    assert asked["length"] == len(PNG)
    assert there.requests[2].body == PNG
    assert "authorization" not in there.requests[2].headers
    assert (shared["channel_id"], shared["thread_ts"]) == ("C1", "1700.1")
    assert shared["files"] == [{"id": "F1", "title": "count.png"}]


@pytest.mark.slow
@pytest.mark.parametrize(
    "wrong",
    [
        {"files.getUploadURLExternal": Reply(body=b'{"ok": false, "error": "missing_scope"}')},
        long({"x": Reply(status=503)}),
        long({"files.completeUploadExternal": Reply(breaks=True)}),
    ],
)
@pytest.mark.usefixtures("drawn")
def test_a_picture_that_slack_does_not_take_is_only_missing(wrong, there: Receiver, tmp_path):
    """The words are sent once, and the log says why nothing came after them."""
    slack(there, **wrong)
    world = World(
        tmp_path,
        rules={"one": flow("meta", "xai", people=1, within="90d")},
        config=(
            f'[channels.bot]\nkind = "slack_bot"\nchannel = "C1"\napi = "{there.url}"\n'
            'token = { file = "token" }\nallow_private = true\npictures = true'
        ),
    )
    (tmp_path / "token").write_text("xoxb-hush-hush")
    world.on("2025-01-01", ada=[job("Meta")], **crowd("Meta"))
    world.then("2025-02-01", ada=[job("xAI", start="2025-01-10")])
    done = call(world, "run", "--now", "2025-02-10")
    assert done.returncode == 0, done.stderr
    assert "picture not sent" in done.stderr
    posted = [request for request in there.requests if request.path.endswith("chat.postMessage")]
    assert len(posted) == 1
    assert call(world, "status").returncode == 0
