"""Texts of the state, and of files beside it, without the people who are erased.

A person in the JSON of an alert is found by id and move, so that a namesake stays as they are; what
else is written is searched for ids, addresses and names.
"""

from collections.abc import Mapping
from typing import Any

import msgspec

from monitor.base.records import Json
from monitor.intake.forgetting.words import Words, lines_of
from monitor.operations.rights.journal import Erasure
from monitor.state.erasing import Texts

_SIDES = ("origin", "destination", "from", "to")
_BARE = frozenset({"new_people", "gone_people", "examples"})
"""Lists of ids, with or without their source."""


class Scrubber:
    """Says what each text becomes."""

    def __init__(self, erasure: Erasure, checksums: Mapping[str, str] | None = None) -> None:
        """`checksums` are those of files that were written anew, by the ones before."""
        self._erasure = erasure
        self._exact = {**erasure.keys, **erasure.alerts, **(checksums or {})}
        self._exact |= {old: new for old, (new, _) in erasure.moves.items()}
        self._bare = {person.profile: person.id for person in erasure.people}
        # What names somebody else as a whole is found first, and stays.
        self._words = Words({**erasure.words, **self._exact, **erasure.kept})
        self._others = frozenset(erasure.others)
        self._texts = {person.id: person.texts for person in erasure.people}

    def row(self, _table: str, texts: Texts) -> Texts:
        """What the texts of a row become, those that change."""
        return {name: self.text(value) for name, value in texts.items()}

    def text(self, text: str) -> str:
        """What a text becomes, be it JSON or words."""
        if text[:1] in {"{", "["}:
            try:
                value = msgspec.json.decode(text)
            except (msgspec.MsgspecError, UnicodeDecodeError):
                return self._plain(text)
            changed = self.value(value)
            # The order of the keys stays, so that equal records stay equal texts.
            return text if changed == value else msgspec.json.encode(changed).decode()
        return self._plain(text)

    def lines(self, text: str) -> str:
        """What the lines of a file become, each of them JSON or words."""
        return "".join(
            self.text(line.rstrip("\n")) + ("\n" if line.endswith("\n") else "")
            for line in lines_of(text)
        )

    def value(self, value: Json, key: str = "", staying: frozenset[str] = frozenset()) -> Json:
        """What a value of JSON becomes; `staying` has the ids of others in the same record."""
        if isinstance(value, dict):
            if "person" in value and "move" in value:
                return self._person(value)
            staying |= self._staying(value)
            return {
                self._plain(name): self.value(part, name, staying) for name, part in value.items()
            }
        if isinstance(value, list):
            return [self.value(part, key, staying) for part in value]
        return self._string(value, key, staying) if isinstance(value, str) else value

    def _string(self, value: str, key: str, staying: frozenset[str]) -> str:
        if key in _BARE and value in staying:
            return value
        if key in _BARE and value in self._bare:
            return self._bare[value]
        # A text inside of JSON may be JSON itself: the key of a group is.
        return self.text(value) if value[:1] in {"{", "["} else self._plain(value)

    def _staying(self, record: Mapping[str, Json]) -> frozenset[str]:
        """The ids of those people of a record who stay, as it writes them."""
        people = [
            part
            for parts in record.values()
            if isinstance(parts, list)
            for part in parts
            if isinstance(part, dict) and "person" in part and "move" in part
        ]
        erased = {str(person["person"]) for person in people if self._is_erased(person)}
        return frozenset(str(person["person"]) for person in people) - erased

    def _plain(self, text: str) -> str:
        return self._exact.get(text) or self._words.replaced(text)

    def _person(self, person: Mapping[str, Any]) -> dict[str, Any]:
        """Number a person of an alert; somebody else stays, whatever the name."""
        key = self._key_of(person)
        move, stand_in = self._erasure.moves.get(str(person["move"]), (person["move"], None))
        if key is None and stand_in is None:
            return {**person, "note": self._note(person.get("note"))}
        new_key = "" if key is None else self._erasure.keys[key]
        number = stand_in or new_key.partition(":")[2]
        changed = {name: self.value(part, name) for name, part in person.items()}
        # Somebody's time at a place goes by the id and a number.
        move = self._plain(str(move)) if stand_in is None else move
        changed |= {"move": move, "note": self._note(person.get("note"))}
        if key is not None:
            # With its source before it only where it was written so.
            has_source = key == str(person["person"])
            changed["person"] = new_key if has_source else new_key.partition(":")[2]
        if str(person["person"]) == str(person["move"]):  # as channels of short names have it
            changed["person"] = move
        changed |= {"name": number, **({"url": None} if "url" in person else {})}
        changed |= {name: self._side(person[name], number) for name in _SIDES if person.get(name)}
        changed |= {
            name: [{**evidence, "url": None} for evidence in person[name]]
            for name in ("evidence", "further")
            if name in person
        }
        return changed

    def _is_erased(self, person: Mapping[str, Any]) -> bool:
        return person["move"] in self._erasure.moves or self._key_of(person) is not None

    def _key_of(self, person: Mapping[str, Any]) -> str | None:
        """The key of a person of an alert, if they are erased.

        An id with a source before it may be the whole id of somebody else at another source.
        """
        shown = str(person["person"])
        evidence = person.get("evidence") or ()
        keys = [f"{item['source']}:{shown}" for item in evidence if item.get("source")]
        if "source" in person:  # as the ledger has it
            keys = [shown if person.get("linked") else f"{person['source']}:{shown}"]
        elif person["move"] in self._erasure.moves or not self._others.intersection(keys[:1]):
            keys = [shown, *keys]
        else:
            keys = []
        return next((key for key in keys if key in self._erasure.keys), None)

    def _side(self, side: Mapping[str, Any], number: str) -> dict[str, Any]:
        texts = self._texts.get(number, {})
        rewritten = {
            name: texts.get(name, {}).get(side[name], "erased")
            for name in ("title", "location")
            # A place by which a rule groups stays, as it does in the snapshots.
            if side.get(name) and (name in texts or not texts)
        }
        kept = {
            name: texts.get(field, {}).get(side[name], side[name])
            for name, field in (("name", "organization"), ("team", "team"))
            if side.get(name)
        }
        return {**side, **kept, **rewritten}

    def _note(self, note: str | None) -> str | None:
        if note is None:
            return None
        return self._plain(note)
