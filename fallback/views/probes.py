"""Checks: what is watched, and how it is."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from appointments.decorators import needs
from appointments.requests import DeskRequest
from appointments.views.parts import CLOSING, Part
from fallback import probes
from fallback.forms.probes import ProbeForm
from fallback.models import Probe
from fallback.probes import page


@needs("may_book")
@require_safe
def checks(request: DeskRequest) -> HttpResponse:
    """Show everything that is watched; a script asks for the list alone, now and then."""
    template = "_checks" if request.htmx else "checks"
    context = {"checks": page.checks(request.practice), "nav": "outages"}
    return render(request, f"fallback/probes/{template}.jinja", context)


PROBES = Part(
    name="checks",
    heading="Checks",
    noun="check",
    form=ProbeForm,
    rows=lambda practice: practice.probe_set.all(),
    columns={
        "Stands for": Probe.get_kind_display,
        "Address": lambda probe: probe.target,
        "Tried every": lambda probe: f"{probe.period_seconds} s",
        "Down after": lambda probe: f"{probe.bad} of {probe.of} failed",
        "Now": page.state_of,
    },
    add=probes.add_probe,
    amend=probes.amend_probe,
    end=probes.close_probe,
    bring_back=probes.reopen_probe,
    ended_on="closed_on",
    words=CLOSING,
)
