"""`talentwatch serve`: the service."""

from monitor.base.settings import load_settings
from monitor.base.telemetry import logs
from monitor.base.telemetry.traces import traced
from monitor.cli.options import CONFIG, ConfigOption, assembly, clock
from monitor.operations.service.service import serve as serve_forever


def serve(config: ConfigOption = CONFIG) -> None:
    """Run as a service: what is due when it is due, with /healthz, /readyz and /metrics.

    SIGTERM stops it gracefully; SIGHUP, or a changed configuration, has it read anew.
    """
    settings = load_settings(config)
    logs.say_from("info")
    with traced(settings):
        serve_forever(settings, clock, assembly)
