"""The addresses of the appointment book."""

from appointments.urls import signing_in

urlpatterns: list = [*signing_in.urlpatterns]
