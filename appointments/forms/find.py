"""What the caller would like, from the address of the page."""

from typing import Any
from uuid import UUID

from django import forms
from django.utils import timezone

from appointments.finding import Wish
from appointments.models import Appointment, Clinician, Mode, Practice, Site, SlotType


class FindForm(forms.Form):
    """Choices for the search for free slots; everything left out does not matter."""

    who = forms.ChoiceField(label="With", required=False)
    type = forms.ModelChoiceField(
        SlotType.objects.none(), label="For", required=False, empty_label="Anything"
    )
    mode = forms.ChoiceField(
        choices=[("", "Any way"), *Mode.choices], label="How they meet", required=False
    )
    half = forms.ChoiceField(
        choices=[("", "Any time"), ("am", "Morning"), ("pm", "Afternoon")],
        label="Time of day",
        required=False,
    )
    starting = forms.DateField(
        label="From",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": "Enter the day as 23/11/2026, or leave it empty for today."},
    )
    site = forms.ModelChoiceField(
        Site.objects.none(), label="At", required=False, empty_label="Any site"
    )
    after = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(self, practice: Practice, asked: dict[str, Any]):
        super().__init__({"starting": timezone.localdate().isoformat(), **asked})
        clinicians = practice.clinician_set.filter(left_on=None)
        self.fields["who"].choices = [
            ("", "Anybody"),
            *((role.value, f"Any {_within(role.label)}") for role in Clinician.Role),
            *((str(clinician.pk), clinician.short_name) for clinician in clinicians),
        ]
        self.fields["type"].queryset = practice.slottype_set.filter(retired_on=None)
        self.fields["site"].queryset = practice.site_set.filter(closed_on=None)

    @staticmethod
    def like(appointment: Appointment) -> dict[str, str]:
        """Ask for another slot like the one that an appointment is in."""
        slot = appointment.slot
        holder = slot.session.holders.first()
        return {
            "who": str(holder.pk) if holder else "",
            "type": str(slot.slot_type_id),
            "mode": slot.mode,
        }

    def wish(self) -> Wish:
        """Give what was chosen to the search."""
        said = self.cleaned_data
        is_role = said["who"] in Clinician.Role.values
        return Wish(
            starting=said["starting"],
            role=said["who"] if is_role else "",
            clinician=UUID(said["who"]) if said["who"] and not is_role else None,
            slot_type=said["type"] and said["type"].pk,
            mode=said["mode"],
            half=said["half"],
            site=said["site"] and said["site"].pk,
            after=said["after"],
        )


def _within(label: str) -> str:
    """Write a role inside a sentence: 'nurse', but 'GP'."""
    return label if label.isupper() else label[0].lower() + label[1:]
