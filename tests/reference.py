"""Writes what follows from the code: JSON Schemas, docs/reference.md, docs/relations.md, a table.

`make reference` calls it; a test says that the files are in step.
"""

import json
import re
import sys
import typing
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct
from msgspec.json import schema_components
from relation_graph import page as relations_page

from monitor.base.records import Json
from monitor.base.settings import Config, Quality, channels, collected, sources, values
from monitor.base.settings.values import Filled, Table
from monitor.rules.language import keys as rule_keys
from monitor.rules.language import values as rule_values

ROOT = Path(__file__).resolve().parent.parent
FILES: Mapping[str, type[Struct]] = {"config": Config, "rule": rule_keys.RuleTable}
"""The files that people write, each with its outermost table."""
NAMED = {
    name: kind
    for module in (values, channels, collected, sources, rule_values, rule_keys)
    for name, kind in vars(module).items()
    if typing.get_origin(kind) is typing.Annotated and name[0] != "_"
}
"""What several keys expect; in a schema it stands once."""
WIDTH = 150
HEAD = """# Reference

Every key of the files that you write, with its default. `make reference` writes this page, and the JSON Schemas in
[monitor/schemas/](../monitor/schemas), from the classes that read these files.
"""  # noqa: E501 -- a page is as wide as the others
LEAST_SHARED = 70
"""What is shorter, in characters, is repeated."""
_TYPES = ("object", "array", "string", "integer", "number", "boolean")
"""In the order in which alternatives are tried."""
_KEY_AND_DOC = re.compile(
    r'^    (\w+): (?:(?!\n    \w)[^"]|"(?!""))*?\n    """(.*?)"""', re.DOTALL | re.MULTILINE
)
_WORDS: dict[frozenset[Any], list[Any]] = {}
"""The words of each Literal in the order in which they are written; msgspec sorts them."""


def generated() -> dict[Path, str]:
    """Return the text of every file that follows from the settings or the statements."""
    texts = {
        ROOT / "monitor" / "schemas" / f"{name}.schema.json": f"{formatted(schema_of(of))}\n"
        for name, of in FILES.items()
    }
    gates = ROOT / "docs" / "quality.md"
    table = re.compile(r"(?<=<!-- gates -->\n).*?(?=<!-- end -->)", re.DOTALL)
    return texts | {
        ROOT / "docs" / "reference.md": HEAD + "".join(map(page, FILES.values())),
        ROOT / "docs" / "relations.md": relations_page(),
        gates: table.sub(lambda _: rows(Quality), gates.read_text(encoding="utf-8")),
    }


# -- schemas ---------------------------------------------------------------------------------------


def schema_of(of: type[Struct]) -> dict[str, Json]:
    """Return the JSON Schema of a file."""
    found = parts_of(of)
    root = found.pop(of.__name__)
    parts = {name: found[name] for name in sorted(names_in(root, found))}
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema"}
    return head | {"title": first_line(of)} | root | {"$defs": parts}


def parts_of(of: type[Struct]) -> dict[str, dict[str, Json]]:
    """Return the schema of each table of a file, and of what several keys expect."""
    remember_words(of)
    (_, *named), found = schema_components((of, *NAMED.values()), schema_hook=as_in_files)
    for table in tables_below(of):
        keys = found[table.__name__]["properties"]
        keys |= {key: {"title": said, **keys[key]} for key, said in meanings(table).items()}
        if issubclass(table, Filled):
            found[table.__name__]["minProperties"] = 1
    named = [plain(each, found) for each in named]
    found = {name: plain(each, found) for name, each in found.items()}
    often = {
        name: schema
        for name, schema in zip(NAMED, named, strict=True)
        if "$ref" not in schema and len(json.dumps(schema)) > LEAST_SHARED
    }
    return {
        name: {key: shared(each, often) for key, each in schema.items()}
        for name, schema in {**found, **often}.items()
    }


def meanings(table: type[Struct]) -> dict[str, str]:
    """Return what stands below each key of a table in its class: what the key means."""
    said: dict[str, str] = {}
    for base in filter(is_own, reversed(table.__mro__)):
        source = Path(sys.modules[base.__module__].__file__ or "").read_text(encoding="utf-8")
        body = source.partition(f"\nclass {base.__name__}(")[2].partition("\n\n\n")[0]
        for found in _KEY_AND_DOC.finditer(body):
            said[found[1]] = " ".join(found[2].split()).removesuffix(".")
    return {
        key: said[name]
        for name, key in zip(table.__struct_fields__, table.__struct_encode_fields__, strict=True)
        if name in said
    }


def shared(schema: Json, often: Mapping[str, dict[str, Json]]) -> Json:
    """Return a schema that refers to what several keys expect."""
    if not isinstance(schema, dict):
        return schema
    for name, part in often.items():
        if part.items() <= schema.items():
            rest = {key: each for key, each in schema.items() if key not in part}
            return {**rest, "$ref": f"#/$defs/{name}"}
    return inside(schema, lambda part: shared(part, often))


def inside(schema: Mapping[str, Json], change: Callable[[Json], Json]) -> dict[str, Json]:
    """Return a schema of which the schemas in it are changed."""
    changed = dict(schema)
    for key, part in schema.items():
        if key in {"properties", "$defs"}:
            changed[key] = {name: change(each) for name, each in part.items()}
        elif isinstance(part, dict):
            changed[key] = change(part)
        elif key in {"anyOf", "allOf"}:
            changed[key] = [change(each) for each in part]
    return changed


def as_in_files(kind: type) -> dict[str, Json]:
    """Return the schema of what stands in the file where the program has a class of its own."""
    return msgspec.json.schema(values.SpellingsOfColumn) if kind is sources.Spellings else {}


def remember_words(kind: Any) -> None:
    """Remember the order of the words of every Literal in a type."""
    if typing.get_origin(kind) is typing.Literal:
        _WORDS[frozenset(typing.get_args(kind))] = list(typing.get_args(kind))
    for each in hints(kind).values() if is_table(kind) else typing.get_args(kind):
        remember_words(each)


def tables_below(kind: Any) -> set[type[Struct]]:
    """Return every table in a type, itself included."""
    within = hints(kind).values() if is_table(kind) else typing.get_args(kind)
    found = {kind} if is_table(kind) else set[type[Struct]]()
    return found.union(*map(tables_below, within))


def names_in(schema: Json, found: Mapping[str, Json]) -> set[str]:
    """Return the parts that a schema refers to, and those that they refer to."""
    names: set[str] = set()
    if isinstance(schema, dict) and "$ref" in schema:
        name = schema["$ref"].removeprefix("#/$defs/")
        names |= {name} | names_in(found[name], found)
    inside = schema.values() if isinstance(schema, dict) else schema
    for each in inside if isinstance(schema, dict | list) else ():
        names |= names_in(each, found)
    return names


def plain(schema: Json, found: Mapping[str, Json]) -> Json:
    """Return a schema of msgspec for TOML, and so that jsonschema words its errors best.

    Of alternatives the type of what is written decides, so that an error speaks of the one that was
    meant. A table that is described where it is used is written out there.
    """
    if not isinstance(schema, dict):
        return schema
    if "discriminator" in schema:
        return by_kind(schema["discriminator"])
    if "anyOf" in schema:
        options = [each for each in schema["anyOf"] if each != {"type": "null"}]
        nested = options[0] if len(options) == 1 else {}
        schema = {**nested, **schema, "anyOf": list(alternatives(schema))}
    schema = without_defaults(inside(schema, lambda part: plain(part, found)))
    if schema.get("title") in found:
        del schema["title"]  # the name of the class
        said = lowered(schema["description"])
        schema["description"] = said if said.startswith("a table") else f"a table: {said}"
        needed = schema.get("required", ())
        first = {key: part for key, part in schema["properties"].items() if key in needed}
        schema["properties"] = {**first, **schema["properties"]}
    if "enum" in schema:
        schema.pop("type", None)
        schema["enum"] = _WORDS.get(frozenset(schema["enum"]), schema["enum"])
    if "anyOf" in schema:
        schema = {**by_type(schema.pop("anyOf"), schema.get("description")), **schema}
    if "$ref" in schema and schema.keys() - {"$ref", "title", "default", "examples"}:
        table = plain(found[schema.pop("$ref").removeprefix("#/$defs/")], found)
        schema = {**table, **schema}
    return schema


def alternatives(schema: Mapping[str, Json]) -> Iterator[Json]:
    """Return what a schema allows of, without what may be left out."""
    for each in schema["anyOf"]:
        if "anyOf" in each:
            yield from alternatives(each)
        elif each != {"type": "null"}:
            yield each


def without_defaults(schema: Mapping[str, Json]) -> dict[str, Json]:
    """Return a schema without what is empty, and without defaults of tables: their keys have some.

    TOML has no null: a key whose default it is may be left out.
    """
    said = {key: each for key, each in schema.items() if key != "required" or each}
    default = said.get("default", 0)
    if default is None or isinstance(default, dict) or default in ([], ()):
        del said["default"]
    return said


def by_type(options: list[dict[str, Json]], description: str | None) -> dict[str, Json]:
    """Return alternatives of which the type of what is written decides; true is never one."""
    said = {} if description is None else {"description": description}
    ordered = sorted(options, key=lambda option: _TYPES.index(type_of(option)))
    if len(ordered) == 1:
        return said | ordered[0]
    last: dict[str, Json] = said | {"type": [type_of(option) for option in ordered]}
    if ordered[-1] == {"type": "boolean"}:
        ordered, last = ordered[:-1], said | {"const": False}
    for option in reversed(ordered):
        last = {"if": {"type": type_of(option)}, "then": said | option, "else": last}
    return last


def type_of(option: Mapping[str, Json]) -> str:
    return str(option.get("type", "string" if "enum" in option else "object"))


def by_kind(discriminator: Mapping[str, Json]) -> dict[str, Json]:
    """Return tables of which a key says the kind."""
    key, kinds = discriminator["propertyName"], sorted(discriminator["mapping"].items())
    return {
        "description": f"a table with a {key}",
        "type": "object",
        "required": [key],
        "properties": {key: {"enum": [kind for kind, _ in kinds]}},
        "allOf": [
            {
                "if": {
                    "type": "object",
                    "required": [key],
                    "properties": {key: {"const": kind}},
                },
                "then": {"$ref": name},
            }
            for kind, name in kinds
        ],
    }


def formatted(schema: Json, indent: str = "", room: int = 0) -> str:
    """Return JSON with everything in one line that fits into it."""
    line = json.dumps(schema, ensure_ascii=False)
    if isinstance(schema, dict) and schema:
        line = f"{{ {line[1:-1]} }}"
    if not isinstance(schema, dict | list) or room + len(indent) + len(line) <= WIDTH:
        return line
    inner = f"{indent}  "
    parts = (
        [
            f"{json.dumps(key)}: {formatted(part, inner, len(key) + 5)}"
            for key, part in schema.items()
        ]
        if isinstance(schema, dict)
        else [formatted(part, inner) for part in schema]
    )
    opening, closing = "{}" if isinstance(schema, dict) else "[]"
    return f"{opening}\n{inner}" + f",\n{inner}".join(parts) + f"\n{indent}{closing}"


# -- the page --------------------------------------------------------------------------------------


def page(of: type[Struct]) -> str:
    """Return the reference of a file: its tables, the outer ones first."""
    tables = dict(sections(of, "", ""))  # a table that several hold is shown once
    text = f"\n## {first_line(of)[:-1]}\n\n{rows(of)}"
    for table, heading in list(tables.items())[1:]:
        said = "" if lowered(first_line(table)) in heading else f"{first_line(table)}\n"
        text += f"\n### {heading}\n{said}\n{rows(table)}"
    return text


def sections(of: type[Struct], heading: str, above: str) -> Iterator[tuple[type[Struct], str]]:
    """Return each table of a file with its heading, the outer ones first."""
    yield of, heading
    names = dict(zip(of.__struct_fields__, of.__struct_encode_fields__, strict=True))
    for field, hint in hints(of).items():
        key = f"{above}{names[field]}"
        for table, container in tables_in(hint, None):
            place = f"[{key}.NAME]" if container is dict else f"[{key}]"
            place = f"[{place}]" if container is tuple else place
            tag = table.__struct_config__.tag
            inner = f"{key}.NAME." if container is dict else f"{key}."
            for base in kinds_above(table):
                yield from sections(base, f"{place}: {lowered(first_line(base))}", inner)
            heading = f'{place}, kind = "{tag}"' if tag else place
            yield from sections(table, heading, inner)


def rows(table: type[Struct]) -> str:
    """Return the keys of a table, less those that a page has of the kinds above it."""
    found = parts_of(table)
    schema = found[table.__name__]
    told = {name for base in kinds_above(table) for name in base.__struct_encode_fields__}
    names = dict(zip(table.__struct_fields__, table.__struct_encode_fields__, strict=True))
    told |= {str(table.__struct_config__.tag_field)}
    meant = meanings(table)
    told |= {
        names[name]
        for name, hint in hints(table).items()
        if names[name] not in meant and list(tables_in(hint, None))
    }
    text = "| key | default | meaning | expected |\n|---|---|---|---|\n"
    for key, part in schema["properties"].items():
        whole = {**found.get(str(part.get("$ref")).removeprefix("#/$defs/"), {}), **part}
        if key in told:
            continue
        default = "required" if key in schema.get("required", ()) else ""
        if "default" in part:
            default = f"`{json.dumps(part['default'])}`"
        words = [whole[name] for name in ("title", "description") if name in whole]
        if "enum" in whole:
            words.append(f"one of {', '.join(f'`{choice}`' for choice in whole['enum'])}")
        meaning, expected = words[0], "; ".join(words[1:])
        text += f"| `{key}` | {default} | {meaning} | {expected} |\n".replace("<", "&lt;")
    return text


def kinds_above(table: type[Struct]) -> list[type[Struct]]:
    """Return the classes whose keys tables of several kinds have, the most general first."""
    tagged = bool(table.__struct_config__.tag)
    return [base for base in reversed(table.__mro__[1:]) if tagged and is_own(base)]


def tables_in(hint: Any, container: type | None) -> Iterator[tuple[type[Struct], type | None]]:
    """Return the tables in a type, each with the list or table that holds it."""
    if is_table(hint):
        yield hint, container
        return
    origin = typing.get_origin(hint)
    for each in typing.get_args(hint):
        yield from tables_in(each, origin if origin in (dict, tuple) else container)


def is_table(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, Struct)


def is_own(base: type) -> bool:
    """Whether a class is a table that has keys of its own."""
    return is_table(base) and base not in (Struct, Table, Filled)


def hints(table: type) -> dict[str, Any]:
    return typing.get_type_hints(table, include_extras=True)


def first_line(table: type) -> str:
    return (table.__doc__ or "").partition("\n")[0]


def lowered(line: str) -> str:
    """Return a sentence as the rest of one."""
    line = line.partition("\n")[0].removesuffix(".")
    return line if line[1:2].isupper() else line[:1].lower() + line[1:]


if __name__ == "__main__":
    for path, text in generated().items():
        path.write_text(text, encoding="utf-8")
