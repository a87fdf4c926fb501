"""An alert in words: the document that webhooks get, and the text that people read."""

from monitor.messages.documents import (
    SCHEMA_VERSION,
    AlertBody,
    CoverageBody,
    DigestBody,
    NoticeBody,
    PersonBody,
    Subject,
    body,
    notice_body,
    read,
)
from monitor.messages.outline import Line, Outline, fitted, outline
from monitor.messages.reduced import Names, digest_body, with_names
from monitor.messages.text import PEOPLE_SHOWN, Listed, coverage_line, facts, headline, lists, text
from monitor.messages.words import (
    day_words,
    days_words,
    defused,
    how_many_people,
    is_link,
    percent,
    plain,
    short,
    visible,
)

__all__ = [
    "PEOPLE_SHOWN",
    "SCHEMA_VERSION",
    "AlertBody",
    "CoverageBody",
    "DigestBody",
    "Line",
    "Listed",
    "Names",
    "NoticeBody",
    "Outline",
    "PersonBody",
    "Subject",
    "body",
    "coverage_line",
    "day_words",
    "days_words",
    "defused",
    "digest_body",
    "facts",
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
