"""Addresses of the settings."""

from django.urls import URLPattern, path

from appointments.decorators import takes_its_time
from appointments.views import parts, settings, staff

urlpatterns = [
    path("settings/", settings.settings, name="settings"),
    path("settings/practice/", settings.practice, name="settings-practice"),
    path("settings/sites/<uuid:site_id>/hours/", settings.hours, name="opening-hours"),
    path("settings/closures/", settings.closures, name="closures"),
    path("settings/closures/bank-holidays/", settings.bank_holidays, name="bank-holidays"),
    path(
        "settings/closures/<uuid:closure_id>/removal/",
        settings.remove_closure,
        name="remove-closure",
    ),
    path("settings/access-log/", settings.read_access_log, name="access-log"),
    path("settings/staff/", staff.people, name="staff"),
    path("settings/staff/new/", staff.new, name="staff-new"),
    path("settings/staff/<uuid:staff_id>/", staff.one, name="staff-one"),
    path("settings/staff/<uuid:staff_id>/password/", staff.reset_password, name="staff-password"),
    path("settings/staff/<uuid:staff_id>/leaving/", staff.leave, name="staff-leave"),
    path("settings/staff/<uuid:staff_id>/return/", staff.come_back, name="staff-return"),
    path("duty/", settings.duty, name="duty"),
]


def of_part(part: parts.Part) -> list[URLPattern]:
    """Give the addresses of one part of the settings: its list, a new one, one, its end, back."""
    at, given = f"settings/{part.name}/", {"part": part}
    for view in (parts.new, parts.one, parts.bring_back):
        takes_its_time(view)  # a part may look at folders and printers
    return [
        path(at, parts.rows, given, name=part.address),
        path(f"{at}new/", parts.new, given, name=f"{part.address}-new"),
        path(f"{at}<uuid:row_id>/", parts.one, given, name=f"{part.address}-one"),
        path(f"{at}<uuid:row_id>/end/", parts.end, given, name=f"{part.address}-end"),
        path(f"{at}<uuid:row_id>/return/", parts.bring_back, given, name=f"{part.address}-back"),
    ]


for part in parts.PARTS:
    urlpatterns += of_part(part)
