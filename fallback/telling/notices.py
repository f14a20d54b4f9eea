"""What patients are told at this moment: one notice, read by pages, screens, posters, websites."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from appointments.models import Practice, Site
from fallback.models import Outage

from . import advice, hours, sentences, times
from .advice import Still
from .hours import Day, Hours
from .links import Piece, pieces
from .templates import GENERAL, NOWHERE, TELEPHONES, Template, of_outage

WELL, OUTAGE = "well", "outage"
UPDATED_EVERY = timedelta(hours=1)  # as often as staff are asked 'Still so?'

HEADINGS = 2  # as many stand in one
FOR_NOW = "closed for now"
BEGAN = "This began at {since}."

Told = tuple[Outage, Template]


@dataclass(frozen=True)
class Notice:
    """What patients are told. Plain text only; nothing of a patient, no name of staff.

    The sentences come in four parts, in the order in which they are read; `sentences` is all of
    them, for where there is no room for parts.
    """

    practice: str
    state: str  # WELL or OUTAGE
    template: str  # the set template's key; '' while all is well
    heading: str
    happened: tuple[str, ...]  # what happened, since when, what it means
    works: tuple[str, ...]  # what still works: come, ring
    own: tuple[str, ...]  # the practice's own sentences
    waiting: tuple[str, ...]  # for those who sit in the waiting room, in place of `works`
    urgent: tuple[str, ...]  # where to turn if it is urgent
    telephone: str  # to ring now; '' where nobody answers it
    since: datetime | None  # when the trouble began; None while all is well
    updated_at: datetime  # when somebody last said that it is so; now while all is well
    next_at: datetime | None  # when the next word is due; None when it is overdue, or all is well
    is_open: bool  # whether somebody is there at this moment (True where no hours are known)
    opens_next: datetime | None
    # The practice's next 14 days, today first; empty where it never said when it opens: nobody may
    # then conclude that it is closed.
    hours: tuple[Day, ...]
    today: tuple[tuple[str, str], ...]  # each site's name and hours in words, where any are known

    @property
    def sentences(self) -> tuple[str, ...]:
        """Give all that is said below the heading, in order."""
        return (*self.happened, *self.works, *self.own, *self.urgent)

    def pieces(self, sentence: str) -> list[Piece]:
        """Cut a sentence into what can be pressed and what stands between."""
        return pieces(sentence, self.telephone)

    @property
    def unusual(self) -> list[Day]:
        """Give the days to come on which the practice is closed, or closes early."""
        return [day for day in self.hours[1:] if day.is_unusual]

    @property
    def updated_words(self) -> str:
        """Say when this was last updated: '9:05am on Monday 23 November'."""
        return times.moment(self.updated_at)

    @property
    def next_words(self) -> str:
        """Say by when the next word comes: '10:05am'; with the day where it is another one."""
        if self.next_at is None:
            return ""
        same = times.local_day(self.next_at) == times.local_day(self.updated_at)
        return times.clock(self.next_at) if same else times.moment(self.next_at)


def notice(practice: Practice, now: datetime) -> Notice:
    """Say what patients are told at this moment: four queries."""
    standing = Outage.objects.filter(practice=practice, ended_at=None).select_related("site")
    return of_outages(practice, standing, now)


def of_outages(practice: Practice, outages: Iterable[Outage], now: datetime) -> Notice:
    """Say what patients are told while these stand; an outage need not be declared yet.

    Those that tell patients nothing (template '') are left out.
    """
    told = [(one, words) for one in outages if (words := of_outage(one.template, one.affected))]
    told.sort(key=lambda pair: (not pair[1].is_cause, pair[0].began_at))
    known = hours.of(practice, times.local_day(now))
    still = _still(told, known, now)
    opens_next = None if still.is_open else known.opens_next(now)
    closed = _closed(still, opens_next, is_headed=not told)
    works = (*closed, *advice.works(still, is_well=not told))
    return Notice(
        practice=practice.name,
        state=OUTAGE if told else WELL,
        template=_template(_leading(told)),
        heading=_headed(_leading(told)) or _all_well(known, still),
        happened=_once(_happened(told)),
        works=works,
        own=_once(line for one, _ in told for line in sentences.lines(one.sentences)),
        waiting=tuple(advice.waiting(still, is_well=not told)) or works,
        urgent=tuple(advice.urgent(still)),
        telephone=still.telephone,
        since=min((one.began_at for one, _ in told), default=None),
        updated_at=max((_confirmed(one) for one, _ in told), default=now),
        next_at=_next([one for one, _ in told], now),
        is_open=still.is_open,
        opens_next=opens_next,
        hours=known.days,
        today=tuple(
            (site.name, FOR_NOW if site.pk in still.shut else days[0].words)
            for site, days in known.sites
            if days
        ),
    )


def _still(told: Sequence[Told], known: Hours, now: datetime) -> Still:
    sites = [site for site, _ in known.sites]
    everywhere = frozenset(site.pk for site in sites)
    shut: frozenset = frozenset()
    silent: frozenset = frozenset()
    for one, words in told:
        here = frozenset([one.site_id]) if one.site_id else everywhere
        shut |= here if words.shuts else frozenset()
        silent |= here if TELEPHONES in one.affected else frozenset()
    return Still(sites, known.is_open(now), shut & everywhere, silent & everywhere)


def _leading(told: Sequence[Told]) -> Sequence[Told]:
    """Give what stands in the heading: what explains everything, or all while that is short."""
    causes = [one for one in told if one[1].is_cause and not one[0].site_id]
    return causes[:1] or told


def _template(told: Sequence[Told]) -> str:
    keys = {words.key for _, words in told}
    return GENERAL.key if len(keys) > 1 else "".join(keys)


def _headed(told: Sequence[Told]) -> str:
    headings = _once(_filled(words.heading, one.site) for one, words in told)
    return ". ".join(headings) if len(headings) <= HEADINGS else GENERAL.title


def _happened(told: Sequence[Told]) -> Iterable[str]:
    for one, words in told:
        since = BEGAN if len(told) == 1 else words.since
        yield _filled(since, one.site, since=times.moment(one.began_at))
        yield from words.effects


def _filled(text: str, site: Site | None, **more: str) -> str:
    where = {"at": f" at {site.name}", "surgery": site.name} if site else NOWHERE
    return text.format(**where, **more)


def _all_well(known: Hours, still: Still) -> str:
    if not known.days:
        return "We are working as usual"
    return "We are open as usual" if still.is_open else "We are closed now"


def _closed(still: Still, opens_next: datetime | None, *, is_headed: bool) -> list[str]:
    """Say that it is closed, unless the heading does, and when it opens, unless nobody knows."""
    if still.is_open:
        return []
    said = [] if is_headed else ["We are closed now."]
    opens = opens_next if still.seeing else None
    return [*said, f"We open at {times.moment(opens)}."] if opens else said


def _confirmed(one: Outage) -> datetime:
    """Say when somebody last said that it is so, by declaring, wording or confirming it."""
    return max(one.worded_at, one.still_so_at)


def _next(told: Sequence[Outage], now: datetime) -> datetime | None:
    due = min((_confirmed(one) + UPDATED_EVERY for one in told), default=now)
    return due if due > now else None


def _once(said: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(said))
