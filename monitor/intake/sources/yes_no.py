"""Cells that answer yes or no, and whether a position goes on by them: `yes_no.toml` has words."""

import tomllib
from importlib.resources import files
from typing import Any

_WORDS = tomllib.loads(files("monitor.intake").joinpath("yes_no.toml").read_text(encoding="utf-8"))


def _words(*kinds: str) -> frozenset[str]:
    return frozenset(word for kind in kinds for words in _WORDS[kind].values() for word in words)


_YES, _NO = _words("yes"), _words("no")
_THERE, _GONE = _words("yes", "there"), _words("no", "gone")


def answer_of(text: str) -> bool | None:
    """Say whether a word answers that somebody is there; None if it is no such answer.

    >>> answer_of(" Ja"), answer_of("non"), answer_of("Inactive"), answer_of("2024")
    (True, False, False, None)
    """
    word = text.strip().casefold()
    return True if word in _THERE else False if word in _GONE else None


def with_answers(row: dict[str, Any]) -> dict[str, Any]:
    """A position whose answers are truth values; other texts stay, for validation to refuse.

    An end that is answered ("Finished: no") says only whether the position goes on.

    >>> with_answers({"current": "oui", "end": ""}), with_answers({"end": "no"})
    ({'current': True, 'end': ''}, {'current': True})
    """
    given = {
        field: answer
        for field in ("current", "primary")
        if isinstance(text := row.get(field), str) and (answer := answer_of(text)) is not None
    }
    end = row.get("end")
    if isinstance(end, str) and (word := end.strip().casefold()) in _YES | _NO:
        row = {field: value for field, value in row.items() if field != "end"}
        given.setdefault("current", word in _NO)
    return {**row, **given} if given else row
