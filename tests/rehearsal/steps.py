"""Steps with their times: what a rehearsal prints while it runs, and as a table at its end."""

import dataclasses
import time
from collections.abc import Callable, Iterator
from typing import TypeVar

Seen = TypeVar("Seen")


class Unmet(AssertionError):
    """What was expected of the service and did not come."""


@dataclasses.dataclass(frozen=True)
class _Taken:
    name: str
    seconds: float
    seen: str


class Steps:
    """The steps that were taken, in their order."""

    def __init__(self) -> None:
        self._taken: list[_Taken] = []

    def take(self, name: str, action: Callable[[], Seen]) -> Seen:
        """Takes a step. What it returns as text is what was seen, and is printed."""
        print(f"── {name}", flush=True)
        started = time.monotonic()
        result = action()
        seconds = time.monotonic() - started
        seen = result if isinstance(result, str) else ""
        self._taken.append(_Taken(name, seconds, seen))
        print(f"   {seconds:6.1f} s  {seen}".rstrip(), flush=True)
        return result

    def table(self) -> str:
        """All steps with their times."""
        rows = [f"{step.seconds:7.1f} s  {step.name}" for step in self._taken]
        total = sum(step.seconds for step in self._taken)
        return "\n".join([*rows, f"{total:7.1f} s  in all, {len(self._taken)} steps"])


def expect(met: bool, told: object) -> None:
    """Ends the rehearsal with what was told instead, unless the expectation is met."""
    if not met:
        raise Unmet(told)


def until(what: str, look: Callable[[], Seen | None], seconds: float = 60) -> Seen:
    """What a look finds, as soon as it finds something: a deadline instead of a hopeful sleep."""
    for _ in _moments(seconds):
        if (found := look()) is not None:
            return found
    raise Unmet(f"{what}: not within {seconds:.0f} s")


def _moments(seconds: float) -> Iterator[None]:
    deadline = time.monotonic() + seconds
    yield
    while time.monotonic() < deadline:
        time.sleep(0.25)
        yield
