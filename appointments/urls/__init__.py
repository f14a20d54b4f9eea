"""The addresses of the appointment book."""

from appointments.urls import diary, pages, settings, signing_in

urlpatterns: list = [
    *signing_in.urlpatterns,
    *diary.urlpatterns,
    *pages.urlpatterns,
    *settings.urlpatterns,
]
