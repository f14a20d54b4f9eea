"""The addresses of re-keying, below `rekeying/`."""

from django.urls import URLPattern, path

from fallback.views import rekey

_SHEET = "<slug:sheet_ref>"

urlpatterns: list[URLPattern] = [
    path("", rekey.rekeying, name="rekeying"),
    path("open/", rekey.open_sheet, name="rekeying-open"),
    path(f"{_SHEET}/", rekey.sheet, name="rekeying-sheet"),
    path(f"{_SHEET}/others/", rekey.others, name="rekeying-others"),
    path(f"{_SHEET}/signing-off/", rekey.sign_off, name="rekeying-sign-off"),
    path(f"{_SHEET}/lost/", rekey.lost, name="rekeying-lost"),
    path(f"{_SHEET}/rows/<slug:code>/", rekey.row, name="rekeying-row"),
    path(f"{_SHEET}/rows/<slug:code>/finding/", rekey.find, name="rekeying-find"),
    path(f"{_SHEET}/rows/<slug:code>/rest/", rekey.rest, name="rekeying-rest"),
    path(
        f"{_SHEET}/entries/<uuid:entry_id>/taking-back/",
        rekey.take_back,
        name="rekeying-take-back",
    ),
]
