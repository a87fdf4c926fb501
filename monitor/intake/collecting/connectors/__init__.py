"""The services that can be collected: one file each, and the table that names them."""

from collections.abc import Callable, Mapping
from typing import Any

from monitor.intake.collecting.connectors.connector import Connector, Item, Reading
from monitor.intake.collecting.connectors.coresignal import Coresignal
from monitor.intake.collecting.connectors.github import Github
from monitor.intake.collecting.connectors.http import Http
from monitor.intake.collecting.connectors.openalex import Openalex
from monitor.intake.collecting.connectors.orcid import Orcid
from monitor.intake.collecting.connectors.pages import Pages
from monitor.intake.collecting.connectors.peopledatalabs import PeopleDataLabs
from monitor.intake.collecting.connectors.wikidata import Wikidata

__all__ = ["CONNECTORS", "Connector", "Item", "Reading"]

CONNECTORS: Mapping[str, Callable[[Any], Connector]] = {
    "coresignal": Coresignal,
    "github": Github,
    "http": Http,
    "openalex": Openalex,
    "orcid": Orcid,
    "pages": Pages,
    "peopledatalabs": PeopleDataLabs,
    "wikidata": Wikidata,
}
"""By the kind of a source: makes its connector from its settings."""
