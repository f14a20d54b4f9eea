"""What a server does once, beside its first requests, so that the first pages are not slow."""

import gc
from datetime import timedelta

from django.db import connection
from django.template import engines
from django.utils import timezone

from appointments import diary
from appointments.models import Practice
from appointments.search.following import index_of

DAYS = 5  # today's and the next days are what is asked for first
PAGES = "appointments/"  # the pages' own folder; they bring in the rest


def warm_up() -> None:
    """Read the coming days and the patients, and compile the templates of the pages."""
    for practice in Practice.objects.filter(is_home=True):
        for site in practice.site_set.filter(closed_on=None):
            for days in range(DAYS):
                diary.diary_for(site, timezone.localdate() + timedelta(days=days))
        with index_of(practice):
            pass
    pages = engines["jinja2"].env  # type: ignore[attr-defined]
    for name in pages.list_templates(filter_func=lambda name: name.startswith(PAGES)):
        pages.get_template(name)
    # Objects that stay for good, 340,000 with 40,000 patients: looking through them stopped all
    # desks for 0.7 s at every full collection. Frozen, the collector passes them over.
    gc.collect()
    gc.freeze()
    connection.close()  # this thread ends here, and its connection with it
