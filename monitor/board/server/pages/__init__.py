"""One page a file: what may be asked, the answer, and the template that shows it."""

from monitor.board.server.page import Page
from monitor.board.server.pages import alert, alerts, overview

PAGES: tuple[Page, ...] = (
    overview.PAGE,
    alerts.PAGE,
    alert.PAGE,
)
"""Every page, in the order of the menu."""
