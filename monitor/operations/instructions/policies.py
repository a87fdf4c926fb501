"""What the rules and the configuration say about messages, as the outbox asks for it."""

from datetime import date
from fnmatch import fnmatchcase

from monitor.base.records import Reason
from monitor.base.settings import Settings
from monitor.delivery.messages import Subject
from monitor.delivery.messages.rule_words import window_text
from monitor.delivery.outbox import ChannelFormat, Policy, Route
from monitor.identity.organizations import Directory
from monitor.operations.written_inputs import Definitions
from monitor.rules.language import Rule, inhibited


def policies(settings: Settings, definitions: Definitions, first_run: date) -> dict[str, Policy]:
    """What each enabled rule and the configuration say about messages."""
    enabled = [rule for rule in definitions.rules.rules if rule.enabled]
    inhibitors = inhibited(enabled)
    formats = {
        name: ChannelFormat(
            names="none" if settings.names == "none" else channel.names, digest=channel.digest_over
        )
        for name, channel in settings.channels.items()
    }
    return {
        rule.id: Policy(
            rule=rule.id,
            subject=subject(settings, definitions.directory, rule),
            channels=rule.notify.channels or tuple(sorted(settings.channels)),
            on=frozenset(Reason(reason) for reason in rule.notify.on),
            send_from=settings.send_from or first_run,
            late_up_to_days=rule.notify.late_up_to_days,
            inhibited_by=inhibitors[rule.id],
            remind_every_days=rule.notify.remind_every_days,
            formats=formats,
            routes={} if rule.notify.channels else _routes(settings, definitions.directory, rule),
        )
        for rule in enabled
    }


def _routes(settings: Settings, directory: Directory, rule: Rule) -> dict[str, tuple[Route, ...]]:
    """Which alerts of a rule go to each channel that a route names; a rule may match none."""
    of_rules: dict[str, list[Route]] = {}
    for route in settings.routes:
        matches = not route.rules or any(fnmatchcase(rule.id, glob) for glob in route.rules)
        named = [part for name in route.organizations for part in _organizations(directory, name)]
        for channel in route.channels:
            some = of_rules.setdefault(channel, [])
            if matches:
                some.append(Route(severities=route.severities, organizations=tuple(named)))
    return {channel: tuple(routes) for channel, routes in of_rules.items()}


def _organizations(directory: Directory, name: str) -> list[str]:
    """Every part of an organisation, or of those of a group."""
    meant = directory.groups().get(name[1:], ()) if name.startswith("@") else [name]
    units = [directory.find(each) or directory.resolve(each).unit for each in meant]
    return sorted({part[0] for unit in units for part in directory.parts(unit)})


def subject(settings: Settings, directory: Directory, rule: Rule) -> Subject:
    """What messages say about a rule."""
    return Subject(
        title=rule.title,
        window=window_text(rule),
        board=settings.board_url,
        most_people=settings.people_in_messages,
        least_people=settings.least_people,
        persons=frozenset().union(*(condition.person_groups for condition in rule.conditions)),
        names={profile_id: directory.display(profile_id) for profile_id in directory.known_ids()},
    )
