"""YAML as JSON: a list record by record, so that a large file needs little memory.

Read by the core schema of YAML 1.2 (https://yaml.org/spec/1.2.2/), of numbers only whole ones:
`no` and `2021-01-03` are texts. Aliases are refused: a few lines of them can stand for gigabytes.
"""

import re
from collections.abc import Generator, Iterator
from itertools import takewhile
from typing import BinaryIO

import orjson
import yaml

from monitor.base.errors import FileRefused, brief
from monitor.base.records import NO_ROW, Json
from monitor.intake.sources.cells import cut_off

_NULLS = frozenset({"", "~", "null", "Null", "NULL"})
_FLAGS = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_WHOLE = re.compile(r"-?(?:0|[1-9][0-9]{0,17})")
_DEEPEST = 100
_ENDS = (b"", *(bytes([byte]) for byte in b"\n\r]}\"'"))


def json_of_yaml(
    stream: BinaryIO, *, name: str, has_numbers: bool = True
) -> Generator[bytes, None, None]:
    """The documents of a YAML text as JSON texts. Raises FileRefused where it is damaged.

    Without numbers a whole number is the text that stands there.

    What stands last in a text whose last line has no end may have been cut off: of a list it is a
    record that is set aside, of a document it is refused.
    """
    text = _Text(stream)
    events = yaml.parse(text, Loader=yaml.CSafeLoader)
    events = events if has_numbers else map(_as_text, events)
    try:
        for event in events:
            if isinstance(event, yaml.SequenceStartEvent):
                yield from _list(events, text, name)
            elif isinstance(event, yaml.MappingStartEvent | yaml.ScalarEvent):
                value = _value(event, events, name, 0)
                if text.is_cut:
                    raise FileRefused(f"{name}: {cut_off(text.lines)}")
                yield _encoded(value) + b"\n"
    except (yaml.YAMLError, UnicodeDecodeError) as exc:
        raise FileRefused(f"{name}: damaged, not readable as YAML: {brief(exc)}") from exc


class _Text:
    """A stream whose last character is known when it was read to its end."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._last = b""
        self.lines = 1

    def read(self, size: int = -1) -> bytes:
        piece = self._stream.read(size)
        self._last = piece[-1:] or self._last
        self.lines += piece.count(b"\n")
        return piece

    @property
    def is_cut(self) -> bool:
        """Whether it seems to end within a line: a bracket or a quote at its end closes it."""
        return self._last not in _ENDS


def _list(events: Iterator[yaml.Event], text: _Text, name: str) -> Iterator[bytes]:
    yield b"["
    parting = held = b""
    for event in events:
        if isinstance(event, yaml.SequenceEndEvent):
            break
        if held:
            yield parting + held
            parting = b",\n"
        held = _encoded(_value(event, events, name, 1))
    if held:
        cut = {"id": f"line {text.lines}", "positions": NO_ROW + cut_off(text.lines)}
        yield parting + (_encoded(cut) if text.is_cut else held)
    yield b"]\n"


def _encoded(value: Json) -> bytes:
    return orjson.dumps(value)


def _value(event: yaml.Event, events: Iterator[yaml.Event], name: str, deep: int) -> Json:
    if isinstance(event, yaml.ScalarEvent):
        return _scalar(event)
    if isinstance(event, yaml.AliasEvent):
        raise FileRefused(
            f"{name}: line {_line(event)} has an alias (*{event.anchor}), write it out"
        )
    if deep > _DEEPEST:
        raise FileRefused(f"{name}: nested more than {_DEEPEST} deep, which no record is")
    if isinstance(event, yaml.SequenceStartEvent):
        until_end = takewhile(lambda coming: not isinstance(coming, yaml.SequenceEndEvent), events)
        return [_value(coming, events, name, deep + 1) for coming in until_end]
    return dict(_pairs(events, name, deep))


def _pairs(events: Iterator[yaml.Event], name: str, deep: int) -> Iterator[tuple[str, Json]]:
    for key in events:
        if isinstance(key, yaml.MappingEndEvent):
            break
        if not isinstance(key, yaml.ScalarEvent):
            raise FileRefused(f"{name}: line {_line(key)} has a key that is no text")
        yield str(key.value), _value(next(events), events, name, deep + 1)


def _line(event: yaml.Event) -> int:
    return 0 if event.start_mark is None else event.start_mark.line + 1


def _as_text(event: yaml.Event) -> yaml.Event:
    """A whole number as a quoted text would be; all else as it is."""
    if isinstance(event, yaml.ScalarEvent) and _WHOLE.fullmatch(str(event.value)):
        event.implicit = (False, True)
    return event


def _scalar(event: yaml.ScalarEvent) -> Json:
    text = str(event.value)
    if not event.implicit[0]:  # it is quoted, or says its type
        return text
    if text in _NULLS:
        return None
    if text in _FLAGS:
        return _FLAGS[text]
    return int(text) if _WHOLE.fullmatch(text) else text
