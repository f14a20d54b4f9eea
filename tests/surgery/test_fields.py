"""Every kind of form field is drawn with its label, hint, message and what was typed."""

import pytest
from django import forms
from django.template import engines

from surgery.fields import component_for, summary_of

PAGE = """
{% from "macros/forms.jinja" import field, error_summary %}
{{ error_summary(form) }}{% for bound in form %}{{ field(bound) }}{% endfor %}
"""


class Everything(forms.Form):
    """One field of each kind that pages use."""

    surname = forms.CharField(help_text="As on letters", max_length=40)
    room = forms.IntegerField(required=False)
    password = forms.CharField(
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}), required=False
    )
    born_on = forms.DateField(widget=forms.SelectDateWidget)
    site = forms.ChoiceField(choices=[("main", "Main"), ("branch", "Branch")])
    mode = forms.ChoiceField(
        choices=[("desk", "At the desk"), ("telephone", "Telephone")], widget=forms.RadioSelect
    )
    needs = forms.MultipleChoiceField(
        choices=[("loop", "Hearing loop"), ("signer", "Interpreter")],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    double = forms.BooleanField(required=False)
    notes = forms.CharField(widget=forms.Textarea(attrs={"rows": 2}), required=False)
    reference = forms.CharField(widget=forms.HiddenInput)


TYPED = {
    "surname": "",
    "room": '12"<b>',
    "password": "secret",
    "born_on_day": "31",
    "born_on_month": "feb",
    "born_on_year": "1971",
    "site": "branch",
    "mode": "post",
    "needs": ["signer"],
    "double": "on",
    "notes": "one\n<two>",
}


@pytest.fixture
def page():
    return engines.all()[0].from_string(PAGE)


@pytest.mark.parametrize(
    "name, component",
    [
        ("surname", "input"),
        ("room", "input"),
        ("password", "input"),
        ("born_on", "date"),
        ("site", "select"),
        ("mode", "radios"),
        ("needs", "checkboxes"),
        ("double", "checkbox"),
        ("notes", "textarea"),
        ("reference", "hidden"),
    ],
)
def test_each_widget_has_its_component(name, component):
    assert component_for(Everything()[name])[0] == component


def test_an_empty_form_has_no_error(page):
    html = page.render({"form": Everything()})
    assert "error" not in html
    assert 'aria-describedby="id_surname-hint"' in html
    assert "Room (optional)" in html
    assert "Double (optional)" not in html


def test_what_was_typed_is_kept_and_escaped(page):
    html = page.render({"form": Everything(TYPED)})
    assert 'value="12&#34;&lt;b&gt;"' in html
    assert "one\n&lt;two&gt;</textarea>" in html
    assert all(f'value="{typed}"' in html for typed in ("31", "feb", "1971"))
    assert 'value="branch" selected' in html
    assert 'value="signer" checked' in html
    assert 'value="on" checked' in html
    assert "secret" not in html


def test_browsers_neither_remember_nor_spell_what_is_typed(page):
    html = page.render({"form": Everything()})
    assert html.count('autocomplete="off"') == 7  # surname, room, site, notes, three date boxes
    assert html.count('autocomplete="current-password"') == 1
    assert "required=" not in html


def test_errors_are_said_at_the_field_and_linked_from_the_summary(page):
    html = page.render({"form": Everything(TYPED)})
    assert 'aria-describedby="id_surname-hint id_surname-error"' in html
    for box in ("id_surname", "id_room", "id_born_on_day", "id_mode"):
        assert f'href="#{box}"' in html
        assert f'id="{box}"' in html


def test_the_summary_takes_several_forms_and_names_hidden_faults_without_a_link():
    faults = summary_of(Everything(TYPED), Everything({**TYPED, "surname": "Shah"}))
    assert [fault.get("href") for fault in faults].count("#id_surname") == 1
    assert [fault for fault in faults if "href" not in fault] == [
        {"text": "This field is required."},
        {"text": "This field is required."},
    ]


def test_ids_are_not_given_twice(page):
    html = page.render({"form": Everything(TYPED)})
    ids = [part.split('"')[0] for part in html.split(' id="')[1:]]
    assert len(ids) == len(set(ids))


def test_an_option_reveals_and_explains():
    bound = Everything(TYPED)["mode"]
    params = component_for(
        bound, conditional={"desk": "<p>Which?</p>"}, option_hints={"telephone": "They ring us"}
    )[1]
    desk, telephone = params["items"]
    assert desk["conditional"] == {"html": "<p>Which?</p>"}
    assert telephone["hint"] == {"text": "They ring us"}
