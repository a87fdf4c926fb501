"""One page a file: what may be asked, the answer, and the template that shows it."""

from monitor.board.server.page import Page
from monitor.board.server.pages import (
    alert,
    alerts,
    deliveries,
    held,
    overview,
    rule,
    rules,
    silences,
    snapshots,
)

PAGES: tuple[Page, ...] = (
    overview.PAGE,
    alerts.PAGE,
    alert.PAGE,
    rules.PAGE,
    rule.PAGE,
    snapshots.PAGE,
    deliveries.PAGE,
    held.PAGE,
    silences.PAGE,
)
"""Every page, in the order of the menu."""
