"""What is filled in at a slot or an appointment."""

from datetime import date

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator

from appointments.booking import NewAppointment
from appointments.models import Appointment, Clinician, Mode, Site, SlotType


class BookingForm(forms.Form):
    """A patient for a slot, and what the clinician should know."""

    patient = forms.UUIDField(
        error_messages={"required": "Find the patient and choose them from the list."}
    )
    reference = forms.UUIDField(
        widget=forms.HiddenInput,
        error_messages={"required": "This form is incomplete. Open the slot again."},
    )
    reason = forms.CharField(max_length=200, required=False, label="Reason")
    urgency = forms.ChoiceField(choices=Appointment.Urgency, required=False)
    mode = forms.ChoiceField(choices=Mode, label="How they meet")
    booked_via = forms.ChoiceField(choices=Appointment.Via, label="How it was booked")
    double = forms.BooleanField(required=False, label="Double length (this slot and the next)")
    extra = forms.BooleanField(required=False, widget=forms.HiddenInput)
    because = forms.CharField(max_length=200, required=False, label="Why")
    access_needs = forms.CharField(max_length=200, required=False, label="Access needs")
    notes = forms.CharField(
        max_length=1000,
        required=False,
        label="Notes for the clinician",
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def wanted(self) -> NewAppointment:
        """Give what was filled in to the command."""
        said = dict(self.cleaned_data)
        said["urgency"] = said["urgency"] or Appointment.Urgency.ROUTINE
        return NewAppointment(**said)


class CancellationForm(forms.Form):
    """Who cancels, and why."""

    by = forms.ChoiceField(
        choices=Appointment.For, required=False, label="Who cancels?", widget=forms.RadioSelect
    )
    reason = forms.CharField(max_length=200, required=False, label="Reason")


class DetailsForm(forms.Form):
    """What was noted with an appointment."""

    reason = forms.CharField(max_length=200, required=False)
    urgency = forms.ChoiceField(choices=Appointment.Urgency)
    mode = forms.ChoiceField(choices=Mode, label="How they meet")
    access_needs = forms.CharField(max_length=200, required=False, label="Access needs")
    notes = forms.CharField(
        max_length=1000,
        required=False,
        label="Notes for the clinician",
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class MoveForm(forms.Form):
    """Where to."""

    slot = forms.UUIDField(error_messages={"required": "Choose the slot to move to."})
    because = forms.CharField(max_length=200, required=False)


class ReasonForm(forms.Form):
    """Why; the command says when it needs one."""

    because = forms.CharField(max_length=200, required=False, label="Why")


class FilterForm(forms.Form):
    """What part of a day to show. Anything odd in the address is as if it were not there."""

    site = forms.ModelChoiceField(Site.objects.none(), required=False)
    clinician = forms.ModelChoiceField(Clinician.objects.none(), required=False)
    type = forms.ModelChoiceField(SlotType.objects.none(), required=False)
    free = forms.BooleanField(required=False)
    view = forms.ChoiceField(choices=[("", "Day"), ("overview", "Overview")], required=False)
    day = forms.DateField(
        required=False,
        input_formats=["%Y-%m-%d"],
        validators=[MinValueValidator(date(1950, 1, 1)), MaxValueValidator(date(2149, 12, 31))],
    )

    def __init__(self, practice, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name, rows in (
            ("site", practice.site_set.filter(closed_on=None)),
            ("clinician", practice.clinician_set.filter(left_on=None)),
            ("type", practice.slottype_set.filter(retired_on=None)),
        ):
            self.fields[name].queryset = rows
        self.is_valid()

    def chosen(self, name):
        """Give what was chosen, or None."""
        return self.cleaned_data.get(name) or None
