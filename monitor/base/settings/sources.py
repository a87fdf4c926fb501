"""Where a source's snapshots come from, how they are written, and what makes one suspect."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any, Self

from msgspec import Meta, field

from monitor.base.days.schedule import DEFAULT_ZONE, Schedule
from monitor.base.profile import FIELDS, JSON_FIELDS
from monitor.base.settings.values import (
    Day,
    Days,
    FilePath,
    Gate,
    Switch,
    Table,
    keys,
    one_of,
)

EMPLOYER, COMPLETE, CARRY = "employer", "complete", "carry"
"""Of a start; and of the days in one file: each lists everybody, or people keep their last row."""
_ELSEWHERE = ("same_as", "updated_on", "start", "end", "current", "primary", "position_id")
_MAY_BE_CONSTANT = tuple(field for field in FIELDS if field not in _ELSEWHERE)
ENCODINGS = (
    *("utf-8", "utf-16", "windows-1250", "windows-1251", "windows-1252", "windows-1253"),
    *("windows-1254", "windows-1257", "iso-8859-1", "iso-8859-2", "iso-8859-15", "mac-roman"),
    *("koi8-r", "cp850", "shift_jis", "cp932", "gb18030", "big5", "euc-kr", "cp949"),
)
_LAYOUTS = (
    *("apify", "apollo", "brightdata", "congress", "coresignal", "coresignal-base", "crustdata"),
    *("crustdata-screener", "csrankings", "gitdm", "github", "jsonresume", "orcid", "orcid-xml"),
    *("peopledatalabs", "popolo", "proxycurl", "schemaorg"),
)
DateForm = Annotated[
    str,
    Meta(
        description='a form such as "%d.%m.%Y" or "%b %Y", made of %Y or %y and, each at most once,'
        " %m, %b, %B, %d, %j, %a, %A, %H, %I, %M, %S, %f, %p and %z; or"
        ' "excel" (days of a spreadsheet, 44197), "unix" (seconds since 1970) or "unix ms"',
        max_length=60,
        extra_json_schema={
            "pattern": "^(?:(?:[^%]|%[mbBdjaAHIMSfpz])*%[Yy](?:[^%]|%[mbBdjaAHIMSfpz])*"
            "|excel|unix|unix ms)$",
            "not": {"pattern": r"(%[mbBdjaAHIMSfpz]).*\1"},
        },
    ),
]


_Spelled = str | Sequence[str] | bool


class Spellings(tuple[str, ...]):
    """The spellings of a column's name, written as one, a list, or `false` for none."""

    __slots__ = ()

    @classmethod
    def of(cls, _root: Path, value: _Spelled) -> Self:
        """These are the spellings as a configuration writes them."""
        if isinstance(value, bool):
            return cls()
        return cls((value,) if isinstance(value, str) else value)


class Layout(Table, frozen=True, kw_only=True):
    """How the files of a source are written: tables (CSV and Parquet), and JSON of other shapes."""

    columns: Annotated[
        dict[str, Any],
        keys(
            "a table from what a profile has (id, name, organization, title, ...) to the column's"
            " name, in which {n} stands for the number of a position where a row has several",
            FIELDS,
            "ColumnOfField",
        ),
    ] = field(default_factory=dict)
    """The column of each field, where it has another name."""
    constants: Annotated[
        dict[str, Any],
        keys(
            "a table from what a profile has to the value that every row of the source's tables"
            ' has there, such as { organization = "Example" }',
            _MAY_BE_CONSTANT,
            "ColumnName",
        ),
    ] = field(default_factory=dict)
    """Fields that have the same value in every row."""
    dates: Annotated[
        tuple[DateForm, ...],
        Meta(
            description='the forms in which the tables write dates, such as ["%d.%m.%Y", "%b %Y"];'
            " 2025, 2025-06 and 2025-06-14 are always read",
            max_length=20,
        ),
    ] = ()
    """How dates are written, as in strptime."""
    encoding: Annotated[
        str, one_of(*ENCODINGS), Meta(description="how CSV files of the source are written")
    ] = "utf-8"
    """The encoding of its CSV files."""
    layout: Annotated[
        Annotated[str, one_of(*_LAYOUTS)] | None,
        Meta(description="the shipped mapping that its JSON records are read by"),
    ] = None
    fields: Annotated[
        dict[
            Annotated[str, one_of(*JSON_FIELDS)],
            Annotated[str, Meta(min_length=1, max_length=2000)],
        ],
        Meta(
            description="a table from what a profile has to where in a JSON record it is, as a"
            " JMESPath expression; `positions` is the list of its positions, and fields of a"
            " position are looked for in each of them"
        ),
    ] = field(default_factory=dict)
    """Where in a JSON record each field is."""
    records: Annotated[
        Annotated[str, Meta(min_length=1, max_length=200)] | None,
        Meta(
            description="the key under which its JSON files have the list of records, with dots"
            " between keys, if it is not data, results, items, records, hits, people or profiles"
        ),
    ] = None
    sheet: Annotated[
        Annotated[str, Meta(min_length=1, max_length=200)] | None,
        Meta(
            description="the sheet of a workbook that has the table, if it is not the first one"
            " with anything in it"
        ),
    ] = None
    """The name of the sheet that is read."""
    member: Annotated[
        Annotated[str, Meta(min_length=1, max_length=400)] | None,
        Meta(
            description="which file of an archive (.zip) is read, if it holds several; it may hold"
            " * and ?"
        ),
    ] = None
    """The name of the file in an archive, as a pattern."""
    observed_on: Annotated[
        Spellings | None,
        Meta(
            description="the column (in JSON the key) that says when each row was seen: one file"
            " then holds many days; a list has its spellings; false says that no column does"
        ),
    ] = None
    """The column of the day of each row, in a file of many days."""
    days: Annotated[
        Annotated[str, one_of(COMPLETE, CARRY)] | None,
        Meta(
            description="beside observed_on: `complete` where each day lists everybody, `carry`"
            " where people keep their last row"
        ),
    ] = None
    start_of: Annotated[
        str,
        one_of("position", EMPLOYER),
        Meta(
            description="what begins on a `start`: the `position`, or work for the `employer`, of"
            " which the position may be a later one; then positions have no start"
        ),
    ] = "position"

    @property
    def maps_json(self) -> bool:
        """Whether JSON has to be mapped; without a mapping its records are profiles."""
        return self.layout is not None or bool(self.fields)

    def json_fingerprint(self) -> str:
        """Tell layouts apart that read one JSON file differently; empty for the usual one."""
        starts = "" if self.start_of == "position" else f" start of {self.start_of}"
        if not self.maps_json and self.records is None:
            return starts
        constants = sorted(self.constants.items())
        return (
            f"{self.layout} {sorted(self.fields.items())} {self.records} {constants}"
            f" {list(self.dates)}{starts}"
        )

    def fingerprint(self) -> str:
        """Tell layouts apart that read one file differently; empty for the usual one."""
        columns = {
            name: list(column) if isinstance(column, tuple) else column
            for name, column in self.columns.items()
        }
        more = [sorted(self.constants.items()), list(self.dates), self.encoding]
        usual = more == [[], [], "utf-8"]
        days = "" if self.observed_on is None else f" {list(self.observed_on)} {self.days}"
        days += "" if self.start_of == "position" else f" start of {self.start_of}"
        days += "" if self.sheet is None else f" sheet {self.sheet}"
        days += "" if self.member is None else f" member {self.member}"
        return f"{sorted(columns.items()) if columns else ''}{'' if usual else more}{days}"


class Quality(Table, frozen=True, kw_only=True):
    """What makes a snapshot of a source suspect, and its moves doubtful."""

    missing: Gate = 0.2
    """Suspect if more than this share of the known profiles is missing; after 60 days more may."""
    rejected: Gate = 0.05
    """Suspect if more than this share of the records was set aside."""
    emptied: Gate = 0.1
    """Suspect if more than this share of the known profiles lists no position any more."""
    fields: Gate = 0.2
    """Suspect if the known profiles lost more of a field's filled cells, or of all positions."""
    rekeyed: Gate = 0.5
    """Suspect if more of the ids are gone although there are about as many profiles."""
    rewritten: Gate = 0.3
    """Suspect if more of the people (and 20 of them) are, undated and in all directions, in none of
    their former places: as many changes as in a year."""
    shuffled: Gate = 0.4
    """Suspect if more of the people (and 5 of them) have each other's values in one column, or ids
    with the name of somebody else."""
    backdated: Gate = 0.1
    """Suspect if more of the people (and 4 of them) get an end more than a year before what the
    last snapshot showed."""
    renewal: Switch = True
    """Three suspect snapshots in a row that agree with each other become a new baseline."""
    collective: Switch = True
    """The moves of most people of an organisation to one other at once are held."""
    small: Switch = True
    """The moves of all people of a small organisation to a name that nobody had are held."""
    placeholders: Switch = True
    """Undated changes to and from pseudo employers are held, where the source fills them in."""
    backlog: Switch = True
    """The undated moves of a day with far too many of them may be of any day before."""


class SourceSettings(Layout, frozen=True, kw_only=True, tag_field="kind"):
    """Every kind of source."""

    schedule: Annotated[
        Annotated[
            str,
            Meta(
                extra_json_schema={
                    "pattern": "^(?:@(?:hourly|daily|midnight|weekly|monthly|yearly|annually)"
                    "|@every [1-9][0-9]{0,4}[mhd]|[0-9A-Za-z*,/#?-]+(?: +[0-9A-Za-z*,/#?-]+){4})$"
                }
            ),
        ]
        | None,
        Meta(
            description='five cron fields such as "0 6 * * *", @daily and its like, or "@every 6h"'
        ),
    ] = None
    """When it is due; without it at every run."""
    timezone: Annotated[
        str | None,
        Meta(
            description='the time zone of the schedule, such as "Europe/Zurich"; default: that of'
            " the file"
        ),
    ] = None
    stale_after: Days | None = None
    """The operators are told of no accepted snapshot for this long."""
    finished: Switch = False
    """Nothing more is to come: it is no fault that the last one is old."""
    purpose: Annotated[
        str, Meta(description="a sentence: what its people are looked at for", max_length=500)
    ] = ""
    """`status` names a source that does not state it, its `licence` or its `retention`."""
    licence: Annotated[
        str, Meta(description='by what it may be used, such as "CC0"', max_length=300)
    ] = ""
    """The licence or contract by which its files may be kept and used."""
    retention: Days | None = None
    """How long what it says of a person is kept, from the first look at the person on."""
    recollect: Switch = True
    """Whether who is still listed then is collected anew, with a new first day."""
    quality: Annotated[
        Quality, Meta(description="a table such as { missing = 0.20, rejected = 0.05 }")
    ] = Quality()

    @property
    def unstated(self) -> tuple[str, ...]:
        """Which of the things that a source of people has to state it does not."""
        return tuple(
            key
            for key, is_stated in (
                ("purpose", self.purpose.strip()),
                ("licence", self.licence.strip()),
                ("retention", self.retention),
            )
            if not is_stated
        )

    @property
    def kind(self) -> str:
        """The word for its kind."""
        return str(self.__struct_config__.tag)

    @property
    def layout_of_files(self) -> Layout:
        """How the files of its inbox are written."""
        return self

    @property
    def inbox(self) -> str | None:
        """The pattern of the files that it reads; None if it reads none by itself."""
        return None

    @property
    def due(self) -> Schedule | None:
        """When it is due; None: at every run."""
        return Schedule(self.schedule, self.timezone or DEFAULT_ZONE) if self.schedule else None


class FilesSource(SourceSettings, frozen=True, kw_only=True, tag="files"):
    """Files that lie in a folder."""

    path: Annotated[
        FilePath | None, Meta(description="a path that may hold * and ?, relative to this file")
    ] = None
    """Where its files are; without one only `import` feeds it."""

    @property
    def inbox(self) -> str | None:
        """Where its files are."""
        return self.path


class GitSource(SourceSettings, frozen=True, kw_only=True, tag="git"):
    """A file in a git repository, whose history is the series of snapshots."""

    repository: Annotated[
        str,
        Meta(
            description="the path of a clone or a bare mirror on this machine, relative to this"
            " file",
            extra_json_schema={"pattern": r"\S"},
            min_length=1,
            max_length=4096,
        ),
    ]
    """It is read and never changed; bring it up to date with `git fetch`."""
    path: Annotated[
        str,
        Meta(
            description="the path of a file in the repository; its last part may hold *, ? and"
            " [a-z]: what it matches is read as one file",
            extra_json_schema={
                "pattern": r"^(?!(?:[^/]*/)*\.{1,2}(?:/|$))(?:[^/*?\[\n]+/)*[^/\n]+$",
            },
            max_length=4096,
        ),
    ]
    """Which file is followed."""
    every: Annotated[str, one_of("commit", "day", "month")] = "commit"
    """Which commits are snapshots: those that changed it, or the last of each day or month."""
    branch: Annotated[str, Meta(description="a branch or a tag", min_length=1, max_length=250)] = (
        "HEAD"
    )
    """Whose commits count; by default those of the one that the clone has checked out."""
    since: Day | None = None
    """What was committed before this day is left out."""
