"""An answer as it is written: as a page, as JSON and as CSV."""

import io
import re
from collections.abc import Mapping, Sequence
from typing import Any

from monitor.base.records import Json
from monitor.board.answers.filters import Answer, Asked
from monitor.board.csv_lines import csv_lines
from monitor.board.rendering import environment
from monitor.board.server.page import Page


def document_form(
    answer: Answer, asked: Asked, foot: Mapping[str, Json], path: str
) -> Mapping[str, Json]:
    """An answer as JSON says it: rows with where the next ones are, or the one thing."""
    following = None if answer.after is None else f"{path}{asked.address(after=answer.after)}"
    if answer.document is not None:
        more = {"next": following} if following else {}
        return {**answer.document, **more, **foot}
    return {"items": list(answer.records), "next": following, **foot}


def file_name(path: str, kind: str = "csv") -> str:
    """Name the file of a page; a header holds no letters but those of English."""
    words = re.sub(r"[^A-Za-z0-9._-]+", "-", path).strip("-.")
    return f"talentwatch-{words or 'overview'}.{kind}"


def csv_form(records: Sequence[Mapping[str, Json]]) -> bytes:
    """The rows of an answer as CSV."""
    out = io.StringIO()
    csv_lines(records, out)
    return out.getvalue().encode()


def html_form(page: Page, answer: Answer, asked: Asked, foot: Mapping[str, Any]) -> bytes:
    """An answer as its template shows it; `foot` is what stands around it on every page."""
    path = "/overview" if foot["path"] == "/" else foot["path"]
    forms = {kind: f"{path}.{kind}{asked.address()}" for kind in ("csv", "json")}
    return (
        environment()
        .get_template(f"pages/{page.template}")
        .render(
            **answer.shown,
            menu=foot["menu"],
            here=page.under or page.path,
            filters=page.filters,
            asked=asked,
            after=answer.after,
            foot=foot,
            forms=forms,
            acts=foot["acts"],
        )
        .encode()
    )
