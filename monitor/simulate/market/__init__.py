"""What more than one person has to do with: organisations, what befalls and draws them, faults."""

from monitor.simulate.market.making import (
    NEW_NAMES,
    Kind,
    Look,
    Market,
    MarketEvent,
    Options,
    make_market,
)

__all__ = ["NEW_NAMES", "Kind", "Look", "Market", "MarketEvent", "Options", "make_market"]
