"""`talentwatch serve`: the service."""

from monitor import logs
from monitor.commands.edge import CONFIG, ConfigOption, clock
from monitor.service import serve as serve_forever
from monitor.settings import load_settings
from monitor.traces import traced


def serve(config: ConfigOption = CONFIG) -> None:
    """Run as a service: what is due when it is due, with /healthz, /readyz and /metrics.

    SIGTERM stops it gracefully; SIGHUP, or a changed configuration, has it read anew.
    """
    settings = load_settings(config)
    logs.say_from("info")
    with traced(settings):
        serve_forever(settings, clock)
