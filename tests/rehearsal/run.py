"""The deploy rehearsal: `python3 tests/rehearsal/run.py`.

Runs on a Python without packages: it creates the environment of the rehearsal itself.
"""

import os
import pathlib
import sys

from tools import ready

REHEARSAL = pathlib.Path(__file__).with_name("rehearsal.py")


def main() -> None:
    """Replaces this process with the rehearsal: Ctrl-C and the exit status need no forwarding."""
    python = ready()
    sys.stdout.flush()
    os.execv(python, [str(python), str(REHEARSAL), *sys.argv[1:]])


main()
