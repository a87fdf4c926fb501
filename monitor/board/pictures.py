"""The count of one alert as a picture by itself: SVG, and PNG where the extra `pictures` is there.

The picture holds figures and days and no name, so that it shows nobody where people are not named,
and its letters are those of English, which every font has.
"""

import re
from collections.abc import Sequence
from datetime import date
from functools import cache

from monitor.base.errors import TalentwatchError
from monitor.base.records import Alert
from monitor.board.alert_view import WIDE, RuleSummary, count_chart, rule_summary
from monitor.board.answers.desk import Desk
from monitor.board.rendering import environment, template_text

_VARIABLE = re.compile(r"var\((--[a-z0-9]+)\)")
_COLOUR = re.compile(r"(--[a-z0-9]+):([^;}]+)")
_FONTS = (
    "DejaVu Sans, Noto Sans, Liberation Sans, Open Sans, Roboto, Ubuntu, Cantarell, Helvetica Neue,"
    " Helvetica, Arial, Segoe UI, Verdana, sans-serif"
)
"""Named one by one: what draws the PNG does not know which font of a machine is `sans-serif`."""
_LETTERS = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="20">'
    '<text x="2" y="16" font-family="{fonts}">{words}</text></svg>'
)
_WITHOUT_THE_EXTRA = (
    "pictures as PNG need the extra `pictures`: install talentwatch[pictures]"
    " (pip install resvg-py)"
)
_WITHOUT_FONTS = "pictures as PNG need a font: install one, such as Debian's fonts-dejavu-core"


class NoPicture(TalentwatchError):
    """There is no picture; the message says why."""


def svg_picture(
    alert: Alert, rule: RuleSummary, *, evaluated_to: date, looks: Sequence[date] = ()
) -> str:
    """Draw how many counted day by day; equal input makes equal text.

    Raises NoPicture for an alert of which nobody is known, or that counts no people.
    """
    if not alert.people or alert.measure != "people":
        raise NoPicture(f"the alert {alert.alert} has no count of people to draw")
    if not rule.draws:
        raise NoPicture("the configuration has least_people: each person makes a step of a picture")
    chart = count_chart(alert, rule, WIDE, evaluated_to=evaluated_to, looks=looks)
    return (
        environment()
        .get_template("picture.svg")
        .render(
            chart=chart,
            width=chart.width,
            height=chart.height,
            title=f"How many counted, day by day: alert {alert.alert}",
            known_on=alert.first_known_on,
            style=_style(),
        )
    )


def picture_of(desk: Desk, alert: Alert) -> str:
    """Draw an alert as it stands on the day to which the rules were evaluated; as `svg_picture`."""
    rule = next((rule for rule in desk.definitions.rules.rules if rule.id == alert.rule), None)
    looks = [row[1] for row in desk.snapshots]
    return svg_picture(
        alert,
        rule_summary(rule, alert.rule, least=desk.settings.least_people),
        evaluated_to=desk.horizon,
        looks=looks,
    )


def png_picture(svg: str) -> bytes:
    """Make a PNG of a picture, at one pixel a unit.

    Raises NoPicture where the extra is not installed, or no font is: words would be left out.
    """
    why = why_no_png()
    if why is not None:
        raise NoPicture(why)
    import resvg_py  # noqa: PLC0415 -- an extra

    try:
        return bytes(resvg_py.svg_to_bytes(svg_string=svg))
    except ValueError as exc:
        raise NoPicture(f"the picture cannot be drawn: {exc}") from exc


@cache
def why_no_png() -> str | None:
    """Say why this machine makes no PNG; None if it does."""
    try:
        import resvg_py  # noqa: PLC0415 -- an extra
    except ImportError:
        return _WITHOUT_THE_EXTRA
    empty, drawn = (
        resvg_py.svg_to_bytes(svg_string=_LETTERS.format(fonts=_FONTS, words=words))
        for words in ("", "Aug 5")
    )
    return _WITHOUT_FONTS if empty == drawn else None


@cache
def _style() -> str:
    """The style of charts in the colours of light, written out: programs know no variables."""
    colours = dict(_COLOUR.findall(template_text("style.css").partition("@media")[0]))
    plain = _VARIABLE.sub(lambda match: colours[match[1]], template_text("charts.css"))
    return f"text{{font-family:{_FONTS}}}{plain}"
