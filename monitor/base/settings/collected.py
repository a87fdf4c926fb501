"""Sources that talentwatch asks itself: whom they follow, who asks, how often, and how much."""

from collections.abc import Iterator
from hashlib import sha256
from typing import Annotated, Literal

from msgspec import Meta, field

from monitor.base.errors import UsageError
from monitor.base.settings.sources import FilesSource, GitSource, Layout, SourceSettings
from monitor.base.settings.values import (
    Address,
    Count,
    Days,
    FilePath,
    Filled,
    Headers,
    ResolvedPath,
    SecretValue,
    Switch,
    Table,
    Words,
)


class Watched(Table, frozen=True, kw_only=True):
    """Whom a source follows: people by their ids, and those whom an organisation or query finds."""

    ids: Words = ()
    """People, by their ids at the source."""
    file: ResolvedPath | None = None
    """A file with more of them, one id a line; # begins a note."""
    organizations: Words = ()
    """Whose people are discovered, such as "ror:00examp37"."""
    query: Annotated[
        Annotated[str, Meta(max_length=2000)] | None,
        Meta(description="a search in the language of the source"),
    ] = None
    """Whose hits are discovered."""
    follow: Switch = True
    """Who was discovered is followed on, wherever they go."""

    def everybody(self) -> tuple[str, ...]:
        """The ids of the people who are named, each once. Raises UsageError for a bad file."""
        return tuple(dict.fromkeys((*self.ids, *self._in_file())))

    def _in_file(self) -> Iterator[str]:
        if self.file is None:
            return
        try:
            lines = self.file.read_text(encoding="utf-8-sig").splitlines()
        except (OSError, UnicodeDecodeError) as exc:
            raise UsageError(f"the watch list {self.file} cannot be read: {exc}") from exc
        words = (line.partition("#")[0].strip() for line in lines)
        yield from filter(None, words)


class Limits(Table, frozen=True, kw_only=True):
    """How a source may be asked; without them as its own page in docs/sources says."""

    spacing: Annotated[
        Annotated[float, Meta(ge=0, le=3600)] | None,
        Meta(description="a number of seconds from 0 to 3600"),
    ] = None
    """Seconds from one request to a host to the next."""
    concurrency: Annotated[int, Meta(description="a number from 1 to 20", ge=1, le=20)] = 1
    """How many requests may be under way at once; `spacing` lies between their beginnings."""
    retries: Annotated[int, Meta(description="a number from 0 to 20", ge=0, le=20)] = 4
    """How often a request is tried again that a service could not answer."""
    longest_wait: Annotated[
        float, Meta(description="a number of seconds from 1 to 86400", ge=1, le=86400)
    ] = 3600
    """A service that wants us to wait for longer is left alone, and told of."""
    seconds: Annotated[
        float, Meta(description="a number of seconds from 1 to 600", ge=1, le=600)
    ] = 30
    """How long one request may take in all."""
    megabytes: Annotated[int, Meta(description="a number from 1 to 1000", ge=1, le=1000)] = 10
    """How large an answer may be."""
    redirects: Annotated[int, Meta(description="a number from 0 to 20", ge=0, le=20)] = 5
    """How many redirects of one request are followed."""
    rows: Annotated[
        Annotated[int, Meta(ge=1, le=100_000)] | None,
        Meta(description="a number from 1 to 100,000"),
    ] = None
    """How many records one page, search or batch asks for; default: the most that it may."""
    pages: Annotated[int, Meta(description="a number from 1 to 1,000,000", ge=1, le=1_000_000)] = (
        1_000
    )
    """How many pages of one list are read; a longer one counts as not read to its end."""


class CollectedSource(SourceSettings, frozen=True, kw_only=True):
    """A service that talentwatch asks itself."""

    contact: Annotated[
        str,
        Meta(
            description='who can be asked about the requests, such as "https://example.org/about;'
            ' you@example.org"',
            max_length=300,
            extra_json_schema={"pattern": "@|://"},
        ),
    ]
    """It is sent with every request."""
    purpose: Annotated[
        str,
        Meta(
            description="a sentence: what its people are looked at for",
            min_length=1,
            max_length=500,
        ),
    ]
    """Nobody is asked for without one."""
    retention: Days
    """How long what it says of a person is kept, from the first look at the person on."""
    erase_after: Days = "30d"
    """Whoever is hidden, locked or deleted at the source for so long is erased here, too."""
    watch: Annotated[
        Watched, Meta(description='a table such as { ids = ["..."], organizations = ["..."] }')
    ] = Watched()
    base_url: Address | None = None
    """Where the service is; default: its public address."""
    budget: Count | None = None
    """How many requests a day may be sent; default: what the service allows."""
    limits: Annotated[Limits, Meta(description="a table such as { spacing = 2 }")] = Limits()
    token: SecretValue | None = None
    """The key by which the service knows us, if it wants one."""
    path: FilePath = ""
    """The folder of what it said; default: `inbox/NAME` in the folder of the snapshots."""

    @property
    def reading(self) -> str:
        """Another one reads otherwise what did not change at the service."""
        of_all = CollectedSource.__struct_fields__
        own = [key for key in self.__struct_fields__ if key not in {*of_all, *_OF_CONTRACT}]
        asked = [(key, getattr(self, key)) for key in ("base_url", *own)]
        asked += [] if self.limits.rows is None else [("rows", self.limits.rows)]
        identity = f"{asked} {self.fingerprint()} {self.json_fingerprint()}"
        return sha256(identity.encode()).hexdigest()

    @property
    def layout_of_files(self) -> Layout:
        """Plain profiles: what a service said was mapped when it was read."""
        return Layout()

    @property
    def inbox(self) -> str:
        """The files that were collected, one a day."""
        return f"{self.path}/[0-9]*.jsonl"


_OF_CONTRACT = ("credits", "licence_ack")
"""Keys of licensed sources that change nothing of what is read."""


class LicensedSource(CollectedSource, frozen=True, kw_only=True):
    """A service that is paid for: a record costs credits of the user's own contract."""

    licence_ack: Switch = False
    """That the user has read what the contract says of keeping and using records."""
    credits: Count | None = None
    """How many credits may be spent in a calendar month; default: as many as it takes."""


class Paging(Filled, frozen=True, kw_only=True):
    """How the next page of a list is asked for; a Link header is followed without it."""

    cursor: Annotated[
        str | None, Meta(description="a JMESPath expression of the next page's mark or address")
    ] = None
    """Where in an answer it says how to ask for the next page."""
    parameter: Annotated[str | None, Meta(description="the name of a parameter")] = None
    """The parameter of the address that takes the mark, the page's number, or the offset."""
    counts: Annotated[Literal["pages", "records"], Meta(description="pages or records")] = "pages"
    """What the parameter counts where there is no `cursor`."""
    first: Annotated[int, Meta(description="a whole number from 0 on", ge=0)] = 1
    """The number of the first page, or the first offset."""
    size: Count | None = None
    """How many records a full page has; a shorter one is the last. Without it an empty one is."""


class HttpSource(CollectedSource, frozen=True, kw_only=True, tag="http"):
    """JSON or CSV from an address, read as files are."""

    url: Annotated[
        Address,
        Meta(description="an address; {id} in it stands for the id of each person who is followed"),
    ]
    headers: Headers = field(default_factory=dict)
    """Sent with every request."""
    paging: Annotated[Paging | None, Meta(description='a table such as { parameter = "page" }')] = (
        None
    )
    format: Annotated[Literal["json", "csv"], Meta(description="json or csv")] = "json"
    """What it answers with."""


class OrcidSource(CollectedSource, frozen=True, kw_only=True, tag="orcid"):
    """Employments that researchers state at ORCID."""


class GithubSource(CollectedSource, frozen=True, kw_only=True, tag="github"):
    """Employers that users name at GitHub."""

    batches: Switch = False
    """A hundred users are asked for at once, by GraphQL, which needs a token and knows no marks."""


class PeopleDataLabsSource(LicensedSource, frozen=True, kw_only=True, tag="peopledatalabs"):
    """Records of people at People Data Labs."""

    min_likelihood: Annotated[int, Meta(description="a number from 1 to 10", ge=1, le=10)] = 6
    """How sure it has to be of whom an address of a profile means."""


class CoresignalSource(LicensedSource, frozen=True, kw_only=True, tag="coresignal"):
    """Records of people at Coresignal."""

    tier: Literal["employee_multi_source", "employee_clean", "employee_base"] = (
        "employee_multi_source"
    )
    """Which of its three kinds of records is asked for."""


class OpenalexSource(CollectedSource, frozen=True, kw_only=True, tag="openalex"):
    """Institutions that the papers of authors name, by OpenAlex."""


class PagesSource(CollectedSource, frozen=True, kw_only=True, tag="pages"):
    """People whom pages of teams name, in JSON-LD or microformats."""

    urls: Annotated[
        Words,
        Meta(description='addresses of pages, such as ["https://example.org/team"]'),
    ]
    """The pages, each of which is read whole."""
    organization: Annotated[str, Meta(min_length=1)] | None = None
    """Where the people are of whom a page says no employer."""
    reads: Annotated[int, Meta(description="a number from 1 to 30", ge=1, le=30)] = 2
    """After this many looks in a row without them, people are on a page no longer."""
    least_share: Annotated[float, Meta(description="a number from 0 to 1", ge=0, le=1)] = 0.5
    """A page that shows less than this share of the people whom it had is not believed."""


class WikidataSource(CollectedSource, frozen=True, kw_only=True, tag="wikidata"):
    """Employers that items of people state at Wikidata."""

    languages: Annotated[
        Words, Meta(description='codes of languages, such as ["en", "mul"], the best first')
    ] = ("en", "mul")
    """In which languages people and organisations are named."""
    sparql_url: Address = "https://query.wikidata.org/sparql"
    """Where it is asked who works at an organisation."""


AnySource = (
    CoresignalSource
    | FilesSource
    | GithubSource
    | GitSource
    | HttpSource
    | OpenalexSource
    | OrcidSource
    | PagesSource
    | PeopleDataLabsSource
    | WikidataSource
)
