"""What the commands print: JSON records with stable keys, and tables for people."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from rich.console import Console
from rich.table import Table

from monitor.alerts import count_on
from monitor.cycle import Outcome
from monitor.evaluate import person_of, side_of
from monitor.messages import days_words, plain
from monitor.outbox import Silence
from monitor.preview import Near, Preview
from monitor.records import Alert, Interval, Json, Observation, Person, Side, SnapshotRow
from monitor.rule_tests import Result
from monitor.rules import Rule
from monitor.state import Delivery
from monitor.twins import Twins
from monitor.verify import Damage

UNKNOWN = "(unknown)"


def snapshot_record(row: SnapshotRow) -> dict[str, Json]:
    """A snapshot with its verdict, as JSON."""
    return {
        "source": row.source,
        "observed_on": row.observed_on.isoformat(),
        "profiles": row.profiles,
        "rejected": row.rejected,
        "verdict": str(row.verdict),
        "reasons": list(row.reasons),
    }


def side_record(side: Side | None) -> dict[str, Json] | None:
    """One side of a move, as JSON; None if it is unknown."""
    if side is None:
        return None
    return {
        "organization": side.organization,
        "name": side.name,
        "team": side.team,
        "title": side.title,
    }


def interval_record(interval: Interval) -> dict[str, Json]:
    """An interval of days, as JSON."""
    return {"earliest": interval.earliest.isoformat(), "latest": interval.latest.isoformat()}


def move_record(row: Mapping[str, Any]) -> dict[str, Json]:
    """A row of `list_moves.sql`, as JSON."""
    left = Interval(earliest=row["left_earliest"], latest=row["left_latest"])
    joined = Interval(earliest=row["joined_earliest"], latest=row["joined_latest"])
    return {
        "move": row["move"],
        "person": person_of(row)[0],
        "name": row["name"] or row["profile"],
        "source": row["source"],
        "from": side_record(side_of(row["from_root"], row["from_side"])),
        "to": side_record(side_of(row["to_root"], row["to_side"])),
        "left": interval_record(left),
        "joined": interval_record(joined),
        "observed_on": row["observed_on"].isoformat(),
        "status": row["status"],
        "reason": row["reason"],
    }


def person_record(person: Person) -> dict[str, Json]:
    """A person of an alert with the evidence, as JSON."""
    return {
        "person": person.person,
        "name": person.name,
        "url": person.url,
        "source": person.source,
        "move": person.move,
        "from": side_record(person.origin),
        "to": side_record(person.destination),
        "left": interval_record(person.left),
        "joined": interval_record(person.joined),
        "before_on": person.before_on and person.before_on.isoformat(),
        "after_on": person.after_on.isoformat(),
    }


def alert_record(
    alert: Alert, *, horizon: date, counts: str, hushed: str | None = None
) -> dict[str, Json]:
    """An alert as it stands at the horizon, as JSON; `hushed` only if something keeps it back."""
    return {
        "alert": alert.alert,
        "rule": alert.rule,
        "group": dict(alert.group),
        "status": str(alert.status),
        "late": alert.late,
        "severity": alert.severity,
        "opened_on": alert.opened_on.isoformat(),
        "closed_on": alert.closed_on and alert.closed_on.isoformat(),
        "count": count_on(alert, horizon, counts=counts),
        "possible": alert.possible,
        "peak": alert.peak,
        "threshold": alert.threshold,
        "people": [person_record(person) for person in alert.people],
        "first_known_on": alert.first_known_on.isoformat(),
        "late_days": alert.late_days,
        "revision": alert.revision,
    } | ({"hushed": hushed} if hushed else {})


def result_record(result: Result) -> dict[str, Json]:
    """What a rule's test found, as JSON."""
    return {
        "file": str(result.test.file),
        "rule": result.test.rule.id,
        "test": result.test.name,
        "passed": result.passed,
        "missing": result.missing,
        "unexpected": result.unexpected,
        "remarks": list(result.remarks),
    }


def preview_record(rule: Rule, found: Preview, *, since: date, horizon: date) -> dict[str, Json]:
    """What a rule would have said, as JSON."""
    return {
        "rule": rule.id,
        "since": since.isoformat(),
        "until": horizon.isoformat(),
        "alerts": [
            alert_record(alert, horizon=horizon, counts=rule.count) for alert in found.alerts
        ],
        "variants": [
            {"people": one.people, "within_days": one.window_days, "alerts": one.alerts}
            for one in found.variants
        ],
    }


def near_record(near: Near) -> dict[str, Json]:
    """How near a group came to firing, as JSON."""
    return {
        "group": dict(near.group),
        "peak": near.peak,
        "possible": near.possible,
        "count": near.counting,
        "threshold": near.threshold,
        "short": near.short,
        "fired": near.fired,
        "people": [person_record(one) for one in near.people],
        "possible_people": [person_record(one) for one in near.possible_people],
        "left_out": [{**person_record(one), "why": one.note} for one in near.left_out],
    }


def unassigned_record(people: Sequence[Person]) -> dict[str, Json]:
    """Who fits a rule and is in none of its groups, as JSON."""
    return {
        "group": None,
        "unassigned": [{**person_record(one), "why": one.note} for one in people],
    }


def silence_record(row: tuple[Silence, date]) -> dict[str, Json]:
    """A silence as it stands on a day, as JSON."""
    silence, today = row
    standing = (
        "ended" if silence.until <= today else "coming" if today < silence.since else "active"
    )
    return {
        "number": silence.number,
        "status": standing,
        "rule": silence.rule,
        "group": dict(silence.group),
        "organization": silence.organization,
        "person": silence.person,
        "since": silence.since.isoformat(),
        "until": silence.until.isoformat(),
        "why": silence.why,
        "by": silence.by,
    }


def outcome_record(
    run: str, outcome: Outcome, deliveries: Mapping[str, int], errors: Sequence[str]
) -> dict[str, Json]:
    """What a run or backfill did, as JSON."""
    return {
        "run": run,
        "sources": {
            name: [snapshot_record(row) for row in rows] for name, rows in outcome.snapshots.items()
        },
        "moves": outcome.moves,
        "alerts": outcome.alerts,
        "deliveries": dict(deliveries),
        "errors": list(errors),
    }


def print_outcome(console: Console, outcome: Outcome, deliveries: Mapping[str, int]) -> None:
    """Say in a few lines what a run did."""
    taken = [row for rows in outcome.snapshots.values() for row in rows]
    if not taken and not outcome.revisions and not any(deliveries.values()):
        console.print("Nothing is new.")
        return
    for row in taken:
        reasons = f": {'; '.join(row.reasons)}" if row.reasons else ""
        console.print(
            f"{row.source} {row.observed_on}: {row.profiles:,} profiles, {row.verdict}{reasons}",
        )
    alerts = ", ".join(f"{count} {word}" for word, count in outcome.alerts.items() if count)
    sent = ", ".join(f"{count} {word}" for word, count in deliveries.items() if count)
    console.print(
        f"{outcome.moves:,} new moves; alerts: {alerts or 'none'}; messages: {sent or 'none'}."
    )


def print_snapshots(console: Console, rows: Iterable[SnapshotRow]) -> None:
    """List snapshots with their verdicts."""
    table = _table("source", "observed on", ">profiles", ">set aside", "verdict", "reasons")
    for row in rows:
        table.add_row(
            row.source,
            str(row.observed_on),
            f"{row.profiles:,}",
            f"{row.rejected:,}",
            str(row.verdict),
            "; ".join(row.reasons),
        )
    console.print(table)


def damage_record(damage: Damage, taken: Observation | None, *, healed: bool) -> dict[str, Json]:
    """A damaged snapshot, and what heals it, as JSON."""
    return {
        "source": damage.source,
        "observed_on": damage.observed_on.isoformat(),
        "problems": list(damage.problems),
        "origin": damage.origin,
        "sha256": damage.sha256,
        "found": taken and taken.origin,
        "healed": healed and taken is not None,
        "remedy": "talentwatch snapshots verify --heal" if taken else damage.remedy,
    }


def print_damages(console: Console, records: Sequence[Mapping[str, Json]]) -> None:
    """List damaged snapshots, and what heals each."""
    if not records:
        console.print("Every stored snapshot is whole.")
    for record in records:
        console.print(f"{record['source']} {record['observed_on']}:", style="bold")
        for problem in record["problems"]:
            console.print(f"  {plain(problem)}")
        if record["healed"]:
            console.print(f"  healed: taken again from {plain(record['found'])}")
        else:
            origin = f" (from {plain(record['found'])})" if record["found"] else ""
            console.print(f"  to heal it: {record['remedy']}{origin}")


def print_moves(console: Console, rows: Sequence[Mapping[str, Any]]) -> None:
    """List moves, one line each."""
    table = _table("person", "from", "to", "joined (or left)", "seen on", "status")
    for row in rows:
        record = move_record(row)
        joined = Interval(earliest=row["joined_earliest"], latest=row["joined_latest"])
        table.add_row(
            plain(record["name"]),
            _side_words(record["from"]),
            _side_words(record["to"]),
            days_words(joined),
            record["observed_on"],
            record["status"],
        )
    console.print(table)


def print_flows(console: Console, flows: Sequence[Mapping[str, Json]]) -> None:
    """Print who went where: one row an origin, the strongest flows first."""
    table = _table("from", "to", ">people", "first", "last")
    before = None
    for flow in flows:
        origin = flow["from"] or UNKNOWN
        table.add_row(
            "" if origin == before else plain(origin),
            plain(flow["to"] or UNKNOWN),
            str(flow["people"]),
            flow["first"],
            flow["last"],
        )
        before = origin
    console.print(table)


def print_alerts(console: Console, records: Sequence[Mapping[str, Json]]) -> None:
    """List alerts with their people."""
    for record in records:
        group = ", ".join(f"{key} {value}" for key, value in record["group"].items())
        late = f", late by {record['late_days']} days" if record["late"] else ""
        until = record["closed_on"] or "now"
        console.print(
            f"{record['alert']}  {record['rule']}" + (f"  ({plain(group)})" if group else ""),
            style="bold",
        )
        console.print(
            f"  {record['status']}, over the threshold of {record['threshold']} from"
            f" {record['opened_on']} until {until}; certain {record['peak']} at its peak,"
            f" possibly {record['possible']}; known on {record['first_known_on']}{late}",
        )
        if "hushed" in record:
            console.print(f"  {plain(record['hushed'])}")
        names = ", ".join(plain(person["name"]) for person in record["people"])
        console.print(f"  {names or 'nobody is left'}")


def print_result(console: Console, result: Result) -> None:
    """Say in a line that a rule's test passed, or show what differs."""
    word = "ok    " if result.passed else "FAILED"
    console.print(f"{word} {result.test.rule.id}: {plain(result.test.name)}")
    if not result.passed:
        console.print("       - expected, + said instead")
        for line in result.difference():
            console.print(f"       {line[:2]}{plain(line[2:])}", soft_wrap=True)


def print_rules(console: Console, records: Sequence[Mapping[str, Json]]) -> None:
    """List rules, the broken ones last."""
    if not records:
        console.print("No rules.")
        return
    columns = ("rule", "status", "severity", "asks for", "channels", ">open alerts", ">precision")
    table = _table(*columns, "title")
    for record in records:
        table.add_row(
            record["rule"],
            record["status"],
            record.get("severity", ""),
            record.get("asks", ""),
            ", ".join(record.get("channels", ())),
            str(record["open_alerts"]),
            _precision_words(record),
            plain(record.get("title", "see `talentwatch rules check`")),
        )
    console.print(table)


def _precision_words(record: Mapping[str, Json]) -> str:
    """How right a rule is by the moves that analysts judged: `67 % of 3`; nothing if by none."""
    share = record.get("precision")
    return "" if share is None else f"{share:.0%} of {record['confirmed'] + record['false']}"


def print_preview(console: Console, record: Mapping[str, Json]) -> None:
    """Say what a rule would have said, and how often with neighbouring thresholds and windows."""
    alerts = record["alerts"]
    count = "1 alert" if len(alerts) == 1 else f"{len(alerts) or 'no'} alerts"
    console.print(
        f"{record['rule']} would have said {count} from {record['since']} to {record['until']}:",
    )
    print_alerts(console, alerts)
    console.print("\nHow many alerts it would have been with other thresholds and windows:")
    variants = record["variants"]
    windows = list(dict.fromkeys(one["within_days"] for one in variants))
    table = _table(">people", *(f">{days} days" if days else ">alerts" for days in windows))
    for people in dict.fromkeys(one["people"] for one in variants):
        row = [one["alerts"] for one in variants if one["people"] == people]
        table.add_row(str(people), *map(str, row))
    console.print(table)


def print_near(console: Console, groups: Sequence[Near]) -> None:
    """Say how near each group came, and of each person why they count or not."""
    for near in groups:
        name = ", ".join(f"{side} {value}" for side, value in near.group.items())
        short = f"{near.short} short of {near.threshold}" if near.short else "enough people"
        gap = "fired" if near.fired else f"{short}, did not fire"
        console.print(plain(name) or "everyone", style="bold")
        console.print(
            f"  certain {near.peak} at the peak, possibly {near.possible}; {near.counting} counting"
            f" now; threshold {near.threshold}: {gap}",
        )
        for people, role in (
            (near.people, "counted"),
            (near.possible_people, "possible, not counted"),
            (near.left_out, "left out"),
        ):
            for person in people:
                _print_person(console, person, role)


def print_unassigned(console: Console, people: Sequence[Person]) -> None:
    """List who fits a rule and is in none of its groups."""
    console.print("not assigned to any group", style="bold")
    for person in people:
        _print_person(console, person, "in no group")


def print_silences(console: Console, rows: Sequence[tuple[Silence, date]]) -> None:
    """List silences: what is hushed, from when until when, why and by whom."""
    if not rows:
        console.print("No silences.")
        return
    table = _table(">number", "what", "since", "until", "status", "why", "by")
    for record in map(silence_record, rows):
        named = [
            f"{what} {record[what]}" for what in ("rule", "organization", "person") if record[what]
        ]
        named += [f"{side} {value}" for side, value in record["group"].items()]
        table.add_row(
            str(record["number"]),
            plain(", ".join(named)),
            record["since"],
            record["until"],
            record["status"],
            plain(record["why"]),
            plain(record["by"]),
        )
    console.print(table)


def print_explanation(console: Console, alert: Alert, revisions: Sequence[Alert]) -> None:
    """Print each person's before and after, both dates, and who was left out and why."""
    for person in alert.people:
        _print_person(console, person, "counted")
    for person in alert.possible_people:
        _print_person(console, person, "possible, not counted")
    for person in alert.left_out:
        _print_person(console, person, "left out")
    if not alert.left_out:
        console.print("Nobody was left out.")
    if alert.coverage:
        console.print(
            f"Coverage: {alert.coverage.tracked} people tracked at the origin,"
            f" {alert.coverage.seen} of them seen in the latest snapshots,"
            f" {alert.coverage.newly_tracked} newly tracked."
        )
    console.print("How it became known:")
    for one in revisions:
        news = "".join(f" +{name}" for name in one.new_people) + "".join(
            f" -{name}" for name in one.gone_people
        )
        console.print(
            f"  {one.known_on}  {one.reason}: {one.status}, {one.peak} people at the peak,"
            f" possibly {one.possible}{plain(news) and ' ' + plain(news)}",
        )


def _print_person(console: Console, person: Person, role: str) -> None:
    note = f", {plain(person.note)}" if person.note else ""
    was = _side_words(side_record(person.origin), full=True)
    now = _side_words(side_record(person.destination), full=True)
    certain = _span(person.certain_from, person.certain_until)
    possible = _span(person.possible_from, person.possible_until)
    before = person.before_on or "never before"
    lines = [
        f"{plain(person.name)} ({plain(person.person)}, {person.source}): {role}{note}",
        f"    was:    {was}, left {days_words(person.left)}",
        f"    is:     {now}, joined {days_words(person.joined)}",
        f"    seen:   last as before on {before}, as after on {person.after_on}",
        f"    counts: {certain} for certain, {possible} at most",
    ]
    if person.url:
        lines.append(f"    see:    {plain(person.url)}")
    console.print("\n".join(lines))


def _span(opens: date | None, closes: date | None) -> str:
    if opens is None:
        return "on no day"
    return f"from {opens} on" if closes is None else f"from {opens} until {closes}"


def _side_words(side: Mapping[str, Json] | None, *, full: bool = False) -> str:
    if side is None:
        return UNKNOWN
    parts = [side["name"], *((side["team"], side["title"]) if full else ())]
    return plain(", ".join(part for part in parts if part))


def _table(*columns: str) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in columns:
        right = column.startswith(">")
        table.add_column(
            column.removeprefix(">"), justify="right" if right else "left", overflow="fold"
        )
    return table


def print_status(console: Console, facts: Mapping[str, Json]) -> None:
    """Print what a person wants to know in five seconds."""
    table = _table("source", ">snapshots", "last good", ">age in days", "last verdict")
    for name, source in facts["sources"].items():
        table.add_row(
            name,
            str(source["snapshots"]),
            source["last_good"] or "never",
            "" if source["age_days"] is None else str(source["age_days"]),
            source["last_verdict"] or "",
        )
    console.print(table)
    for name, source in facts["sources"].items():
        if source["waits_for"]:
            console.print(f"{name} waits for its first file: {source['waits_for']}", markup=False)
        if source["gaps"]:
            console.print(f"{name} was due and not looked at on {', '.join(source['gaps'])}.")
    waiting = sum(counts.get("pending", 0) for counts in facts["outbox"].values())
    console.print(
        f"{facts['rules']['enabled']} rules, {facts['open_alerts']} open alerts,"
        f" {waiting} messages waiting; last run {facts['last_run'] or 'never'}."
    )
    for doubt in facts["rules"]["doubts"]:
        console.print(f"note: {doubt}")


def delivery_record(row: Delivery, alerts: Sequence[str]) -> dict[str, Json]:
    """One message of the outbox, as JSON, with the alerts that it tells of."""
    return {
        "id": row.id,
        "channel": row.channel,
        "about": row.about,
        "alerts": list(alerts),
        "status": str(row.status),
        "attempts": row.attempts,
        "created_at": row.created_at.isoformat(),
        "next_attempt_at": row.next_attempt_at.isoformat(),
        "done_at": row.done_at and row.done_at.isoformat(),
        "blame": row.blame and str(row.blame),
        "error": row.last_error,
    }


def print_deliveries(console: Console, rows: Sequence[Delivery]) -> None:
    """Print messages as a table."""
    table = _table("id", "channel", "about", "status", "tries", "written", "error")
    for row in rows:
        about = plain(row.about)
        table.add_row(
            *(row.id, row.channel, about, str(row.status), str(row.attempts)),
            row.created_at.strftime("%Y-%m-%d %H:%M"),
            plain(row.last_error or ""),
        )
    console.print(table)


def print_channels(console: Console, rows: Sequence[Mapping[str, Json]]) -> None:
    """Print channels as a table."""
    counted = ("pending", "sent", "accepted", "dead")
    table = _table("channel", "kind", *counted, "trouble")
    for row in rows:
        trouble = f"off: {row['off']}" if row["off"] else row["error"] or ""
        numbers = [str(row.get(status, 0)) for status in counted]
        table.add_row(row["channel"], row["kind"], *numbers, plain(trouble))
    console.print(table)


def unit_record(row: Mapping[str, Any]) -> dict[str, Json]:
    """A row of `unit_people.sql`, as JSON."""
    return {
        "organization": row["unit"],
        "name": row["name"],
        "people": row["people"],
        "spellings": row["spellings"],
    }


def print_units(console: Console, rows: Sequence[Mapping[str, Any]]) -> None:
    """List names with their people."""
    table = _table(">people", "name", "spellings")
    for row in rows:
        others = [name for name in row["spellings"] if name != row["name"]]
        table.add_row(str(row["people"]), plain(row["name"]), plain(", ".join(others)))
    console.print(table if rows else "The directory knows every name.")


def twins_record(found: Twins) -> dict[str, Json]:
    """Two organisations that may be one, as JSON."""
    return {
        "score": found.score,
        **{
            side: {"organization": unit.unit, "name": unit.name, "people": unit.people}
            for side, unit in (("one", found.one), ("other", found.other))
        },
        "reasons": list(found.reasons),
    }


def print_twins(console: Console, rows: Sequence[Twins]) -> None:
    """List organisations that may be one."""
    table = _table(">score", "organisation", ">people", "may be", ">people", "because")
    for row in rows:
        table.add_row(
            f"{row.score:.2f}",
            *(plain(row.one.name), str(row.one.people)),
            *(plain(row.other.name), str(row.other.people)),
            plain("; ".join(row.reasons)),
        )
    console.print(table if rows else "No likely twins.")
