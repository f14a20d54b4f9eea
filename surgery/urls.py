"""Every address: the appointment book's, and the server's own."""

from django.urls import include, path

from surgery.health import healthz

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("", include("appointments.urls")),
]
