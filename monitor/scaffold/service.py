"""The files of a folder that watches one organisation at a service, as texts."""

import re
from dataclasses import dataclass

from monitor.base.errors import UsageError
from monitor.scaffold.files import RULE_FILE, ScaffoldFiles, filled, toml

_LOGIN = "github:"


@dataclass(frozen=True, slots=True)
class _Service:
    """How a kind of source names organisations by their ids."""

    named: re.Pattern[str]
    example: str


SERVICES = {
    "github": _Service(re.compile(r"github:[A-Za-z0-9][A-Za-z0-9-]*"), "github:example-corp"),
    "orcid": _Service(re.compile(r"(?:ror|grid|ringgold):\S+"), "ror:00examp37"),
    "wikidata": _Service(re.compile(r"wikidata:Q[1-9]\d*"), "wikidata:Q900100"),
}
"""By kind of source."""
_WATCHED = "watched"


def service_files(source: str, organization: str, *, contact: str, purpose: str) -> ScaffoldFiles:
    """Return what `init --source` writes.

    Raises UsageError for an organisation that the service cannot be asked for.
    """
    service = SERVICES[source]
    if not service.named.fullmatch(organization):
        raise UsageError(
            f"--organization {organization!r}: expected its id at {source}, such as"
            f" {service.example}"
        )
    if "@" not in contact and "://" not in contact:
        raise UsageError(
            f"--contact {contact!r}: expected whom the service can ask about the requests, such as"
            ' "https://example.org/about; you@example.org"'
        )
    if not purpose.strip():
        raise UsageError("--purpose: expected a sentence: what the people are looked at for")
    # Profiles of GitHub name an organisation by its login, and by no id.
    name = organization.removeprefix(_LOGIN)
    entry = (
        f"[organizations.{_WATCHED}]\nname = {toml(name)}"
        "                   # write its name here, and others into aliases = []\n"
        + ("" if name != organization else f"ids = [{toml(organization)}]\n")
    )
    return ScaffoldFiles(
        texts={
            "organizations.toml": filled("organizations.toml", entries=entry),
            RULE_FILE: filled("service_rule.toml", organization=_WATCHED),
            "config.toml": filled(
                "service_config.toml",
                source=source,
                organization=toml(organization),
                contact=toml(contact),
                purpose=toml(purpose),
            ),
        }
    )
