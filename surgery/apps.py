"""The wiring's apps: system checks, and which static files are served."""

from django.apps import AppConfig
from django.contrib.staticfiles.apps import StaticFilesConfig


class SurgeryConfig(AppConfig):
    """Registers what must hold before anything is served."""

    name = "surgery"

    def ready(self):
        from surgery import checks  # noqa: F401  (importing registers them)


class StaticFiles(StaticFilesConfig):
    """Leaves out the parts of django-htmx that no page uses.

    Its extensions can't be hashed either: what looks like an import stands in their comments.
    """

    ignore_patterns = [*StaticFilesConfig.ignore_patterns, "django_htmx/ext/*", "django_htmx/*-4*"]
