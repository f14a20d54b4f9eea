"""The addresses of the appointment book."""

from appointments.urls import diary, pages, signing_in

urlpatterns: list = [
    *signing_in.urlpatterns,
    *diary.urlpatterns,
    *pages.urlpatterns,
]
