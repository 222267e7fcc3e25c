#!/usr/bin/env python3
"""Lints `infra/openapi.json` and makes clients of it: `python3 tests/contract/clients.py`.

Redocly and Spectral find nothing to say. A client in TypeScript and one in Python have every operation and every
response of the document; the types of both are checked strictly, and the Python one parses every example of a problem.
"""

import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time

sys.dont_write_bytecode = True  # nothing is left beside these files

from tools import HERE, ROOT, node_tools, python_generator

DOCUMENT = ROOT / "infra" / "openapi.json"
SETTINGS = HERE / "clients"
# Where the clients are made, and what neither program needs to tell anyone.
ENVIRONMENT = {
    **os.environ,
    "REDOCLY_TELEMETRY": "off",
    "REDOCLY_SUPPRESS_UPDATE_NOTICE": "true",
    "MYPY_CACHE_DIR": os.devnull,
}
# Operations by their identifiers, with the statuses of their responses.
Operations = dict[str, set[int]]


def operations(document: dict) -> Operations:
    """All that the document has."""
    found = [operation for path in document["paths"].values() for operation in path.values()]
    return {operation["operationId"]: {int(status) for status in operation["responses"]} for operation in found}


def run(*command: object, cwd: pathlib.Path = SETTINGS) -> str:
    """Runs a program, whose words are only shown when it fails."""
    ran = subprocess.run(
        [str(part) for part in command], cwd=cwd, env=ENVIRONMENT,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )
    if ran.returncode != 0:
        sys.exit(f"{ran.stdout}\n{pathlib.Path(str(command[0])).name} failed ({ran.returncode})")
    return ran.stdout


def compare(language: str, wanted: Operations, made: Operations) -> None:
    """Refuses a client that lacks an operation or a response."""
    missing = [
        f"{name} {status}" for name, statuses in wanted.items() for status in statuses - made.get(name, set())
    ]
    if missing:
        sys.exit(f"the client in {language} lacks {len(missing)} responses: {', '.join(missing[:20])}")


def lint(programs: pathlib.Path) -> None:
    """Neither errors nor warnings."""
    said = run(programs / "redocly", "lint", DOCUMENT, "--config", SETTINGS / "redocly.yaml")
    if re.search(r"\d+ warning", said):  # Redocly fails on errors only.
        sys.exit(said)
    run(programs / "spectral", "lint", DOCUMENT, "--ruleset", SETTINGS / "spectral.yaml", "--fail-severity", "hint")


def typescript(modules: pathlib.Path, folder: pathlib.Path, wanted: Operations) -> None:
    """Makes a client in TypeScript and compiles it strictly."""
    programs = modules / ".bin"
    client = folder / "client"
    run(programs / "openapi-ts", "-i", DOCUMENT, "-o", client, "-c", "@hey-api/client-fetch", "--silent", cwd=folder)
    shutil.copy(SETTINGS / "tsconfig.json", folder)
    run(programs / "tsc", "-p", folder)
    types = (client / "types.gen.ts").read_text(encoding="utf-8")
    made: Operations = {}
    for name, members in re.findall(r"^export type (\w+)(?:Errors|Responses) = \{\n(.*?)^\};", types, re.M | re.S):
        statuses = {int(status) for status in re.findall(r"^    (\d{3}):", members, re.M)}
        made.setdefault(name[0].lower() + name[1:], set()).update(statuses)
    compare("TypeScript", wanted, made)


def python(programs: pathlib.Path, folder: pathlib.Path, wanted: Operations) -> int:
    """Makes a client in Python, checks its types, and counts the examples of problems that it parses."""
    client = folder / "carillon_client"
    run(
        programs / "openapi-python-client", "generate", "--path", DOCUMENT, "--output-path", client,
        "--config", SETTINGS / "python.yaml", "--meta", "none", "--fail-on-warning", cwd=folder,
    )
    run(programs / "mypy", "--strict", "-p", client.name, cwd=folder)
    made: Operations = {}
    for file in client.glob("api/*/*.py"):
        statuses = re.findall(r"response\.status_code == (\d{3})", file.read_text(encoding="utf-8"))
        name = re.sub(r"_(\w)", lambda letter: letter[1].upper(), file.stem)
        made[name] = {int(status) for status in statuses}
    compare("Python", wanted, made)
    parsed = subprocess.run(
        [programs / "python", SETTINGS / "parse_problems.py", DOCUMENT], cwd=folder,
        env={**ENVIRONMENT, "PYTHONPATH": str(folder), "PYTHONDONTWRITEBYTECODE": "1"},
        stdout=subprocess.PIPE, text=True, check=True,
    )
    return int(parsed.stdout)


def main() -> None:
    """Both linters, then both clients."""
    began = time.monotonic()
    document = json.loads(DOCUMENT.read_text(encoding="utf-8"))
    wanted = operations(document)
    modules, programs = node_tools(), python_generator()
    lint(modules / ".bin")
    with tempfile.TemporaryDirectory(prefix="carillon-clients-") as place:
        folder = pathlib.Path(place)
        typescript(modules, folder, wanted)
        problems = python(programs, folder, wanted)
    print(
        f"clients: {len(wanted)} operations, {sum(map(len, wanted.values()))} responses, "
        f"{len(document['components']['schemas'])} schemas, {problems} examples of problems parsed, "
        f"0 complaints, {time.monotonic() - began:.0f} s"
    )


if __name__ == "__main__":
    main()
