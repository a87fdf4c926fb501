"""Where people read, made so that no word that is printed gives the terminal orders."""

from dataclasses import dataclass

from rich.console import Console, ConsoleOptions, ConsoleRenderable, RenderHook, RenderResult
from rich.segment import Segment

from monitor.delivery.messages import visible


def visible_console(*, width: int | None) -> Console:
    """Make a console that obeys no word it prints, and writes out what a terminal would obey."""
    console = _Console(highlight=False, markup=False, emoji=False, width=width)
    console.push_render_hook(_Visible())
    return console


class _Console(Console):
    def on_broken_pipe(self) -> None:
        """Let the border decide what it means that nobody reads any further."""
        raise BrokenPipeError


class _Visible(RenderHook):
    def process_renderables(self, renderables: list[ConsoleRenderable]) -> list[ConsoleRenderable]:
        """Wrap what is to be printed."""
        return [_Seen(renderable) for renderable in renderables]


@dataclass(frozen=True, slots=True)
class _Seen:
    printed: ConsoleRenderable

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        for segment in console.render(self.printed, options):
            text = segment.text if segment.control else visible(segment.text)
            yield Segment(text, segment.style, segment.control)
