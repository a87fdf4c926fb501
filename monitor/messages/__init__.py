"""An alert in words: the document that webhooks get, and the text that people read."""

from monitor.messages.documents import (
    SCHEMA_VERSION,
    AlertBody,
    CoverageBody,
    NoticeBody,
    PersonBody,
    Subject,
    body,
    notice_body,
    read,
)
from monitor.messages.text import PEOPLE_SHOWN, Listed, coverage_line, facts, headline, lists, text
from monitor.messages.words import day_words, days_words, how_many_people, percent, plain, short

__all__ = [
    "PEOPLE_SHOWN",
    "SCHEMA_VERSION",
    "AlertBody",
    "CoverageBody",
    "Listed",
    "NoticeBody",
    "PersonBody",
    "Subject",
    "body",
    "coverage_line",
    "day_words",
    "days_words",
    "facts",
    "headline",
    "how_many_people",
    "lists",
    "notice_body",
    "percent",
    "plain",
    "read",
    "short",
    "text",
]
