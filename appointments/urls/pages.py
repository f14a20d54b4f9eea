"""Addresses of the pages that explain the book itself."""

from django.urls import path

from appointments.views import pages

urlpatterns = [
    path("keys/", pages.keys, name="keys"),
]
