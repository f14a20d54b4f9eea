"""What patients ask for: the status page, kept and made anew, with outages declared."""

import statistics
from datetime import timedelta

from django.test import Client
from django.utils import timezone

from appointments.journal import Actor
from appointments.models import Practice
from fallback import outages
from fallback.telling import pages
from tests.benchmarks.day import cpu
from tests.benchmarks.ground import Figure, percentile

AT_MOST = 5.0  # ms of CPU, for 95 in 100
TIMES = 200
ADDRESSES = ("/status/", "/status/screen/")


def measure() -> list[Figure]:
    """Ask as patients do, with two outages declared: when it is kept, and when it is not."""
    practice = Practice.objects.get(is_home=True)
    by = Actor(practice, practice.staff.get(username="manager"), practice.desk_set.get(number=1))
    ago = timezone.now() - timedelta(minutes=30)
    for name in ("internet", "telephones"):
        outages.declare(by, [name], ago, template=name, sentences="The engineer comes at midday.")
    client = Client(headers={"Host": "localhost"})
    kept, anew = [], []
    for address in ADDRESSES:
        client.get(address)  # templates are compiled once per process
        kept += [cpu(lambda at=address: client.get(at)) for _ in range(TIMES)]
        for _ in range(TIMES):
            pages._kept.clear()
            anew.append(cpu(lambda at=address: client.get(at)))
    return [
        Figure("status page, 95 in 100 within", percentile(kept, 95), "ms CPU", at_most=AT_MOST),
        Figure("status page after a change", statistics.median(anew), "ms CPU",
               at_most=AT_MOST, note="two outages declared"),
    ]  # fmt: skip
