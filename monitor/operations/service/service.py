"""The service: one job for each schedule, one for delivery, and pages that say how it goes.

Every job asks the database what is due, as `talentwatch run` does, so a missed, doubled or late job
does no harm. A request to stop lets the work at hand end for a stated time; what is cut off then is
undone by its transaction and done again at the next start.
"""

import logging
import os
import signal
from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Event, Thread
from time import monotonic

import uvicorn
from apscheduler.events import EVENT_JOB_ERROR, JobExecutionEvent
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.base import BaseTrigger

from monitor.base.days.schedule import Schedule
from monitor.base.errors import LeaseHeld, TalentwatchError, UsageError
from monitor.base.settings import Settings, load_settings
from monitor.base.telemetry import logs
from monitor.base.telemetry.timing import measured
from monitor.intake.lost_state import open_state
from monitor.operations.due import definitions_fingerprint
from monitor.operations.failures import watch_over
from monitor.operations.run import Assembly, Wanted, run_once, send_waiting
from monitor.operations.service.board_process import BoardProcess
from monitor.operations.service.http_server import bounded_server
from monitor.operations.service.pages import Health, pages

_LOOK_SECONDS = 2.0
_EVERY_DAY = Schedule("1 0 * * *")
_EVERY_RUN = Schedule("@every 5m")
"""For sources without a schedule, which are due at every run."""


class Ours(BaseTrigger):  # type: ignore[misc]  # APScheduler ships no types
    """A trigger that asks our schedule, which is right across the changes of the clock."""

    def __init__(self, schedule: Schedule) -> None:
        self._schedule = schedule

    def get_next_fire_time(self, previous: datetime | None, now: datetime) -> datetime:
        """Return the next time; what was missed meanwhile is one."""
        return self._schedule.after(max(previous, now) if previous else now)


class Service:
    """One process that does what cron would, until it is asked to stop."""

    def __init__(
        self, settings: Settings, clock: Callable[[], datetime], assembly: Callable[[], Assembly]
    ) -> None:
        self._settings = settings
        self._clock = clock
        self._assembly = assembly
        self._written = definitions_fingerprint(settings)
        self._health = Health(look_seconds=_LOOK_SECONDS)
        self._stop = Event()
        self._reload = Event()
        self._scheduler = BackgroundScheduler(
            executors={"runs": ThreadPoolExecutor(1), "delivery": ThreadPoolExecutor(1)},
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
            timezone="UTC",
        )
        self._listen = settings.serve
        self._server = self._new_server()
        self._has_served = False
        self._board = BoardProcess(settings.path)
        self._trouble: str | None = None

    def run(self) -> bool:
        """Serve until a signal to stop; return whether the work at hand came to its end."""
        signal.signal(signal.SIGTERM, lambda *_: self._stop.set())
        signal.signal(signal.SIGINT, lambda *_: self._stop.set())
        signal.signal(signal.SIGHUP, lambda *_: self._reload.set())
        logging.getLogger().addHandler(logs.Relay())
        # What it would log is said by us, or no matter: a run that is skipped comes again.
        logging.getLogger("apscheduler").propagate = False
        logging.getLogger("apscheduler").addHandler(logging.NullHandler())
        web = self._open_pages()
        self._plan()
        self._scheduler.add_listener(self._broke, EVENT_JOB_ERROR)
        self._scheduler.start()
        logs.info("serving", host=self._settings.serve.host, port=self._settings.serve.port)
        while not self._stop.wait(_LOOK_SECONDS):
            self._health.beat()
            if not web.is_alive():
                web = self._reopen_pages()
            self._has_served = self._has_served or self._server.started
            self._board.look(wanted=self._settings.serve.board)
            self._look()
        return self._end(web)

    def _new_server(self) -> uvicorn.Server:
        application = pages(lambda: self._settings, self._health, self._clock)
        return bounded_server(application, host=self._listen.host, port=self._listen.port)

    def _open_pages(self) -> Thread:
        web = Thread(target=self._server.run, name="pages", daemon=True)
        web.start()
        return web

    def _reopen_pages(self) -> Thread:
        """Open the pages again. Raises UsageError if they could not be opened at the start."""
        if not self._has_served and not self._server.started:
            raise UsageError(
                f"the pages cannot be served at port {self._listen.port}:"
                " name another as `port` of [serve]"
            )
        logs.error("the pages ended, they are opened again")
        self._server = self._new_server()
        return self._open_pages()

    def _look(self) -> None:
        """Look whether a person wrote anything; what cannot be looked at now is looked at again."""
        try:
            if self._reload.is_set() or definitions_fingerprint(self._settings) != self._written:
                self._reload.clear()
                self.reload()
            self._trouble = None
        except Exception as exc:  # noqa: BLE001 -- runs and deliveries go on, whatever files raise
            self._reload.set()
            error = str(exc) or repr(exc)
            if error != self._trouble:
                logs.warning("files cannot be looked at, tried again", error=error)
            self._trouble = error

    def reload(self) -> None:
        """Take up what a person wrote; a configuration that is wrong is refused, and said.

        Raises UsageError while the configuration is away.
        """
        before, seen = self._settings, definitions_fingerprint(self._settings)
        self._need_configuration()
        try:
            self._settings = load_settings(before.path)
            self._written = seen
        except UsageError as exc:
            self._written = seen
            logs.error("configuration refused, the one before goes on", error=str(exc))
            self._tell("configuration", str(exc), most=1)
            self._at_once()
            return
        self._tell("configuration", None, most=1)
        self._plan()
        logs.info("configuration taken up", sources=len(self._settings.sources))
        if (self._settings.board, self._settings.board_url) != (before.board, before.board_url):
            self._board.restart()
        if _fixed(self._settings) != _fixed(before):
            logs.warning("host, port and traces change at the next start")

    def _plan(self) -> None:
        """Make a job of each schedule, and run once now for what was missed."""
        self._scheduler.remove_all_jobs()
        schedules = {source.due or _EVERY_RUN for source in self._settings.sources.values()} | {
            _EVERY_DAY
        }
        for schedule in schedules:
            self._add(self.work, "runs", Ours(schedule), f"{schedule.written} {schedule.timezone}")
        every = timedelta(seconds=self._settings.serve.deliver_seconds)
        self._scheduler.add_job(
            self.deliver, "interval", seconds=every.total_seconds(), executor="delivery"
        )
        self._at_once()

    def _at_once(self) -> None:
        self._scheduler.add_job(self.work, executor="runs", id="at once", replace_existing=True)

    def _add(self, job: Callable[[], None], executor: str, trigger: Ours, name: str) -> None:
        self._scheduler.add_job(job, trigger, executor=executor, id=name, replace_existing=True)

    def work(self) -> None:
        """Run once; what fails is logged, told as any failure, and tried again at the next time."""
        began = monotonic()
        try:
            self._need_configuration()
            done = run_once(self._settings, self._wanted())
        except LeaseHeld as exc:
            logs.info("another run is at work", error=str(exc))
            return
        except TalentwatchError as exc:
            logs.error("run failed", error=str(exc))
            self._health.ran("failed", monotonic() - began, {})
            return
        self._health.took(done.seconds)
        outcome = "quiet" if done.outcome is None else "failed" if done.errors else "done"
        self._health.ran(outcome, monotonic() - began, done.record)
        logs.info("run", run=done.run, outcome=outcome, errors=done.errors)

    def _wanted(self) -> Wanted:
        return Wanted(clock=self._clock, assembly=self._assembly)

    def deliver(self) -> None:
        """Send what waits."""
        try:
            self._need_configuration()
            with open_state(self._settings) as state, measured() as seconds:
                counts, _ = send_waiting(self._settings, state, self._wanted())
        except (TalentwatchError, OSError) as exc:
            logs.warning("delivery failed", error=str(exc))
            return
        self._health.sent(counts)
        self._health.took(seconds)

    def _need_configuration(self) -> None:
        """Raise UsageError while the configuration is away: no state is begun in its place.

        A run that was at work when a disk went may have begun an empty folder in its place, so we
        ask for the file and not for the folder.
        """
        if not self._settings.path.is_file():
            raise UsageError(f"{self._settings.path} is not there; look whether its disk is")

    def _broke(self, event: JobExecutionEvent) -> None:
        """Say that a job ended as it never should; it is done again at its next time."""
        error = f"it broke: {event.exception!r}"
        logs.error("a job broke", job=event.job_id, error=error, traceback=event.traceback)
        self._health.ran("broken", 0, {})
        self._tell("run", error, most=self._settings.watch.failures)

    def _tell(self, what: str, error: str | None, *, most: int) -> None:
        operations = self._settings.operations
        try:
            self._need_configuration()
            with open_state(self._settings) as state, state.transaction() as tx:
                watch_over(tx, {what: error}, most=most, channels=operations, at=self._clock())
        except (TalentwatchError, OSError) as exc:
            logs.warning("a notice could not be kept", error=str(exc))

    def _end(self, web: Thread) -> bool:
        logs.info("stopping", within_seconds=self._settings.serve.stop_seconds)
        self._board.stop()
        self._scheduler.pause()
        ending = Thread(target=self._scheduler.shutdown, name="shutdown", daemon=True)
        ending.start()
        ending.join(self._settings.serve.stop_seconds)
        self._server.should_exit = True
        web.join(1)
        logs.info("stopped", abandoned=ending.is_alive())
        return not ending.is_alive()


def serve(
    settings: Settings, clock: Callable[[], datetime], assembly: Callable[[], Assembly]
) -> None:
    """Serve until asked to stop. What is at work beyond its time is cut off, and done again."""
    if not Service(settings, clock, assembly).run():
        # The threads of a pool are waited for at a usual end, however long they take.
        os._exit(0)


def _fixed(settings: Settings) -> tuple[object, ...]:
    return settings.serve.host, settings.serve.port, settings.traces
