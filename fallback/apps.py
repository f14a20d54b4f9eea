"""Carrying on: the app."""

from django.apps import AppConfig


class FallbackConfig(AppConfig):
    """Adds this room's pages and status lines to the appointment book's."""

    name = "fallback"
    verbose_name = "Carrying on"
