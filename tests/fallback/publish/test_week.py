"""A week on the practice's website, minute by minute: when it speaks up by itself, and when not.

The files are made and signed by what makes them in earnest, the polls are judged by the script of
the website (in Node). In between are a surgery and a host whose clocks differ by ten minutes, a
server that restarts, and a host that is slow.
"""

import json
import random
import subprocess
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import pytest

from appointments import practices
from appointments.availability import LONDON
from fallback.publish import keys, words
from fallback.publish.courier.signing import read_key, status_file

PLAY = Path(__file__).with_name("week.mjs")
MONDAY = datetime(
    2026, 12, 21, tzinfo=LONDON
)  # with a half day on Thursday and a holiday on Friday
MINUTE, HOUR, DAY = 60, 3600, 86_400
LASTS = timedelta(minutes=10)


def moment(day, clock):
    """Seconds from Monday's midnight: moment(1, '10:00') is on Tuesday."""
    hours, minutes = clock.split(":")
    return day * DAY + int(hours) * HOUR + int(minutes) * MINUTE


@pytest.fixture
def practice(world):
    times = [(weekday, time(8), time(18, 30)) for weekday in range(5)]
    for site in (world.site, world.branch):
        practices.set_opening_times(site.pk, world.by_manager, times)
    thursday, friday = ((MONDAY + timedelta(days=n)).date() for n in (3, 4))
    practices.add_closure(world.by_manager, thursday, "Christmas Eve", closes=time(13))
    practices.add_closure(world.by_manager, friday, "Christmas Day")
    return world.practice


def week(practice, *, surgery=0, host=0, down=(), slow=()):
    """Play it: clocks wrong by so many seconds; `down` and `slow` are stretches from Monday on."""
    chance = random.Random(5)
    start = MONDAY.timestamp()
    key = read_key(keys.signing_key(practice))
    said = [words.said(practice, MONDAY + timedelta(days=day)) for day in range(8)]
    files, at, sequence = [], 0.0, int(start)
    while at < 7 * DAY:
        if any(begins <= at < ends for begins, ends in down):
            at += 1
            continue
        sequence += 1
        takes = (
            chance.uniform(20, 50) if any(b <= at < e for b, e in slow) else chance.uniform(0, 2)
        )
        # The courier reads the host's clock from the file that it has just begun there.
        lead = (host - surgery) + chance.uniform(-0.5, 1)
        issued = datetime.fromtimestamp(start + at + surgery + lead, UTC)
        text = status_file(said[int(at // DAY)] | {"sequence": sequence}, key, issued, LASTS)
        files.append({"there_at": at + takes, "text": text.decode()})
        at += max(60.0, takes) + chance.uniform(0, 5)  # the keeper may be busy
    polls = [
        {"true_time": t, "host_time": start + t + host, "answered": chance.random() > 0.02}
        for t in range(chance.randrange(10, 60), 7 * DAY, MINUTE)
    ]
    asked = {"key": keys.line_key(practice), "files": files, "polls": polls}
    done = subprocess.run(
        ["node", "--no-warnings", str(PLAY)], input=json.dumps(asked), capture_output=True,
        text=True, check=True,
    )  # fmt: skip
    played = json.loads(done.stdout)
    assert played["refused"] == 0
    assert played["polls"] > 10_000
    return played["spells"]


@pytest.mark.parametrize(
    "clocks", [{"surgery": 600}, {"surgery": -600}, {"surgery": 300, "host": -300}], ids=str
)
def test_no_false_alarm(practice, clocks):
    restarts = [(moment(1, "10:00"), moment(1, "10:05")), (moment(3, "12:57"), moment(3, "13:02"))]
    slow = [(moment(2, "14:00"), moment(2, "15:00"))]
    assert week(practice, down=restarts, slow=slow, **clocks) == []


def test_a_cut_is_said_in_time_and_taken_back(practice):
    cut, back = moment(1, "11:00"), moment(1, "13:00")
    [[began, ended]] = week(practice, down=[(cut, back)], surgery=600)
    assert LASTS.total_seconds() - 2 * MINUTE <= began - cut <= LASTS.total_seconds() + 2 * MINUTE
    assert 0 <= ended - back <= 3 * MINUTE


def test_a_cut_over_night_half_day_holiday_and_weekend_is_said_in_opening_hours_only(practice):
    spells = week(practice, down=[(moment(2, "20:00"), moment(7, "00:00"))])
    assert len(spells) == 1
    [[began, ended]] = spells
    assert 0 <= began - moment(3, "08:00") <= 3 * MINUTE
    assert 0 <= ended - moment(3, "13:00") <= 3 * MINUTE
