"""Charts as numbers: where each mark stands in its box. Templates write them as SVG."""
