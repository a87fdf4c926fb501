"""A labour market seen through faulty profiles, with the truth beside it.

It shares no code with the detection, so that what it says of moves is independent of what is found:
`market` makes organisations and what befalls them, `careers` what people do, `profiles` what their
profiles show of it and when, `truth` what could be known from them, `writing` the files.
"""

from monitor.simulate.market import Options
from monitor.simulate.market.faults import FAULTS, HARD, rates_of
from monitor.simulate.writing import Summary, simulate

__all__ = ["FAULTS", "HARD", "Options", "Summary", "rates_of", "simulate"]
