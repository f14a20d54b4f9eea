"""The keeper's side: every target gets a new file each minute, and at once when words change."""

import json
import logging
import sys
import time
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from django.utils import timezone

from appointments.models import Practice
from fallback.hand.files import write_whole
from fallback.keeper.report import Published
from fallback.models import Target
from fallback.places.hands import Hand
from fallback.publish import embed, keys, words

log = logging.getLogger(__name__)

COURIER = [sys.executable, "-m", "fallback.publish.courier"]
EVERY = 60.0  # s between two files
LOOKED_EVERY = 2.0  # s between two looks at what is to be said
# A website that was taken out of use is told so, whenever it can be reached, for so long.
FAREWELL_FOR = timedelta(days=30)


class At:
    """One target, as the keeper knows it."""

    def __init__(self, target: Target):
        self.target = target
        self.hand = Hand(f"website-{target.pk}", COURIER)
        self.said: dict[str, Any] | None = None
        self.given_at = 0.0  # monotonic
        self.published_at: str | None = None
        self.trouble_since: str | None = None
        self.line_fits = True

    def listen(self) -> bool:
        """Hear how the errand ended; true when it has just ended well."""
        if not self.hand.listen():
            return False
        now = timezone.now().isoformat()
        if self.hand.trouble:
            self.said = None  # to be brought again as soon as it may be tried
            if self.trouble_since is None:
                self.trouble_since = now
                log.warning("website %s: %s", self.target.pk, self.hand.trouble)
            return False
        self.trouble_since, self.published_at = None, now
        return True

    def is_due(self, said: dict[str, Any]) -> bool:
        """Whether there is something new to say, or it is time to say it again."""
        is_late = time.monotonic() >= self.given_at + EVERY
        return self.hand.is_free and (said != self.said or is_late)

    def send(self, practice: Practice, said: dict[str, Any], sequence: int) -> None:
        """Give the courier its errand."""
        self.said, self.given_at = said, time.monotonic()
        self.line_fits = self.target.line_key == keys.line_key(practice)
        self.hand.give(
            errand(self.target, "publish")
            | {
                "said": said | {"sequence": sequence},
                "key": str(keys.signing_key(practice)),
                "lasts": self.target.lasts_minutes * 60,
                "files": {name: str(embed.PATH) for name in embed.names()},
            }
        )

    def state(self) -> Published:
        """Say how it is, for the report."""
        return Published(
            target=str(self.target.pk),
            name=self.target.name,
            trouble=self.hand.trouble,
            trouble_since=self.trouble_since,
            published_at=self.published_at,
            lead=self.hand.answer.get("lead", 0),
            lasts_minutes=self.target.lasts_minutes,
            line_fits=self.line_fits,
        )


class Publishing:
    """The websites of one practice."""

    def __init__(self) -> None:
        self.at: dict[UUID, At] = {}
        self.told: set[UUID] = set()  # those out of use that know it
        self.looked_at = -LOOKED_EVERY  # monotonic

    def turn(self, practice: Practice, now: datetime) -> None:
        """Hear every courier, and send each that is free and has something to bring."""
        ended = [at for at in self.at.values() if at.listen()]
        self.told |= {at.target.pk for at in ended if at.target.closed_on}
        if time.monotonic() < self.looked_at + LOOKED_EVERY:
            return
        self.looked_at = time.monotonic()
        targets = [t for t in _targets(practice, now) if not (t.closed_on and t.pk in self.told)]
        self._forget(targets)
        said = words.said(practice, now) if any(not t.closed_on for t in targets) else {}
        for target in targets:
            at = self.at.setdefault(target.pk, At(target))
            at.target = target
            what = words.farewell() if target.closed_on else said
            if at.is_due(what):
                at.send(practice, what, next_sequence(practice, now))

    def end(self) -> None:
        """Let go of all couriers."""
        for at in self.at.values():
            at.hand.end()

    def states(self) -> tuple[Published, ...]:
        """Say how the websites are that are in use."""
        return tuple(at.state() for at in self.at.values() if at.target.closed_on is None)

    def _forget(self, targets: Iterable[Target]) -> None:
        self.told -= {target.pk for target in targets}  # back in use
        for pk in self.at.keys() - {target.pk for target in targets}:
            self.at.pop(pk).hand.end()


def errand(target: Target, what: str) -> dict[str, Any]:
    """Describe a target to its courier."""
    job: dict[str, Any] = {
        "do": what,
        "kind": target.kind,
        "folder": target.folder,
        "mark": str(target.pk),
    }
    if target.kind == Target.Kind.SFTP:
        job |= {
            "host": target.host,
            "port": target.port,
            "username": target.username,
            "fingerprint": target.fingerprint,
            "password": keys.password_of(target),
            "ssh_key": str(keys.host_key(target.practice)),
        }
    return job


def next_sequence(practice: Practice, now: datetime) -> int:
    """Count on; from the clock, so that a restored server goes on above what was seen before."""
    path = keys.folder() / f"{practice.pk}.sequence"
    number = max(_read(path) + 1, int(now.timestamp()))
    write_whole(path, json.dumps(number).encode())
    return number


def _read(path: Path) -> int:
    try:
        return int(json.loads(path.read_bytes()))
    except (FileNotFoundError, ValueError, TypeError):
        return 0


def _targets(practice: Practice, now: datetime) -> Iterable[Target]:
    """Give the targets in use, and those that were until lately and have no successor there."""
    recent = timezone.localdate(now) - FAREWELL_FOR
    rows = [t for t in practice.target_set.all() if not t.closed_on or t.closed_on > recent]
    in_use = {_where(target) for target in rows if not target.closed_on}
    for target in rows:
        target.practice = practice
        if not target.closed_on or _where(target) not in in_use:
            yield target


def _where(target: Target) -> tuple[str, str, str]:
    return target.kind, target.host, target.folder
