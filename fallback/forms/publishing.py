"""The form for a website that reads how we are."""

from typing import Any

from django import forms

from appointments.forms.settings import SettingsForm
from fallback.models import Target


class TargetForm(SettingsForm):
    """Where a website's files go, and how long they are believed."""

    password = forms.CharField(
        label="Password",
        help_text="Leave it empty where the host accepts our key, and to keep the one that we have "
        "for this user at this host.",
        required=False,
        max_length=200,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )
    field_order = (
        "name", "web_address", "kind", "folder", "host", "port", "username", "password",
        "fingerprint", "lasts_minutes",
    )  # fmt: skip

    class Meta:
        model = Target
        fields = (
            "name", "web_address", "kind", "folder", "host", "port", "username", "fingerprint",
            "lasts_minutes",
        )  # fmt: skip
        labels = {
            "name": "Name of the website",
            "web_address": "Where browsers find the folder",
            "kind": "How we reach it",
            "folder": "Folder",
            "host": "Host",
            "port": "Port",
            "username": "User name",
            "fingerprint": "The host's fingerprint",
            "lasts_minutes": "Minutes for which a file is believed",
        }
        help_texts = {
            "name": "As people say it: 'Our website'.",
            "web_address": "For example, https://www.example.nhs.uk/surgery/",
            "folder": "As this server sees it, for example /srv/www/surgery; on a web host, as the "
            "host names it, for example public/surgery.",
            "host": "For example, sftp.example.com.",
            "fingerprint": "Leave it empty to see the one that the host shows, and ask the web "
            "person whether it is right.",
            "lasts_minutes": "After that, visitors read that we may be having problems. Long "
            "enough for a restart of this server: 10 is usual.",
        }
        widgets = {
            "kind": forms.RadioSelect,
            "port": forms.NumberInput(attrs={"class": "nhsuk-input--width-5"}),
            "lasts_minutes": forms.NumberInput(attrs={"class": "nhsuk-input--width-3"}),
        }

    def __init__(self, practice: Any, data: Any = None, *, row: Any = None):
        super().__init__(practice, data, row=row)
        self.fields["port"].required = False
        self.fields["lasts_minutes"].initial = 10
        self.fields["kind"].choices = Target.Kind.choices

    def clean_port(self) -> int:
        """Take the usual port where none is given."""
        return self.cleaned_data["port"] or 22
