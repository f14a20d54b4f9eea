"""Addresses of the screen exports."""

from django.urls import path

from appointments.views import screen_export as views

AT = "settings/screen-export/"

urlpatterns = [
    path(AT, views.start, name="screen-export"),
    path(f"{AT}lists/<uuid:mapping_id>/removal/", views.forget, name="screen-export-forget"),
    path(f"{AT}<uuid:reference>/", views.preview, name="screen-export-preview"),
    path(f"{AT}<uuid:reference>/columns/", views.columns, name="screen-export-columns"),
    path(f"{AT}<uuid:reference>/names/", views.names, name="screen-export-names"),
    path(f"{AT}<uuid:reference>/load/", views.load, name="screen-export-load"),
    path(f"{AT}<uuid:reference>/rejects/", views.rejects, name="screen-export-rejects"),
    path(f"{AT}<uuid:reference>/removal/", views.remove, name="screen-export-remove"),
]
