"""What is filled in on the call list, and to settle a clash."""

from typing import Any

from django import forms

from appointments.clashes import Dispute
from appointments.models import Call, Clash, Clinician, Practice


class CallForm(forms.Form):
    """What came of ringing; without an outcome only the note is kept."""

    outcome = forms.ChoiceField(choices=[("", "Note"), *Call.Outcome.choices], required=False)
    tries = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    note = forms.CharField(max_length=200, required=False, label="Note")


class SettleForm(forms.Form):
    """Who stays in a slot that two people were promised. Nothing is chosen beforehand."""

    outcome = forms.ChoiceField(
        label="Who stays?",
        widget=forms.RadioSelect,
        error_messages={"required": "Choose who stays, or both."},
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

    def __init__(self, practice: Practice, dispute: Dispute, *args: Any):
        super().__init__(*args)
        first, second = dispute.clash.first.patient.name, dispute.clash.second.patient.name
        self.fields["outcome"].choices = [
            (Clash.Outcome.FIRST, f"{first} stays; {second} is cancelled and rung"),
            (Clash.Outcome.SECOND, f"{second} stays; {first} is cancelled and rung"),
            (Clash.Outcome.BOTH, f"Both are seen, {second} as an extra"),
        ]
        if dispute.for_duty:
            self.fields["decided_by"].queryset = practice.clinician_set.filter(left_on=None)
            if dispute.on_duty:
                hint = f"On duty on that day: {dispute.on_duty.short_name}."
                self.fields["decided_by"].help_text = hint
        else:
            del self.fields["decided_by"]

    def said(self) -> str:
        """Give the reason to the command, on whose word it is."""
        decided_by, reason = self.cleaned_data.get("decided_by"), self.cleaned_data["reason"]
        return f"{decided_by.short_name} decided: {reason}" if decided_by else reason
