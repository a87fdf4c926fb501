"""The API described in OpenAPI 3.1, from the pages' filters and the shapes of their rows."""

import re
from collections.abc import Sequence
from typing import Any

from msgspec.json import schema_components

from monitor import __version__
from monitor.board.answers.filters import MOST_ROWS, Filter
from monitor.board.answers.filters import ROWS as USUAL_ROWS
from monitor.board.server.api.shapes import ONE, ROWS, ProblemRecord, Shape
from monitor.board.server.page import Page

API = "/api/v1"
_SHAPES: list[type[Shape]] = sorted(
    {*ROWS.values(), *ONE.values(), ProblemRecord}, key=lambda shape: shape.__name__
)
_GENERATION = {
    "generation": {"type": "string", "description": "changes with every publication or decision"},
    "evaluated_to": {"type": ["string", "null"], "format": "date"},
    "newest_snapshot": {"type": ["string", "null"], "format": "date"},
    "too_few": {
        "type": "object",
        "additionalProperties": {"type": "integer"},
        "description": "how many rows count fewer than least_people, by what they are of, from as"
        " many on",
    },
}


def api_path(page: Page) -> str:
    """Where the API answers as a page does."""
    return f"{API}{'/overview' if page.path == '/' else page.path}"


PEOPLE = frozenset({"/alerts/{alert}"})
"""The pages of one thing that has people: these are the rows, some at a time."""


def document(pages: Sequence[Page]) -> dict[str, Any]:
    """Describe what the API answers, and how it may be asked."""
    shown, components = schema_components(_SHAPES, ref_template="#/components/schemas/{name}")
    references = dict(zip((record.__name__ for record in _SHAPES), shown, strict=True))
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "talentwatch",
            "version": __version__,
            "description": "Who moves between organisations. All of it is read-only; days are UTC.",
        },
        "paths": {
            re.sub(r"\{(\w+)(?::\w+)?\}", r"{\1}", api_path(page)): _path(page, references)
            for page in pages
        },
        "components": {
            "schemas": components,
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
        "security": [{}, {"token": []}],
    }


def _path(page: Page, references: dict[str, Any]) -> dict[str, Any]:
    problem = {"application/problem+json": {"schema": references[ProblemRecord.__name__]}}
    named = re.findall(r"\{(\w+)(?::\w+)?\}", page.path)
    parameters = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
        for name in named
    ]
    parameters += [_parameter(choice) for choice in page.filters]
    if page.path in (*ROWS, *PEOPLE):
        parameters += [
            _query("after", {"type": "string"}, "where the page of rows before ended"),
            _query(
                "limit",
                {"type": "integer", "minimum": 1, "maximum": MOST_ROWS, "default": USUAL_ROWS},
                "how many rows",
            ),
        ]
    answer = {"application/json": {"schema": _answer(page, references)}}
    errors = {"400": "what cannot be asked", "401": "say who you are", "404": "there is none"}
    return {
        "get": {
            "summary": (page.answer.__doc__ or "").split("\n", maxsplit=1)[0],
            "parameters": parameters,
            "responses": {
                "200": {"description": "the answer", "content": answer},
                "304": {"description": "nothing changed since the ETag of If-None-Match"},
                **{
                    code: {"description": said, "content": problem} for code, said in errors.items()
                },
                "503": {
                    "description": "nothing is published yet, or it is being counted",
                    "content": problem,
                },
            },
        }
    }


def _answer(page: Page, references: dict[str, Any]) -> dict[str, Any]:
    if page.path in ROWS:
        rows = {"type": "array", "items": references[ROWS[page.path].__name__]}
        following = {"type": ["string", "null"], "description": "the address of the next rows"}
        return {
            "type": "object",
            "properties": {"items": rows, "next": following, **_GENERATION},
            "required": ["items", "next", *_GENERATION],
        }
    following = {"type": "string", "description": "the address with the next people"}
    properties = {**_GENERATION, **({"next": following} if page.path in PEOPLE else {})}
    more = {"type": "object", "properties": properties, "required": [*_GENERATION]}
    shape = ONE.get(page.path)
    return more if shape is None else {"allOf": [references[shape.__name__], more]}


def _parameter(choice: Filter) -> dict[str, Any]:
    schemas: dict[str, dict[str, Any]] = {
        "text": {"type": "string", "maxLength": 300},
        "day": {"type": "string", "format": "date"},
        "count": {"type": "integer", "minimum": 1},
        "choice": {"type": "string", "enum": list(choice.choices)},
    }
    schema = schemas[choice.kind]
    if choice.default:
        schema["default"] = choice.default
    return _query(choice.name, schema, choice.label)


def _query(name: str, schema: dict[str, Any], said: str) -> dict[str, Any]:
    return {"name": name, "in": "query", "schema": schema, "description": said}
