"""What is filled in on the second look."""

from typing import Any
from uuid import UUID

from django import forms

from fallback.rekey.looking import LONGEST


class RowForm(forms.Form):
    """Which row somebody wants in hand, and which was looked at just now."""

    row = forms.UUIDField(required=False)
    done = forms.UUIDField(required=False)

    def said(self, name: str) -> UUID | None:
        """Give one answer; nothing for what can't be understood."""
        self.is_valid()
        return self.cleaned_data.get(name)


class DiffersForm(forms.Form):
    """What the paper says otherwise."""

    differs = forms.CharField(
        label="The paper says otherwise",
        max_length=LONGEST,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": "Say what the paper says otherwise."},
    )


class AnswerForm(forms.Form):
    """Why an entry stands, or what was put right."""

    answer = forms.CharField(
        label="It stands: why, or what you put right",
        max_length=LONGEST,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": "Say why it stands as it is, or what you put right."},
    )

    def __init__(self, look_id: UUID, data: Any = None):
        super().__init__(data, auto_id=f"id_%s_{look_id}")
