"""Passwords hashed by argon2: slow on purpose, so others may go on meanwhile."""

from django.contrib.auth.hashers import Argon2PasswordHasher

from appointments.turns import waiting


class PatientArgon2(Argon2PasswordHasher):
    """Django's own, outside the request's turn: it takes 0.1 s and needs nothing of Python."""

    def encode(self, *args, **kwargs):
        """Hash as before."""
        with waiting():
            return super().encode(*args, **kwargs)

    def verify(self, *args, **kwargs):
        """Compare as before."""
        with waiting():
            return super().verify(*args, **kwargs)
