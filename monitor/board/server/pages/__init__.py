"""One page a file: what may be asked, the answer, and the template that shows it."""

from monitor.board.server.page import Page
from monitor.board.server.pages import (
    alert,
    alerts,
    deliveries,
    find,
    flows,
    held,
    moves,
    organization,
    organizations,
    overview,
    person,
    rule,
    rule_steps,
    rules,
    silences,
    snapshots,
    status,
)

PAGES: tuple[Page, ...] = (
    overview.PAGE,
    alerts.PAGE,
    alert.PAGE,
    flows.PAGE,
    moves.PAGE,
    organizations.PAGE,
    organization.PAGE,
    person.PAGE,
    rules.PAGE,
    rule_steps.PAGE,
    rule.PAGE,
    snapshots.PAGE,
    deliveries.PAGE,
    held.PAGE,
    silences.PAGE,
    find.PAGE,
    status.PAGE,
)
"""Every page, in the order of the menu."""
MENU = [(page.path, page.menu) for page in PAGES if page.menu]
"""The address of each page that the menu has, and how it is called there."""
