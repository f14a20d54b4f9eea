"""The index of each practice, made at its first use and kept in step with the journal.

One cheap query, the journal's newest number and hash, tells that nothing has changed. Otherwise
the entries since then name the patients who must be read again. When the journal does not go on
from where the index stood (another database, a transaction rolled back), it is made anew: a number
with its hash stands for everything that ever happened before it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from uuid import UUID

from appointments.models import JournalHead, JournalSubject, Practice
from appointments.search.index import Index
from appointments.search.person import COLUMNS, Person, person
from appointments.turns import waiting

MOST_PRACTICES = 8  # kept in memory; 40,000 patients take about 100 MB
READ_AGAIN = 2000  # patients; beyond that (an import) it is quicker to make the index anew


class Follower:
    """One practice's index and how far in the journal it has come."""

    def __init__(self) -> None:
        self.lock = Lock()
        self.index = Index()
        self.number = -1
        self.hash = ""

    def catch_up(self, practice: Practice) -> None:
        """Bring the index to the journal's newest entry."""
        # The number first, the patients after: what is saved in between is only read twice.
        head = JournalHead.objects.values_list("number", "hash").get(practice=practice)
        if head == (self.number, self.hash):
            return
        changed = self._changed(practice, head[0]) if self._goes_on(practice) else None
        if changed is None or len(changed) > READ_AGAIN:
            self.index = Index(_people(practice))
        else:
            self._read_again(practice, changed)
        self.number, self.hash = head

    def _goes_on(self, practice: Practice) -> bool:
        return practice.journal.filter(number=self.number, hash=self.hash).exists()

    def _changed(self, practice: Practice, number: int) -> set[UUID]:
        since = JournalSubject.objects.filter(
            practice=practice, number__gt=self.number, number__lte=number
        )
        return set(since.values_list("patient_id", flat=True).distinct()[: READ_AGAIN + 1])

    def _read_again(self, practice: Practice, patient_ids: set[UUID]) -> None:
        people = {one.id: one for one in _people(practice, patient_ids)}
        for patient_id in patient_ids:
            if patient_id in people:
                self.index.put(people[patient_id])
            else:
                self.index.drop(patient_id)


_followers: dict[UUID, Follower] = {}
_followers_lock = Lock()


@contextmanager
def index_of(practice: Practice) -> Iterator[Index]:
    """Give a practice's index as the book is now, to this thread alone."""
    with _followers_lock:
        follower = _followers.pop(practice.pk, None) or Follower()
        _followers[practice.pk] = follower  # last in line: the one that goes last
        if len(_followers) > MOST_PRACTICES:
            del _followers[next(iter(_followers))]
    if not follower.lock.acquire(blocking=False):
        with waiting():  # it may be being made, which takes seconds with 40,000 patients
            follower.lock.acquire()
    try:
        follower.catch_up(practice)
        yield follower.index
    finally:
        follower.lock.release()


def _people(practice: Practice, patient_ids: set[UUID] | None = None) -> Iterator[Person]:
    """Read patients for the index; merged records are found as the one that was kept."""
    patients = practice.patient_set.filter(merged_into=None)
    if patient_ids is not None:
        patients = patients.filter(pk__in=patient_ids)
    for columns in patients.values(*COLUMNS).iterator():
        yield person(**columns)
