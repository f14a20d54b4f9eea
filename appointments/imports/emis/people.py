"""Practice, sites, clinicians and patients of an extract, compared with the book's."""

from collections import Counter
from typing import Any

from appointments.imports.emis.plan import Comparison
from appointments.imports.emis.records import Record
from appointments.imports.report import CREATED, UNCHANGED, UPDATED
from appointments.imports.slots import DELETED
from appointments.models import Clinician, Desk, OpeningTime, Patient, Site
from appointments.practices import CORE_HOURS

DESKS = 4  # for a practice that has none: a usual reception


def compare_practice(work: Comparison) -> None:
    """Plan the practice itself. Once it is there, its name is the manager's to change."""
    practice = work.practice
    if practice._state.adding:
        work.plan.add(practice)
        outcome = CREATED
    elif work.extract.organisation and not practice.external_id:
        work.plan.change(practice, {"external_id": work.extract.organisation})
        outcome = UPDATED
    else:
        outcome = UNCHANGED
    if work.extract.organisation in work.extract.records("organisation"):
        work.report.count("organisation", outcome)


def compare_sites(work: Comparison) -> None:
    """Plan the sites; new ones keep core hours until told otherwise."""
    for record in work.extract.records("location").values():
        site = work.book.sites.get(record.guid) or _made_by_hand(work, record)
        row = work.row("location", Site, record, site, _site_values(work, record, site))
        if row is None:
            continue
        work.book.sites[record.guid] = row
        if site is None:
            for weekday, opens, closes in CORE_HOURS:
                hours = {"weekday": weekday, "opens": opens, "closes": closes}
                work.plan.add(OpeningTime(practice=work.practice, site=row, **hours))
    _choose_main_site(work)


def _made_by_hand(work: Comparison, record: Record) -> Site | None:
    """Find the site that a manager entered before the first load: of that name, or the main one."""
    name = record.values.get("name", "").casefold()
    is_main = record.guid == _main_location(work)
    for site in work.book.own_sites:
        if site.name.casefold() == name or (is_main and site.pk == work.main_site):
            work.book.own_sites.remove(site)
            return site
    return None


def _main_location(work: Comparison) -> str:
    organisation = work.extract.records("organisation").get(work.extract.organisation)
    return organisation.links.get("main_site", "") if organisation else ""


def _site_values(work: Comparison, record: Record, site: Site | None) -> dict[str, Any]:
    values = dict(record.values)
    if record.deleted:
        closed_on = (site and site.closed_on) or values.get("closed_on") or work.day
        if site:
            return {"closed_on": closed_on}
        values["closed_on"] = closed_on
    elif site and site.external_digest == DELETED:
        values.setdefault("closed_on", None)
    if site is None:
        return values | {"order": len(work.book.sites)} if values.get("name") else {}
    return values


def _choose_main_site(work: Comparison) -> None:
    """Name the main site if there is none, and set four desks up there if there are none."""
    practice = work.practice
    if practice.main_site_id is not None or not work.book.sites:
        return
    main = work.book.sites.get(_main_location(work)) or next(iter(work.book.sites.values()))
    work.plan.change(practice, {"main_site_id": main.pk})
    work.main_site = main.pk
    if practice._state.adding or not practice.desk_set.exists():
        for number in range(1, DESKS + 1):
            work.plan.add(Desk(practice=practice, site=main, number=number, name=f"Desk {number}"))
        work.report.notes["desks were made at the main site, so that reception can sign in"] = DESKS


def compare_clinicians(work: Comparison) -> None:
    """Plan the clinicians. Other staff are taken only if they hold a session, as 'other'."""
    seen = {
        record.links["clinician"]
        for record in work.extract.records("session_user").values()
        if not record.deleted
    }
    for record in work.extract.records("user").values():
        clinician = work.book.clinicians.get(record.guid) or _known_by_name(work, record)
        if clinician is None and not record.values.get("role") and record.guid not in seen:
            job = record.row.cell("JobCategoryName").strip() or "no job category"
            reason = f"not a clinician ({job}) and without sessions, so not in the book"
            work.report.reject("user", record.row, record.guid, reason)
            continue
        values = record.values | {"role": record.values.get("role") or Clinician.Role.OTHER}
        if record.deleted:
            values = {"left_on": clinician.left_on or work.day} if clinician else {}
        row = work.row("user", Clinician, record, clinician, values)
        if row is not None:
            work.book.clinicians[record.guid] = row


def _known_by_name(work: Comparison, record: Record) -> Clinician | None:
    """Find the clinician whom a manager entered before the first load, by forename and surname."""

    def name(given: str, family: str) -> str:
        return f"{given} {family}".casefold()

    theirs = name(record.values.get("given_name", ""), record.values.get("family_name", ""))
    for clinician in work.book.own_clinicians:
        if name(clinician.given_name, clinician.family_name) == theirs:
            work.book.own_clinicians.remove(clinician)
            return clinician
    return None


def compare_patients(work: Comparison) -> None:
    """Plan the patients. Those whose record was deleted have departed; their past stays."""
    for record in work.extract.records("patient").values():
        patient = work.book.patients.get(record.guid) or _registered_here(work, record)
        row = work.row("patient", Patient, record, patient, *_patient_values(work, record, patient))
        if row is not None:
            work.book.patients[record.guid] = row
    _note_shared_nhs_numbers(work)


def _registered_here(work: Comparison, record: Record) -> Patient | None:
    """Find the one patient whom we registered with this NHS number and birth date."""
    known = record.values.get("nhs_number", ""), record.values.get("born_on")
    people = work.book.own_patients.pop(known, [])
    return people[0] if len(people) == 1 else None


def _patient_values(work: Comparison, record: Record, patient: Patient | None) -> tuple:
    """Work out a patient's columns, and whether the usual clinician was found."""
    values = dict(record.values)
    guid = record.links.get("usual_clinician", "")
    usual = work.book.clinicians.get(guid)
    if values and record.row.says("UsualGpUserInRoleGuid"):
        values["usual_clinician_id"] = usual.pk if usual else None
        if guid and usual is None:
            work.report.notes["patients have a usual GP who is not in the extract"] += 1
    if record.deleted:
        left = (patient and patient.departed_on) or values.get("departed_on") or work.day
        if patient:
            values = {"departed_on": left}
        elif values:
            values["departed_on"] = left
    return values, usual is not None


def _note_shared_nhs_numbers(work: Comparison) -> None:
    numbers = Counter(
        record.values.get("nhs_number") for record in work.extract.records("patient").values()
    )
    numbers.pop("", None)
    numbers.pop(None, None)
    if shared := sum(times > 1 for times in numbers.values()):
        work.report.notes["NHS numbers stand on several patients (taken as they are)"] = shared
