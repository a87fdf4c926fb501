"""The gates: whether a snapshot may speak, decided from counts alone."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from statistics import median
from typing import Self

from monitor.base.records import SET_ASIDE, Manifest, Verdict
from monitor.base.settings import Quality
from monitor.intake.snapshots.counted_fields import EMPLOYED
from monitor.moves.gates.turnover import (
    Limit,
    PastLook,
    allowed_by,
    missing_limit,
    needed,
    rewritten_limit,
    usually_gone,
)

COLLECTIVE_PEOPLE = 5
"""The fewest people of one organisation whose change looks collective."""
COLLECTIVE_BY_MONTH = 10
"""The same where they state a month and no day."""
COLLECTIVE_SHARE = 0.6
"""The least share of an organisation's people that looks collective if it goes in one manner."""
COLLECTIVE_KEPT_SHARE = 0.3
"""The same where most of them keep title and team."""
BY_HAND = "accepted by an operator"
"""The first reason of a snapshot that speaks although something speaks against it."""
AGREEING = 3
"""How many suspect snapshots in a row that agree with each other are a new baseline."""
FEWEST_REWRITTEN = 20
"""Fewer people than this are no population, however large a share of it they are."""
FEWEST_SHUFFLED = 5
"""Fewer people than this change places by chance."""
FEWEST_BACKDATED = 4
"""The fewest people at one look who did not all remember late when they left."""
FEWEST_EMPTIED = 2
"""One person who lists nothing any more chose to; a broken collection empties several."""
FEWEST_FILLED = 20
"""A field that fewer rows fill says nothing by falling empty."""
MOST_HIDDEN = 0.5
"""A service that says of more of a population that they are hidden may be wrong in that."""
ALIKE = 0.8
"""Two snapshots are alike in size if the smaller has at least this share of the larger."""

CROWDED_UNDATED = 3
"""The fewest undated organisations at once at which an id is that of several people."""
CROWDED_DATED = 5
"""The same, whatever dates they have."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighted:
    """A snapshot's profiles held against the last accepted snapshot of its source."""

    known: int
    """Profiles in the last accepted snapshot."""
    missing: int
    """How many of them the new snapshot lacks without a word."""
    explained: int = 0
    """How many more it lacks because the source shows no profile of them, as it says."""
    emptied: int = 0
    """How many of those it has list no position any more and did before."""
    fields: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    """Of the profiles in both: how many cells of a field are filled before, and now."""
    rewritten: int = 0
    """How many people have left all that they were known to do, undated, in all directions."""
    employed: int = 0
    """How many people were known to do something."""
    otherwise: tuple[int, str, str] | None = None
    """How many of the missing ids are written otherwise, and one of them then and now."""
    mixed: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    """By field, how many people have another value and nothing else new, and of how many of them
    it only changed places: rows of `mixed_up_cells.sql`."""
    days: int = 0
    """How many days lie between the two."""
    past: Sequence[PastLook] = ()
    """What the accepted snapshots of the source lacked before."""

    def replaced_by(self, manifest: Manifest, limits: Quality) -> bool:
        """Whether there are about as many profiles as before, whoever is missing."""
        return manifest.profiles + self.explained >= (1 - (limits.missing or 0)) * self.known

    def limit(self, manifest: Manifest, limits: Quality) -> Limit | None:
        """Say which share of the known profiles may be missing; None if nothing is configured."""
        if limits.missing is False:
            return None
        return missing_limit(
            limits.missing,
            days=self.days,
            replaced=self.replaced_by(manifest, limits),
            past=self.past,
            most=self.most(limits),
        )

    def most(self, limits: Quality) -> float:
        """The share that may be missing at the most: as configured, or as the past tells."""
        base = 1.0 if limits.rekeyed is False else limits.rekeyed
        return max(base, usually_gone(self.past, days=self.days))


def _most(limits: Quality) -> float:
    """The share that may be elsewhere at the most, however much time went by."""
    return 1.0 if limits.rekeyed is False else limits.rekeyed


def judge(
    manifest: Manifest, sighted: Sighted | None, limits: Quality, decision: Verdict | None
) -> tuple[Verdict, tuple[str, ...]]:
    """Return the verdict on a snapshot and the reasons for it in words.

    `sighted` is None for a source's first snapshot that may speak; `decision` is an operator's.
    """
    reasons = tuple(reasons_to_suspect(manifest, sighted, limits))
    if decision is Verdict.REJECTED:
        return Verdict.REJECTED, ("rejected by an operator", *reasons)
    if reasons and decision is not Verdict.ACCEPTED:
        return Verdict.SUSPECT, reasons
    if reasons:
        reasons = (BY_HAND, *reasons)
    return (Verdict.BASELINE if sighted is None else Verdict.ACCEPTED), reasons


def reasons_to_suspect(
    manifest: Manifest, sighted: Sighted | None, limits: Quality
) -> Iterator[str]:
    """Yield what speaks against a snapshot, in words with the numbers."""
    records = manifest.profiles + manifest.rejected
    # A source may say of everybody whom it showed why it shows them no longer.
    if manifest.profiles == 0 and not (sighted and 0 < sighted.known == sighted.explained):
        said = "" if records else ": the file has nothing below its heading, or nothing at all"
        yield f"it holds no profile{said}"
    if manifest.positions and manifest.filled.get(EMPLOYED) == 0:
        said = where_it_is(manifest, "organization")
        yield f"none of its {manifest.positions} positions names an organisation{said}"
    if limits.rejected is not False and records and manifest.faulty > limits.rejected * records:
        yield (
            f"{manifest.faulty} of {records} records were set aside{_why(manifest)}"
            f" (at most {limits.rejected:.0%} are allowed;"
            f"{allowed_by('rejected', manifest.faulty / records)}; `talentwatch snapshots` says"
            " where the reasons are)"
        )
    if sighted and sighted.explained >= FEWEST_REWRITTEN:
        yield from _who_is_hidden(manifest, sighted)
    if sighted and sighted.known and manifest.profiles:
        yield from _who_is_gone(manifest, sighted, limits)
        yield from _what_is_gone(manifest, sighted, limits)


def _why(manifest: Manifest) -> str:
    """Say why records were set aside, and what to do about a key that no record has."""
    most = manifest.noticed.get(SET_ASIDE)
    said = "" if most is None else f", for example because of {most.example}"
    return said + where_it_is(manifest, "id")


def where_it_is(manifest: Manifest, field: str) -> str:
    """Say which key of a field no record of JSON has, which there are, and what to write."""
    unread = manifest.form.unread
    if "positions" in unread and field not in {"id", "name", "url"}:
        field = "positions"
    if field not in unread:
        return ""
    keys = ", ".join(manifest.form.keys) or "none"
    return (
        f": no record has {unread[field]!r}, from which `{field}` is read; their keys are {keys}."
        f' If one of them is it, write {field} = "KEY" into [sources.{manifest.source}.fields]'
    )


def _who_is_hidden(manifest: Manifest, sighted: Sighted) -> Iterator[str]:
    if sighted.explained > MOST_HIDDEN * sighted.known:
        yield (
            f"of {sighted.explained} of {sighted.known} known people the source shows no profile,"
            f" as it says (at most {MOST_HIDDEN:.0%} are plausible, and no key allows more): look"
            " whether it is asked at the right address; if they are hidden indeed, `talentwatch"
            f" snapshots accept {manifest.source} {manifest.observed_on}` lets it through"
        )


def _who_is_gone(manifest: Manifest, sighted: Sighted, limits: Quality) -> Iterator[str]:
    known = sighted.known
    common = known - sighted.missing
    alike = min(known, manifest.profiles) >= ALIKE * max(known, manifest.profiles)
    most = sighted.most(limits)
    rekeyed = limits.rekeyed is not False and alike and common < (1 - most) * known
    if rekeyed and sighted.otherwise and sighted.otherwise[0] >= ALIKE * sighted.missing:
        count, then, now = sighted.otherwise
        yield (
            f"{count} of {known} known ids are written otherwise: {then!r} is {now!r} now, as after"
            " a spreadsheet took them for numbers; export that column as text, as before"
        )
        return
    limit = sighted.limit(manifest, limits)
    if limit is not None and sighted.missing > limit.share * known:
        replaced = sighted.replaced_by(manifest, limits)
        share = needed(sighted.missing, known, days=sighted.days, replaced=replaced, most=most)
        yield (
            f"{sighted.missing} of {known} known profiles are missing ({limit.words};"
            f" `missing = {share}` in the source's quality would allow it)"
        )
    if rekeyed:
        yield (
            f"only {common} of {known} known ids are there although it has {manifest.profiles}"
            " profiles: the ids seem to be of another kind"
            f" (at most {most:.0%} may be gone;"
            f"{allowed_by('rekeyed', 1 - common / known)})"
        )


def _what_is_gone(manifest: Manifest, sighted: Sighted, limits: Quality) -> Iterator[str]:
    is_emptied = (
        sighted.emptied >= FEWEST_EMPTIED and sighted.emptied > limits.emptied * sighted.known
    )
    if limits.emptied is not False and is_emptied:
        yield (
            f"{sighted.emptied} of {sighted.known} known profiles list no position any more"
            f" (at most {limits.emptied:.0%} are allowed;"
            f"{allowed_by('emptied', sighted.emptied / sighted.known)})"
            f"{where_it_is(manifest, 'positions')}"
        )
    if limits.fields is not False:
        for name, (before, now) in sighted.fields.items():
            if before >= FEWEST_FILLED and before - now > limits.fields * before:
                yield (
                    f"{name!r} is filled {now} times in the profiles known before, where it was"
                    f" {before} times (at most {limits.fields:.0%} may be lost;"
                    f"{allowed_by('fields', (before - now) / before)})"
                    f"{where_it_is(manifest, name)}"
                )
    if limits.rewritten is not False and sighted.rewritten >= FEWEST_REWRITTEN:
        limit = rewritten_limit(
            limits.rewritten, days=sighted.days, past=sighted.past, most=_most(limits)
        )
        if sighted.rewritten > limit.share * sighted.employed:
            share = sighted.rewritten / sighted.employed / _years(sighted)
            yield (
                f"{sighted.rewritten} of {sighted.employed} people are no longer anywhere that they"
                f" were known to be, in all directions ({limit.words};"
                f"{allowed_by('rewritten', share)})"
            )
    yield from _what_is_mixed_up(sighted, limits, manifest.source)


def may_be_mixed_up(changed: int, sighted: Sighted, limits: Quality) -> bool:
    """Whether enough known profiles changed that a mixed up list may be told by them."""
    gates = (limits.shuffled, FEWEST_SHUFFLED), (limits.backdated, FEWEST_BACKDATED)
    return any(
        share is not False and changed >= fewest and changed > _most_changed(sighted, share)
        for share, fewest in gates
    )


def _what_is_mixed_up(sighted: Sighted, limits: Quality, source: str) -> Iterator[str]:
    """Yield what a column that was sorted by itself, ids and years of others look like."""
    mixed, known = dict(sighted.mixed), sighted.known
    named, _ = mixed.pop("name", (0, 0))
    backdated, _ = mixed.pop("end", (0, 0))
    if limits.shuffled is not False:
        most = _most_changed(sighted, limits.shuffled)
        if _is_mixed_up("name", (named, 0), most):
            yield (
                f"{named} of {known} ids stand beside the name of another person than before: they"
                " may be numbers of rows, or one column was sorted without the others; export the"
                " list again, with ids that stay"
                f" (`shuffled = {_would_allow(sighted):.2f}` in [sources.{source}.quality] would"
                " allow it)"
            )
        for name, (people, places) in mixed.items():
            if _is_mixed_up(name, (people, places), most):
                what = "rows" if name == "row" else f"values of {name!r}"
                yield (
                    f"the {what} of {people} of {known} people changed places among them, and"
                    " nothing else is new: a column seems to have been sorted without the others;"
                    " export the list again (a true reorganisation looks the same:"
                    f" `shuffled = {_would_allow(sighted):.2f}` in [sources.{source}.quality] would"
                    " allow it)"
                )
                break
    if limits.backdated is not False and backdated >= FEWEST_BACKDATED:
        allowed = min(limits.backdated * _years(sighted), 1.0)
        if backdated > allowed * known:
            yield (
                f"{backdated} of {known} people have an end more than a year before what the last"
                f" snapshot showed (at most {allowed:.0%} are plausible;"
                f"{allowed_by('backdated', backdated / known / _years(sighted))}): look at the"
                " years of `end` in the file"
            )


def _would_allow(sighted: Sighted) -> float:
    """The smallest whole percentage of `shuffled` under which neither a column nor ids speak."""
    return next(
        percent / 100
        for percent in range(101)
        if not any(
            _is_mixed_up(name, counts, _most_changed(sighted, percent / 100))
            for name, counts in sighted.mixed.items()
        )
    )


def _most_changed(sighted: Sighted, share: float) -> float:
    """How many people may have each other's values, or remember late when they left."""
    return min(share * _years(sighted), 1.0) * sighted.known


def _is_mixed_up(name: str, counts: tuple[int, int], most: float) -> bool:
    """Whether more than `most` people have others' values: `counts` is one of `Sighted.mixed`."""
    people, places = counts
    if name == "name":
        return people >= FEWEST_SHUFFLED and people > most
    enough = places >= max(FEWEST_SHUFFLED, most, ALIKE * people)
    return name != "end" and people > most and enough


def _years(sighted: Sighted) -> float:
    """How many times a year's worth is allowed."""
    return max(1.0, sighted.days / 365)


# -- days on which much is seen at once ------------------------------------------------------------

LAG_DAYS = 970
"""How many days late updates of real profiles have come; what a backlog shows may be as old."""
USUAL_A_YEAR = 0.1
"""The share of the people who move in a year, where nothing else is known."""
FEWEST_PAST = 3
"""The fewest comparisons that tell what is usual for a source."""
MANY_TIMES = 3
"""How many times what is usual is a backlog."""
FEWEST_AT_ONCE = 20
"""The fewest people of a backlog."""
FEWEST_ORIGINS = 10
"""The fewest organisations that they leave: few people of many organisations make no raid."""
FILLED_IN = 5
"""How many organisations in the place of a pseudo employer mean a source that fills in later."""


@dataclass(frozen=True, slots=True)
class PastComparison:
    """What one comparison showed at once: the columns of `judged`."""

    undated: int = 0
    days: int = 0
    profiles: int = field(default=0)
    filled: int = 0
    backlog: bool = False

    @property
    def rate(self) -> float:
        """Undated moves a profile and day."""
        return self.undated / (self.profiles * self.days)


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateBurst:
    """What is to be made of the undated moves of one comparison."""

    seen: PastComparison = field(default_factory=PastComparison)
    placeholders: bool = False
    """Whether an undated change to or from a pseudo employer says nothing."""

    @property
    def backlog(self) -> bool:
        """Whether they may be of any day before."""
        return self.seen.backlog

    @classmethod
    def of(
        cls, limits: Quality, seen: PastComparison, *, origins: int, past: Sequence[PastComparison]
    ) -> Self:
        """Hold what was seen against what is usual for the source."""
        rates = [
            comparison.rate for comparison in past if comparison.profiles and not comparison.backlog
        ]
        usual = median(rates) if len(rates) >= FEWEST_PAST else USUAL_A_YEAR / 365
        backlog = (
            limits.backlog
            and seen.undated >= FEWEST_AT_ONCE
            and origins >= FEWEST_ORIGINS
            and seen.undated > MANY_TIMES * usual * seen.profiles * seen.days
        )
        filled = sum(comparison.filled for comparison in (*past, seen))
        return cls(
            seen=replace(seen, backlog=backlog),
            placeholders=limits.placeholders and filled >= FILLED_IN,
        )
