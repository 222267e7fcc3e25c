#!/usr/bin/env python3
"""Tests a running service against `infra/openapi.json`: `python3 tests/contract/run.py [--seconds N]`.

Schemathesis generates valid and invalid requests from the document, and validates every response against
it. One run for each role; the exit code is 0 without findings.
"""

import argparse
import json
import pathlib
import subprocess
import sys
import tempfile
import time

sys.dont_write_bytecode = True  # leaves no files here

from service import School, running
from tools import ROOT, schemathesis

HERE = pathlib.Path(__file__).resolve().parent
DOCUMENT = ROOT / "infra" / "openapi.json"
# A fixed seed, so that a finding comes from the change; `--seed` sets another.
SEED = 20261127
# The seconds for each role. An administrator has the most operations.
SECONDS = {"admin": 150, "operator": 40, "reader": 40}


def paged() -> list[str]:
    """The operations with a cursor."""
    paths = json.loads(DOCUMENT.read_text(encoding="utf-8"))["paths"].values()
    operations = [operation for path in paths for operation in path.values()]
    return [
        operation["operationId"] for operation in operations
        if any(parameter.get("name") == "cursor" for parameter in operation.get("parameters", []))
    ]


def configuration(school: School) -> pathlib.Path:
    """Our configuration, with exceptions for this document and ids of this school."""
    text = (HERE / "schemathesis.toml").read_text(encoding="utf-8")
    # A cursor is checked as a whole: a made-up one is invalid (400).
    text += f"""
[[operations]]
include-operation-id = {json.dumps(paged())}
[operations.checks.positive_data_acceptance]
expected-statuses = ["2xx", "400", "403", "404", "422"]
"""
    # Existing ids, except for deletions: with made-up ids, most operations would only answer 404.
    for beginning, known in school.known.items():
        text += f"""
[[operations]]
include-name-regex = "^(GET|PUT|POST) {beginning}[{{]id[}}]"
parameters = {{ "path.id" = "{known}" }}
"""
    file = pathlib.Path(school.folder) / "schemathesis.toml"
    file.write_text(text, encoding="utf-8")
    return file


def ask(program: pathlib.Path, school: School, role: str, seconds: int, seed: int, more: list[str]) -> bool:
    """One run with a role. Schemathesis prints its findings, with requests to reproduce them."""
    print(f"── as {role}, seed {seed}, at most {seconds} s", flush=True)
    began = time.monotonic()
    command = [
        program, "--config-file", configuration(school), "run", DOCUMENT, "--url", school.gateway,
        "--header", f"Authorization: Bearer {school.tokens[role]}",
        "--seed", str(seed), "--max-time", str(seconds), "--no-color", *more,
    ]
    ran = subprocess.run(command, cwd=school.folder)
    print(f"── as {role}: {time.monotonic() - began:.0f} s", flush=True)
    return ran.returncode == 0


def main() -> None:
    """All roles, one after another, on one service."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--seed", type=int, default=SEED)
    options.add_argument("--role", choices=SECONDS, action="append", help="only as this one")
    options.add_argument("--seconds", type=int, help="for each role, in place of its own")
    options.add_argument("more", nargs="*", help="for schemathesis, after --")
    wanted = options.parse_args()
    program = schemathesis()
    with tempfile.TemporaryDirectory(prefix="carillon-contract-") as folder, running(pathlib.Path(folder)) as school:
        results = [
            ask(program, school, role, wanted.seconds or SECONDS[role], wanted.seed, wanted.more)
            for role in wanted.role or SECONDS
        ]
    sys.exit(0 if all(results) else 1)


if __name__ == "__main__":
    main()
