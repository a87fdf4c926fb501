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
    where: str
    """How to find the id."""
    licence: str
    """By what its records may be used."""


SERVICES = {
    "github": _Service(
        re.compile(r"github:(?=.{1,39}$)[A-Za-z0-9]+(?:-[A-Za-z0-9]+)*"),
        "github:example-corp",
        "the end of the address of its page at https://github.com",
        "GitHub acceptable use, research",
    ),
    "orcid": _Service(
        re.compile(r"ror:(?P<ror>\S+)|grid:grid\.\d+\.[0-9a-f]+|ringgold:\d+"),
        "ror:00examp37",
        "search its name at https://ror.org",
        "ORCID public API, not commercial",
    ),
    "wikidata": _Service(
        re.compile(r"wikidata:Q[1-9]\d{0,11}"),
        "wikidata:Q900100",
        "search its name at https://www.wikidata.org",
        "CC0",
    ),
}
"""By kind of source."""
_WATCHED = "watched"


def service_files(source: str, organization: str, *, contact: str, purpose: str) -> ScaffoldFiles:
    """Return what `init --source` writes.

    Raises UsageError for an organisation that the service cannot be asked for.
    """
    # With it come the libraries of tables, which `--help` does without.
    from monitor.intake.profiles.ids import is_ror  # noqa: PLC0415

    service = SERVICES[source]
    found = service.named.fullmatch(organization)
    ror = found.groupdict().get("ror") if found else None
    if found is None or (ror is not None and not is_ror(ror)):
        wrong = "" if found is None else " is no id at ROR (its check digits do not fit)"
        raise UsageError(
            f"--organization {organization!r}{wrong}: expected its id at {source}, such as"
            f" {service.example}: {service.where}"
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
                licence=toml(service.licence),
            ),
        }
    )
