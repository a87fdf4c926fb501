"""Messages to Slack by an incoming webhook, in Block Kit, with a plain text for notifications.

Limits: https://docs.slack.dev/reference/block-kit/blocks (50 blocks, 3,000 characters a text, 150
in a header), one message a second and webhook. `& < >` are escaped, so that a name pings nobody.
"""

from collections.abc import Mapping, Sequence

import msgspec

from monitor.channels.channel import Clock, Receipt, revealed
from monitor.channels.http import Target, post
from monitor.messages import (
    AlertBody,
    Listed,
    NoticeBody,
    coverage_line,
    facts,
    headline,
    lists,
    plain,
    read,
    short,
)
from monitor.records import Json, Message
from monitor.settings import ChannelSettings

BLOCKS = 50
TEXT = 3000
HEADER = 150
_PEOPLE = 40
_OTHERS = 10
_ELLIPSIS = "..."
_SECONDS_APART = 1.0


class Slack:
    """A channel of a Slack workspace."""

    def __init__(self, settings: ChannelSettings, clock: Clock) -> None:
        self._name = settings.name
        self._options = settings.options
        self._clock = clock
        self._free_at = 0.0

    def send(self, message: Message) -> Receipt:
        """Post a message, not sooner than a second after the one before."""
        target = Target(
            channel=self._name,
            url=revealed(self._options["url"], channel=self._name) or "",
            allow_private=self._options.get("allow_private", False),
            seconds=self._options.get("timeout", 20),
        )
        content = msgspec.json.encode(payload(message.body))
        # The clock may have been set back: never wait longer than the second itself.
        wait = min(self._free_at - self._clock.now().timestamp(), _SECONDS_APART)
        if wait > 0:
            self._clock.sleep(wait)
        self._free_at = self._clock.now().timestamp() + _SECONDS_APART
        return post(target, content, now=self._clock.now).receipt


def payload(document: Mapping[str, Json]) -> dict[str, Json]:
    """Write a document as Slack takes it."""
    title, blocks = _title_and_blocks(read(document))
    header = {"type": "header", "text": _plain_text(title, limit=HEADER)}
    return {
        "text": _cut(_escaped(title), TEXT),
        "blocks": [header, *blocks][:BLOCKS],
        "unfurl_links": False,
        "unfurl_media": False,
    }


def _title_and_blocks(document: AlertBody | NoticeBody) -> tuple[str, list[dict[str, Json]]]:
    match document:
        case AlertBody() as alert:
            return headline(alert), _alert_blocks(alert)
        case NoticeBody() as notice:
            return plain(notice.title), [_section(_escaped(plain(notice.text)))]


def _alert_blocks(alert: AlertBody) -> list[dict[str, Json]]:
    facts_said = "\n".join([f"*{_escaped(plain(alert.title))}*", *map(_escaped, facts(alert))])
    blocks = [_section(facts_said)]
    for number, (title, people) in enumerate(lists(alert)):
        blocks += _people(title, people, limit=_OTHERS if number else _PEOPLE)
    notes = [
        coverage_line(alert.coverage),
        " | ".join(
            [
                alert.reason,
                plain(alert.severity),
                f"rule {plain(alert.rule)}",
                f"alert {alert.alert} revision {alert.revision}",
            ]
        ),
    ]
    context = "\n".join(map(_escaped, notes))
    if alert.link is not None and _is_link(alert.link):
        context = f"{context}\n{_link(alert.link, 'all of it')}"
    blocks.append({"type": "context", "elements": [_markdown(context)]})
    return blocks


def _people(title: str, people: Sequence[Listed], *, limit: int) -> list[dict[str, Json]]:
    """List people, one line each, in as few texts as their length allows."""
    lines = [f"*{title}*", *(_line(each) for each in people[:limit])]
    if len(people) > limit:
        lines.append(f"and {len(people) - limit} more")
    texts: list[str] = []
    for line in lines:
        if texts and len(texts[-1]) + 1 + len(line) <= TEXT:
            texts[-1] = f"{texts[-1]}\n{line}"
        else:
            texts.append(line)
    return [_section(text) for text in texts]


def _line(each: Listed) -> str:
    links = [
        # What is no address is shown as it is: it may still tell where to look.
        _link(evidence.url, "profile") if _is_link(evidence.url) else _escaped(short(evidence.url))
        for evidence in each.person.evidence
        if evidence.url
    ]
    room = TEXT - sum(len(link) + 2 for link in links) - 2
    return ", ".join([f"• {_cut(_escaped(each.line), room)}", *links])


def _escaped(words: str) -> str:
    r"""Take away from foreign words all that Slack would act on.

    >>> ascii(_escaped("<!channel> & @here"))
    "'&lt;!channel&gt; &amp; @\\u2060here'"
    """
    escaped = words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    # A word joiner takes the meaning from a mention; look-alikes take it from the marks of style.
    return escaped.replace("@", "@\u2060").translate(_STYLE_MARKS)


_BRACKETS = str.maketrans({"<": "\u2039", ">": "\u203a"})
_STYLE_MARKS = str.maketrans({"*": "\u2217", "`": "\u02cb", "~": "\u223c"})


def _is_link(url: str) -> bool:
    return (
        url.startswith(("https://", "http://"))
        and len(url) <= TEXT // 2
        and plain(url) == url
        and not any(mark in url for mark in " <>|")
    )


def _link(url: str, words: str) -> str:
    return f"<{url.replace('&', '&amp;')}|{words}>"


def _cut(words: str, limit: int) -> str:
    """Cut a text to a length, never within an escaped mark."""
    if len(words) <= limit:
        return words
    short = words[: limit - len(_ELLIPSIS)]
    start = short.rfind("&")
    if start >= 0 and ";" not in short[start:]:
        short = short[:start]
    return f"{short}{_ELLIPSIS}"


def _plain_text(words: str, *, limit: int) -> dict[str, Json]:
    # Whether a plain text knows escapes is nowhere said, so look-alikes stand in for the brackets.
    words = words.replace("@", "@\u2060").translate(_BRACKETS)
    return {"type": "plain_text", "text": _cut(words, limit) or "talentwatch", "emoji": False}


def _markdown(words: str) -> dict[str, Json]:
    return {"type": "mrkdwn", "text": _cut(words, TEXT), "verbatim": True}


def _section(words: str) -> dict[str, Json]:
    return {"type": "section", "text": _markdown(words or "-")}
