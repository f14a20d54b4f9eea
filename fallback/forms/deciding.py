"""What is filled in where something waits for a person."""

import uuid
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils import timezone

from appointments.availability import LONDON
from appointments.finding import FreeSlot, Wish
from appointments.forms.calls import slot_words
from appointments.models import Desk, Patient, Practice, Site, Staff
from fallback.models import Entry
from fallback.rekey import MOST_LINES


class CloseForm(forms.Form):
    """How something that was set aside ended."""

    how = forms.CharField(
        max_length=200,
        label="How did it end?",
        error_messages={
            "required": "Say how it ended.",
            "max_length": "Say it in 200 letters at most.",
        },
    )


class HandOnForm(forms.Form):
    """Who sees to it, and by when."""

    owner = forms.ModelChoiceField(
        Staff.objects.none(),
        label="Who sees to it?",
        error_messages={
            "required": "Say who sees to it.",
            "invalid_choice": "This person does not work here. Choose again.",
        },
    )
    day = forms.DateField(
        label="By which day?",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": "Say by which day.", "invalid": "Give a day of the year."},
    )
    time = forms.TimeField(
        label="By what time?",
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        error_messages={"required": "Say by what time.", "invalid": "Such as 14:30."},
    )

    def __init__(self, practice: Practice, entry: Entry, data: Any = None):
        due = timezone.localtime(entry.due_at, LONDON) if entry.due_at else None
        initial: dict[str, Any] = {"owner": entry.owner_id}
        if due:
            initial |= {"day": due.date(), "time": due.time()}
        super().__init__(data, initial=initial, prefix="hand")
        field: Any = self.fields["owner"]
        field.queryset = practice.staff.filter(is_active=True, left_at=None)

    def said(self) -> dict[str, Any]:
        """Give what was filled in to the command."""
        said = self.cleaned_data
        due_at = datetime.combine(said["day"], said["time"], LONDON)
        return {"owner": said["owner"], "due_at": due_at}


class ToldForm(forms.Form):
    """When the duty clinician was told, and by whom."""

    at = forms.TimeField(
        label="Duty clinician told at",
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        error_messages={"required": "Say at what time.", "invalid": "Such as 09:20."},
    )
    told_by = forms.CharField(
        max_length=60, label="By whom", error_messages={"required": "Say who told them."}
    )

    def __init__(self, staff: Staff, data: Any = None):
        now = timezone.localtime(timezone=LONDON)
        super().__init__(data, initial={"at": now.time(), "told_by": staff.name}, prefix="told")

    def said(self) -> dict[str, Any]:
        """Give it to the command: the newest moment of that time of day."""
        now = timezone.localtime(timezone=LONDON)
        at = datetime.combine(now.date(), self.cleaned_data["at"], LONDON)
        at = at if at <= now else at - timedelta(days=1)
        return {"told_by": self.cleaned_data["told_by"], "at": at}


class WishForm(forms.Form):
    """Which slots to propose for a request."""

    who = forms.ChoiceField(label="With", required=False)
    starting = forms.DateField(
        label="From",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": "Give a day of the year, or none for today."},
    )

    def __init__(self, practice: Practice, asked: Any):
        super().__init__(asked)
        field: Any = self.fields["who"]
        clinicians = practice.clinician_set.filter(left_on=None)
        field.choices = [
            ("", "Anybody"),
            *((str(one.pk), one.short_name) for one in clinicians),
        ]

    def wish(self) -> Wish:
        """Give what is looked for; what can't be understood does not matter."""
        self.is_valid()
        who = self.cleaned_data.get("who")
        return Wish(
            starting=self.cleaned_data.get("starting"), clinician=uuid.UUID(who) if who else None
        )


class FillForm(forms.Form):
    """The slot that a request gets."""

    slot = forms.ChoiceField(
        label="Free slots",
        widget=forms.RadioSelect,
        error_messages={
            "required": "Choose a slot.",
            "invalid_choice": "This slot is not free any more. Choose another.",
        },
    )

    def __init__(self, free: Iterable[FreeSlot], data: Any = None):
        super().__init__(data)
        field: Any = self.fields["slot"]
        field.choices = [(str(one.id), slot_words(one)) for one in free]


class KindForm(forms.Form):
    """What a temporary patient is, who is nobody that we know."""

    kind = forms.ChoiceField(
        choices=[(Patient.Kind.REGULAR, "New patient"), (Patient.Kind.OTHER, "Visitor")]
    )


class MatchForm(forms.Form):
    """The record of the same person."""

    patient = forms.UUIDField(
        error_messages={"required": "Choose the record that is the same person."}
    )


def _lines(label: str, help_text: str = "") -> forms.IntegerField:
    return forms.IntegerField(
        label=label,
        help_text=help_text,
        min_value=1,
        max_value=MOST_LINES,
        error_messages={
            "required": "Count the lines.",
            "invalid": "A number, such as 12.",
            "min_value": "At least one line.",
            "max_value": f"At most {MOST_LINES} lines. Take the next page as another.",
        },
    )


class LooseForm(forms.Form):
    """A page without a reference: where it lay, for which day it is, how many lines it has."""

    reference = forms.UUIDField(widget=forms.HiddenInput)
    site = forms.ModelChoiceField(
        Site.objects.none(),
        label="Which site is it from?",
        empty_label="Choose",
        error_messages={"required": "Choose the site."},
    )
    desk = forms.ModelChoiceField(
        Desk.objects.none(),
        label="At which desk was it written?",
        empty_label="Choose",
        error_messages={"required": "Choose the desk, or the one nearest to it."},
    )
    day = forms.DateField(
        label="For which day?",
        help_text="A line for another day says so when it is keyed.",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": "Say for which day.", "invalid": "Give a day of the year."},
    )
    lines = _lines(
        "How many lines are written on it?", "Count them, those that were crossed out as well."
    )

    def __init__(self, practice: Practice, desk: Desk, data: Any = None):
        initial = {
            "reference": uuid.uuid4(),
            "site": desk.site_id,
            "day": timezone.localdate(timezone=LONDON),
        }
        super().__init__(data, initial=initial)
        fields: Any = self.fields
        fields["site"].queryset = practice.site_set.filter(closed_on=None)
        fields["desk"].queryset = practice.desk_set.filter(closed_on=None)


class LinesForm(forms.Form):
    """How many lines a page has after all."""

    to = _lines("Lines in all")
