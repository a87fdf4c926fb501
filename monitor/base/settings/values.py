"""What may stand at a key of a configuration or a rule, with the words that its errors use.

The JSON Schemas and the reference in docs are generated from this by `make reference`: a `title`
says what a key means, a `description` what is expected there. A pattern is for the schema alone:
msgspec 0.22 frees the pattern of an alternative twice.
"""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal

from msgspec import Meta, Struct

from monitor.base.records import Json
from monitor.base.settings.secret import Secret

_HIDDEN = {"writeOnly": True}
"""What may be secret is shown in no error."""


class Table(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A table of a file that people write: its keys, their defaults and limits."""


class Filled(Table, frozen=True, kw_only=True):
    """A table that has one of its keys at least."""


def keys(description: str, names: Iterable[str], value: str) -> Meta:
    """What a table expects that has some of these names, each with a value of a type named here."""
    return Meta(
        description=description,
        extra_json_schema={
            "additionalProperties": False,
            "properties": {name: {"$ref": f"#/$defs/{value}"} for name in names},
        },
    )


def one_of(*choices: str) -> Meta:
    """What a key expects that knows only some words."""
    return Meta(extra_json_schema={"enum": list(choices)})


Name = Annotated[
    str,
    Meta(
        description="a name of small letters, digits, _ and -, at most 64",
        extra_json_schema={"pattern": "^[a-z0-9][a-z0-9_-]{0,63}$"},
    ),
]
FilePath = Annotated[
    str,
    Meta(
        description="a path, relative to this file",
        extra_json_schema={"pattern": r"\S"},
        min_length=1,
        max_length=4096,
    ),
]
StorePlace = Annotated[
    str,
    Meta(
        description='a path, relative to this file, or a bucket such as "s3://bucket/prefix"',
        extra_json_schema={"pattern": r"\S"},
        min_length=1,
        max_length=4096,
    ),
]
ResolvedPath = Annotated[Path, Meta(extra_json_schema={"$ref": "#/$defs/FilePath"})]
"""A path that the program gets as an absolute one."""
Days = Annotated[
    str,
    Meta(
        description='a number of days or weeks, such as "90d" or "12w"',
        extra_json_schema={"pattern": "^(?:0|[1-9][0-9]{0,4})[dw]$"},
    ),
]
DaysOrNever = Annotated[
    Days | bool, Meta(description='a number of days or weeks, such as "365d"; or false for never')
]
Count = Annotated[int, Meta(description="a whole number from 1 on", ge=1, le=1_000_000)]
Size = Annotated[
    str,
    Meta(
        description='a size in megabytes or gigabytes, such as "800MB" or "4GB"',
        extra_json_schema={"pattern": "^[1-9][0-9]{0,5}(?:MB|GB)$"},
    ),
]
Port = Annotated[int, Meta(description="a port from 0 (any free one) to 65535", ge=0, le=65535)]
Seconds = Annotated[float, Meta(description="a number of seconds between 1 and 300", ge=1, le=300)]
Switch = Annotated[bool, Meta(description="true or false")]
Gate = Annotated[
    Annotated[float, Meta(ge=0, le=1)] | bool,
    Meta(description="a share between 0 and 1, such as 0.05 for 5 %; or false for never"),
]
"""A share over which something is wrong; False: never."""
Words = Annotated[
    tuple[Annotated[str, Meta(min_length=1, max_length=300)], ...],
    Meta(description="a list of words", min_length=1, extra_json_schema={"uniqueItems": True}),
]
Day = Annotated[
    str,
    Meta(
        description='a day, such as "2025-01-01"',
        extra_json_schema={"format": "date", "pattern": "^[1-9][0-9]{3}-"},
    ),
]
ClockTime = Annotated[
    str,
    Meta(
        description='a time of day, such as "20:00"',
        extra_json_schema={"pattern": "^(?:[01][0-9]|2[0-3]):[0-5][0-9]$"},
    ),
]
Severity = Literal["info", "warning", "critical"]

ColumnName = Annotated[
    str, Meta(description="a text of at most 300 characters", min_length=1, max_length=300)
]
Column = str | Sequence[str] | Sequence[Sequence[str]] | bool
"""The column that a field is in; several (`id` and `name` join them, others take the first there
is); several lists, of which the first counts that a file has whole; or False for none."""
ColumnNames = Annotated[tuple[ColumnName, ...], Meta(min_length=1, max_length=10)]
ColumnOfField = Annotated[
    ColumnName
    | Annotated[tuple[ColumnNames | ColumnName, ...], Meta(min_length=1, max_length=10)]
    | bool,
    Meta(
        description="the name of a column, a list of names, or false for none; of `id` and `name`"
        " the columns of a list are joined by a space, of all other fields the first that a file"
        " has counts; of several lists in the list the first counts that a file has whole"
    ),
]
SpellingsOfColumn = Annotated[
    ColumnName | ColumnNames | bool,
    Meta(description="the name of a column, a list of its spellings, or false for none"),
]

_ADDRESS: dict[str, Json] = {
    "description": "an address that begins with http:// or https://",
    "type": "string",
    "maxLength": 2048,
    "pattern": r"^https?://[^\s/]+",
    **_HIDDEN,
}
_SECRET: dict[str, Json] = {
    "description": '{ env = "NAME" } or { file = "PATH" }; secrets are not allowed literally',
    "type": "object",
    **_HIDDEN,
    "minProperties": 1,
    "maxProperties": 1,
    "additionalProperties": False,
    "properties": {
        "env": {
            "description": "the name of an environment variable",
            "type": "string",
            "pattern": "^[A-Za-z_][A-Za-z0-9_]*$",
            **_HIDDEN,
        },
        "file": {"$ref": "#/$defs/FilePath"},
    },
}


def _or_secret(description: str, text: dict[str, Json]) -> Meta:
    """What a key expects that is a text, or a secret in its place."""
    choice = {"if": {"type": "string"}, "then": text, "else": _SECRET}
    return Meta(description=description, extra_json_schema=_HIDDEN | choice)


Address = Annotated[str, Meta(extra_json_schema=_ADDRESS)]
SecretValue = Annotated[Secret, Meta(extra_json_schema=_SECRET)]
AddressOrSecret = Annotated[
    Secret,
    _or_secret('an address (http:// or https://), { env = "NAME" } or { file = "PATH" }', _ADDRESS),
]
StateAddress = Annotated[
    Any,
    _or_secret(
        'a database address such as "sqlite:///snapshots/talentwatch.db", or { env = "NAME" } or'
        ' { file = "PATH" } for one with a password',
        {
            "description": 'a database address such as "sqlite:///snapshots/talentwatch.db"',
            "pattern": "^[a-z][a-z0-9+]*://",
            **_HIDDEN,
        },
    ),
]
HeaderName = Annotated[
    str,
    Meta(
        description="the name of a header",
        extra_json_schema={"pattern": "^[A-Za-z0-9!#$%&'*+.^_`|~-]+$"},
    ),
]
Headers = Annotated[
    dict[HeaderName, SecretValue],
    Meta(
        description='a table of header names with { env = "NAME" } or { file = "PATH" } as values',
        extra_json_schema=_HIDDEN,
    ),
]
ProgramPath = Annotated[
    str,
    Meta(
        description='the path of a program there, such as "/opt/talentwatch/bin/python"',
        extra_json_schema={"pattern": r"^[^\x00-\x1f]*[^\x00-\x20]$"},
        max_length=4096,
    ),
]
Master = Annotated[
    str,
    Meta(
        description='the master of a cluster, such as "spark://host:7077", "k8s://https://host:443"'
        ' or "yarn"; or "local[2,4]" for two cores of this machine and four tries of a bucket',
        extra_json_schema={
            "pattern": r"^(?:local(?:\[[0-9*]+(?:,[0-9]+)?\])?|yarn|k8s://[^\s@]+"
            r"|spark://[^\s@,/]+:[0-9]+(?:,[^\s@,/]+:[0-9]+)*)$"
        },
        max_length=2048,
    ),
]
OptionName = Annotated[
    str,
    Meta(
        description="the name of an option of Spark, such as spark.executor.memory",
        extra_json_schema={"pattern": r"^spark\.[A-Za-z0-9._-]+$"},
        max_length=200,
    ),
]
_OPTION: dict[str, Json] = {
    "description": 'a text, such as "4g", "8" or "true"',
    "type": "string",
    "maxLength": 4096,
    **_HIDDEN,
}
OptionValue = Annotated[
    Secret,
    Meta(
        description='a text, such as "4g"; { env = "NAME" } or { file = "PATH" } for a secret',
        extra_json_schema={
            **_HIDDEN,
            "if": {"type": "object"},
            "then": _SECRET,
            "else": _OPTION,
        },
    ),
]
Options = Annotated[
    dict[OptionName, OptionValue],
    Meta(
        description='a table of options of Spark, such as { "spark.executor.memory" = "4g" }',
        extra_json_schema=_HIDDEN,
    ),
]
