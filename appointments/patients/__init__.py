"""Patients: take in, amend, match and merge."""

from appointments.patients.commands import amend, current, match, merge, register
from appointments.patients.details import Details, details_of

__all__ = ["Details", "amend", "current", "details_of", "match", "merge", "register"]
