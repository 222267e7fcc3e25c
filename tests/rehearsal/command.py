"""A command with its child processes: all end with the rehearsal."""

import contextlib
import os
import pathlib
import signal
import subprocess

from steps import Unmet
from tools import ROOT


def run(words: list[str | pathlib.Path], environment: dict[str, str]) -> None:
    """Runs a command at the root of the repository, and prints its output if it fails."""
    process = subprocess.Popen(
        words, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, text=True, encoding="utf-8", errors="replace", start_new_session=True,
    )
    try:
        said, _ = process.communicate()
    finally:
        # A compiler that cargo started would outlive it.
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
    if process.returncode != 0:
        name = " ".join(str(word) for word in words[:3])
        raise Unmet(f"{name}: status {process.returncode}\n{said[-6000:]}")
