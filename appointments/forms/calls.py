"""What is filled in on the call list, and to settle a clash."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.utils import timezone

from appointments.availability import LONDON
from appointments.clashes import Dispute
from appointments.finding import FreeSlot
from appointments.models import Call, Clash, Clinician, Practice, Staff
from appointments.wording import clock, day_short


class CallForm(forms.Form):
    """What came of ringing; without an outcome only the note is kept."""

    outcome = forms.ChoiceField(choices=[("", "Note"), *Call.Outcome.choices], required=False)
    tries = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    note = forms.CharField(max_length=200, required=False, label="Note")


class DutyForm(forms.Form):
    """What the duty clinician wants done about somebody who could not be reached."""

    clinician = forms.ModelChoiceField(
        Clinician.objects.none(), error_messages={"required": "Say which duty clinician it was."}
    )
    said = forms.CharField(
        max_length=200, error_messages={"required": "Say what the duty clinician wants done."}
    )

    def __init__(self, practice: Practice, *args: Any):
        super().__init__(*args)
        field: Any = self.fields["clinician"]
        field.queryset = practice.clinician_set.filter(left_on=None)


NOWHERE = "none"  # whoever gives way is cancelled, and rung to find another time


class SettleForm(forms.Form):
    """Who stays in a slot that two people were promised, and where the other goes.

    Nothing is chosen beforehand.
    """

    outcome = forms.ChoiceField(
        label="Who stays?",
        widget=forms.RadioSelect,
        error_messages={"required": "Choose who stays, or both."},
    )
    move_to = forms.ChoiceField(
        label="Where does the other one go?",
        help_text="Moved or cancelled, they go on the call list. Not asked when both are seen.",
        widget=forms.RadioSelect,
        required=False,
        error_messages={"invalid_choice": "This slot is not free any more. Choose another."},
    )
    decided_by = forms.ModelChoiceField(
        Clinician.objects.none(),
        label="Which duty clinician decided?",
        empty_label="Choose",
        error_messages={"required": "Ask the duty clinician, and say who it was."},
    )
    reason = forms.CharField(
        max_length=150, label="Why", error_messages={"required": "Say why it is settled this way."}
    )

    def __init__(self, practice: Practice, dispute: Dispute, free: Iterable[FreeSlot], *args: Any):
        super().__init__(*args)
        first, second = (side.appointment.patient.name for side in dispute.sides)
        fields: Any = self.fields
        fields["outcome"].choices = [
            (Clash.Outcome.FIRST, f"{first} stays"),
            (Clash.Outcome.SECOND, f"{second} stays"),
            (Clash.Outcome.BOTH, f"Both are seen, {second} as an extra"),
        ]
        fields["move_to"].choices = [
            *((str(slot.id), slot_words(slot)) for slot in free),
            (NOWHERE, "Cancelled; another time is found when they are rung"),
        ]
        if dispute.for_duty:
            fields["decided_by"].queryset = practice.clinician_set.filter(left_on=None)
            if dispute.on_duty:
                hint = f"On duty on that day: {dispute.on_duty.short_name}."
                fields["decided_by"].help_text = hint
        else:
            del fields["decided_by"]

    def clean(self) -> dict[str, Any]:
        """See that the other one is not forgotten."""
        said = super().clean() or self.cleaned_data
        one_goes = said.get("outcome") in (Clash.Outcome.FIRST, Clash.Outcome.SECOND)
        if one_goes and not said.get("move_to") and "move_to" not in self.errors:
            self.add_error("move_to", "Choose where the other one goes.")
        return said

    def decision(self) -> dict[str, Any]:
        """Give what was decided to the command."""
        said = self.cleaned_data
        decided_by, move_to = said.get("decided_by"), said["move_to"]
        one_goes = said["outcome"] != Clash.Outcome.BOTH
        return {
            "outcome": said["outcome"],
            "reason": said["reason"],
            "decided_by": decided_by.pk if decided_by else None,
            "move_to": UUID(move_to) if one_goes and move_to not in ("", NOWHERE) else None,
        }


class WaitForm(forms.Form):
    """Who sees to something that can't be decided now, until when, and what it waits for."""

    owner = forms.ModelChoiceField(
        Staff.objects.none(),
        label="Who sees to it?",
        empty_label="Choose",
        error_messages={"required": "Say who sees to it."},
    )
    day = forms.DateField(
        label="Until which day?",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": "Say until which day.", "invalid": "Give a day of the year."},
    )
    time = forms.TimeField(
        label="Until what time?",
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        error_messages={"required": "Say until what time.", "invalid": "Such as 14:30."},
    )
    waits_for = forms.CharField(
        max_length=200,
        label="What does it wait for?",
        error_messages={"required": "Say what it waits for."},
    )

    def __init__(self, practice: Practice, data: Any = None):
        today = timezone.localdate(timezone=LONDON)
        super().__init__(data, initial={"day": today}, prefix="wait")
        field: Any = self.fields["owner"]
        field.queryset = practice.staff.filter(is_active=True, left_at=None)

    def said(self) -> dict[str, Any]:
        """Give what was filled in to the command."""
        said = self.cleaned_data
        due_at = datetime.combine(said["day"], said["time"], LONDON)
        return {"owner": said["owner"], "due_at": due_at, "waits_for": said["waits_for"]}


def slot_words(slot: FreeSlot) -> str:
    """Name a free slot on one line: 'Mon 23 Nov, 10:40, Dr Lane, Harbour Surgery'."""
    day = slot.starts_at.astimezone(LONDON).date()
    return f"{day_short(day)}, {clock(slot.starts_at)}, {slot.with_whom}, {slot.site}"
