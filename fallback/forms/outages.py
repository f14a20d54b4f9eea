"""Forms about outages: declare or change one, a line of its log, when it was over."""

import uuid
from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from appointments.availability import LONDON
from appointments.models import Practice, Site
from appointments.refusals import BookingRefused
from fallback import telling
from fallback.models import Outage

TOO_LONG = 10_000  # characters; below that the sentence that refuses them counts them


class WhenForm(forms.Form):
    """A day and a time of day, by London's clock; this minute unless something else is typed."""

    day = forms.DateField(
        label="Day",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": "Enter the day.", "invalid": "Enter it as 23/11/2026."},
    )
    time = forms.TimeField(
        label="Time",
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        error_messages={"required": "Enter the time.", "invalid": "Enter a time, such as 08:03."},
    )

    def __init__(self, data: Any = None, *, at: datetime | None = None, **kwargs: Any):
        super().__init__(data, **kwargs)
        here = (at or timezone.now()).astimezone(LONDON)
        clock = here.time().replace(second=0, microsecond=0)
        self.initial = {**self.initial, "day": here.date(), "time": clock}

    def at(self) -> datetime:
        """Give the moment that was typed. Call it when the form is valid."""
        day: date = self.cleaned_data["day"]
        clock: time = self.cleaned_data["time"]
        return datetime.combine(day, clock, LONDON)

    def refuse(self, refused: BookingRefused) -> None:
        """Show a refusal at the field that it is about."""
        field = {"began_at": "time", "ended_at": "time", "at": "time"}.get(
            said := getattr(refused, "field", ""), said
        )
        self.add_error(field if field in self.fields else None, refused.sentence)


class OutageForm(WhenForm):
    """What is down, where, since when, and what patients are told."""

    affected = forms.MultipleChoiceField(
        label="What is down?",
        choices=Outage.Affected.choices,
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": "Choose what is down.",
            "invalid_choice": "Choose what is down from the list.",
        },
    )
    site = forms.ModelChoiceField(
        Site.objects.none(), required=False, label="Where", empty_label="All sites"
    )
    template = forms.ChoiceField(
        label="What patients are told",
        required=False,
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": "Choose a text that says what is down."},
    )
    sentences = forms.CharField(
        label="Your own sentences below it",
        help_text="One a line. No patients' names.",
        required=False,
        max_length=TOO_LONG,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    reference = forms.UUIDField(widget=forms.HiddenInput, required=False)
    # What was ticked when the text was chosen.
    worded_for = forms.CharField(widget=forms.HiddenInput, required=False)

    field_order = ("affected", "site", "day", "time", "template", "sentences")

    def __init__(
        self, practice: Practice, data: Any = None, *, row: Outage | None = None, asked: Any = None
    ):
        """Begin with an outage as it is, or with what an address asks for (`asked`)."""
        super().__init__(data, at=row.began_at if row else since(asked))
        self.practice = practice
        self.row = row
        fields: Any = self.fields
        fields["site"].queryset = practice.site_set.filter(closed_on=None)
        began = _as_it_is(row) if row else {"affected": _known(asked), "reference": uuid.uuid4()}
        self.initial = {**self.initial, **began}
        self.templates = telling.templates(self.down)
        fields["template"].choices = [
            *((each.key, each.title) for each in self.templates),
            ("", "Nothing: patients notice nothing of it"),
        ]
        fittest = {"template": self.templates[0].key} if self.templates else {}
        self.initial = {**fittest, **self.initial, "worded_for": self._down_words}
        self.is_reworded = self.is_bound and self._reword()

    @property
    def _down_words(self) -> str:
        return ",".join(self.down)

    def _reword(self) -> bool:
        """Choose the fittest text anew where what is down is not what the chosen one was for."""
        was_for = self.data.get("worded_for", "")
        if was_for == self._down_words or not self.templates:
            return False
        said: Any = self.data
        said = said.copy()
        said["worded_for"] = self._down_words
        if said.get("template") != "":
            said["template"] = self.templates[0].key
        self.data = said
        return True

    def clean(self) -> dict[str, Any]:
        """Let nobody declare with words for patients that they have not seen."""
        said = super().clean() or {}
        if self.is_reworded and "declare" in self.data and said.get("template"):
            self.add_error("template", "What is down was changed: look at what patients read now.")
        return said

    @property
    def down(self) -> list[str]:
        """Give what is ticked, or was to begin with."""
        said = self.data.getlist("affected") if self.is_bound else self.initial["affected"]
        return [each for each in Outage.Affected.values if each in said]

    def said(self) -> dict[str, Any]:
        """Give what the commands take. Call it when the form is valid."""
        names = ("affected", "site", "template", "sentences")
        return {name: self.cleaned_data[name] for name in names} | {"began_at": self.at()}

    def notice(self) -> telling.Notice | None:
        """Say what patients would read, as far as the form can be understood by now."""
        if not self.templates:
            return None
        self.is_valid()  # what can be understood of it is in `cleaned_data` then
        said = getattr(self, "cleaned_data", {})
        now = timezone.now()
        outage = Outage(
            practice=self.practice, affected=self.down, site=said.get("site"), still_so_at=now,
            began_at=self.at() if {"day", "time"} <= said.keys() else now, worded_at=now,
            template=self["template"].value() or "", sentences=said.get("sentences", ""),
        )  # fmt: skip
        return telling.of_outages(self.practice, [outage], now)


class LogForm(WhenForm):
    """A line of the log."""

    words = forms.CharField(
        label="What happened",
        help_text="No patients' names.",
        max_length=TOO_LONG,
        error_messages={"required": "Write what happened."},
    )
    reference = forms.UUIDField(widget=forms.HiddenInput, required=False)

    field_order = ("words", "day", "time", "reference")

    def __init__(self, data: Any = None):
        super().__init__(data)
        self.initial = {**self.initial, "reference": uuid.uuid4()}

    def said(self) -> dict[str, Any]:
        """Give what the command takes. Call it when the form is valid.

        This minute, as the form came with it, is now: lines of one minute stay in their order.
        """
        at = self.at()
        is_now = at == timezone.now().replace(second=0, microsecond=0)
        said = {name: self.cleaned_data[name] for name in ("words", "reference")}
        return said | {"at": None if is_now else at}


def _known(asked: Any) -> list[str]:
    said = asked.getlist("affected") if asked else []
    return [each for each in Outage.Affected.values if each in said]


def since(asked: Any) -> datetime | None:
    """Read `?since=`, as the program itself writes it; anything odd is as if it were not there."""
    try:
        said = parse_datetime(asked.get("since", "")) if asked else None
    except ValueError:
        return None
    return said if said and said.tzinfo else None


def _as_it_is(row: Outage) -> Mapping[str, Any]:
    names = ("affected", "site", "template", "sentences")
    return {name: getattr(row, name) for name in names}
