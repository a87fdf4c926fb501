"""Cells that answer yes or no, and whether a position goes on by them: `yes_no.toml` has words."""

import re
import tomllib
from importlib.resources import files
from typing import Any

from monitor.base.profile import FLAGS, FileForm

_WORDS = tomllib.loads(files("monitor.intake").joinpath("yes_no.toml").read_text(encoding="utf-8"))
_DETAIL = re.compile(r"\s+[-\u2013\u2014]\s.*|\s*[(\[:,;/].*", re.DOTALL)
"""What may follow a word: "Terminated - Voluntary", "On leave (until May)"."""
_MOST_WORDS = 20
"""How many different words that are no answers are counted one by one."""


def _words(*kinds: str) -> frozenset[str]:
    return frozenset(word for kind in kinds for words in _WORDS[kind].values() for word in words)


_YES, _NO = _words("yes"), _words("no")
_THERE = _words("yes", "active", "there", "employed")
_GONE = _words("no", "inactive", "gone")
_OF_PEOPLE, _KINDS = _words("there", "gone"), _words("employed")


def answer_of(text: str) -> bool | None:
    """Say whether a word answers that somebody is there; None if it is no such answer.

    >>> answer_of(" Ja"), answer_of("non"), answer_of("Terminated - Voluntary"), answer_of("2024")
    (True, False, False, None)
    """
    word = _word(text)
    return True if word in _THERE else False if word in _GONE else None


def is_of_people(text: str) -> bool:
    """Whether a word is said of people who work somewhere, and of nothing else.

    >>> is_of_people("On leave"), is_of_people("Active")
    (True, False)
    """
    return _word(text) in _OF_PEOPLE


def is_kind(text: str) -> bool:
    """Whether a word is a kind of employment, which says little of whether it goes on."""
    return _word(text) in _KINDS


def _word(text: str) -> str:
    word = text.strip().casefold()
    return word if word in _THERE or word in _GONE else _DETAIL.sub("", word)


def with_answers(row: dict[str, Any], form: FileForm | None = None) -> dict[str, Any]:
    """A position whose answers are truth values; `form` counts the words that are none.

    Such a word says nothing. An end that is answered ("Finished: no") says only whether the
    position goes on.

    >>> with_answers({"current": "oui", "end": ""}), with_answers({"end": "no"})
    ({'current': True, 'end': ''}, {'current': True})
    >>> with_answers({"current": "perhaps"})
    {}
    """
    texts = {field: text for field in FLAGS if isinstance(text := row.get(field), str)}
    answers = {field: answer_of(text) for field, text in texts.items()}
    given = {field: answer for field, answer in answers.items() if answer is not None}
    without = texts.keys() - given.keys()
    for field in without:
        note_unanswered(form, field, texts[field])
    end = row.get("end")
    if isinstance(end, str) and (word := end.strip().casefold()) in _YES | _NO:
        without |= {"end"}
        given.setdefault("current", word in _NO)
    if not given and not without:
        return row
    return {field: value for field, value in row.items() if field not in without} | given


def note_unanswered(form: FileForm | None, field: str, text: str) -> None:
    """Count a word in the place of an answer that is none; an empty one is no word."""
    if form is None or not text.strip():
        return
    words = dict(form.unanswered.get(field, {}))
    if text in words or len(words) < _MOST_WORDS:
        words[text] = words.get(text, 0) + 1
        form.unanswered = {**form.unanswered, field: words}
