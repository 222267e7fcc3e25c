"""The tools of the rehearsal, from PyPI, in a virtual environment below `target`."""

import hashlib
import pathlib
import subprocess
import sys
import time
import venv

ROOT = pathlib.Path(__file__).resolve().parents[2]
REQUIREMENTS = pathlib.Path(__file__).with_name("requirements.txt")
HOME = ROOT / "target" / "rehearsal-tools"
BIN = HOME / "bin"
# Whatever listens, listens here: nothing is to be reached from elsewhere.
BIND = "127.0.0.1"
# Which requirements the environment was made from; written last, so that a broken-off set-up starts afresh.
STAMP = HOME / "stamp"


def _wanted() -> str:
    return hashlib.sha256(REQUIREMENTS.read_bytes() + sys.version.encode()).hexdigest()


def ready() -> pathlib.Path:
    """The Python of an environment that holds exactly what `requirements.txt` names."""
    python = BIN / "python"
    if STAMP.exists() and STAMP.read_text(encoding="ascii") == _wanted():
        return python
    started = time.monotonic()
    print("── tools: cargo-lambda, SAM and the emulator, from PyPI", flush=True)
    STAMP.unlink(missing_ok=True)
    venv.create(HOME, clear=True, with_pip=True)
    # `--no-deps`: the list is complete, and what it does not name shall not come in.
    quiet = ["--quiet", "--disable-pip-version-check", "--no-deps", "--only-binary", ":all:"]
    subprocess.run([python, "-m", "pip", "install", *quiet, "-r", REQUIREMENTS], check=True)
    STAMP.write_text(_wanted(), encoding="ascii")
    print(f"   {time.monotonic() - started:.1f} s", flush=True)
    return python
