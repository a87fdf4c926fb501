"""Somebody else's export as a source: what its columns mean, and whom it names."""

from monitor.exports.columns import Doubt, Guess, understood
from monitor.exports.directory import directory_text
from monitor.exports.reading import Found, Head, found, head

__all__ = ["Doubt", "Found", "Guess", "Head", "directory_text", "found", "head", "understood"]
