"""What may stand at a key of a rule, with the words that its errors use."""

from typing import Annotated, Literal

from msgspec import Meta

from monitor.base.settings.values import one_of

ID = "[a-z0-9][a-z0-9_-]{0,63}"
_MOST = 1_000_000_000


def _of_sides(*sides: str) -> tuple[str, ...]:
    what = ("organization", "unit", "team", "location", "seniority", "group")
    return tuple(f"{side}.{of_side}" for side in sides for of_side in what)


SIDES_OF_GROUPS = _of_sides("from", "to", "at", "formerly")
"""What a rule may group by, besides the person and the source."""
FLOW_VALUES = (*_of_sides("from", "to"), "person", "source")
STOCK_VALUES = (*_of_sides("at", "formerly"), "person", "source")
"""What a rule may group by."""
EQUAL = (
    *("from.organization", "to.organization", "from.team", "to.team"),
    *("from.location", "to.location", "from.unit", "to.unit", "person"),
)

RuleId = Annotated[
    str,
    Meta(
        description="an id of small letters, digits, _ and -, at most 64; without one the file's"
        " name is the id",
        examples=["meta-to-xai"],
        extra_json_schema={"pattern": f"^{ID}$"},
    ),
]
Length = Annotated[
    str,
    Meta(
        description='a number of days or weeks, such as "90d" or "12w" (months and years differ in'
        " length)",
        examples=["90d", "12w"],
        extra_json_schema={"pattern": "^[1-9][0-9]{0,4}[dw]$"},
    ),
]
Text = Annotated[
    str,
    Meta(
        description="a text that is not blank, of at most 300 characters",
        extra_json_schema={"pattern": r"\S"},
        max_length=300,
    ),
]
Texts = Annotated[
    Text | Annotated[tuple[Text, ...], Meta(min_length=1, max_length=1000)],
    Meta(description="a text or a list of texts", examples=["meta", ["fair"]]),
]
Glob = Annotated[
    str,
    Meta(
        description='a pattern such as "*research*", of at most 300 characters',
        extra_json_schema={"pattern": r"\S"},
        max_length=300,
    ),
]
Globs = Annotated[
    Glob | Annotated[tuple[Glob, ...], Meta(min_length=1, max_length=1000)],
    Meta(
        description='a pattern such as "*research*" or a list of them',
        examples=["*research*", ["*engineer*", "*scientist*"]],
    ),
]
Rank = Literal["intern", "junior", "senior", "lead", "manager", "director", "vp", "chief"]
Ranks = Annotated[
    Rank | Annotated[tuple[Rank, ...], Meta(min_length=1, extra_json_schema={"uniqueItems": True})],
    Meta(
        description="one of intern, junior, senior, lead, manager, director, vp, chief, or a list"
        " of them",
        examples=["director", ["director", "vp", "chief"]],
    ),
]
Figure = Annotated[float, Meta(description="a number")]
Number = Annotated[int, Meta(description="a whole number", ge=0, le=_MOST)]
PeopleCount = Annotated[
    int, Meta(description="a whole number of people, at least 1", ge=1, le=_MOST)
]
Since = Annotated[
    str,
    Meta(
        description='"year", "quarter" or a day such as "2025-01-01"',
        examples=["year", "quarter", "2025-01-01"],
        extra_json_schema={
            "if": {"enum": ["year", "quarter"]},
            "else": {
                "description": '"year", "quarter" or a day such as "2025-01-01"',
                "format": "date",
                "pattern": "^[1-9][0-9]{3}-",
            },
        },
    ),
]
Share = Annotated[
    float,
    Meta(
        description="a part of the whole, more than 0 and at most 1, such as 0.05",
        examples=[0.05, 0.25],
        gt=0,
        le=1,
    ),
]
AlertsAYear = Annotated[
    float,
    Meta(
        description="at most so many alerts a year by chance, from 0.01 to 100",
        examples=[1, 0.1],
        ge=0.01,
        le=100,
    ),
]
GroupName = Annotated[
    str,
    Meta(
        description="a name of small letters, digits, _ and .",
        extra_json_schema={"pattern": "^[a-z][a-z0-9_.]{0,40}$"},
    ),
]
FlowValue = Annotated[str, one_of(*FLOW_VALUES)]
StockValue = Annotated[str, one_of(*STOCK_VALUES)]
AnyValue = Annotated[str, one_of(*sorted({*FLOW_VALUES, *STOCK_VALUES}))]
_EACH = "a list of what makes one alert each"
_OWN_NAMES = "or a table of own names for them"
_GROUPS = {"uniqueItems": True}
FlowGroups = Annotated[
    Annotated[tuple[FlowValue, ...], Meta(max_length=5, extra_json_schema=_GROUPS)]
    | Annotated[dict[GroupName, FlowValue], Meta(max_length=5)],
    Meta(
        description=f'{_EACH}, such as ["to.organization"], {_OWN_NAMES}',
        examples=[["to.organization"], {"team": "to.organization"}],
    ),
]
StockGroups = Annotated[
    Annotated[tuple[StockValue, ...], Meta(max_length=5, extra_json_schema=_GROUPS)]
    | Annotated[dict[GroupName, StockValue], Meta(max_length=5)],
    Meta(
        description=f'{_EACH}, such as ["at.organization"], {_OWN_NAMES}',
        examples=[["at.organization"], {"team": "at.organization"}],
    ),
]
AnyGroups = Annotated[
    Annotated[tuple[AnyValue, ...], Meta(max_length=5, extra_json_schema=_GROUPS)]
    | Annotated[dict[GroupName, AnyValue], Meta(max_length=5)],
    Meta(
        description=f'{_EACH}, such as ["to.organization"], {_OWN_NAMES}',
        examples=[["to.organization"], {"team": "to.organization"}],
    ),
]
WhichCount = Annotated[
    Literal["certain", "possible"], Meta(description='"certain" (default) or "possible"')
]
