"""Pages that explain the book itself."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from appointments.decorators import signed_in


@signed_in
@require_safe
def keys(request: HttpRequest) -> HttpResponse:
    """List the keys that work without a mouse."""
    return render(request, "pages/keys.jinja")
