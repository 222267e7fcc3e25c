"""The deploy rehearsal: `python3 tests/rehearsal/run.py`.

Runs on a Python without any package: it makes the environment that the rehearsal itself runs in.
"""

import os
import pathlib
import sys

from tools import ready

REHEARSAL = pathlib.Path(__file__).with_name("rehearsal.py")


def main() -> None:
    """Goes on as the rehearsal, in the same process: a Ctrl-C and the exit status need no passing on."""
    python = ready()
    sys.stdout.flush()
    os.execv(python, [str(python), str(REHEARSAL), *sys.argv[1:]])


main()
