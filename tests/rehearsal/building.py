"""The functions, built for Lambda."""

import os
import pathlib
import shutil

from command import run
from steps import expect
from tools import BIN, ROOT, alone

# The template's `CodeUri`.
BUILT = ROOT / "target" / "lambda"
# A rehearsal uses the build for this machine: arm64 has a folder of its own.
BUILT_FOR_ARM64 = ROOT / "target" / "lambda-arm64"
FUNCTIONS = sorted(folder.name for folder in (ROOT / "functions").iterdir() if folder.is_dir())


def _sizes(folder: pathlib.Path) -> str:
    sizes = {name: (folder / name / "bootstrap").stat().st_size for name in FUNCTIONS}
    largest = max(sizes, key=sizes.__getitem__)
    return f"{len(sizes)} bootstraps, the largest {largest} with {sizes[largest] / 1e6:.1f} MB"


def _cargo_lambda(folder: pathlib.Path, *options: str) -> str:
    """Builds what is shipped into a folder, by one call of cargo-lambda. Returns how large the functions are."""
    packages = [word for name in FUNCTIONS for word in ("--package", name)]
    command = ["cargo", "lambda", "build", "--locked", "--release", "--lambda-dir", folder, *packages, *options]
    environment = os.environ | {"PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}"}
    # cargo-lambda moves cargo's output: concurrent builds would conflict.
    with alone("build"):
        run(command, environment)
    return _sizes(folder)


def build_for_this_machine(release: bool) -> str:
    """Builds for the emulator on this machine: in the release profile, or in a faster one.

    The result needs this machine's C library, which may be newer than Lambda's: it is not for AWS.
    """
    if release:
        return _cargo_lambda(BUILT, "--compiler", "cargo")
    # All of the workspace: cargo then unifies features as for the tests of this profile, and builds nothing twice.
    with alone("build"):
        run(["cargo", "build", "--locked", "--profile", "rehearsal", "--workspace", "--bins"], dict(os.environ))
        for name in FUNCTIONS:
            bootstrap = BUILT / name / "bootstrap"
            bootstrap.parent.mkdir(parents=True, exist_ok=True)
            # Not over the file: a running function holds it.
            bootstrap.unlink(missing_ok=True)
            shutil.copy2(ROOT / "target" / "rehearsal" / name, bootstrap)
    return _sizes(BUILT)


def build_for_arm64() -> str:
    """Builds what is shipped by default: for arm64, in the release profile. Nothing here can run it."""
    built = _cargo_lambda(BUILT_FOR_ARM64, "--arm64")
    for name in FUNCTIONS:
        machine = _machine_of(BUILT_FOR_ARM64 / name / "bootstrap")
        expect(machine == "aarch64", f"{name} is for {machine}")
    return built


def _machine_of(program: pathlib.Path) -> str:
    """The machine in the header of an ELF file (`e_machine`)."""
    with program.open("rb") as file:
        header = file.read(20)
    return {0x3E: "x86_64", 0xB7: "aarch64"}.get(int.from_bytes(header[18:20], "little"), "something else")
