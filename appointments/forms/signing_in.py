"""Forms for coming in: sign-in, desk, unlocking, own password, and the very first practice."""

from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.http import HttpRequest

from appointments import signing_in
from appointments.models import Staff

# The same for an unknown user, a wrong password and somebody who left: nothing to learn from it.
NOT_TOGETHER = "That user name and password don't go together. Check both and try again."


def _username(**attrs: Any) -> forms.CharField:
    widget = forms.TextInput(
        attrs={"autocomplete": "username", "autocapitalize": "none", "class": "", **attrs}
    )
    return forms.CharField(
        label="User name",
        max_length=60,
        widget=widget,
        error_messages={"required": "Enter your user name."},
    )


def _password(label: str = "Password", autocomplete: str = "current-password", **attrs: Any):
    return forms.CharField(
        label=label,
        strip=False,
        max_length=128,  # argon2 would work through a novel
        widget=forms.PasswordInput(attrs={"autocomplete": autocomplete, **attrs}),
        error_messages={"required": "Enter a password."},
    )


class SigningInForm(forms.Form):
    """User name, password, and the desk this PC stands at."""

    username = _username(autofocus=True)
    password = _password()
    desk = forms.CharField(label="Desk", required=False, widget=forms.Select)
    next = forms.CharField(required=False, widget=forms.HiddenInput)
    kept = forms.CharField(required=False, widget=forms.HiddenInput)

    staff: Staff

    def __init__(self, request: HttpRequest, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.request = request
        self.fields["desk"].widget.choices = [("", "Choose a desk"), *desk_choices(request)]
        self.initial.setdefault("desk", request.desk.pk if request.desk else "")

    def clean(self) -> dict[str, Any]:
        """Find whose user name and password these are."""
        said = super().clean() or {}
        if said.keys() >= {"username", "password"}:
            staff = signing_in.checked(self.request, said["username"], said["password"])
            if staff is None:
                raise forms.ValidationError(NOT_TOGETHER)
            self.staff = staff
        return said


class UnlockingForm(forms.Form):
    """A password for the person whose screen is locked; with a user name, for a colleague.

    `kept` is what was typed into the page when it was found locked (see views.signing_in).
    """

    username = _username()
    password = _password(autofocus=True)
    next = forms.CharField(required=False, widget=forms.HiddenInput)
    kept = forms.CharField(required=False, widget=forms.HiddenInput)

    staff: Staff

    def __init__(self, request: HttpRequest, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.request = request
        self.fields["username"].required = not request.user.is_authenticated

    def clean(self) -> dict[str, Any]:
        """Find whose password it is; a colleague must be of the practice that is on the screen."""
        said = super().clean() or {}
        if self.errors:
            return said
        person = self.request.user
        username = said["username"] or person.username
        staff = signing_in.checked(self.request, username, said["password"])
        if staff is None:
            raise forms.ValidationError(NOT_TOGETHER)
        if staff.practice_id != self.request.practice.pk:
            raise forms.ValidationError("You work at another practice. Sign out here first.")
        if staff.must_change_password and staff != person:
            raise forms.ValidationError(
                "You have to choose a password of your own first: sign in at another PC."
            )
        self.staff = staff
        return said


class DeskForm(forms.Form):
    """Which desk this PC stands at."""

    desk = forms.CharField(
        label="Where are you?",
        widget=forms.RadioSelect,
        error_messages={"required": "Choose a desk."},
    )
    next = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, request: HttpRequest, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.practice = request.practice
        self.fields["desk"].widget.choices = desk_choices(request)
        self.initial.setdefault("desk", request.desk.pk if request.desk else "")

    def clean_desk(self):
        """Accept a desk's id, number or name."""
        desk = signing_in.find_desk(self.practice, self.cleaned_data["desk"])
        if desk is None:
            raise forms.ValidationError("There is no such desk any more. Choose another.")
        return desk


class OwnPasswordForm(forms.Form):
    """The password you have, and the one you want."""

    old = _password("The password you have now", autofocus=True)
    new = _password("New password", "new-password")
    new.help_text = "10 characters or more. Three words that nobody else would join do well."
    again = _password("New password once more", "new-password")

    def __init__(self, staff: Staff, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.staff = staff
        self.fields[
            "new"
        ].help_text = (
            "10 characters or more. Three words that only you would put together are good."
        )

    def clean_old(self) -> str:
        """Check the password in use."""
        if not self.staff.check_password(self.cleaned_data["old"]):
            raise forms.ValidationError("That is not the password you have now.")
        return self.cleaned_data["old"]

    def clean(self) -> dict[str, Any]:
        """Check the new one against the rules, and that it was typed the same twice."""
        said = super().clean() or {}
        new_password_checked(self, said.get("new"), said.get("again"), self.staff)
        if said.get("new") and said.get("new") == said.get("old"):
            self.add_error("new", "Choose another password than the one you have.")
        return said


class FirstRunForm(forms.Form):
    """The practice, its main site, and the first manager."""

    practice = forms.CharField(
        label="Name of the practice",
        max_length=120,
        error_messages={"required": "Enter the practice's name."},
        widget=forms.TextInput(attrs={"autofocus": True}),
    )
    ods_code = forms.RegexField(
        r"^\s*[A-Za-z0-9]{3,10}\s*$",
        label="ODS code",
        help_text="The practice's code in the NHS, for example G82000.",
        error_messages={
            "required": "Enter the practice's ODS code.",
            "invalid": "An ODS code has 3 to 10 letters and digits, for example G82000.",
        },
    )
    site = forms.CharField(
        label="Name of the main site",
        max_length=120,
        error_messages={"required": "Enter the main site's name."},
    )
    desks = forms.IntegerField(
        label="How many desks answer patients there?",
        help_text="A desk is a PC or a telephone at which patients are answered.",
        min_value=1,
        max_value=30,
        initial=4,
        error_messages={
            "required": "Enter a number of desks.",
            "invalid": "Enter a number of desks from 1 to 30.",
            "min_value": "Enter a number of desks from 1 to 30.",
            "max_value": "Enter a number of desks from 1 to 30.",
        },
    )
    name = forms.CharField(
        label="Your name",
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": "Enter your name."},
    )
    username = _username()
    password = _password(autocomplete="new-password")
    again = _password("Password once more", "new-password")

    def clean(self) -> dict[str, Any]:
        """Check the password against the rules."""
        said = super().clean() or {}
        manager = Staff(username=said.get("username", ""), name=said.get("name", ""))
        new_password_checked(self, said.get("password"), said.get("again"), manager, "password")
        return said

    def asked(self) -> dict[str, Any]:
        """Give what `practices.found_first` takes."""
        said = self.cleaned_data
        return {
            "ods_code": said["ods_code"],
            "name": said["practice"],
            "site": said["site"],
            "desks": said["desks"],
            "manager": {name: said[name] for name in ("username", "name", "password")},
        }


def new_password_checked(
    form: forms.Form, new: str | None, again: str | None, staff: Staff, field: str = "new"
) -> None:
    """Add an error to a form when a new password breaks a rule or was mistyped."""
    if new and again and new != again:
        form.add_error("again", "The two passwords are not the same. Type both again.")
    elif new:
        try:
            validate_password(new, staff)
        except forms.ValidationError as error:
            form.add_error(field, error)


def desk_choices(request: HttpRequest) -> list[tuple[str, str]]:
    """List the desks of the practice with their sites."""
    if request.practice is None:
        return []
    desks = signing_in.open_desks(request.practice)
    return [(str(desk.pk), f"{desk.name}, {desk.site.name}") for desk in desks]
