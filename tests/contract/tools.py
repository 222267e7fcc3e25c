"""Programs of other people that the checks use: from PyPI and npm, of pinned versions, below `target`."""

import hashlib
import pathlib
import subprocess
import sys
import venv
from collections.abc import Callable

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
TARGET = ROOT / "target"


def _made_once(home: pathlib.Path, wanted: bytes, make: Callable[[], None]) -> None:
    """Makes a folder of programs, unless it was made of the same list. The stamp is written last, so that a broken-off
    set-up starts afresh."""
    stamp, digest = home / "stamp", hashlib.sha256(wanted).hexdigest()
    if stamp.exists() and stamp.read_text(encoding="ascii") == digest:
        return
    print(f"installing {home.name}, which takes a minute", flush=True)
    stamp.unlink(missing_ok=True)
    make()
    stamp.write_text(digest, encoding="ascii")


def _from_pypi(requirements: pathlib.Path, home: pathlib.Path) -> pathlib.Path:
    """The folder of the programs of an environment."""

    def make() -> None:
        venv.create(home, clear=True, with_pip=True)
        # `--no-deps`: the list is complete, and what it does not name shall not come in.
        quiet = ["--quiet", "--disable-pip-version-check", "--no-deps", "--only-binary", ":all:"]
        subprocess.run([home / "bin" / "pip", "install", *quiet, "-r", requirements], check=True)

    _made_once(home, requirements.read_bytes() + sys.version.encode(), make)
    return home / "bin"


def schemathesis() -> pathlib.Path:
    """The program that asks the API whether it is as its document says."""
    return _from_pypi(HERE / "requirements.txt", TARGET / "contract-tools") / "schemathesis"


def python_generator() -> pathlib.Path:
    """The folder of `openapi-python-client`, `mypy` and `python`."""
    return _from_pypi(HERE / "clients" / "requirements.txt", TARGET / "contract-clients-python")


def node_tools() -> pathlib.Path:
    """The folder of `node_modules` with `redocly`, `spectral`, `openapi-ts` and `tsc`."""
    lists = [HERE / "clients" / name for name in ("package.json", "package-lock.json")]
    home = TARGET / "contract-clients-node"

    def make() -> None:
        home.mkdir(parents=True, exist_ok=True)
        for file in lists:
            (home / file.name).write_bytes(file.read_bytes())
        subprocess.run(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--silent"], cwd=home, check=True)

    _made_once(home, b"".join(file.read_bytes() for file in lists), make)
    return home / "node_modules"
