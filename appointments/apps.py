"""The appointment book's app."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class AppointmentsConfig(AppConfig):
    """Puts the journal's triggers back after every migration."""

    name = "appointments"
    verbose_name = "Appointment book"

    def ready(self):
        from appointments import journal_guard

        post_migrate.connect(journal_guard.after_migrations, sender=self)
