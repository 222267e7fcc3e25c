#!/usr/bin/env python3
"""Checks the template as far as that can be done without AWS. Prints each step; the exit code tells the result.

The tools come from PyPI into environments in `target/infra-tools`, made anew when their requirements change.
Nothing asks AWS, or anybody else, for anything.
"""

import json
import os
import pathlib
import shutil
import subprocess
import sys
import time
import venv

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent
TOOLS = ROOT / "target" / "infra-tools"
TEMPLATE = HERE / "template.yaml"
TRANSFORMED = TOOLS / "transformed.json"

ENVIRONMENT = {
    **os.environ,
    # Rules depend on the region; none is asked for anything.
    "AWS_DEFAULT_REGION": "eu-west-3",
    "AWS_EC2_METADATA_DISABLED": "true",
    "SAM_CLI_TELEMETRY": "0",
    "__SAM_CLI_APP_DIR": str(TOOLS / "sam"),
    "PYTHONDONTWRITEBYTECODE": "1",
}


def tools(name: str, requirements: str) -> pathlib.Path:
    """The folder of the programs that a file of requirements names, installed if they are not there yet."""
    home, wanted = TOOLS / name, (HERE / requirements).read_text(encoding="utf-8")
    stamp = home / "requirements.txt"
    if not stamp.exists() or stamp.read_text(encoding="utf-8") != wanted:
        print(f"     installing {requirements}, which takes a minute", flush=True)
        shutil.rmtree(home, ignore_errors=True)
        venv.create(home, with_pip=True)
        pip = [home / "bin" / "pip", "install", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*pip, "-r", HERE / requirements], check=True)
        # Last, so that an installation that broke off is made anew.
        stamp.write_text(wanted, encoding="utf-8")
    return home / "bin"


def without_questions_for_newer_versions() -> None:
    """SAM asks PyPI once a week whether it is the newest: it shall believe that it just did."""
    home = TOOLS / "sam"
    home.mkdir(parents=True, exist_ok=True)
    told = {"lastVersionCheck": time.time(), "telemetryEnabled": False}
    (home / "metadata.json").write_text(json.dumps(told), encoding="utf-8")


def check(name: str, *command: str | pathlib.Path) -> bool:
    """Runs one check and tells how it went, with its output when it found something."""
    began = time.monotonic()
    ran = subprocess.run(
        command, cwd=ROOT, env=ENVIRONMENT, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    is_clean = ran.returncode == 0
    print(f"{'ok  ' if is_clean else 'FAIL'} {name} ({time.monotonic() - began:.1f} s)", flush=True)
    if not is_clean:
        print(ran.stdout, flush=True)
    return is_clean


def main() -> None:
    template_tools = tools("template", "requirements.txt")
    policy_tools = tools("policy", "requirements-policy.txt")
    without_questions_for_newer_versions()
    python = template_tools / "python"
    results = [
        check("sam validate --lint", template_tools / "sam", "validate", "--lint", "--template-file", TEMPLATE),
        check("cfn-lint", template_tools / "cfn-lint", "--regions", "eu-west-3", "--", TEMPLATE),
        check("SAM's own schema", python, HERE / "schema.py", TEMPLATE),
        check("SAM's transformation", python, HERE / "transform.py", TEMPLATE, TRANSFORMED),
        # What is deployed in the end, with what SAM adds.
        check("checkov", policy_tools / "checkov", "--config-file", HERE / ".checkov.yaml", "--file", TRANSFORMED),
    ]
    sys.exit(0 if all(results) else 1)


if __name__ == "__main__":
    main()
