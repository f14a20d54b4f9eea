"""Forms for the paper: what to print where, striking a row out, a password once more."""

from typing import Any

from django import forms

from appointments import signing_in
from appointments.models import Desk, Practice, Site
from appointments.requests import DeskRequest
from fallback.models import Printer

HERE = "here"  # print from this browser
NUMBER_AT_MOST = 2_147_483_647  # a print's number is kept in four bytes


class WhereForm(forms.Form):
    """Where something is to come out: at a printer, or from this browser."""

    where = forms.ChoiceField(
        label="Print it",
        error_messages={"invalid_choice": "Choose one of these.", "required": "Choose one."},
    )

    def __init__(self, practice: Practice, data: Any = None, *, site: Site | None = None):
        super().__init__(data)
        self.printers = {
            str(printer.pk): printer
            for printer in practice.printer_set.filter(closed_on=None).select_related("site")
        }
        # Those inside the site first: paper that comes out elsewhere is no use here.
        near = sorted(self.printers.values(), key=lambda p: (p.site != site, p.queue))
        self.fields["where"].choices = [
            *((str(printer.pk), f"at {printer.queue}, {printer.site}") for printer in near),
            (HERE, "from this browser"),
        ]

    @property
    def printer(self) -> Printer | None:
        """The printer that was chosen; None to print from the browser."""
        return self.printers.get(self.cleaned_data["where"])


class PrintForm(WhereForm):
    """Which of a day's papers to print, and where."""

    papers = forms.ChoiceField(
        label="What",
        error_messages={"invalid_choice": "Choose one of these.", "required": "Choose one."},
    )
    field_order = ("papers", "where")

    def __init__(
        self, practice: Practice, data: Any = None, *, site: Site, desk: Desk | None = None
    ):
        super().__init__(practice, data, site=site)
        desks = practice.desk_set.filter(closed_on=None)
        own = [(f"sheet:{each.pk}", f"Sheet of {each}") for each in desks if desk in (None, each)]
        everything = [
            ("all", "Everything: diary, contacts, visits, sheets, running lists"),
            ("diaries", "Diary, contact list and visit list"),
            ("sheets", "Sheets and running lists of all desks"),
            ("diary", "Day diary"),
            ("contacts", "Contact list"),
            ("visits", "Visit list"),
            ("running", "Running lists"),
        ]
        self.fields["papers"].choices = own if desk else everything + own

    @property
    def words(self) -> str:
        """What was chosen, in words."""
        return dict(self.fields["papers"].choices)[self.cleaned_data["papers"]]


class ChangesForm(WhereForm):
    """A change slip: since which print."""

    since = forms.IntegerField(
        label="What changed since print",
        help_text="The small number on each page.",
        min_value=1,
        max_value=NUMBER_AT_MOST,
        widget=forms.NumberInput(attrs={"class": "nhsuk-input--width-5"}),
        error_messages={
            "required": "Enter the number of a print.",
            "invalid": "A print's number has figures only, such as 1042.",
            "min_value": "A print's number has figures only, such as 1042.",
            "max_value": "There is no print with this number.",
        },
    )
    field_order = ("since", "where")


class SealedListForm(forms.Form):
    """Whose sealed list: a site's."""

    site: forms.ModelChoiceField = forms.ModelChoiceField(
        label="Site",
        queryset=None,
        empty_label=None,
        error_messages={"required": "Choose a site.", "invalid_choice": "Choose a site."},
    )

    def __init__(self, practice: Practice, data: Any = None):
        super().__init__(data)
        self.fields["site"].queryset = practice.site_set.filter(closed_on=None)


class RowCodeForm(forms.Form):
    """The code of the row that was struck out."""

    code = forms.CharField(max_length=10, label="Code of the row")


class WhyForm(forms.Form):
    """Why another desk loses a slot."""

    because = forms.CharField(max_length=200, label="Why that desk loses it")


class LetGoForm(forms.Form):
    """Why a slot that stands on a lost sheet may be sold again."""

    because = forms.CharField(max_length=200, label="Why it is let go of")


class OwnPasswordForm(forms.Form):
    """The manager's own password once more, before something that unlocks everything.

    Wrong tries count towards the lock-out, as when signing in.
    """

    password = forms.CharField(
        label="Your own password",
        strip=False,
        max_length=128,  # argon2 would work through a novel
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        error_messages={"required": "Enter your password."},
    )

    def __init__(self, request: DeskRequest, data: Any = None):
        super().__init__(data)
        self.request = request

    def clean_password(self) -> str:
        """Check that it is theirs."""
        password = self.cleaned_data["password"]
        if signing_in.checked(self.request, self.request.user.username, password) is None:
            raise forms.ValidationError("That is not your password.")
        return password
