"""The form about one check."""

from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator

from appointments.forms.settings import SettingsForm
from appointments.refusals import BadDetail
from fallback.models import Probe
from fallback.probes import addresses


class ProbeForm(SettingsForm):
    """An address that is tried, how often, and when it counts as down."""

    class Meta:
        model = Probe
        fields = (
            "name", "kind", "target", "period_seconds", "within_seconds", "bad", "of", "prints",
        )  # fmt: skip
        labels = {
            "name": "Name of the check",
            "kind": "What it stands for",
            "target": "Address",
            "period_seconds": "Seconds between two tries",
            "within_seconds": "Seconds in which it must answer",
            "bad": "Tries that must fail until it counts as down",
            "of": "Out of how many, counting back from the last",
            "prints": "Print papers the first time it fails",
        }
        widgets = {
            name: forms.NumberInput(attrs={"class": f"nhsuk-input--width-{width}"})
            for name, width in (
                ("period_seconds", 4), ("within_seconds", 4), ("bad", 2), ("of", 2),
            )
        }  # fmt: skip
        help_texts = {
            "name": "As people say it: 'Router in the comms cupboard'.",
            "target": "Name look-up: a name, such as www.nhs.uk. Otherwise a page, such as "
            "https://www.nhs.uk/, or a machine, such as 192.168.1.1 or 10.0.0.9:5060. Where no "
            "port is named, any answer of the machine will do.",
            "within_seconds": "Slower counts as failed.",
            "of": "It is well again once none of these failed.",
            "prints": "New papers are made in any case. These come out of the printers that print "
            "by themselves, at most once an hour.",
        }

    def __init__(self, practice: Any, data: Any = None, *, row: Any = None):
        super().__init__(practice, data, row=row)
        # The first of the kinds is nobody's choice.
        self.fields["kind"].choices = [("", "Choose"), *Probe.Kind.choices]
        least, most = Probe.PERIODS
        for name, between in {
            "period_seconds": (least, most),
            "within_seconds": (1, most - 1),
            "bad": (2, Probe.MOST_OF),
            "of": (2, Probe.MOST_OF),
        }.items():
            self.fields[name].validators = [
                MinValueValidator(between[0], f"Enter {between[0]} to {between[1]}."),
                MaxValueValidator(between[1], f"Enter {between[0]} to {between[1]}."),
            ]

    def clean(self) -> dict[str, Any]:
        """See that the address can be tried, and that the numbers fit each other."""
        said = super().clean() or {}
        if said.get("kind") and said.get("target"):
            try:
                addresses.read(said["kind"], said["target"])
            except BadDetail as refused:
                self.add_error("target", refused.sentence)
        within, period = said.get("within_seconds"), said.get("period_seconds")
        if within and period and within >= period:
            self.add_error("within_seconds", "It must answer before it is tried again: fewer.")
        if said.get("bad") and said.get("of") and said["bad"] > said["of"]:
            self.add_error("bad", "Enter no more than the number below it.")
        return said
