"""Steps with their times, printed during the rehearsal and as a table at its end."""

import dataclasses
import time
from collections.abc import Callable, Iterator
from typing import TypeVar

Seen = TypeVar("Seen")


class Unmet(AssertionError):
    """An unmet expectation."""


@dataclasses.dataclass(frozen=True)
class _Taken:
    name: str
    seconds: float
    seen: str


class Steps:
    """The completed steps, in order."""

    def __init__(self) -> None:
        self._taken: list[_Taken] = []

    def take(self, name: str, action: Callable[[], Seen]) -> Seen:
        """Runs a step. A returned text is an observation, and is printed."""
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
    """Ends the rehearsal with the observed value, unless the expectation is met."""
    if not met:
        raise Unmet(told)


def until(what: str, look: Callable[[], Seen | None], seconds: float = 60) -> Seen:
    """Polls until there is a result: a deadline instead of a sleep."""
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
