"""`talentwatch serve`: the service."""

import structlog

from monitor.commands.edge import CONFIG, ConfigOption, clock
from monitor.service import serve as serve_forever
from monitor.settings import load_settings


def serve(config: ConfigOption = CONFIG) -> None:
    """Run as a service: what is due when it is due, with /healthz, /readyz and /metrics.

    SIGTERM stops it gracefully; SIGHUP, or a changed configuration, has it read anew.
    """
    settings = load_settings(config)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger("info"))
    serve_forever(settings, clock)
