"""A rule file: every key of it with its meaning, its default and its limits."""

from typing import Annotated, Literal

from msgspec import Meta, field

from monitor.base.settings import days_of
from monitor.base.settings.values import Days, Filled, Severity, Table, one_of
from monitor.rules.language.values import (
    EQUAL,
    ID,
    AlertsAYear,
    AnyGroups,
    Figure,
    FlowGroups,
    Globs,
    Length,
    Number,
    PeopleCount,
    Ranks,
    RuleId,
    Share,
    Since,
    StockGroups,
    Texts,
    WhichCount,
)


class Range(Filled, frozen=True, kw_only=True):
    """A table of gt, gte, lt and lte, such as { gte = 5, lte = 20 }."""

    gt: Number | None = None
    """More than."""
    gte: Number | None = None
    """At least."""
    lt: Number | None = None
    """Less than."""
    lte: Number | None = None
    """At most."""


People = Annotated[
    PeopleCount | Range,
    Meta(
        description="a whole number of people, at least 1, or a range such as"
        " { gte = 5, lte = 20 }",
        examples=[5, {"gte": 5, "lte": 20}, {"lte": 0}],
    ),
]


class NotSide(Filled, frozen=True, kw_only=True):
    """A table such as { title = "*intern*" }."""

    organization: Texts | None = None
    """Organisations, their parts included."""
    team: Texts | None = None
    """Teams."""
    title: Globs | None = None
    """Titles."""
    location: Globs | None = None
    """Places."""
    seniority: Ranks | None = None
    """Seniority."""


class SideTable(Filled, frozen=True, kw_only=True):
    """A table such as { organization = "meta", team = "fair" }."""

    organization: Texts | None = None
    """Organisations, their parts included."""
    unit: Texts | None = None
    """Exactly these parts of organisations."""
    team: Texts | None = None
    """Teams."""
    title: Globs | None = None
    """Titles on this side."""
    location: Globs | None = None
    """Places on this side."""
    seniority: Ranks | None = None
    """Seniority on this side."""
    but_not: Annotated[
        Texts | NotSide | None,
        Meta(
            description='an organisation, a list of them, or a table such as { title = "*intern*" }'
        ),
    ] = field(name="not", default=None)
    """Who is left out."""


AnySide = Annotated[
    Texts | SideTable,
    Meta(
        description='an organisation, "@group", "*", a list, or a table such as'
        ' { organization = "meta", team = "fair" }',
        examples=["meta", "@rivals", "*", {"organization": "meta", "team": "fair"}],
    ),
]


class NotStockWho(Filled, frozen=True, kw_only=True):
    """A table such as { title = ["*intern*"] }."""

    title: Globs | None = None
    location: Globs | None = None
    seniority: Ranks | None = None
    person: Globs | None = None
    source: Texts | None = None


class NotWho(NotStockWho, frozen=True, kw_only=True):
    """A table such as { title = ["*intern*"] }."""

    from_title: Globs | None = None
    to_title: Globs | None = None


class WhoTable(Filled, frozen=True, kw_only=True):
    """A table such as { title = ["*research*"] }."""

    title: Globs | None = None
    """The title on either side."""
    from_title: Globs | None = None
    """The title that was left."""
    to_title: Globs | None = None
    """The title that was taken."""
    location: Globs | None = None
    """The place on either side."""
    seniority: Ranks | None = None
    """Seniority on either side."""
    person: Globs | None = None
    """People by id, source:id or name."""
    source: Texts | None = None
    """Sources of config.toml."""
    but_not: NotWho | None = field(name="not", default=None)
    """Who is left out."""


class StockWho(Filled, frozen=True, kw_only=True):
    """A table such as { title = ["*tutor*"] }."""

    title: Globs | None = None
    """The title there."""
    location: Globs | None = None
    """The place."""
    seniority: Ranks | None = None
    """Seniority there."""
    person: Globs | None = None
    """People by id, source:id or name."""
    source: Texts | None = None
    """Sources of config.toml."""
    but_not: NotStockWho | None = field(name="not", default=None)
    """Who is left out."""


class Levels(Filled, frozen=True, kw_only=True):
    """A table of severities and the figure from which on each is said: { critical = 10 }."""

    info: Figure | None = None
    warning: Figure | None = None
    critical: Figure | None = None


class Measured(Table, frozen=True, kw_only=True):
    """What a [flow] and a [stock] have in common."""

    people: People = 1
    """At least this many people."""
    share: Share | None = None
    """At least this part of the people known there (in a flow: when the window opened)."""
    within: Length | None = None
    """The window; in a stock how long ago `change` looks."""
    levels: Levels | None = None
    """From which figure on the alert is graver."""
    count: WhichCount = "certain"
    """Which count has to reach it."""


class FlowTable(Measured, frozen=True, kw_only=True):
    """A table [flow]: who moved."""

    origin: AnySide | None = field(name="from", default=None)
    """Where they left; without it anywhere, unknown included."""
    destination: AnySide | None = field(name="to", default=None)
    """Where they went; without it anywhere, unknown included."""
    who: WhoTable | None = None
    """What the person has to be."""
    since: Since | None = None
    """The day from which on it counts, in the place of a window."""
    net: PeopleCount | None = None
    """At least this many more there than back."""
    first: Annotated[bool, Meta(description="true", extra_json_schema={"const": True})] = False
    """The first such move ever seen."""
    unusual: AlertsAYear | None = None
    """How many alerts a year chance may make over all groups, in the place of a threshold."""
    group_by: FlowGroups = ()
    """What makes one alert each."""
    clock: Annotated[
        Literal["effective", "observed"],
        Meta(description='"effective" (default: as the profiles say) or "observed"'),
    ] = "effective"
    """Which day a move has."""


class StockTable(Measured, frozen=True, kw_only=True):
    """A table [stock]: who is there."""

    at: AnySide
    """Where they are."""
    formerly: AnySide | None = None
    """Where they had a job that is over."""
    who: StockWho | None = None
    """What the person has to be."""
    change: Annotated[
        Annotated[float, Meta(ge=-1, le=1000, extra_json_schema={"not": {"const": 0}})] | None,
        Meta(
            description="a part such as -0.1 (a tenth fewer) or 0.5 (half as many more), not 0",
            examples=[-0.1, 0.5],
        ),
    ] = None
    """How much more (or, below 0, fewer) than `within` ago."""
    group_by: StockGroups = ()
    """What makes one alert each."""


class Part(Filled, frozen=True, kw_only=True):
    """A table with one of flow, stock and rule."""

    flow: FlowTable | None = None
    stock: StockTable | None = None
    rule: Annotated[
        Annotated[str, Meta(min_length=1, max_length=64)] | None,
        Meta(description="the id of another rule, which has one condition"),
    ] = None
    """The condition of another rule."""
    group_by: AnyGroups | None = None
    """How the other rule's condition is grouped here."""


Parts = Annotated[
    tuple[Part, ...],
    Meta(description="a list of at least two conditions", min_length=2, max_length=10),
]


class Notify(Table, frozen=True, kw_only=True):
    """A table [notify]: which messages are sent, and where."""

    channels: Annotated[
        tuple[str, ...],
        Meta(
            description="a list of channels of config.toml; without it all of them",
            min_length=1,
            extra_json_schema={"uniqueItems": True},
        ),
    ] = ()
    on: Annotated[
        tuple[Literal["opened", "grew", "closed", "corrected"], ...],
        Meta(
            description="a list of what a message is sent for",
            extra_json_schema={"uniqueItems": True},
        ),
    ] = ("opened", "grew", "closed", "corrected")
    late_up_to: Days = "365d"
    """How late news may be."""
    remind_every: Length | None = None
    """How long after the last message one reminds of what is still open."""

    @property
    def late_up_to_days(self) -> int:
        """How many days late news may be."""
        return days_of(self.late_up_to)

    @property
    def remind_every_days(self) -> int | None:
        """How many days after the last message one is reminded; None: never."""
        return days_of(self.remind_every) if self.remind_every else None


class Inhibit(Table, frozen=True, kw_only=True):
    """A table [inhibit] such as { rules = ["any-to-any"] }: alerts that are not told meanwhile."""

    rules: Annotated[
        tuple[Annotated[str, Meta(extra_json_schema={"pattern": rf"^(\*|{ID})$"})], ...],
        Meta(
            description='a list of ids of other rules, or ["*"] for all of them',
            min_length=1,
            extra_json_schema={"uniqueItems": True},
        ),
    ]
    equal: Annotated[
        tuple[Annotated[str, one_of(*EQUAL)], ...],
        Meta(
            description="a list of sides on which both groups must have the same value, such as"
            ' ["to.organization"]; a side that neither has is the same',
            extra_json_schema={"uniqueItems": True},
        ),
    ] = ()


class RuleTable(Table, frozen=True, kw_only=True):
    """A rule, `rules/*.toml`."""

    id: RuleId | None = None
    title: Annotated[
        Annotated[str, Meta(extra_json_schema={"pattern": r"^[^\n]*\S[^\n]*$"}, max_length=200)]
        | None,
        Meta(description="one line that heads the alert, of at most 200 characters"),
    ] = None
    """The headline of messages; without it the id."""
    description: Annotated[
        str, Meta(description="a text of at most 2000 characters", max_length=2000)
    ] = ""
    """Why this matters, and what to do."""
    severity: Annotated[
        Severity, Meta(description="how grave an alert is, unless `levels` say more")
    ] = "warning"
    enabled: Annotated[
        bool,
        Meta(
            description="true or false: a rule that is not enabled has no alerts, and may be a"
            " condition of others"
        ),
    ] = True
    timezone: Annotated[
        Annotated[str, Meta(min_length=1, max_length=64)] | None,
        Meta(
            description="the name of a time zone, in which `since` year and quarter begin; without"
            " it that of the config"
        ),
    ] = None
    keep_open_for: Length | None = None
    """How long an alert stays open after the count fell, so that ups and downs are one alert."""
    within: Length | None = None
    """How long after the end of one step of [[ordered]] the next may begin."""
    flow: FlowTable | None = None
    stock: StockTable | None = None
    all: Parts | None = None
    any: Parts | None = None
    ordered: Parts | None = None
    notify: Notify = Notify()
    inhibit: Inhibit | None = None
