"""The files of a folder that watches one organisation at a service, as texts."""

import re

from monitor.base.errors import UsageError
from monitor.scaffold.files import RULE_FILE, ScaffoldFiles, filled, toml

SERVICES = {"orcid": re.compile(r"(?:ror|grid|ringgold):\S+")}
"""By kind of source: how it names organisations by their ids."""
_WATCHED = "watched"


def service_files(source: str, organization: str, *, contact: str, purpose: str) -> ScaffoldFiles:
    """Return what `init --source` writes.

    Raises UsageError for an organisation that the service cannot be asked for.
    """
    if not SERVICES[source].fullmatch(organization):
        raise UsageError(
            f"--organization {organization!r}: expected its id at {source}, such as ror:00examp37"
        )
    if "@" not in contact and "://" not in contact:
        raise UsageError(
            f"--contact {contact!r}: expected whom the service can ask about the requests, such as"
            ' "https://example.org/about; you@example.org"'
        )
    if not purpose.strip():
        raise UsageError("--purpose: expected a sentence: what the people are looked at for")
    entry = (
        f"[organizations.{_WATCHED}]\nname = {toml(organization)}"
        f"                   # write its name here\nids = [{toml(organization)}]\n"
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
