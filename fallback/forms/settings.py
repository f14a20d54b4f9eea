"""Forms for the settings about carrying on. They check what is typed; the commands write it."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator

from appointments.forms.settings import SettingsForm
from appointments.models import SlotType
from appointments.refusals import BookingRefused
from fallback import plans, printing
from fallback.models import Place, Plan, Printer

SHARES_AT_MOST = 20  # of a session's slots: more would leave nothing to book
STALE_AT_LEAST, STALE_AT_MOST = 5, 7 * 24 * 60  # minutes


class PlanForm(SettingsForm):
    """What the practice decided about carrying on."""

    class Meta:
        model = Plan
        fields = (
            "beside_clinical_system", "stale_after_minutes", "inbox", "shares_on_screen",
            "shares_on_paper", "evening_print", "morning_print", "script", "script_approved_by",
            "script_approved_on", "people", "diversions", "passwords_lie", "second_look",
        )  # fmt: skip
        labels = {
            "beside_clinical_system": "EMIS Web or SystmOne holds the book; this one is loaded "
            "from it",
            "stale_after_minutes": "Minutes after which a load is too old to rely on",
            "inbox": "Folder in which the clinical system's extracts appear",
            "shares_on_screen": "Slots of each session held for a desk's screen",
            "shares_on_paper": "Slots of each session held for a desk's paper",
            "evening_print": "Evening print, for the next working day",
            "morning_print": "Morning print, for the day itself",
            "script": "Questions to ask first, one a line",
            "script_approved_by": "Who approved these questions",
            "script_approved_on": "When they were approved",
            "people": "Whom to ring, one a line",
            "diversions": "Calls to divert, and to what number, one a line",
            "passwords_lie": "Where the sealed passwords lie",
            "second_look": "Rows keyed from paper that another person looks at",
        }
        help_texts = {
            "inbox": "As this server sees it. Leave empty if nothing is loaded by itself.",
            "evening_print": "For example, 17:45. Leave empty for no print in the evening.",
            "morning_print": "For example, 07:30. Leave empty for no print in the morning.",
            "script": "They stand at the top of every sheet.",
            "people": "Name, what for, telephone. They stand on the one-page instructions.",
            "diversions": "For example, 01632 960100: to the practice mobile, 07700 900100.",
            "passwords_lie": "For example, in the safe in the back office.",
            "second_look": "Keyed once, about 4 in 10,000 fields are wrong; looked at twice, fewer "
            "than 1. A sheet is signed off once these rows were looked at.",
        }
        widgets = {
            "evening_print": forms.TimeInput(format="%H:%M"),
            "morning_print": forms.TimeInput(format="%H:%M"),
            "script": forms.Textarea(attrs={"rows": 5}),
            "people": forms.Textarea(attrs={"rows": 5}),
            "diversions": forms.Textarea(attrs={"rows": 3}),
            "script_approved_on": forms.DateInput(attrs={"type": "date"}),
        }

    dealt = forms.MultipleChoiceField(
        label="Slot types that are held for outages",
        help_text="Urgent and on-the-day slots only if you want reception to fill them on paper.",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": "Choose slot types from the list."},
    )

    def __init__(self, practice: Any, data: Any = None, *, row: Any = None):
        super().__init__(practice, data, row=row)
        self.types: dict[SlotType, bool] = plans.types_of(practice)
        self.fields["dealt"].choices = [(str(t.pk), t.name) for t in self.types]
        self.initial["dealt"] = [str(t.pk) for t, is_dealt in self.types.items() if is_dealt]
        approver = self.fields["script_approved_by"]
        approver.queryset = practice.staff.filter(is_active=True)
        approver.empty_label = "Nobody yet"
        for name in ("shares_on_screen", "shares_on_paper"):
            self.fields[name].validators = [MaxValueValidator(SHARES_AT_MOST)]
        self.fields["stale_after_minutes"].validators = [
            MinValueValidator(STALE_AT_LEAST), MaxValueValidator(STALE_AT_MOST)
        ]  # fmt: skip

    def clean_inbox(self) -> str:
        """Accept a whole path, or none."""
        inbox = self.cleaned_data["inbox"]
        if inbox and not inbox.startswith("/"):
            raise forms.ValidationError("Enter the whole path of the folder, from / on.")
        return inbox

    def clean(self) -> dict[str, Any]:
        """See that an approval has a name and a day, or neither."""
        said = super().clean() or {}
        who, when = said.get("script_approved_by"), said.get("script_approved_on")
        if who and not when and "script_approved_on" not in self.errors:
            self.add_error("script_approved_on", "Enter the day on which they were approved.")
        if when and not who and "script_approved_by" not in self.errors:
            self.add_error("script_approved_by", "Choose who approved the questions.")
        return said

    def decided(self) -> dict[str, Any]:
        """Give what `plans.change_plan` takes."""
        return {name: said for name, said in self.cleaned_data.items() if name != "dealt"}

    def dealt_differently(self) -> Iterator[tuple[UUID, bool]]:
        """Give the slot types whose tick was changed, each with how it is now."""
        ticked = set(self.cleaned_data["dealt"])
        for slot_type, was in self.types.items():
            if (is_dealt := str(slot_type.pk) in ticked) != was:
                yield slot_type.pk, is_dealt


class PlaceForm(SettingsForm):
    """A folder that always has the newest copies."""

    class Meta:
        model = Place
        fields = (
            "name", "folder", "site", "leaves_server", "pdfs_protected", "has_html", "has_csv",
            "has_backups", "keeps_days",
        )  # fmt: skip
        labels = {
            "name": "Name of the safe copy",
            "folder": "Folder",
            "site": "Site inside which it stands",
            "leaves_server": "It is not on the server's own disk (another PC, a USB stick)",
            "pdfs_protected": "Its papers open only with the password of the sealed kit",
            "has_html": "A page for any browser as well, with a search box (it has no password)",
            "has_csv": "A table for a spreadsheet as well (it has no password)",
            "has_backups": "Backups as well, always encrypted",
            "keeps_days": "Days gone by that stay there",
        }
        help_texts = {
            "name": "As people say it: 'Back office PC'.",
            "folder": "As this server sees it, for example /mnt/back-office/papers.",
        }

    def __init__(self, practice: Any, data: Any = None, *, row: Any = None):
        super().__init__(practice, data, row=row)
        self.fields["site"].empty_label = "At no site"
        self.fields["site"].required = False
        self.fields["keeps_days"].validators = [MaxValueValidator(31)]


class PrinterForm(SettingsForm):
    """A printer that this server reaches, and what it prints by itself."""

    class Meta:
        model = Printer
        fields = ("queue", "site", "prints_diary", "prints_sheets")
        labels = {
            "queue": "Printer",
            "site": "Site inside which it stands",
            "prints_diary": "Prints the diary by itself, evening and morning",
            "prints_sheets": "Prints the sheets by itself, evening and morning",
        }

    def __init__(self, practice: Any, data: Any = None, *, row: Any = None):
        super().__init__(practice, data, row=row)
        found, trouble = found_queues()
        known = [row.queue] if row and row.queue not in found else []
        self.fields["queue"] = forms.ChoiceField(
            label="Printer",
            help_text=trouble or "As the server's print service names it.",
            choices=[(queue, queue) for queue in (*known, *found)],
            error_messages={
                "required": "Set the printer up on the server first.",
                "invalid_choice": "The server knows no such printer. Choose one from the list.",
            },
        )


def found_queues() -> tuple[list[str], str]:
    """Ask the print service what printers it has; with the trouble in words where it has none."""
    try:
        return printing.queues(), ""
    except BookingRefused as refused:
        return [], refused.sentence
