"""What services have in common that are asked by a key and a contract of the user's own."""

from collections.abc import Mapping

from monitor.base.errors import SourceError
from monitor.base.records import Json
from monitor.base.settings import LicensedSource


def key_of(settings: LicensedSource, service: str) -> str:
    """Return the key of a source. Raises SourceError without one, and without a contract."""
    if not settings.licence_ack:
        raise SourceError(
            f"{service} is asked under a contract of your own: read what it says of keeping and"
            " using records, and write licence_ack = true"
        )
    if settings.token is None:
        raise SourceError(f'{service} answers to a key only: write token = {{ env = "NAME" }}')
    return settings.token.reveal()


def with_scheme(profile: Mapping[str, Json]) -> dict[str, Json]:
    """Return a profile whose address can be opened: vendors leave the scheme out.

    >>> with_scheme({"url": "github.com/jo-fictional"})
    {'url': 'https://github.com/jo-fictional'}
    """
    url = profile.get("url")
    if not isinstance(url, str) or "://" in url:
        return {**profile}
    return {**profile, "url": f"https://{url}"}
