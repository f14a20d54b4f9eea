"""Which reconciliation somebody wants to see."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils import timezone

from appointments.availability import LONDON
from appointments.models import Practice
from fallback import outages, reconciliation
from fallback.models import Outage
from fallback.reconciliation import Reconciliation

MOST_DAYS = 92
BY_DEFAULT = timedelta(days=6)  # before today


class SpanForm(forms.Form):
    """An outage, or days from and to; for inside, or to be handed outside."""

    outage: forms.ModelChoiceField = forms.ModelChoiceField(
        label="Outage",
        queryset=None,
        required=False,
        empty_label="By day",
        to_field_name="number",
        error_messages={"invalid_choice": "Choose an outage from the list."},
    )
    first = forms.DateField(
        label="From", required=False, widget=forms.DateInput(attrs={"type": "date"}),
        error_messages={"invalid": "Enter a day."},
    )  # fmt: skip
    last = forms.DateField(
        label="To", required=False, widget=forms.DateInput(attrs={"type": "date"}),
        error_messages={"invalid": "Enter a day."},
    )  # fmt: skip
    outside = forms.BooleanField(label="To hand outside: counts and row codes only", required=False)

    def __init__(self, practice: Practice, data: Any):
        super().__init__(data or _default(practice))
        self.practice = practice
        field: Any = self.fields["outage"]
        field.queryset = Outage.objects.filter(practice=practice)
        field.label_from_instance = _words

    def clean(self) -> dict[str, Any]:
        """See that the days make a span; one day alone is one."""
        said = super().clean() or {}
        if said.get("outage") or self.errors:
            return said
        first = said["first"] = said.get("first") or said.get("last") or _today()
        last = said["last"] = said.get("last") or first
        if last < first:
            self.add_error("last", "The last day is before the first.")
        elif (last - first).days >= MOST_DAYS:
            self.add_error("last", "Choose three months or less at a time.")
        return said

    def found(self) -> Reconciliation:
        """Reconcile what was asked for."""
        said = self.cleaned_data
        if said["outage"]:
            return reconciliation.of_outage(said["outage"])
        return reconciliation.of_days(self.practice, said["first"], said["last"])

    def query(self) -> dict[str, str]:
        """Give what an address must say to show the same."""
        said = self.cleaned_data
        if said["outage"]:
            return {"outage": str(said["outage"].number)}
        return {name: said[name].isoformat() for name in ("first", "last")}


def _default(practice: Practice) -> dict[str, str]:
    """Begin with the outage that is on the way home; without one, with the last week."""
    waiting = [*outages.to_sign_off(practice), *outages.current(practice)]
    if waiting:
        return {"outage": str(waiting[0].number)}
    today = _today()
    return {"first": (today - BY_DEFAULT).isoformat(), "last": today.isoformat()}


def _words(outage: Outage) -> str:
    return f"{outage}: {outage.affected_words}, {outage.began_at.astimezone(LONDON):%-d/%-m/%Y}"


def _today() -> date:
    return timezone.localdate(timezone=LONDON)
