"""Schemathesis from PyPI, in a virtual environment below `target`."""

import hashlib
import pathlib
import subprocess
import sys
import venv

ROOT = pathlib.Path(__file__).resolve().parents[2]
REQUIREMENTS = pathlib.Path(__file__).with_name("requirements.txt")
HOME = ROOT / "target" / "contract-tools"
# The requirements of the environment; written last, so that an interrupted set-up starts again.
STAMP = HOME / "stamp"


def schemathesis() -> pathlib.Path:
    """The program, installed on first use."""
    wanted = hashlib.sha256(REQUIREMENTS.read_bytes() + sys.version.encode()).hexdigest()
    if not STAMP.exists() or STAMP.read_text(encoding="ascii") != wanted:
        print("installing schemathesis, which takes a minute", flush=True)
        STAMP.unlink(missing_ok=True)
        venv.create(HOME, clear=True, with_pip=True)
        # `--no-deps`: the list is complete, and nothing else may be installed.
        quiet = ["--quiet", "--disable-pip-version-check", "--no-deps", "--only-binary", ":all:"]
        subprocess.run([HOME / "bin" / "pip", "install", *quiet, "-r", REQUIREMENTS], check=True)
        STAMP.write_text(wanted, encoding="ascii")
    return HOME / "bin" / "schemathesis"
