"""What gunicorn serves."""

import os

from django.core.wsgi import get_wsgi_application
from django.db import connection

from appointments.turns import in_turn

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "surgery.settings")
django = get_wsgi_application()
application = in_turn(django) if connection.vendor == "sqlite" else django
