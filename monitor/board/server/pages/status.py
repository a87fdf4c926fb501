"""`/status`: what is wrong now, what waits, and how old the news of each source is."""

from monitor.board.answers.desk import Desk
from monitor.board.answers.filters import Answer, Asked
from monitor.board.server.page import Page, PathValues
from monitor.delivery.messages import counted, plain
from monitor.operations.health.status import gather


def answer(desk: Desk, _asked: Asked, _: PathValues) -> Answer:
    """Say what `talentwatch status` says; its rows are what is wrong."""
    facts = gather(desk.settings, desk.reading, desk.tx, on=desk.today, at=desk.now)
    problems = [plain(problem) for problem in facts["problems"]]
    wrong = len(problems)
    return Answer(
        records=[{"problem": problem} for problem in problems],
        document=facts,
        shown={
            "headline": f"{counted(wrong, 'thing')} {'is' if wrong == 1 else 'are'} wrong"
            if wrong
            else "All is well",
            "problems": problems,
            "sources": facts["sources"],
            "aside": [{**group, "text": plain(group["text"])} for group in facts["set_aside"]],
            "doubts": [plain(doubt) for doubt in facts["rules"]["doubts"]],
            "outbox": facts["outbox"],
            "last_run": facts["last_run"],
        },
    )


PAGE = Page(path="/status", template="status.html", answer=answer, is_of_now=True)
