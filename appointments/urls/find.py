"""The address of the search for free slots."""

from django.urls import path

from appointments.views import find

urlpatterns = [
    path("find/", find.find, name="find"),
]
