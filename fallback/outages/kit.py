"""The outage kit: what to do now, which papers, whom to divert and ring, what to say, the poster.

It follows from what is down. While the program itself is there everybody books as always; when it
is not, or the building is dark, each desk goes on from its own sheet.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from django.utils import timezone

from appointments import journal
from appointments.availability import LONDON
from appointments.models import Practice, Site, Staff
from appointments.wording import clock, day_words, moment
from fallback import papers, plans, telling
from fallback.models import Outage
from fallback.paper import desk_sheets, glyphs
from fallback.paper.document import Document, Rendered, Stamp
from fallback.paper.press import press
from fallback.papers import DayPapers
from fallback.telling.templates import of_outage

Affected = Outage.Affected
DARK = {Affected.POWER, Affected.BUILDING}


@dataclass(frozen=True)
class SitePapers:
    """Today's papers of one site, to be printed now; `is_cut_off`: it does not reach the server."""

    site: Site
    day: date
    made: DayPapers | None
    is_cut_off: bool


@dataclass(frozen=True)
class Kit:
    """What an outage asks for now, read when the page is shown or the kit printed."""

    outage: Outage
    now: datetime

    @property
    def practice(self) -> Practice:
        """Whose outage it is."""
        return self.outage.practice

    @cached_property
    def plan(self) -> plans.Plan:
        """What the practice decided beforehand."""
        return plans.plan_of(self.practice)

    @cached_property
    def notice(self) -> telling.Notice:
        """What patients are told of this outage."""
        return telling.of_outages(self.practice, [self.outage], self.now)

    @cached_property
    def sites(self) -> list[Site]:
        """The sites that it strikes."""
        every = self.practice.site_set.filter(closed_on=None)
        return list(every.filter(pk=self.outage.site_id) if self.outage.site_id else every)

    @property
    def goes_on(self) -> str:
        """Say in a sentence how booking goes on."""
        if self.outage.booking_goes_on:
            return "Booking goes on here in full: this program does not need what is down."
        if DARK.isdisjoint(self.outage.affected):
            return (
                "Desks that reach this page go on booking. The others go on from their own sheet."
            )
        return "Booking goes on from the sheets: each desk has its own, and no row is on two."

    @property
    def steps(self) -> list[str]:
        """Say what to do now, in order."""
        return [*self._first(), *self._paper(), *self._clinical(), *self._telephones()]

    def _first(self) -> Iterator[str]:
        yield "Tell every clinician, and the other desks."
        if Affected.BUILDING in self.outage.affected:
            yield (
                "Take the sheets, the contact list and the blank kit with you, if that is safe. "
                "Ring those who come today."
            )
        if Affected.POWER in self.outage.affected:
            yield "Print now, while anything runs. Then save batteries: one PC and one telephone."
        yield "Put up the door poster."

    def _paper(self) -> Iterator[str]:
        if names := [site.name for site in self._cut_off]:
            yield (
                f"Ring {' and '.join(names)}: no desk there reaches this server. They go on from "
                "their own sheets; the safe copy inside the site has the newest."
            )
        if self.outage.booking_goes_on:
            yield "Print the diary all the same: it may get worse."
            return
        yield "Each desk takes its own sheet and sells only the rows on it; the oldest is binned."
        yield "Running lists go to the desk named on them, and from there to the clinician's room."
        yield "Nobody is turned away: what fits no row is written down as a request."
        yield "Urgent today: tell the duty clinician at once. Write down when, and whom you told."

    def _clinical(self) -> Iterator[str]:
        if not self.plan.beside_clinical_system:
            return
        if {Affected.INTERNET, Affected.CLINICAL_SYSTEM, *DARK}.isdisjoint(self.outage.affected):
            return
        yield (
            "What is booked here meanwhile goes on the worklist by itself, to be keyed into the "
            "clinical system afterwards."
        )
        yield "Patients may go on booking there, online or by 111: the next load shows the clashes."

    def _telephones(self) -> Iterator[str]:
        if Affected.TELEPHONES in self.outage.affected:
            yield "Divert the calls as below. Until they come through, patients come to the desk."

    @property
    def _cut_off(self) -> list[Site]:
        if Affected.INTERNET not in self.outage.affected:
            return []
        return [site for site in self.sites if site.pk != self.practice.main_site_id]

    @property
    def diversions(self) -> list[str]:
        """Which calls go where: the practice's own list."""
        return _lines(self.plan.diversions)

    @property
    def people(self) -> list[str]:
        """Whom to ring: the practice's own list."""
        return _lines(self.plan.people)

    @cached_property
    def leads(self) -> list[str]:
        """Who leads in an outage."""
        who = (Staff.Role.OUTAGE_LEAD, Staff.Role.MANAGER)
        staff = self.practice.staff.filter(is_active=True, role__in=who)
        return [one.name for one in staff.order_by("-role", "name")]

    @property
    def duty(self) -> str:
        """Who answers for what is urgent today."""
        return desk_sheets.duty(self.practice, self._today)

    @property
    def script(self) -> desk_sheets.Words:
        """The practice's questions that every call begins with, and who approved them."""
        return desk_sheets.script(self.plan)

    @property
    def say(self) -> list[str]:
        """What to say on the telephone before anything else."""
        told = of_outage(self.outage.template, self.outage.affected)
        happened = [f"{self.notice.heading}.", *told.effects, *self.notice.own] if told else []
        taking = (
            "I can book you in now."
            if self.outage.booking_goes_on
            else "I can take you down on paper now, and I read back what I write."
        )
        return [*happened, "Come to your appointment unless we have told you otherwise.", taking]

    @property
    def papers(self) -> list[SitePapers]:
        """Today's papers of the sites that it strikes."""
        cut_off = self._cut_off
        return [
            SitePapers(
                site, self._today, papers.of_day(self.practice, site, self._today), site in cut_off
            )
            for site in self.sites
        ]

    @property
    def _today(self) -> date:
        return self.now.astimezone(LONDON).date()


def kit_of(outage: Outage, now: datetime | None = None) -> Kit:
    """Give an outage's kit as it is at a moment."""
    return Kit(outage, now or timezone.now())


def printed(outage: Outage) -> list[Rendered]:
    """Print the kit, and the door poster with what patients are told."""
    return press(documents(kit_of(outage)))


def documents(kit: Kit) -> list[Document]:
    """Write the kit and, where patients are told something, the door poster."""
    stamp = _stamp(kit)
    pages = [Document("kit", "Outage kit", "outage_kit.typ", _words(kit), stamp)]
    if kit.outage.template:
        said = _poster(_by_day(kit))
        pages.append(Document("kit", "Door poster", "outage_poster.typ", said, stamp))
    return pages


def _words(kit: Kit) -> dict:
    outage = kit.outage
    return {
        "outage": outage.title,
        "where": str(outage.site or "all sites"),
        "since": moment(outage.began_at),
        "made_at": clock(kit.now),
        "goes_on": kit.goes_on,
        "steps": kit.steps,
        "papers": [_paper(one) for one in kit.papers],
        "diversions": _visible(kit.diversions),
        "say": _visible(kit.say),
        "script": kit.script,
        "duty": kit.duty,
        "leads": _visible(kit.leads),
        "people": _visible(kit.people),
    }


def _paper(one: SitePapers) -> dict[str, str]:
    """Say which papers are the newest."""
    newest = f"print {one.made.print_number}, {moment(one.made.as_of)}" if one.made else ""
    return {"site": glyphs.visible(one.site.name), "newest": newest}


def _by_day(kit: Kit) -> telling.Notice:
    """Give the notice as it reads while the doors are open: a poster printed at night hangs then.

    What is said of this hour ('we are closed now') would be wrong within hours.
    """
    opens = kit.notice.opens_next
    return telling.of_outages(kit.practice, [kit.outage], opens) if opens else kit.notice


def _poster(notice: telling.Notice) -> dict:
    """Say what the status page says; that the surgery is open stands above all of it."""
    works = [each for each in notice.works if each != telling.SEEING]
    return {
        "is_open": telling.SEEING in notice.works,
        "heading": glyphs.visible(notice.heading),
        "happened": _visible([*notice.happened]),
        "works": _visible(works),
        "own": _visible([*notice.own]),
        "urgent": _visible([*notice.urgent]),
        "updated": notice.updated_words,
    }


def _stamp(kit: Kit) -> Stamp:
    day = kit._today
    return Stamp(
        practice=kit.practice.name,
        site=str(kit.outage.site or kit.practice.name),
        day=day,
        day_words=day_words(day),
        up_to_date_at=kit.now,
        clinical_as_of=None,
        print_number=0,
        journal=journal.newest(kit.practice),
    )


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _visible(lines: list[str]) -> list[str]:
    return [glyphs.visible(line) for line in lines]
