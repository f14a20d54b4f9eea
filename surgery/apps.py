"""The wiring's app: it registers the system checks."""

from django.apps import AppConfig


class SurgeryConfig(AppConfig):
    """Registers what must hold before anything is served."""

    name = "surgery"

    def ready(self):
        from surgery import checks  # noqa: F401  (importing registers them)
