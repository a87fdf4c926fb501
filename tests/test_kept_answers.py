"""What pages are made from is made once, however many ask for it at once."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from time import sleep

from monitor.board.answers.desk import KeptAnswers


def test_what_two_threads_ask_for_at_once_is_made_once():
    """The second one waits for the first, and asks for something else meanwhile inside of it."""
    kept, asked, made = KeptAnswers(), Barrier(2), []

    def make():
        made.append(kept.once("inner", lambda: "inside"))
        sleep(0.05)  # the other thread comes meanwhile
        return len(made)

    def ask(_):
        asked.wait(timeout=10)
        return kept.once("outer", make)

    with ThreadPoolExecutor(2) as threads:
        assert list(threads.map(ask, range(2))) == [1, 1]
    assert made == ["inside"]
