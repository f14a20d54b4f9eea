"""Declare an outage, change what is said of it, keep its log, end it, sign it off.

Anybody who is signed in declares, adds to the log and says that it is over: whoever is first. The
outage lead signs off. None of this touches a site's day: the papers stay as fresh as they are.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Max

from appointments import journal
from appointments.journal import Actor, Draft
from appointments.models import JournalEntry, Practice, Site
from appointments.refusals import AlreadyThere, BadDetail, NotYours, StillNeeded, WrongStatus
from appointments.wording import moment
from fallback import telling
from fallback.models import LogLine, Outage
from fallback.outages.reading import current, outage_of, sheets_of
from fallback.rekey import let_go_of_lost

AT_MOST_AGO = timedelta(days=31)  # a year typed wrongly is no outage that lasted for one
WORDS_AT_MOST = 500  # characters of a log line

Kind = LogLine.Kind


def declare(
    by: Actor,
    affected: Iterable[str],
    began_at: datetime,
    *,
    site: Site | None = None,
    template: str = "",
    sentences: str = "",
    reference: UUID | None = None,
) -> Outage:
    """Declare an outage. Twice with the same `reference` is one; others may stand, not of the same.

    `template` is the key of a set text for patients ('' tells them nothing), `sentences` the
    practice's own after it. Raises BadDetail where a time, or what is affected, can't be right, or
    those sentences can't go out.
    """
    down = _affected(affected)
    told = {
        "template": telling.checked(template, down),
        "sentences": "\n".join(telling.own(sentences)),
    }
    with journal.writing(by, "declare_outage", reference=reference) as draft:
        if reference and (there := _sent(by.practice, reference)):
            return there
        _check_began(began_at, draft.at)
        _refuse_declared(by.practice, down, site)
        outage = Outage(
            practice=by.practice, number=_next_number(by.practice), affected=down, site=site,
            began_at=began_at, declared_at=draft.at, declared_by=by.staff, still_so_at=draft.at,
            still_so_by=by.staff, worded_at=draft.at, journal_from=newest_at(by.practice, began_at),
            clinical_as_of=Practice.objects.values_list("clinical_as_of", flat=True).get(
                pk=by.practice.pk
            ),
            **told,
        )  # fmt: skip
        if reference:
            outage.pk = reference
        draft.add(outage)
        _note(draft, outage, Kind.DECLARED, f"{_said(outage)}, since {moment(began_at)}")
        _note(draft, outage, Kind.TOLD, told_words(outage))
        return outage


def update(by: Actor, outage: Outage, **said: Any) -> Outage:
    """Change what is affected, its site, began_at, template or sentences; the log says so."""
    values: dict[str, Any] = {name: said[name] for name in ("site", "began_at") if name in said}
    if "affected" in said:
        values["affected"] = _affected(said["affected"])
    told = {"sentences": "\n".join(telling.own(said["sentences"]))} if "sentences" in said else {}
    with journal.writing(by, "change_outage") as draft:
        row = _open(by, outage)
        if values.get("began_at", row.began_at) != row.began_at:
            _check_began(values["began_at"], draft.at)
            values["journal_from"] = newest_at(by.practice, values["began_at"])
        down = values.get("affected", row.affected)
        if "template" in said:
            told["template"] = telling.checked(said["template"], down)
        elif row.template:  # what was said may not be true any more
            told["template"] = _still_true(row.template, down)
        if draft.change(row, **values):
            _note(draft, row, Kind.CHANGED, f"{_said(row)}, since {moment(row.began_at)}")
        if draft.change(row, **told):
            draft.change(row, worded_at=draft.at)
            _note(draft, row, Kind.TOLD, told_words(row))
        return row


def still_so(by: Actor, outage: Outage) -> Outage:
    """Say that it is still so: it is asked again in an hour."""
    with journal.writing(by, "still_so") as draft:
        row = _open(by, outage)
        draft.change(row, still_so_at=draft.at, still_so_by=by.staff)
        _note(draft, row, Kind.STILL_SO)
        return row


def say(
    by: Actor,
    outage: Outage,
    words: str,
    *,
    at: datetime | None = None,
    reference: UUID | None = None,
) -> LogLine:
    """Add a line to the log, also once it is over; `at` is when it happened, now unless given."""
    words = words.strip()
    if not words:
        raise BadDetail("Write what happened.", "words")
    if len(words) > WORDS_AT_MOST:
        raise BadDetail(
            f"This is {len(words):,} characters long. A line of the log has at most "
            f"{WORDS_AT_MOST}: say the rest in a second one.",
            "words",
        )
    with journal.writing(by, "say_in_outage", reference=reference) as draft:
        row = outage_of(by.practice, outage.pk)
        if reference and (there := row.log.filter(pk=reference).first()):
            return there
        if at is not None and at > draft.at:
            raise BadDetail("That time has not come yet. Look at it again.", "at")
        if at is not None and at < draft.at - AT_MOST_AGO:
            raise BadDetail("That is more than a month ago. Look at the time again.", "at")
        return _note(draft, row, Kind.SAID, words, at=at, reference=reference)


def end(by: Actor, outage: Outage, at: datetime | None = None) -> Outage:
    """Say that it is over, since `at` (now unless given). Twice changes nothing."""
    with journal.writing(by, "end_outage") as draft:
        row = outage_of(by.practice, outage.pk)
        if row.ended_at is not None:
            return row
        ended_at = at or draft.at
        if ended_at > draft.at:
            raise BadDetail("That time has not come yet: say when it was over.", "ended_at")
        if ended_at < row.began_at:
            raise BadDetail(
                f"It began at {moment(row.began_at)}, so it can't have been over at "
                f"{moment(ended_at)}. Look at the time again.",
                "ended_at",
            )
        number = max(newest_at(by.practice, ended_at), row.journal_from)
        draft.change(
            row, ended_at=ended_at, over_said_at=draft.at, ended_by=by.staff, journal_to=number
        )
        _note(draft, row, Kind.ENDED, f"Over since {moment(ended_at)}")
        return row


def sign_off(by: Actor, outage: Outage, *, left: int) -> Outage:
    """Say that all that it left behind is in the book. The outage lead's or a manager's.

    The slots of its lost sheets, doubtful until now, are let go of.
    `left` is how much still waits for a person (the sum of what `outstanding` counts).
    """
    if by.staff is None or not by.staff.may_lead:
        raise NotYours("The outage lead or a manager signs an outage off.")
    with journal.writing(by, "sign_off_outage") as draft:
        row = outage_of(by.practice, outage.pk)
        if row.signed_off_at is not None:
            return row
        if row.ended_at is None:
            raise WrongStatus("It is not over yet. Say first when it was over.")
        if left:
            raise StillNeeded(
                f"{left} {'thing is' if left == 1 else 'things are'} not done yet. They stand "
                "below; sign off when all counts are zero."
            )
        draft.change(row, signed_off_at=draft.at, signed_off_by=by.staff)
        _note(draft, row, Kind.SIGNED_OFF)
        let_go_of_lost(draft, sheets_of(row))
        return row


def newest_at(practice: Practice, at: datetime) -> int:
    """Give the number of the last journal entry that was written by a time; 0 before the first."""
    entries = JournalEntry.objects.filter(practice=practice, at__lte=at).order_by("-number")
    return entries.values_list("number", flat=True).first() or 0


def _affected(said: Iterable[str]) -> list[str]:
    """Put what is down in one order; what can't be is refused."""
    said = set(said)
    if unknown := said - set(Outage.Affected.values):
        raise BadDetail(f"{min(unknown)!r} is nothing that can be down. Choose again.", "affected")
    if not said:
        raise BadDetail("Choose what is down.", "affected")
    return [each for each in Outage.Affected.values if each in said]


def _refuse_declared(practice: Practice, down: list[str], site: Site | None) -> None:
    """Refuse a second declaration of the same: two people at two desks see it fail at once."""
    for one in current(practice):
        if set(down) <= set(one.affected) and one.site_id in (None, site and site.pk):
            who = f" by {one.declared_by.name}" if one.declared_by else ""
            raise AlreadyThere(
                f"{one.title} stands already, declared{who} at {moment(one.declared_at)}. Add what "
                "you know to its log."
            )


def _check_began(began_at: datetime, now: datetime) -> None:
    if began_at > now:
        raise BadDetail(
            "That time has not come yet. For planned work use Prepare, under Paper.", "began_at"
        )
    if began_at < now - AT_MOST_AGO:
        raise BadDetail("That is more than a month ago. Look at the date again.", "began_at")


def _still_true(template: str, down: list[str]) -> str:
    keys = [each.key for each in telling.templates(down)]
    return template if template in keys else keys[0]


def told_words(outage: Outage) -> str:
    """Say what patients are told, as the log keeps it."""
    if not outage.template:
        return "Nothing"
    heading = telling.of_outages(outage.practice, [outage], outage.began_at).heading
    return "\n".join(filter(None, [f"{heading}.", outage.sentences]))


def _open(by: Actor, outage: Outage) -> Outage:
    row = outage_of(by.practice, outage.pk)
    if row.ended_at is not None:
        raise WrongStatus(
            f"{row} was over at {moment(row.ended_at)}. If it is down again, declare it anew."
        )
    return row


def _sent(practice: Practice, reference: UUID) -> Outage | None:
    return Outage.objects.filter(practice=practice, pk=reference).first()


def _next_number(practice: Practice) -> int:
    used = Outage.objects.filter(practice=practice).aggregate(most=Max("number"))["most"]
    return (used or 0) + 1


def _said(outage: Outage) -> str:
    return f"{outage.affected_words}, {outage.site or 'all sites'}"


def _note(
    draft: Draft,
    outage: Outage,
    kind: str,
    words: str = "",
    *,
    at: datetime | None = None,
    reference: UUID | None = None,
) -> LogLine:
    line = LogLine(
        practice=outage.practice, outage=outage, kind=kind, at=at or draft.at,
        written_at=draft.at, by=draft.by.staff, words=words,
    )  # fmt: skip
    if reference:
        line.pk = reference
    draft.add(line)
    return line
