"""Say times and days as patients read them: in the NHS's way, 8am and 5:30pm, days in words.

Staff's pages keep to 24 hours. The NHS content guide asks for 12 on what the public reads, and
for 'midday' and 'midnight', since nobody agrees what 12am is.
"""

from datetime import date, datetime, time

from django.utils import timezone

from appointments.availability import LONDON
from appointments.wording import DAYS, MONTHS

NOON = 12  # hours


def clock(at: datetime | time) -> str:
    """Say a time of day in London: '8am', '5:30pm', 'midday'."""
    if isinstance(at, datetime):
        at = timezone.localtime(at, LONDON).time()
    if not at.minute and at.hour in (0, NOON):
        return "midday" if at.hour else "midnight"
    minutes = f":{at.minute:02}" if at.minute else ""
    return f"{at.hour % NOON or NOON}{minutes}{'am' if at.hour < NOON else 'pm'}"


def day(day: date) -> str:
    """Say a day: 'Monday 23 November'. It is never more than some weeks away: no year."""
    return f"{DAYS[day.weekday()]} {day.day} {MONTHS[day.month - 1]}"


def moment(at: datetime) -> str:
    """Say a time with its day, in London: '8:03am on Monday 23 November'."""
    return f"{clock(at)} on {day(local_day(at))}"


def local_day(at: datetime) -> date:
    """Give the day in London."""
    return timezone.localdate(at, LONDON)
