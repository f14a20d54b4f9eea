"""What is filled in to open, copy, change and cancel sessions and their slots."""

import uuid
from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils import timezone

from appointments.availability import LONDON
from appointments.models import Clinician, Mode, Practice, Session, Site, Slot, SlotType
from appointments.sessions import Plan, Stretch, weekly
from appointments.wording import DAYS

MOST_WEEKS = 13  # a quarter: what rotas are planned for
LONGEST_SLOT = 240  # minutes
REASON_LENGTH = 150  # leaves room on the call list for what happened


def _clock() -> forms.TimeInput:
    return forms.TimeInput(attrs={"type": "time"}, format="%H:%M")


def _day() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class WeekForm(forms.Form):
    """Which site and week to show. Anything odd in the address is as if it were not there."""

    site = forms.ModelChoiceField(Site.objects.none(), required=False)
    day = forms.DateField(required=False)

    def __init__(self, practice: Practice, *args: Any):
        super().__init__(*args)
        self.fields["site"].queryset = practice.site_set.filter(closed_on=None)
        self.is_valid()
        self.shown_at = self.cleaned_data.get("site") or practice.main_site
        day = self.cleaned_data.get("day") or timezone.localdate()
        self.monday = day - timedelta(days=day.weekday())


class StretchForm(forms.Form):
    """A row of slots of one length, type and mode."""

    starts = forms.TimeField(
        label="From", widget=_clock(), error_messages={"required": "Enter when it starts."}
    )
    ends = forms.TimeField(
        label="To", widget=_clock(), error_messages={"required": "Enter when it ends."}
    )
    minutes = forms.IntegerField(
        label="Minutes each", min_value=1, max_value=LONGEST_SLOT, initial=10
    )
    type = forms.ModelChoiceField(
        SlotType.objects.none(),
        label="Slot type",
        empty_label="Choose",
        error_messages={"required": "Choose a slot type."},
    )
    mode = forms.ChoiceField(choices=Mode, label="How they meet", initial=Mode.FACE_TO_FACE)

    def __init__(self, *args: Any, practice: Practice, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["type"].queryset = practice.slottype_set.filter(retired_on=None)

    def clean(self) -> dict[str, Any]:
        """Refuse a stretch in which not one slot fits."""
        said = super().clean() or {}
        if not self.errors and said and self.stretch().count == 0:
            self.add_error("ends", "Not one slot fits in. Enter a later end or fewer minutes.")
        return said

    def stretch(self) -> Stretch:
        """Give what was filled in to the command."""
        said = self.cleaned_data
        return Stretch(said["starts"], said["ends"], said["minutes"], said["type"].pk, said["mode"])


StretchFormSet = forms.formset_factory(StretchForm, min_num=1, extra=2, validate_min=True)


def stretches_in(rows: forms.BaseFormSet) -> tuple[Stretch, ...]:
    """Give the rows that were filled in to the command."""
    return tuple(form.stretch() for form in rows.forms if form.cleaned_data)


class TicksForm(forms.Form):
    """What is ticked after it was said: these boxes are shown when they are needed."""

    although_closed = forms.BooleanField(
        required=False, label="Open it all the same on days when the site is closed"
    )
    although_overlapping = forms.BooleanField(
        required=False, label="Both sessions are wanted, although they overlap"
    )

    def ticks(self) -> dict[str, bool]:
        """Give the ticks to the command."""
        return {name: self.cleaned_data[name] for name in TicksForm.base_fields}


class MoreSlotsForm(StretchForm, TicksForm):
    """Slots to add to a session; preset to go on where it ends."""

    def __init__(self, session: Session, *args: Any):
        ends = timezone.localtime(session.ends_at, LONDON).time()
        super().__init__(*args, practice=session.practice, initial={"starts": ends})


class _NewSessionForm(TicksForm):
    """On which days, and the reference that makes sending it again harmless."""

    reference = forms.UUIDField(widget=forms.HiddenInput)
    first = forms.DateField(
        label="First day", widget=_day(), error_messages={"required": "Enter a day."}
    )
    weeks = forms.IntegerField(
        label="For how many weeks",
        min_value=1,
        max_value=MOST_WEEKS,
        initial=1,
        help_text=f"1 is just that week; at most {MOST_WEEKS}.",
    )

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["reference"].initial = uuid.uuid4

    def clean_first(self) -> date:
        """Refuse days that are over: the diary shows what was."""
        first = self.cleaned_data["first"]
        if first < timezone.localdate():
            raise forms.ValidationError("Enter a day that is not over.")
        return first


class OpenForm(_NewSessionForm):
    """A session from scratch; its stretches of slots are a StretchFormSet."""

    site = forms.ModelChoiceField(Site.objects.none(), label="Site", empty_label=None)
    holders = forms.ModelMultipleChoiceField(
        Clinician.objects.none(),
        label="Who holds it",
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    name = forms.CharField(
        max_length=120,
        required=False,
        label="Name",
        help_text="Left empty, it is called after who holds it.",
    )
    category = forms.CharField(max_length=120, required=False, label="Category")

    def __init__(self, practice: Practice, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["site"].queryset = practice.site_set.filter(closed_on=None)
        self.fields["holders"].queryset = practice.clinician_set.filter(left_on=None)

    def plan(self, stretches: tuple[Stretch, ...]) -> Plan:
        """Give what was filled in to the command."""
        said = self.cleaned_data
        return Plan(
            site=said["site"].pk,
            days=weekly(said["first"], said["weeks"]),
            stretches=stretches,
            holders=tuple(clinician.pk for clinician in said["holders"]),
            name=said["name"],
            category=said["category"],
        )


class CopyForm(_NewSessionForm):
    """On which days to open a session like another one."""

    weekdays = forms.TypedMultipleChoiceField(
        label="On these days",
        coerce=int,
        choices=list(enumerate(DAYS)),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Tick at least one day."},
    )
    with_blocks = forms.BooleanField(
        required=False,
        label="Slots that are blocked here are blocked there too",
    )

    def __init__(self, session: Session, data: Any = None):
        first = max(session.day + timedelta(weeks=1), timezone.localdate())
        initial = {"first": first, "weekdays": [session.day.weekday()], "with_blocks": True}
        super().__init__(data, initial=initial)

    def clean(self) -> dict[str, Any]:
        """Refuse when none of the ticked days lies in the weeks."""
        said = super().clean() or {}
        if not self.errors and not self.days():
            raise forms.ValidationError("Tick a day that comes after the first day.")
        return said

    def days(self) -> list[date]:
        """List the ticked days of each week, from the first day on."""
        said = self.cleaned_data
        all_days = (said["first"] + timedelta(days=n) for n in range(7 * said["weeks"]))
        return [day for day in all_days if day.weekday() in said["weekdays"]]


class ChangeForm(TicksForm):
    """What a session is called, and who holds it."""

    name = forms.CharField(
        max_length=120, label="Name", error_messages={"required": "Give the session a name."}
    )
    category = forms.CharField(max_length=120, required=False, label="Category")
    holders = forms.ModelMultipleChoiceField(
        Clinician.objects.none(),
        label="Who holds it",
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, session: Session, data: Any = None):
        holders = list(session.holders.values_list("pk", flat=True))
        initial = {"name": session.name, "category": session.category, "holders": holders}
        super().__init__(data, initial=initial)
        clinicians = session.practice.clinician_set
        self.fields["holders"].queryset = clinicians.filter(left_on=None) | clinicians.filter(
            pk__in=holders
        )


class ReasonForm(forms.Form):
    """Why a session is cancelled; the patients will ask."""

    reason = forms.CharField(
        max_length=REASON_LENGTH,
        label="Why is it cancelled?",
        help_text="Stands on the call list: 'Dr Lane is ill'.",
        error_messages={"required": "Say why: its patients will ask."},
    )


class SlotsForm(forms.Form):
    """What to do with the slots of a session that are ticked."""

    slots = forms.ModelMultipleChoiceField(
        Slot.objects.none(), error_messages={"required": "Tick the slots first."}
    )
    do = forms.ChoiceField(choices=[(w, w) for w in ("block", "unblock", "remove", "change")])
    reason = forms.CharField(max_length=200, required=False, label="Why blocked")
    type = forms.ModelChoiceField(
        SlotType.objects.none(), required=False, label="Slot type", empty_label="Choose"
    )
    mode = forms.ChoiceField(choices=Mode, required=False, label="How they meet")

    def __init__(self, session: Session, *args: Any):
        super().__init__(*args)
        self.fields["slots"].queryset = session.slots.filter(removed_at=None)
        self.fields["type"].queryset = session.practice.slottype_set.filter(retired_on=None)

    def clean(self) -> dict[str, Any]:
        """Ask for the new type when slots change theirs."""
        said = super().clean() or {}
        if said.get("do") == "change" and not (said.get("type") and said.get("mode")):
            self.add_error("type", "Choose the new slot type, and how they meet.")
        return said
