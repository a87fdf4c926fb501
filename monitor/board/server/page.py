"""What a page is: what may be asked of it, its answer, and the template that shows it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from monitor.board.answers.desk import Desk
from monitor.board.answers.filters import Answer, Asked, Filter

PathValues = Mapping[str, str]
"""What stands in the place of the names in a path."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One page. A page of rows is also `PATH.json` and `PATH.csv`: the same filters and rows."""

    path: str
    """As Starlette has it: `/alerts/{alert}`."""
    template: str
    """A file in `templates/pages/`."""
    answer: Callable[[Desk, Asked, PathValues], Answer]
    """Raises UsageError for what may not be asked, NotThere for what there is none of."""
    filters: tuple[Filter, ...] = ()
    menu: str | None = None
    """How the menu calls it; None leaves it out."""
    is_of_now: bool = False
    """Whether it tells more than the generation does, such as what an inbox has: made each time."""
    of_people: bool = False
    """Whether its rows are people: there is no such page where only counts are shown."""
    under: str | None = None
    """The path of the page in the menu that it belongs to."""
