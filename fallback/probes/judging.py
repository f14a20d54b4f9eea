"""When an address is down, and when it is well again: n of m tries, in both directions unlike.

Faults flap. So it is down once `bad` of the last `of` tries failed, and well again only once none
of the last `of` did: what fails every other time stays down. Pure rules; times are monotonic
seconds, so that nothing here minds what happens to the clock on the wall.
"""

from collections import deque
from dataclasses import dataclass, field
from typing import Literal

State = Literal["unknown", "well", "doubtful", "down"]


@dataclass
class Judge:
    """What to think of one address after its tries."""

    bad: int
    of: int
    is_down: bool = False
    tries: deque[tuple[float, bool]] = field(default_factory=deque)  # (when it began, was well)
    bad_since: float | None = None  # the first failure of the trouble that it is in
    well_since: float | None = None  # the first of the tries that have all been well since

    @property
    def state(self) -> State:
        """Say it in a word; 'doubtful' is a failure that is not enough to call it down."""
        if self.is_down:
            return "down"
        if self.bad_since is not None:
            return "doubtful"
        return "well" if self.well_since is not None else "unknown"

    def hear(self, is_well: bool, at: float) -> bool:
        """Take in a try that began at `at`; says whether it is the first failure of a trouble."""
        self.tries.append((at, is_well))
        while len(self.tries) > self.of:
            self.tries.popleft()
        failures = [when for when, was_well in self.tries if not was_well]
        if is_well:
            self.well_since = at if self.well_since is None else self.well_since
            if not failures and (len(self.tries) == self.of or not self.is_down):
                self.is_down, self.bad_since = False, None
            return False
        self.well_since = None
        is_first = self.bad_since is None
        if is_first:
            self.bad_since = at
        self.is_down = self.is_down or len(failures) >= self.bad
        return is_first

    def resume(self, state: str, for_seconds: float, at: float) -> None:
        """Go on from what was thought before the keeper started again."""
        since = at - max(0.0, for_seconds)
        if state in ("doubtful", "down"):
            self.is_down, self.bad_since = state == "down", since
        elif state == "well":
            self.well_since = since
