"""The tools of the rehearsal, from PyPI, in a virtual environment below `target`."""

import contextlib
import fcntl
import hashlib
import pathlib
import subprocess
import sys
import time
import venv
from collections.abc import Iterator

ROOT = pathlib.Path(__file__).resolve().parents[2]
REQUIREMENTS = pathlib.Path(__file__).with_name("requirements.txt")
HOME = ROOT / "target" / "rehearsal-tools"
BIN = HOME / "bin"
# All servers listen here only: nothing is reachable from elsewhere.
BIND = "127.0.0.1"
# The requirements of the environment; written last, so that an interrupted set-up starts again.
STAMP = HOME / "stamp"


@contextlib.contextmanager
def alone(name: str) -> Iterator[None]:
    """Waits for other rehearsals of this folder in the same step."""
    HOME.parent.mkdir(exist_ok=True)
    with (HOME.parent / f"rehearsal-{name}.lock").open("w", encoding="ascii") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _wanted() -> str:
    return hashlib.sha256(REQUIREMENTS.read_bytes() + sys.version.encode()).hexdigest()


def ready() -> pathlib.Path:
    """The Python of an environment with exactly the packages of `requirements.txt`."""
    with alone("tools"):
        if not STAMP.exists() or STAMP.read_text(encoding="ascii") != _wanted():
            _install()
    return BIN / "python"


def _install() -> None:
    started = time.monotonic()
    print("── tools: cargo-lambda, SAM and the emulator, from PyPI", flush=True)
    STAMP.unlink(missing_ok=True)
    venv.create(HOME, clear=True, with_pip=True)
    # `--no-deps`: the list is complete, and nothing else may be installed.
    quiet = ["--quiet", "--disable-pip-version-check", "--no-deps", "--only-binary", ":all:"]
    subprocess.run([BIN / "python", "-m", "pip", "install", *quiet, "-r", REQUIREMENTS], check=True)
    STAMP.write_text(_wanted(), encoding="ascii")
    print(f"   {time.monotonic() - started:6.1f} s", flush=True)
