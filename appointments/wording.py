"""Say days, times, ages and numbers the way people in a surgery say them.

English and Europe/London whatever the server's locale and time zone: what a receptionist reads
out to a patient may not depend on how a machine was set up. Nothing in, empty string out, so that
a page can show a time that has not happened yet.
"""

from datetime import date, datetime

import phonenumbers
from django.utils import timezone

from appointments.availability import LONDON

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
SHORT = 3  # letters of a day's or a month's short name

NHS_NUMBER_LENGTH = 10  # digits
COUNTRY_CODE = 44  # United Kingdom

# Below these ages a number of years says too little (a vaccination is due at 8 weeks).
AGE_IN_DAYS_UNTIL = 28  # days
AGE_IN_WEEKS_UNTIL = 3  # months
AGE_IN_MONTHS_UNTIL = 24  # months


def day_words(day: date | None) -> str:
    """Write a day in full: 'Monday 23 November 2026'."""
    if not day:
        return ""
    day = _local_day(day)
    return f"{DAYS[day.weekday()]} {day.day} {MONTHS[day.month - 1]} {day.year}"


def day_short(day: date | None) -> str:
    """Write a day for a narrow place: 'Mon 23 Nov'."""
    if not day:
        return ""
    day = _local_day(day)
    return f"{DAYS[day.weekday()][:SHORT]} {day.day} {MONTHS[day.month - 1][:SHORT]}"


def clock(at: datetime | None) -> str:
    """Write the time of day in London: '09:40'. A naive time is a ValueError."""
    return f"{timezone.localtime(at, LONDON):%H:%M}" if at else ""


def moment(at: datetime | None) -> str:
    """Write a day and time in London: 'Mon 23 Nov 2026, 09:40'. A naive time is a ValueError."""
    return f"{day_short(at)} {_local_day(at).year}, {clock(at)}" if at else ""


def born(born_on: date | None) -> str:
    """Write a date of birth: '3 Apr 1971'."""
    if not born_on:
        return ""
    return f"{born_on.day} {MONTHS[born_on.month - 1][:SHORT]} {born_on.year}"


def age(born_on: date | None, today: date) -> str:
    """Write an age: '55', for small children '7 months', '9 weeks' or '3 days'.

    Somebody born on 29 February is a year older on 1 March in other years, as in English law.
    A date of birth that lies ahead (a slip in a loaded record) has no age.
    """
    if not born_on or born_on > today:
        return ""
    days = (today - born_on).days
    months = (today.year - born_on.year) * 12 + today.month - born_on.month
    months -= today.day < born_on.day
    if days < AGE_IN_DAYS_UNTIL:
        return _counted(days, "day")
    if months < AGE_IN_WEEKS_UNTIL:
        return _counted(days // 7, "week")
    if months < AGE_IN_MONTHS_UNTIL:
        return _counted(months, "month")
    return str(months // 12)


def nhs_spaced(number: str | None) -> str:
    """Write an NHS number as it is printed on letters: '999 123 4567'.

    Anything that is not ten digits is shown as it was taken down.
    """
    digits = "".join((number or "").split())
    if len(digits) != NHS_NUMBER_LENGTH or not digits.isdecimal():
        return number or ""
    return f"{digits[:3]} {digits[3:6]} {digits[6:]}"


def phone_spaced(number: str | None) -> str:
    """Write a telephone number in groups: '01632 960123', from abroad '+33 1 99 00 12 34'.

    What can't be read as a telephone number is shown as it was taken down.
    """
    try:
        parsed = phonenumbers.parse(number or "", "GB")
    except phonenumbers.NumberParseException:
        return number or ""
    at_home = parsed.country_code == COUNTRY_CODE
    style = phonenumbers.PhoneNumberFormat
    return phonenumbers.format_number(parsed, style.NATIONAL if at_home else style.INTERNATIONAL)


def ago(at: datetime | None, now: datetime) -> str:
    """Say how long ago something was: '12 minutes ago', '3 hours ago', '2 days ago'.

    Under a minute, or by a clock that was set back, it is 'just now'.
    """
    if not at:
        return ""
    minutes = int((now - at).total_seconds()) // 60
    hours, days = minutes // 60, minutes // (24 * 60)
    if minutes < 1:
        return "just now"
    if hours < 1:
        return f"{_counted(minutes, 'minute')} ago"
    return f"{_counted(days, 'day') if days else _counted(hours, 'hour')} ago"


def _local_day(day: date) -> date:
    """Give the day in London when handed a moment."""
    return timezone.localtime(day, LONDON).date() if isinstance(day, datetime) else day


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
