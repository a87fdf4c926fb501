"""Messages to Slack by an incoming webhook, in Block Kit, with a plain text for notifications.

Limits: https://docs.slack.dev/reference/block-kit/blocks (50 blocks, 3,000 characters a text, 150
in a header), one message a second and webhook. `& < >` are escaped, so that a name pings nobody.
"""

from bisect import bisect_right
from collections.abc import Mapping, Sequence

from monitor.base.records import Json, Message
from monitor.base.settings import channels
from monitor.delivery.channels.channel import Clock, Pace, Receipt, revealed
from monitor.delivery.channels.http import Target, post_json
from monitor.delivery.messages import Line, defused, outline

BLOCKS = 50
TEXT = 3000
HEADER = 150
SECONDS_APART = 1.0
_ELLIPSIS = "..."


class SlackChannel:
    """A channel of a Slack workspace."""

    def __init__(self, name: str, settings: channels.Slack, clock: Clock) -> None:
        self._name = name
        self._settings = settings
        self._clock = clock
        self._pace = Pace(clock, seconds=SECONDS_APART)

    def send(self, message: Message) -> Receipt:
        """Post a message, not sooner than a second after the one before."""
        url = revealed(self._settings.url, channel=self._name) or ""
        document = payload(message.body)
        self._pace.wait()
        target = Target.of(self._name, self._settings, url)
        return post_json(target, document, message=message.id, now=self._clock.now).receipt


def payload(document: Mapping[str, Json]) -> dict[str, Json]:
    """Write a document as Slack takes it."""
    said = outline(document)
    blocks = [
        {"type": "header", "text": _plain_text(said.title)},
        _section("\n".join(_written(line) for line in said.lead)),
    ]
    for number, lines in enumerate(said.sections):
        # Each later list needs a block at least, and so do the notes.
        room = BLOCKS - len(blocks) - len(said.sections[number:])
        blocks += _list(lines, room=room)
    notes = [escaped(note) for note in said.notes]
    if said.link is not None:
        notes.append(_link(said.link, "all of it"))
    if notes:
        blocks.append({"type": "context", "elements": [_markdown("\n".join(notes))]})
    return {
        "text": _cut(escaped(said.title), TEXT),
        "blocks": blocks,
        "unfurl_links": False,
        "unfurl_media": False,
    }


def _list(lines: Sequence[Line], *, room: int) -> list[dict[str, Json]]:
    """Write a list, one line each, in as few texts as their length allows and in so many blocks.

    What does not fit is counted.
    """
    title, *items = lines
    fits = bisect_right(
        range(1, len(items) + 1),
        room,
        key=lambda shown: len(_texts(_shown(title, items, shown))),
    )
    return [_section(text) for text in _texts(_shown(title, items, fits))]


def _shown(title: Line, items: Sequence[Line], shown: int) -> list[str]:
    more = [f"and {len(items) - shown} more"] if shown < len(items) else []
    return [_written(title), *map(_written, items[:shown]), *more]


def _texts(lines: Sequence[str]) -> list[str]:
    texts: list[str] = []
    for line in lines:
        if texts and len(texts[-1]) + 1 + len(line) <= TEXT:
            texts[-1] = f"{texts[-1]}\n{line}"
        else:
            texts.append(line)
    return texts


def _written(line: Line) -> str:
    mark = "• " if line.item else ""
    links = "".join(f", {_link(url, line.label)}" for url in line.links)
    words = f"{mark}{_cut(escaped(line.words), TEXT - len(links) - len(mark) - 2)}"
    return f"*{words}*" if line.bold else f"{words}{links}"


def escaped(words: str) -> str:
    r"""Take away from foreign words all that Slack would act on.

    >>> ascii(escaped("<!channel> & @here"))
    "'&lt;!channel&gt; &amp; @\\u2060here'"
    """
    # A word joiner takes the meaning from a mention; look-alikes take it from the marks of style.
    inert = defused(words).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return inert.translate(_STYLE_MARKS)


_BRACKETS = str.maketrans({"<": "\u2039", ">": "\u203a"})
_STYLE_MARKS = str.maketrans({"*": "\u2217", "`": "\u02cb", "~": "\u223c"})


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


def _plain_text(words: str) -> dict[str, Json]:
    # Whether a plain text knows escapes is nowhere said, so look-alikes stand in for the brackets.
    inert = defused(words).translate(_BRACKETS)
    return {"type": "plain_text", "text": _cut(inert, HEADER) or "talentwatch", "emoji": False}


def _markdown(words: str) -> dict[str, Json]:
    return {"type": "mrkdwn", "text": _cut(words, TEXT), "verbatim": True}


def _section(words: str) -> dict[str, Json]:
    return {"type": "section", "text": _markdown(words or "-")}
