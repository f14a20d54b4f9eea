"""What is filled in on the clinical system's worklist."""

from typing import Any

from django import forms

from appointments.models import Practice, Site
from fallback.models import Outage
from fallback.worklist.listing import Filter


class FilterForm(forms.Form):
    """Which lines to show."""

    day = forms.DateField(required=False, label="Day")
    site = forms.ModelChoiceField(
        Site.objects.none(), required=False, label="Site", empty_label="All sites"
    )
    outage = forms.ModelChoiceField(Outage.objects.none(), required=False)

    def __init__(self, practice: Practice, data: Any):
        super().__init__(data)
        fields: Any = self.fields
        fields["site"].queryset = practice.site_set.filter(closed_on=None)
        fields["outage"].queryset = practice.outage_set.filter(signed_off_at=None)

    def filter(self) -> Filter:
        """Give the filter; what can't be understood filters nothing."""
        said = self.cleaned_data if self.is_valid() else getattr(self, "cleaned_data", {})
        return Filter(said.get("day"), said.get("site"), said.get("outage"))


class LineForm(forms.Form):
    """What a button of a line sends with it."""

    seen = forms.CharField(max_length=16, required=False)
    already_keyed = forms.BooleanField(required=False)
    because = forms.CharField(max_length=200, required=False)
    next = forms.UUIDField(required=False)
    line = forms.UUIDField(required=False)
    done = forms.UUIDField(required=False)
    page = forms.IntegerField(required=False, min_value=1)
    patient = forms.UUIDField(required=False)
    q = forms.CharField(max_length=200, required=False)

    def said(self, name: str) -> Any:
        """Give one answer; nothing for what can't be understood."""
        self.is_valid()
        return self.cleaned_data.get(name)
