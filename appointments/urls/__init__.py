"""The addresses of the appointment book."""

from appointments.urls import (
    diary,
    find,
    pages,
    patients,
    screen_export,
    sessions,
    settings,
    signing_in,
)

urlpatterns: list = [
    *signing_in.urlpatterns,
    *diary.urlpatterns,
    *find.urlpatterns,
    *sessions.urlpatterns,
    *pages.urlpatterns,
    *patients.urlpatterns,
    *settings.urlpatterns,
    *screen_export.urlpatterns,
]
