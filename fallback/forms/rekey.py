"""What is filled in while a sheet is keyed."""

import re
import uuid
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.utils import timezone

from appointments.availability import LONDON
from appointments.forms.patients import DayField, NewPatientForm
from appointments.models import Appointment, Patient, Staff
from appointments.patients import Details
from appointments.patients.details import tidied
from appointments.refusals import BadDetail
from appointments.wording import clock, day_short
from fallback.models import Entry, SheetRow
from fallback.paper import qr
from fallback.rekey.keying import ASIDE, USUAL, Said
from fallback.rekey.page import Start

What = Entry.What
NOBODY = "nobody"  # chosen instead of a patient: none of those who were listed
TEMPORARY = "temporary"
AHEAD = timedelta(minutes=5)  # a wall clock and the server's need not agree better
EVENING, NOON = time(18), time(12)
DUE = {
    "hour": "in an hour",
    "today": "today",
    "tomorrow": "tomorrow at noon",
    "week": "in a week",
}
_MOMENT = re.compile(
    r"(?:(?P<d>\d{1,2})/(?P<m>\d{1,2})(?:/(?P<y>\d{4}|\d{2}))?[\s,]+)?"
    r"(?P<hour>\d{1,2})[:.\s]?(?P<minute>\d{2})"
)


class OpenForm(forms.Form):
    """A sheet's reference, typed or from the scanner."""

    reference = forms.CharField(
        max_length=80,
        label="Reference of the sheet",
        widget=forms.TextInput(attrs={"autofocus": True, "autocapitalize": "characters"}),
        error_messages={
            "required": "Type the reference that stands at the top of the sheet, like K7QHM-4.",
            "max_length": "A sheet's reference has six characters, such as K7QHM-4.",
        },
    )

    def clean_reference(self) -> str:
        """Read what a scanner types of the square; what is typed by hand stays as it is."""
        typed = self.cleaned_data["reference"]
        if "/" not in typed:
            return typed
        try:
            return qr.read(typed).reference
        except BadDetail as refused:
            raise forms.ValidationError(refused.sentence) from None


class LostForm(forms.Form):
    """What is known of a sheet that never came back."""

    reason = forms.CharField(
        max_length=200,
        label="What is known of it",
        help_text="Where it was last, who had it.",
        error_messages={"required": "Say what is known of the sheet: where it was, who had it."},
    )


class RowForm(forms.Form):
    """One row: what is written on it, when and by whom."""

    what = forms.ChoiceField(choices=[*What.choices, (ASIDE, "Set aside")])
    reference = forms.UUIDField()
    who = forms.ChoiceField(choices=[("", ""), (TEMPORARY, "")], required=False)
    q = forms.CharField(max_length=200, required=False)
    found_for = forms.CharField(max_length=200, required=False)
    patient = forms.CharField(max_length=40, required=False)
    appointment = forms.UUIDField(required=False)
    said = forms.CharField(max_length=500, required=False)
    urgency = forms.ChoiceField(choices=Appointment.Urgency, required=False)
    told_at = forms.CharField(max_length=20, required=False)
    told_by = forms.CharField(max_length=60, required=False)
    where = forms.CharField(max_length=100, required=False)
    found_where = forms.CharField(max_length=100, required=False)
    slot = forms.UUIDField(required=False)
    written = forms.CharField(max_length=20, required=False)
    taken_by = forms.CharField(max_length=60, required=False)
    why = forms.CharField(max_length=200, required=False)
    owner: forms.ModelChoiceField = forms.ModelChoiceField(Staff.objects.none(), required=False)
    due = forms.ChoiceField(choices=DUE.items(), required=False)
    family_name = forms.CharField(max_length=120, required=False)
    given_name = forms.CharField(max_length=120, required=False)
    born_on = DayField(required=False)
    telephone = forms.CharField(max_length=60, required=False)
    postcode = forms.CharField(max_length=20, required=False)

    def __init__(self, start: Start, data: Any = None, *, initial: dict | None = None):
        super().__init__(data, initial=initial)
        self.start, self.now = start, timezone.now()
        self.is_turned = False  # shown as something else than the row usually says
        field: Any = self.fields["owner"]
        field.queryset = start.sheet.practice.staff.filter(is_active=True)

    @classmethod
    def begun(cls, start: Start, staff: Staff, **more: Any) -> "RowForm":
        """Begin a row with when and by whom the row before was written."""
        initial = {
            "what": str(USUAL[SheetRow.Kind(start.kind)]),
            "reference": uuid.uuid4(),
            "written": _shown(start.before.written_at, start.sheet.day),
            "taken_by": start.before.taken_by,
            "urgency": "routine",
            "owner": staff.pk,
            "due": "today",
        }
        if again := start.again:  # what was taken back, to be put right
            initial |= {
                "q": again.typed, "said": again.said, "urgency": again.urgency or "routine",
                "written": _shown(again.written_at, start.sheet.day), "taken_by": again.taken_by,
            }  # fmt: skip
        return cls(start, initial=initial | more)

    @classmethod
    def turned(cls, start: Start, staff: Staff, data: Any, what: str) -> "RowForm":
        """Show a row as something else that is written on it, with what was typed so far."""
        typed = {name: data[name] for name in cls.base_fields if data.get(name)}
        typed.pop("patient", None)
        if what == TEMPORARY:
            said = NewPatientForm.begun(start.sheet.practice, typed.get("q", "")).initial
            newcomer = {n: said.get(n, "") for n in ("family_name", "given_name", "born_on")}
            form = cls.begun(start, staff, **(newcomer | typed | {"who": TEMPORARY}))
        else:
            known = what in dict(cls.base_fields["what"].choices)  # type: ignore[attr-defined]
            turned = {"what": what, "who": ""} if known else {}
            form = cls.begun(start, staff, **(typed | turned))
        form.is_turned = True
        return form

    @classmethod
    def sent(cls, start: Start, data: Any) -> "RowForm":
        """Take what was sent; a button that says at once what is written names it as `do`."""
        if data.get("do"):
            data = data.copy()
            data["what"] = data["do"]
        return cls(start, data)

    @property
    def chosen(self) -> str:
        """What the row is shown as: 'booked', 'request', 'aside', 'temporary'…"""
        return TEMPORARY if self["who"].value() == TEMPORARY else str(self["what"].value())

    def clean_written(self) -> datetime:
        """Read when it was written; the day is that of the row before, else the sheet's."""
        text = self.cleaned_data["written"]
        if not text and self.data.get("what") == What.NOTHING:
            return self.now
        if not text:
            raise forms.ValidationError("When was it written? Like 9:14 or 0914.")
        return self._moment(text)

    def clean_told_at(self) -> datetime | None:
        """Read when the duty clinician was told."""
        return self._moment(text) if (text := self.cleaned_data["told_at"]) else None

    def clean_patient(self) -> UUID | None:
        """Read who was chosen; a list that was made for another name does not count."""
        value = self.cleaned_data["patient"]
        if not value or value == NOBODY or self._is_stale("q", "found_for"):
            return None
        try:
            return UUID(value)
        except ValueError:
            raise forms.ValidationError("Choose one of those who are listed.") from None

    def clean_telephone(self) -> str:
        """Check a temporary patient's telephone."""
        return self._tidied("mobile_telephone", self.cleaned_data["telephone"])

    def clean_postcode(self) -> str:
        """Check a temporary patient's postcode."""
        return self._tidied("postcode", self.cleaned_data["postcode"])

    def clean(self) -> dict[str, Any]:
        """See that nothing which the line needs is left out."""
        said = self.cleaned_data
        if self._is_stale("q", "found_for"):
            said["appointment"] = None
        if self._is_stale("where", "found_where"):
            said["slot"] = None
        if said.get("who") == TEMPORARY and not said.get("family_name"):
            self.add_error("family_name", "Enter the surname.")
        if said.get("what") == ASIDE and not said.get("why"):
            self.add_error("why", "Say why it is set aside: whoever gets it will ask.")
        return said

    def chosen_already(self) -> dict[str, UUID | None]:
        """Give what was chosen from lists, to be shown beside what is missing."""
        said = self.cleaned_data if self.is_bound and self.data.get("q") else {}
        return {name: said.get(name) for name in ("patient", "appointment")}

    def wanted(self) -> Said:
        """Give what was filled in to the command."""
        said = self.cleaned_data
        is_new = said["who"] == TEMPORARY
        return Said(
            what=said["what"],
            reference=said["reference"],
            written_at=said["written"],
            taken_by=said["taken_by"],
            typed=said["q"],
            patient=said["patient"],
            is_nobody=self.data.get("patient") == NOBODY and not self._is_stale("q", "found_for"),
            newcomer=self._newcomer() if is_new else None,
            said=said["said"],
            urgency=said["urgency"] or "routine",
            told_at=said["told_at"],
            told_by=said["told_by"],
            where=said["where"],
            slot=said["slot"],
            appointment=said["appointment"],
            why=said["why"],
            owner=said["owner"],
            due_at=_due(said["due"] or "today", self.now),
        )

    def _newcomer(self) -> Details:
        said = self.cleaned_data
        return Details(
            family_name=said["family_name"],
            given_name=said["given_name"],
            born_on=said["born_on"],
            mobile_telephone=said["telephone"],
            postcode=said["postcode"],
            kind=Patient.Kind.TEMPORARY,
        )

    def _is_stale(self, typed: str, found: str) -> bool:
        return self.data.get(typed, "").strip() != self.data.get(found, "").strip()

    def _tidied(self, name: str, value: str) -> str:
        try:
            return tidied(name, value)
        except BadDetail as refused:
            raise forms.ValidationError(refused.sentence) from None

    def _moment(self, text: str) -> datetime:
        at = _read(text, self._day())
        if at is None:
            raise forms.ValidationError("Write the time like 9:14 or 0914, or 23/11 0914.")
        # What is keyed already may lie ahead where the server's clock was set back.
        if at > max(self.now, self.start.before.written_at or self.now) + AHEAD:
            raise forms.ValidationError(
                f"{clock(at)} on {day_short(at)} has not been yet. Look at the time again; for "
                "another day write it before: 22/11 0914."
            )
        return at

    def _day(self) -> date:
        if written := self.start.before.written_at:
            return written.astimezone(LONDON).date()
        return min(self.start.sheet.day, self.now.astimezone(LONDON).date())


def _read(text: str, day: date) -> datetime | None:
    """Read '0914', '9:14', '23/11 9.14'; None for what is no time."""
    found = _MOMENT.fullmatch(text.strip())
    if not found:
        return None
    said = found.groupdict()
    try:
        if said["d"]:
            year = said["y"] or str(day.year)
            day = date(int(year) + (2000 if len(year) == 2 else 0), int(said["m"]), int(said["d"]))
        return datetime.combine(day, time(int(said["hour"]), int(said["minute"])), LONDON)
    except ValueError:
        return None


def _shown(at: datetime | None, day: date) -> str:
    """Write a moment as it may be typed; the day only where it is not the sheet's."""
    if at is None:
        return ""
    local = at.astimezone(LONDON)
    return clock(at) if local.date() == day else f"{local.day}/{local.month} {clock(at)}"


def _due(which: str, now: datetime) -> datetime:
    day = now.astimezone(LONDON).date()
    in_an_hour = now + timedelta(hours=1)
    return {
        "hour": in_an_hour,
        "today": max(datetime.combine(day, EVENING, LONDON), in_an_hour),
        "tomorrow": datetime.combine(day + timedelta(days=1), NOON, LONDON),
        "week": datetime.combine(day + timedelta(days=7), NOON, LONDON),
    }[which]
