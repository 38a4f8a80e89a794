"""Trouble on purpose: what the network and Telegram do on a bad day."""

from dataclasses import dataclass

from plumbot.sandbox.errors import Refused
from plumbot.sandbox.options import SandboxOptions
from plumbot.sandbox.records import Json

MODES = ("none", "429", "502", "drop", "slow", "timeout_after")


@dataclass
class Planned:
    method: str  # "" means any
    mode: str
    times: int


class Faults:
    """A mode that strikes a share of the calls, and single faults planned by tests, which come first."""

    def __init__(self, options: SandboxOptions) -> None:
        self._chance = options.chance
        self.mode = "none"
        self.rate = 0
        self.polling_too = False
        self._planned: list[Planned] = []

    def set(self, mode: str, rate: int, *, polling_too: bool = False) -> None:
        if mode not in MODES:
            raise Refused(f"There is no fault named {mode!r}: use one of {', '.join(MODES)}.")
        if not 0 <= rate <= 100:
            raise Refused("The rate is a percentage: give a number from 0 to 100.")
        self.mode, self.rate, self.polling_too = mode, rate, polling_too

    def plan(self, mode: str, method: str = "", times: int = 1) -> None:
        """The next `times` calls of this method (any, when none is named) meet this fault for certain."""
        if mode not in MODES:
            raise Refused(f"There is no fault named {mode!r}: use one of {', '.join(MODES)}.")
        self._planned.append(Planned(method.lower(), mode, times))

    def strike(self, method: str) -> str:
        """Which fault this call meets, "none" mostly."""
        for planned in self._planned:
            if planned.method in ("", method.lower()):
                planned.times -= 1
                if planned.times <= 0:
                    self._planned.remove(planned)
                return planned.mode
        if method.lower() == "getupdates" and not self.polling_too:
            return "none"
        return self.mode if self._chance.random() * 100 < self.rate else "none"

    def view(self) -> Json:
        return {"mode": self.mode, "rate": self.rate}
