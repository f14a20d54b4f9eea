"""Forms for screen exports: the file, what its columns are, when it was saved, whom it means."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms

from appointments.availability import LONDON
from appointments.imports.screen.columns import MEANINGS, guess, lacking, samples
from appointments.imports.screen.lines import as_of, title_days
from appointments.imports.screen.reading import LARGEST, Sheet
from appointments.models import Practice, ScreenMapping

AT_LEAST, AT_MOST = 1, 240  # minutes of a slot
SHOWN = 60  # characters of a sample


class FileForm(forms.Form):
    """The file that was saved."""

    file = forms.FileField(
        label="The list, saved as CSV",
        help_text="Appointments of a day or a week, with column headings.",
        error_messages={
            "required": "Choose the file.",
            "empty": "This file is empty: save the list again.",
        },
    )

    def clean_file(self) -> bytes:
        """Read it, if it is not too large to be a list."""
        file = self.cleaned_data["file"]
        if file.size > LARGEST:
            raise forms.ValidationError(
                f"This file is {file.size / 1_000_000:.1f} MB; at most {LARGEST // 1_000_000} MB "
                "can be taken. Save fewer days at once."
            )
        return file.read()


class ColumnsForm(forms.Form):
    """What each column of a list is, and what the list leaves unsaid."""

    name = forms.CharField(
        label="Name of this list",
        max_length=80,
        help_text="It is known again by its headings.",
        error_messages={"required": "Give the list a name."},
    )
    site: forms.ModelChoiceField = forms.ModelChoiceField(
        label="Site of rows that do not name one",
        queryset=None,
        required=False,
        empty_label="Every row names its site",
    )
    minutes = forms.IntegerField(
        label="Length of a new slot, where the list does not say it",
        min_value=AT_LEAST,
        max_value=AT_MOST,
        error_messages=dict.fromkeys(
            ("required", "invalid", "min_value", "max_value"),
            f"Enter {AT_LEAST} to {AT_MOST} minutes.",
        ),
    )
    is_whole_days = forms.BooleanField(
        label="Each file has the whole day of every session that it names",
        required=False,
        help_text="Then who is missing at the start or the end of a session counts as cancelled.",
    )

    def __init__(
        self, practice: Practice, sheet: Sheet, mapping: ScreenMapping | None, data: Any = None
    ):
        super().__init__(data, initial=_initial(mapping))
        self.sheet = sheet
        self.fields["site"].queryset = practice.site_set.filter(closed_on=None)
        meanings = mapping.meanings if mapping else guess(sheet)
        for column, heading in enumerate(sheet.headings):
            self.fields[f"column_{column}"] = forms.ChoiceField(
                label=f"What is {heading or f'column {column + 1}'}?",
                choices=[("", "Not read"), *MEANINGS.items()],
                required=False,
                initial=meanings[column],
            )

    @property
    def columns(self) -> list[tuple[str, list[str], Any]]:
        """The columns for a table: heading, samples, field."""
        return [
            (
                heading or f"Column {column + 1}",
                [cell[:SHOWN] for cell in samples(self.sheet, column)],
                self[f"column_{column}"],
            )
            for column, heading in enumerate(self.sheet.headings)
        ]

    @property
    def others(self) -> list[Any]:
        """The other fields."""
        return [self[name] for name in ("name", "site", "minutes", "is_whole_days")]

    def clean(self) -> dict[str, Any]:
        """Look whether it is enough to know when, with whom and for whom a row is."""
        said = super().clean() or {}
        said["meanings"] = [
            said.pop(f"column_{column}", "") for column in range(len(self.sheet.key))
        ]
        for sentence in lacking(said["meanings"]):
            self.add_error(None, sentence)
        return said


def _initial(mapping: ScreenMapping | None) -> dict[str, Any]:
    if mapping is None:
        return {"name": "Appointments list", "minutes": 10}
    return forms.model_to_dict(mapping, ["name", "site", "minutes", "is_whole_days"])


class WhenForm(forms.Form):
    """Of which day a list is and when it was saved, as far as it does not say so itself."""

    day = forms.DateField(
        label="Day of the list",
        widget=forms.DateInput(attrs={"type": "date"}),
        error_messages=dict.fromkeys(("required", "invalid"), "Enter the day of the list."),
    )
    saved_on = forms.DateField(
        label="Day on which it was saved",
        widget=forms.DateInput(attrs={"type": "date"}),
        error_messages=dict.fromkeys(
            ("required", "invalid"), "Enter the day on which the list was saved."
        ),
    )
    saved_at = forms.TimeField(
        label="Time at which it was saved",
        widget=forms.TimeInput(format="%H:%M"),
        help_text="For example, 07:45",
        error_messages=dict.fromkeys(
            ("required", "invalid"), "Enter the time at which the list was saved."
        ),
    )

    def __init__(self, sheet: Sheet, mapping: ScreenMapping, data: Any = None):
        super().__init__(data)
        if "day" in mapping.meanings or title_days(sheet):
            del self.fields["day"]
        if as_of(sheet):
            del self.fields["saved_on"], self.fields["saved_at"]

    @property
    def moment(self) -> datetime | None:
        """When the list was saved, as far as it was said here."""
        said = self.cleaned_data
        if said.get("saved_on") and said.get("saved_at"):
            return datetime.combine(said["saved_on"], said["saved_at"], LONDON)
        return None


class NamesForm(forms.Form):
    """Whom and what a list means by names that the book does not know."""

    def __init__(
        self, practice: Practice, unknown: Mapping[str, Iterable[tuple[str, int]]], data: Any = None
    ):
        super().__init__(data)
        rows = {
            "clinician": practice.clinician_set.filter(left_on=None),
            "site": practice.site_set.filter(closed_on=None),
        }
        self._names: dict[str, tuple[str, str]] = {}
        for what, names in unknown.items():
            for number, (name, times) in enumerate(names):
                field = f"{what}_{number}"
                self._names[field] = what, name
                self.fields[field] = forms.ModelChoiceField(
                    label=f"{name} ({times} row{'' if times == 1 else 's'})",
                    queryset=rows[what],
                    required=False,
                    empty_label=f"Not one of our {what}s: leave these rows out",
                )

    def said(self, what: str) -> dict[str, UUID]:
        """Give what was chosen for clinicians or sites: {name in the list: id}."""
        return {
            name: self.cleaned_data[field].pk
            for field, (kind, name) in self._names.items()
            if kind == what and self.cleaned_data.get(field)
        }
