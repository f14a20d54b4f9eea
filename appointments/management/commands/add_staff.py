"""Give somebody a sign-in from the command line: for the first manager, or when all are away."""

import sys
from getpass import getpass
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from appointments import staff
from appointments.journal import Actor
from appointments.models import Clinician, Practice, Staff
from appointments.refusals import BookingRefused


class Command(BaseCommand):
    help = (
        "Give somebody a sign-in. The password is asked for, or read as one line from standard "
        "input when that is not a terminal."
    )

    def add_arguments(self, parser):
        parser.add_argument("username")
        parser.add_argument("--name", required=True, help="as colleagues know them: 'Priya Shah'")
        parser.add_argument("--role", required=True, choices=Staff.Role.values)
        parser.add_argument("--clinician", help="whose lists: surname, or forename and surname")
        parser.add_argument("--practice", help="ODS code; by default the home practice")

    def handle(self, **options: Any) -> None:
        practice = _practice(options["practice"])
        details = {name: options[name] for name in ("username", "name", "role")}
        if (options["role"] == Staff.Role.CLINICIAN) != bool(options["clinician"]):
            raise CommandError("--clinician goes with --role clinician, and only with that.")
        if options["clinician"]:
            details["clinician"] = _clinician(practice, options["clinician"])
        password = _password(Staff(practice=practice, **details))
        try:
            person = staff.add(Actor(practice), **details, password=password)
        except BookingRefused as refused:
            raise CommandError(refused.sentence) from refused
        self.stdout.write(f"{person.name} may sign in as {person.username}.")


def _practice(ods_code: str | None) -> Practice:
    wanted = {"ods_code": ods_code.upper()} if ods_code else {"is_home": True}
    practice = Practice.objects.filter(**wanted).first()
    if practice is None:
        raise CommandError(
            f"There is no practice {ods_code} on this server."
            if ods_code
            else "This server has no practice yet. Open it in a browser and name the practice."
        )
    return practice


def _clinician(practice: Practice, said: str) -> Clinician:
    words = said.casefold()
    found = [
        clinician
        for clinician in practice.clinician_set.filter(left_on=None)
        if words
        in (
            clinician.family_name.casefold(),
            f"{clinician.given_name} {clinician.family_name}".casefold(),
        )
    ]
    if len(found) != 1:
        many = "more than one clinician" if found else "no clinician"
        raise CommandError(f"There is {many} called {said} at {practice}.")
    return found[0]


def _password(person: Staff) -> str:
    if sys.stdin.isatty():
        password = getpass("Password: ")
        if getpass("Password once more: ") != password:
            raise CommandError("The two passwords are not the same. Nothing was changed.")
    else:
        password = sys.stdin.readline().rstrip("\r\n")
    try:
        validate_password(password, person)
    except ValidationError as error:
        raise CommandError(" ".join(error.messages)) from error
    return password
