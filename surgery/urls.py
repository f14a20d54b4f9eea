"""Every address: the appointment book's, and the server's own."""

from django.urls import include, path

from surgery.health import healthz

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("", include("appointments.urls")),
    path("", include("fallback.urls")),
]

handler400 = "appointments.views.errors.bad_request"
handler403 = "appointments.views.errors.forbidden"
handler404 = "appointments.views.errors.not_found"
handler500 = "appointments.views.errors.server_error"
