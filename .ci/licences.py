"""Checks every dependency against `deny.toml`: licences, bans, sources.

cargo-deny checks the same and more in `.ci/night`, but takes minutes to build. This asks `cargo metadata` only.
"""

import json
import pathlib
import re
import subprocess
import sys
import tomllib

ROOT = pathlib.Path(__file__).resolve().parent.parent
RULES = tomllib.loads((ROOT / "deny.toml").read_text(encoding="utf-8"))
ALLOWED = set(RULES["licenses"]["allow"])
BANNED = {ban["crate"]: ban["reason"] for ban in RULES["bans"]["deny"]}
CRATES_IO = "registry+https://github.com/rust-lang/crates.io-index"


def metadata() -> dict:
    targets = [word for target in RULES["graph"]["targets"] for word in ("--filter-platform", target)]
    command = ["cargo", "metadata", "--locked", "--format-version", "1", *targets]
    return json.loads(subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE).stdout)


def linked(metadata: dict) -> set[str]:
    """The packages that something else than a test depends on."""
    nodes = {node["id"]: node for node in metadata["resolve"]["nodes"]}
    found, next_ones = set(), list(metadata["workspace_members"])
    while next_ones:
        package = next_ones.pop()
        if package not in found:
            found.add(package)
            edges = nodes[package]["deps"]
            next_ones += [edge["pkg"] for edge in edges if any(it["kind"] != "dev" for it in edge["dep_kinds"])]
    return found


def is_allowed(expression: str) -> bool:
    """Whether an SPDX expression is met by the licences that are allowed. `/` is the `OR` of old crates."""
    words = re.findall(r"[()]|[^\s()/]+|/", expression)
    python = []
    place = 0
    while place < len(words):
        word = words[place]
        if word in "()":
            python.append(word)
        elif word in ("OR", "/"):
            python.append("or")
        elif word == "AND":
            python.append("and")
        else:
            if words[place + 1:place + 2] == ["WITH"]:
                word = " ".join(words[place:place + 3])
                place += 2
            python.append(str(word in ALLOWED))
        place += 1
    return bool(python) and eval(" ".join(python), {"__builtins__": {}})


def violations(packages: list[dict], linked: set[str]) -> list[str]:
    found = []
    for package in packages:
        name = f"{package['name']} {package['version']}"
        if package["id"] in linked and not is_allowed(package["license"] or ""):
            found.append(f"{name}: the licence {package['license']!r} is not allowed")
        if package["name"] in BANNED:
            found.append(f"{name} is banned: {BANNED[package['name']]}")
        if package["source"] not in (None, CRATES_IO):
            found.append(f"{name} comes from {package['source']}")
        if package["source"] is None:
            wild = [dep["name"] for dep in package["dependencies"] if dep["req"] == "*" and not dep.get("path")]
            found += [f"{name}: any version of {dependency}" for dependency in wild]
    return found


def main() -> None:
    answer = metadata()
    packages = answer["packages"]
    found = violations(packages, linked(answer))
    print("\n".join(found or [f"{len(packages)} crates: licences, bans and sources are as deny.toml says"]))
    sys.exit(1 if found else 0)


main()
