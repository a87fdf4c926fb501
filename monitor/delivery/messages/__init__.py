"""An alert in words: the document that webhooks get, and the text that people read."""

from monitor.delivery.messages.bodies import (
    AlertBody,
    DigestBody,
    NoticeBody,
    PersonBody,
)
from monitor.delivery.messages.documents import SCHEMA_VERSION, Subject, body, notice_body, read
from monitor.delivery.messages.formatting import (
    at_least,
    counted,
    day_words,
    days_words,
    defused,
    fewer_people,
    how_many_people,
    is_link,
    percent,
    plain,
    short,
    visible,
)
from monitor.delivery.messages.outline import Line, Outline, fitted, outline
from monitor.delivery.messages.reduced import NOT_NAMED, Names, digest_body, with_names
from monitor.delivery.messages.text import (
    ListedPerson,
    coverage_line,
    facts,
    headline,
    lists,
    text,
)

__all__ = [
    "NOT_NAMED",
    "SCHEMA_VERSION",
    "AlertBody",
    "DigestBody",
    "Line",
    "ListedPerson",
    "Names",
    "NoticeBody",
    "Outline",
    "PersonBody",
    "Subject",
    "at_least",
    "body",
    "counted",
    "coverage_line",
    "day_words",
    "days_words",
    "defused",
    "digest_body",
    "facts",
    "fewer_people",
    "fitted",
    "headline",
    "how_many_people",
    "is_link",
    "lists",
    "notice_body",
    "outline",
    "percent",
    "plain",
    "read",
    "short",
    "text",
    "visible",
    "with_names",
]
