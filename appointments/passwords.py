"""The demo's password, and where it may be used."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.crypto import constant_time_compare

DEMO_PASSWORD = "demo-practice"  # noqa: S105  (it stands in the README)


def refused_here(password: str, practice: Any) -> bool:
    """Say whether this is the demo's password in a practice that is not a demo."""
    is_demo = practice is not None and practice.is_demo
    return constant_time_compare(password.casefold(), DEMO_PASSWORD) and not is_demo


class NotTheDemoPassword:
    """Refuses the password that everybody can read in the README, outside the demo."""

    def validate(self, password: str, user: Any = None) -> None:
        """Raise ValidationError for the demo's password, unless `user` is of a demo practice."""
        if refused_here(password, getattr(user, "practice", None)):
            raise ValidationError(
                "This password is for the demo practice only. Choose another.", code="demo"
            )

    def get_help_text(self) -> str:
        """Say the rule."""
        return "The demo practice's password can't be used here."
