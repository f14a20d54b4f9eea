"""Forms for the practice's settings. They check what is typed; the commands write it."""

from collections.abc import Iterator
from datetime import time
from itertools import pairwise
from typing import Any

from django import forms
from django.utils import timezone

from appointments.models import Clinician, Closure, Desk, Practice, Site, SlotType
from appointments.national import SLOT_CATEGORIES
from appointments.wording import DAYS, day_short

LOCK_AT_LEAST, LOCK_AT_MOST = 1, 60  # minutes


class SettingsForm(forms.ModelForm):
    """A form about something of one practice, filled in from a row (or empty for a new one)."""

    def __init__(self, practice: Practice, data: Any = None, *, row: Any = None):
        initial = forms.model_to_dict(row, self._meta.fields) if row else None
        super().__init__(data, initial=initial)
        self.practice = practice
        self.row = row
        for field in self.fields.values():
            choice = isinstance(field, forms.ChoiceField | forms.ModelChoiceField)
            sentence = "Choose one of these." if choice else f"Enter {_lower(field.label)}."
            field.error_messages["required"] = sentence
        if "site" in self.fields:
            self.fields["site"].queryset = practice.site_set.filter(closed_on=None)
            self.fields["site"].empty_label = None

    def validate_unique(self) -> None:
        """Leave it to the command, which looks while nobody else can write."""

    validate_constraints = validate_unique


class PracticeForm(SettingsForm):
    """What the practice is called, where its main site is, and how soon screens lock."""

    class Meta:
        model = Practice
        fields = ("name", "main_site", "idle_lock_minutes")
        labels = {
            "name": "Name of the practice",
            "main_site": "Main site",
            "idle_lock_minutes": "Minutes until a screen that is left alone locks",
        }
        help_texts = {"main_site": "The diary opens here."}

    def __init__(self, practice: Practice, data: Any = None, *, row: Any = None):
        super().__init__(practice, data, row=row)
        self.fields["main_site"].queryset = practice.site_set.filter(closed_on=None)
        self.fields["main_site"].empty_label = None

    def clean_idle_lock_minutes(self) -> int:
        """Accept what is short enough to be a lock and long enough to work."""
        minutes = self.cleaned_data["idle_lock_minutes"]
        if not LOCK_AT_LEAST <= minutes <= LOCK_AT_MOST:
            raise forms.ValidationError(f"Enter {LOCK_AT_LEAST} to {LOCK_AT_MOST} minutes.")
        return minutes


class SiteForm(SettingsForm):
    """A site's name and where it is."""

    class Meta:
        model = Site
        fields = ("name", "telephone", "address", "postcode", "order")
        labels = {"name": "Name of the site", "order": "Place in lists"}
        help_texts = {"order": "Sites with a smaller number come first."}
        widgets = {
            "telephone": forms.TextInput(attrs={"class": "nhsuk-input--width-20"}),
            "address": forms.Textarea(attrs={"rows": 3}),
            "postcode": forms.TextInput(attrs={"class": "nhsuk-input--width-10"}),
            "order": forms.NumberInput(attrs={"class": "nhsuk-input--width-3"}),
        }


class DeskForm(SettingsForm):
    """A desk's name and site."""

    class Meta:
        model = Desk
        fields = ("site", "name")
        labels = {"name": "Name of the desk"}
        help_texts = {"name": "As people say it: 'Desk 5', 'Back office'."}


class ClinicianForm(SettingsForm):
    """What a clinician is called, and what they are."""

    class Meta:
        model = Clinician
        fields = ("title", "given_name", "family_name", "role")
        labels = {"given_name": "Forename", "family_name": "Surname"}
        widgets = {"title": forms.TextInput(attrs={"class": "nhsuk-input--width-5"})}


class SlotTypeForm(SettingsForm):
    """What a slot is for, how it looks, and from when it may be booked."""

    national_category = forms.ChoiceField(label="National category", required=False)

    class Meta:
        model = SlotType
        fields = (
            "name",
            "colour",
            "mode",
            "national_category",
            "release",
            "release_time",
            "release_days",
            "release_hours",
        )
        labels = {
            "name": "Name of the slot type",
            "mode": "How patient and clinician meet",
            "release": "From when may these slots be booked?",
            "release_time": "From what time",
            "release_days": "How many days before",
            "release_hours": "How many hours before",
        }
        help_texts = {
            "release_time": "For example, 08:00",
            "release_days": "0 for the day itself",
        }
        widgets = {
            "colour": forms.RadioSelect,
            "release": forms.RadioSelect,
            "release_time": forms.TimeInput(format="%H:%M"),
        }

    def __init__(self, practice: Practice, data: Any = None, *, row: Any = None):
        super().__init__(practice, data, row=row)
        known = list(SLOT_CATEGORIES)
        if row and row.national_category not in ("", *known):
            known.append(row.national_category)  # as the clinical system writes it
        self.fields["national_category"].choices = [("", "None"), *((word, word) for word in known)]
        for name in ("release_days", "release_hours"):
            self.fields[name].required = False

    def clean(self) -> dict[str, Any]:
        """Ask for what the chosen rule needs, and forget what belongs to the others."""
        said = super().clean() or {}
        rule = said.get("release")
        if rule == SlotType.Release.AT_TIME:
            if not said.get("release_time") and "release_time" not in self.errors:
                self.add_error("release_time", "Enter the time from which they may be booked.")
        else:
            said["release_time"] = None
        is_hours = rule == SlotType.Release.HOURS_BEFORE
        if is_hours and not said.get("release_hours") and "release_hours" not in self.errors:
            self.add_error("release_hours", "Enter a number of hours, 1 or more.")
        at_time = rule == SlotType.Release.AT_TIME
        said["release_days"] = (said.get("release_days") or 0) if at_time else 0
        said["release_hours"] = (said.get("release_hours") or 0) if is_hours else 0
        return said


class ClosureForm(SettingsForm):
    """A day, or the rest of one, when a site is shut."""

    class Meta:
        model = Closure
        fields = ("day", "reason", "site", "closes")
        labels = {"closes": "Closes at", "reason": "Why"}
        help_texts = {
            "reason": "For example, staff training",
            "closes": "Leave empty if it is shut all day.",
        }
        widgets = {
            "day": forms.DateInput(attrs={"type": "date"}),
            "closes": forms.TimeInput(format="%H:%M"),
        }

    def __init__(self, practice: Practice, data: Any = None, *, row: Any = None):
        super().__init__(practice, data, row=row)
        self.fields["site"].empty_label = "All sites"
        self.fields["site"].required = False

    def clean_day(self) -> Any:
        """Refuse days that are over: the diary shows what was."""
        day = self.cleaned_data["day"]
        if day < timezone.localdate():
            raise forms.ValidationError("Enter a day that is not over.")
        return day


class HoursForm(forms.Form):
    """A site's week: up to two stretches a day."""

    STRETCHES = (("am", "morning"), ("pm", "afternoon"))

    def __init__(self, site: Site, data: Any = None):
        super().__init__(data)
        for weekday, day in enumerate(DAYS):
            for stretch, words in self.STRETCHES:
                for end in ("opens", "closes"):
                    self.fields[f"{weekday}_{stretch}_{end}"] = forms.TimeField(
                        label=f"{day} {words} {end}",
                        required=False,
                        error_messages={"invalid": f"{day}: enter times such as 08:00 or 18:30."},
                    )
        for weekday in range(len(DAYS)):
            rows = site.opening_times.filter(weekday=weekday)
            for (stretch, _), row in zip(self.STRETCHES, rows, strict=False):
                self.initial[f"{weekday}_{stretch}_opens"] = f"{row.opens:%H:%M}"
                self.initial[f"{weekday}_{stretch}_closes"] = f"{row.closes:%H:%M}"

    @property
    def days(self) -> list[tuple[str, list]]:
        """The fields by day, for a table."""
        return [
            (day, [self[f"{n}_{s}_{e}"] for s, _ in self.STRETCHES for e in ("opens", "closes")])
            for n, day in enumerate(DAYS)
        ]

    def clean(self) -> dict[str, Any]:
        """Look at each day as a whole."""
        for weekday, day in enumerate(DAYS):
            if sentence := _wrong(list(self._stretches(weekday))):
                self.add_error(f"{weekday}_am_opens", f"{day}: {sentence}")
        return self.cleaned_data

    def times(self) -> list[tuple[int, time, time]]:
        """Give what `practices.set_opening_times` takes."""
        return [
            (weekday, opens, closes)
            for weekday in range(len(DAYS))
            for opens, closes in self._stretches(weekday)
        ]

    def _stretches(self, weekday: int) -> Iterator[tuple[Any, Any]]:
        for stretch, _ in self.STRETCHES:
            opens = self.cleaned_data.get(f"{weekday}_{stretch}_opens")
            closes = self.cleaned_data.get(f"{weekday}_{stretch}_closes")
            if opens or closes:
                yield opens, closes


class DutyForm(forms.Form):
    """The duty clinicians of some days, a choice for each."""

    def __init__(self, practice: Practice, days: list, data: Any = None):
        super().__init__(data)
        self.days = days
        there = dict(practice.duty_set.filter(day__in=days).values_list("day", "clinician_id"))
        for day in days:
            field = forms.ModelChoiceField(
                label=day_short(day),
                queryset=practice.clinician_set.filter(left_on=None),
                required=False,
                empty_label="Nobody yet",
                error_messages={"invalid_choice": "Choose somebody from the list."},
            )
            self.fields[day.isoformat()] = field
            self.initial[day.isoformat()] = there.get(day)

    def changed(self) -> Iterator[tuple[Any, Any]]:
        """Give the days that were changed, each with the clinician's id or None."""
        for day in self.days:
            if day.isoformat() in self.changed_data:
                clinician = self.cleaned_data[day.isoformat()]
                yield day, clinician and clinician.pk


class AccessLogForm(forms.Form):
    """Which part of the access log to read."""

    day = forms.DateField(
        label="Day",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        error_messages={"invalid": "Enter a day such as 23/11/2026."},
    )
    staff: forms.ModelChoiceField = forms.ModelChoiceField(
        label="Who looked", queryset=None, required=False, empty_label="Anybody"
    )
    patient = forms.CharField(
        label="Patient",
        help_text="NHS number or surname",
        max_length=100,
        required=False,
    )

    def __init__(self, practice: Practice, data: Any = None):
        super().__init__(data)
        self.fields["staff"].queryset = practice.staff.all()


def _wrong(stretches: list[tuple[Any, Any]]) -> str:
    """Say what is wrong with a day's stretches, or nothing."""
    if any(opens is None or closes is None for opens, closes in stretches):
        return "enter both when it opens and when it closes."
    if any(opens >= closes for opens, closes in stretches):
        return "it must open before it closes."
    if any(earlier[1] > later[0] for earlier, later in pairwise(stretches)):
        return "the afternoon must begin after the morning ends."
    return ""


def _lower(label: Any) -> str:
    words = str(label)
    return f"the {words[:1].lower()}{words[1:]}"
