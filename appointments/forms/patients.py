"""Forms about patients. They bring what is typed into form; the commands write it."""

import uuid
from dataclasses import asdict
from datetime import date
from typing import Any

from django import forms
from django.utils import timezone

from appointments.models import Clinician, Patient, Practice
from appointments.patients.details import NAMES, Details, details_of, tidied
from appointments.refusals import BadDetail
from appointments.search import asked
from appointments.wording import LONDON, born, nhs_spaced

SEXES = [
    ("", "Not said"),
    ("F", "Female"),
    ("M", "Male"),
    ("I", "Indeterminate"),
    ("U", "Not known"),
]


SAID = frozenset(NAMES)  # the fields that are kept as they are named


class DayField(forms.Field):
    """A day in the past, typed in any usual form: 3/4/71, 3 Apr 1971, 03041971."""

    widget = forms.TextInput

    def prepare_value(self, value: Any) -> Any:
        """Show a day that is on record as it is read out."""
        return born(value) if isinstance(value, date) else value

    def to_python(self, value: Any) -> date | None:
        """Read a day; two figures of a year must leave no doubt."""
        text = str(value or "").strip()
        if not text:
            return None
        days = asked.read_day(text, timezone.localdate(timezone=LONDON))
        if not days:
            raise forms.ValidationError("Enter a day that has been, like 3/4/1971 or 3 Apr 1971.")
        if len(days) > 1:
            raise forms.ValidationError("Write the year with four figures.")
        return next(iter(days))

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Compare days, however they are written."""
        try:
            return self.to_python(data) != initial
        except forms.ValidationError:
            return True


class PatientForm(forms.Form):
    """What is taken down about a patient."""

    family_name = forms.CharField(
        label="Surname", error_messages={"required": "Enter the surname."}
    )
    given_name = forms.CharField(label="Forename", required=False)
    middle_names = forms.CharField(label="Middle names", required=False)
    title = forms.CharField(label="Title", required=False)
    sex = forms.ChoiceField(label="Sex", choices=SEXES, required=False)
    born_on = DayField(label="Date of birth", required=False)
    nhs_number = forms.CharField(label="NHS number", required=False)
    kind = forms.ChoiceField(label="Registered as", choices=Patient.Kind, widget=forms.RadioSelect)
    usual_clinician = forms.ModelChoiceField(
        Clinician.objects.none(), label="Usual clinician", required=False, empty_label="None"
    )
    address = forms.CharField(
        label="Address", required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    postcode = forms.CharField(label="Postcode", required=False)
    mobile_telephone = forms.CharField(label="Mobile telephone", required=False)
    home_telephone = forms.CharField(label="Home telephone", required=False)
    contact_comment = forms.CharField(label="Comment on the telephone", required=False)
    email = forms.CharField(label="Email", required=False)
    access_needs = forms.CharField(label="Access needs", required=False)
    is_confidential = forms.BooleanField(
        label="Confidential: no address or telephone on any list", required=False
    )

    def __init__(
        self, practice: Practice, data: Any = None, *, before: Details | None = None, **options: Any
    ):
        super().__init__(data, **options)
        self.before = before
        clinicians = practice.clinician_set
        usual = before.usual_clinician_id if before else None
        self.fields["usual_clinician"].queryset = clinicians.filter(
            left_on=None
        ) | clinicians.filter(pk__in=[usual] if usual else [])

    def clean(self) -> dict[str, Any]:
        """Check each detail by the commands' own rules; what is on record unchanged may stay."""
        for name, value in list(self.cleaned_data.items()):
            if name not in SAID:
                continue
            if self.before and name not in self.changed_data:
                self.cleaned_data[name] = getattr(self.before, name)
                continue
            try:
                self.cleaned_data[name] = tidied(name, value)
            except BadDetail as refused:
                self.add_error(name, refused.sentence)
        return self.cleaned_data

    def details(self) -> Details:
        """Give what was filled in to the command."""
        said = {name: value for name, value in self.cleaned_data.items() if name in SAID}
        clinician = self.cleaned_data["usual_clinician"]
        return Details(**said, usual_clinician_id=clinician and clinician.pk)


class NewPatientForm(PatientForm):
    """A new or temporary patient. The reference makes a second click harmless."""

    reference = forms.UUIDField(
        widget=forms.HiddenInput,
        error_messages=dict.fromkeys(
            ("required", "invalid"), "This form is incomplete. Open it again."
        ),
    )

    def __init__(self, practice: Practice, data: Any = None, **options: Any):
        super().__init__(practice, data, **options)
        self.fields["kind"].choices = [
            choice for choice in Patient.Kind.choices if choice[0] != Patient.Kind.OTHER
        ]

    @classmethod
    def begun(cls, practice: Practice, q: str) -> "NewPatientForm":
        """Begin a form with what was searched for in vain."""
        typed = asked.read(q, timezone.localdate(timezone=LONDON))
        initial: dict[str, Any] = {"reference": uuid.uuid4(), "kind": Patient.Kind.REGULAR}
        if typed.names:
            name = next((name for name in typed.names if name.given), typed.names[0])
            initial["family_name"] = name.word.capitalize()
            initial["given_name"] = " ".join(name.given).title()
        if len(typed.days) == 1:
            initial["born_on"] = next(iter(typed.days))
        return cls(practice, initial=initial)


class AmendPatientForm(PatientForm):
    """A patient's details to change. `seen` tells what they were when the form was filled."""

    died_on = DayField(label="Died on", required=False)
    departed_on = DayField(label="Left the practice on", required=False)
    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, patient: Patient, data: Any = None):
        before = details_of(patient)
        initial = {
            **asdict(before),
            "nhs_number": nhs_spaced(before.nhs_number),
            "usual_clinician": before.usual_clinician_id,
            "seen": before.fingerprint(),
        }
        super().__init__(patient.practice, data, before=before, initial=initial)

    def differences(self) -> list[tuple[str, str, str]]:
        """List where what was typed is not what is on record: label, on record, typed."""
        return [
            (str(self[name].label), _shown(self[name].initial), _shown(self[name].value()))
            for name in self.changed_data
            if name != "seen"
        ]


class MergeForm(forms.Form):
    """Two records of one person: which is kept, and how it is known."""

    q = forms.CharField(required=False)
    other = forms.UUIDField(required=False)
    keep = forms.UUIDField(
        error_messages=dict.fromkeys(("required", "invalid"), "Choose which record is kept.")
    )
    reason = forms.CharField(
        label="How do you know that both are the same person?",
        max_length=200,
        error_messages={"required": "Say how you know that both are the same person."},
    )
    despite_numbers = forms.BooleanField(
        label="The NHS numbers differ, and I am sure that this is one person", required=False
    )

    def chosen_from(self, practice: Practice) -> Patient | None:
        """Give the record that was chosen from those found, if one was."""
        try:
            wanted = uuid.UUID(str(self["other"].value()))
        except ValueError:
            return None
        return practice.patient_set.filter(pk=wanted, merged_into=None).first()

    def command(self, patient: Patient) -> dict[str, Any]:
        """Give what was chosen to the command: the kept record, the other, and why."""
        said = self.cleaned_data
        pair = [patient.pk, said["other"]]
        keep = said["keep"]
        return {
            "keep_id": keep,
            "other_id": pair[pair[0] == keep],
            "reason": said["reason"],
            "despite_numbers": said["despite_numbers"],
        }


def _shown(value: Any) -> str:
    if isinstance(value, date):
        return born(value)
    return "yes" if value is True else "no" if value is False else str(value or "nothing")
