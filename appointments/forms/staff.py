"""Forms about the people who sign in."""

from typing import Any

from django import forms

from appointments.forms.settings import SettingsForm
from appointments.models import Practice, Staff


class StaffForm(SettingsForm):
    """Somebody's name, role, and (for clinicians) whose lists they read."""

    class Meta:
        model = Staff
        fields: tuple[str, ...] = ("name", "initials", "role", "clinician")
        labels = {"name": "Name", "clinician": "Reads and marks the lists of"}
        help_texts = {
            "initials": "Shown where there is little room. Made from the name if left empty.",
            "clinician": "For clinicians only.",
        }
        widgets = {"role": forms.RadioSelect}

    def __init__(self, practice: Practice, data: Any = None, *, row: Any = None):
        super().__init__(practice, data, row=row)
        self.fields["initials"].required = False
        self.fields["role"].choices = Staff.Role.choices  # without an empty one
        self.fields["clinician"].queryset = practice.clinician_set.filter(left_on=None)
        self.fields["clinician"].empty_label = "Nobody's"

    def clean(self) -> dict[str, Any]:
        """Ask a clinician whose lists are theirs; nobody else has any."""
        said = super().clean() or {}
        if said.get("role") != Staff.Role.CLINICIAN:
            said["clinician"] = None
        elif not said.get("clinician") and "clinician" not in self.errors:
            self.add_error("clinician", "Choose whose lists this clinician reads.")
        return said


class NewStaffForm(StaffForm):
    """The same, with a user name, which stays as it is."""

    class Meta(StaffForm.Meta):
        fields = ("username", *StaffForm.Meta.fields)
        labels = StaffForm.Meta.labels | {"username": "User name"}
        help_texts = StaffForm.Meta.help_texts | {
            "username": "Small and capital letters are the same."
        }

    field_order = ("name", "username", "initials", "role", "clinician")

    def clean_username(self) -> str:
        """Accept what can be typed without thinking."""
        username = self.cleaned_data["username"].strip().lower()
        if not all(letter.isalnum() or letter in ".-_@" for letter in username):
            raise forms.ValidationError("Use letters, digits, dots and hyphens only.")
        return username
