"""One step of a benchmark in a process of its own: `measure.py MODULE FUNCTION FOLDER [SIZE...]`.

What the function returns, if anything, is printed as a line of JSON.
"""

import json
import sys
from dataclasses import asdict
from importlib import import_module
from pathlib import Path

if __name__ == "__main__":
    module, function, folder, *sizes = sys.argv[1:]
    step = getattr(import_module(module), function)
    measured = step(Path(folder), *map(int, sizes))
    if measured is not None:
        print(json.dumps(asdict(measured), default=str))
