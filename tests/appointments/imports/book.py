"""The book's tables beside its journal."""

from django.apps import apps

from appointments import journal
from appointments.models import Practice


def rows_of(practice: Practice) -> dict[str, dict[str, dict]]:
    """All journalled rows as the journal quotes them, in the form of journal.rebuild."""
    book: dict[str, dict[str, dict]] = {}
    for model in apps.get_app_config("appointments").get_models():
        if not getattr(model, "JOURNAL", ()):
            continue
        mine = {"pk": practice.pk} if model is Practice else {"practice": practice}
        rows = {str(row.pk): journal.quoted(row) for row in model.objects.filter(**mine)}
        if rows:
            book[model._meta.model_name] = rows
    return book


def is_sound(practice: Practice) -> bool:
    """Whether the journal is whole and rebuilds exactly what the tables hold."""
    rebuilt = {kind: rows for kind, rows in journal.rebuild(practice).items() if rows}
    return journal.first_fault(practice) is None and rebuilt == rows_of(practice)
