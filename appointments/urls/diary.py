"""Addresses of the day screen, its slots and appointments."""

from datetime import date

from django.urls import path, register_converter

from appointments.views import appointments, diary, slots


class DayConverter:
    """A day in an address: 2026-11-23, of a year in which people living now have a diary."""

    years = range(1950, 2150)
    regex = "(?:19|20|21)[0-9]{2}-[0-9]{2}-[0-9]{2}"

    def to_python(self, value: str) -> date:
        """Read it; a day that does not exist is an address that does not exist."""
        day = date.fromisoformat(value)
        if day.year not in self.years:
            raise ValueError
        return day

    def to_url(self, value: date) -> str:
        """Write it."""
        return value.isoformat()


register_converter(DayConverter, "day")

urlpatterns = [
    path("", diary.today, name="home"),
    path("diary/", diary.today, name="diary"),
    path("diary/<day:day>/", diary.day, name="day"),
    path("diary/<day:day>/week/", diary.week, name="week"),
    path("slots/<uuid:slot_id>/", slots.slot, name="slot"),
    path("slots/<uuid:slot_id>/patients/", slots.patients, name="slot-patients"),
    path("slots/<uuid:slot_id>/appointment/", slots.book, name="book"),
    path("slots/<uuid:slot_id>/hold/", slots.hold, name="hold"),
    path("slots/<uuid:slot_id>/release/", slots.release, name="release"),
    path("slots/<uuid:slot_id>/asking/", slots.ask_for, name="ask-for"),
    path("slots/<uuid:slot_id>/letting-go/", slots.let_go, name="let-go"),
]
_MARKS = {
    "": appointments.appointment,
    "arrival": appointments.arrival,
    "sending-in": appointments.sending_in,
    "leaving": appointments.leaving,
    "non-attendance": appointments.non_attendance,
    "cancellation": appointments.cancellation,
    "move": appointments.move,
    "details": appointments.details,
}
urlpatterns += [
    path(
        f"appointments/<uuid:appointment_id>/{word}/"
        if word
        else "appointments/<uuid:appointment_id>/",
        view,
        name=word or "appointment",
    )
    for word, view in _MARKS.items()
]
