"""The part of a form in which staff choose what patients are told."""

from collections.abc import Iterable
from typing import Any

from django import forms

from appointments.refusals import BookingRefused
from fallback import telling


class BannerForm(forms.Form):
    """A set text that is true of what is affected, and the practice's own sentences below it."""

    template = forms.ChoiceField(label="What patients are told", widget=forms.RadioSelect)
    sentences = forms.CharField(
        label="Your own sentences, below it",
        help_text="One a line. Everybody can read this: no patients' names.",
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, affected: Iterable[str], data: Any = None, **kwargs: Any):
        super().__init__(data, **kwargs)
        fitting = [(each.key, each.title) for each in telling.templates(affected)]
        template = self.fields["template"]
        template.choices = [*fitting, ("", "Nothing yet")]
        template.required = False
        self.initial.setdefault("template", fitting[0][0] if fitting else "")

    def clean_sentences(self) -> str:
        """Accept what may go out to patients; a refusal keeps what was typed."""
        try:
            return "\n".join(telling.own(self.cleaned_data["sentences"]))
        except BookingRefused as refused:
            raise forms.ValidationError(refused.sentence) from refused
