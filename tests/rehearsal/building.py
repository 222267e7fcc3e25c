"""Builds the functions for Lambda with one call of cargo-lambda."""

import os
import pathlib

from command import run
from steps import expect
from tools import BIN, ROOT, alone

# The template's `CodeUri`.
BUILT = ROOT / "target" / "lambda"
# A rehearsal uses the build for this machine: arm64 has a folder of its own.
BUILT_FOR_ARM64 = ROOT / "target" / "lambda-arm64"
FUNCTIONS = sorted(folder.name for folder in (ROOT / "functions").iterdir() if folder.is_dir())


def _cargo_lambda(folder: pathlib.Path, *options: str) -> str:
    """Builds all functions into a folder, and reports their sizes."""
    packages = [word for name in FUNCTIONS for word in ("--package", name)]
    command = ["cargo", "lambda", "build", "--locked", "--lambda-dir", folder, *packages, *options]
    environment = os.environ | {"PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}"}
    # cargo-lambda moves cargo's output: concurrent builds would conflict.
    with alone("build"):
        run(command, environment)
    sizes = {name: (folder / name / "bootstrap").stat().st_size for name in FUNCTIONS}
    largest = max(sizes, key=sizes.__getitem__)
    return f"{len(sizes)} bootstraps, the largest {largest} with {sizes[largest] / 1e6:.1f} MB"


def build_for_this_machine(release: bool) -> str:
    """Builds for the emulator on this machine: in the release profile, or in a faster one.

    The result needs this machine's C library, which may be newer than Lambda's: it is not for AWS.
    """
    return _cargo_lambda(BUILT, "--profile", "release" if release else "rehearsal", "--compiler", "cargo")


def build_for_arm64() -> str:
    """Builds the default release: for arm64. This machine cannot run it."""
    built = _cargo_lambda(BUILT_FOR_ARM64, "--release", "--arm64")
    for name in FUNCTIONS:
        machine = _machine_of(BUILT_FOR_ARM64 / name / "bootstrap")
        expect(machine == "aarch64", f"{name} is for {machine}")
    return built


def _machine_of(program: pathlib.Path) -> str:
    """The machine in the header of an ELF file (`e_machine`)."""
    with program.open("rb") as file:
        header = file.read(20)
    return {0x3E: "x86_64", 0xB7: "aarch64"}.get(int.from_bytes(header[18:20], "little"), "something else")
