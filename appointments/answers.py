"""Answers that many views give."""

from typing import Any

from django.http import HttpRequest, HttpResponseRedirect
from django.shortcuts import resolve_url
from django.utils.http import url_has_allowed_host_and_scheme, urlencode


class SeeOther(HttpResponseRedirect):
    """Send the browser on with a GET, whatever it came with: `SeeOther("patient", patient.id)`.

    `to` is a page's name or an address of ours; what is empty in `query` is left out.
    """

    status_code = 303

    def __init__(self, to: str, *args: Any, query: dict[str, str] | None = None, **kwargs: Any):
        said = urlencode({name: value for name, value in (query or {}).items() if value})
        super().__init__(resolve_url(to, *args, **kwargs) + (f"?{said}" if said else ""))


def by_script(request: HttpRequest) -> bool:
    """Say whether a script on the page asks (htmx, fetch) rather than the browser for a page.

    A script can't follow to a sign-in page: it would paste that page into the diary.
    """
    headers = request.headers
    return (
        "HX-Request" in headers
        or "X-Poll" in headers
        or headers.get("Sec-Fetch-Dest") == "empty"
        or headers.get("Accept") == "application/json"
    )


def within_here(address: str | None) -> str:
    """Give back an address on this server as it is, and nothing for any other."""
    address = address or ""
    here = address.startswith("/") and url_has_allowed_host_and_scheme(address, allowed_hosts=None)
    return address if here else ""
