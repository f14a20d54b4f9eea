"""From a Django form field to the parameters of the NHS design system's component that draws it."""

from typing import Any

from django.forms import BoundField

# What the components write from parameters of their own, so that it must not be passed on twice.
# `required` is left out on purpose: the server's sentence is better than the browser's bubble.
OWN_PARAMETERS = {
    "id",
    "class",
    "rows",
    "inputmode",
    "disabled",
    "required",
    "checked",
    "selected",
    "aria-describedby",
}
DATE_PARTS = (("day", "Day", 2), ("month", "Month", 2), ("year", "Year", 4))  # name, label, width


def component_for(
    bound: BoundField,
    *,
    label: str = "",
    hint: str = "",
    width: int | None = None,
    classes: str = "",
    inline: bool = False,
    optional: bool | None = None,
    legend_size: str = "s",
    conditional: dict[str, str] | None = None,
    option_hints: dict[str, str] | None = None,
    prefix: str = "",
    suffix: str = "",
) -> tuple[str, dict[str, Any]]:
    """Give the name of the component that draws a form field, and its parameters.

    `optional` says whether '(optional)' stands after the label; by default it does where the form
    lets the field be empty. `conditional` maps an option to the markup it reveals, `option_hints`
    to its hint. `width` is in characters, `legend_size` s, m, l or xl.
    """
    component = _component(bound.field.widget)
    if component == "hidden":
        return component, {}
    widget = bound.field.widget.get_context(
        bound.html_name, bound.value(), bound.build_widget_attrs({})
    )["widget"]
    attrs = widget["attrs"]
    if optional is None:
        optional = not bound.field.required and component != "checkbox"
    words = f"{label or bound.label}{' (optional)' if optional else ''}"
    hint = str(hint or bound.help_text)
    # Browsers may neither remember what is typed about a patient nor send it to a speller.
    discreet = {"autocomplete": "off", "spellcheck": "false"}
    params: dict[str, Any] = {
        "id": bound.auto_id,
        "idPrefix": bound.auto_id,
        "name": bound.html_name,
        "label": {"text": words},
        "fieldset": {"legend": {"text": words, "size": legend_size}},
        "hint": {"text": hint} if hint else None,
        "errorMessage": {"text": " ".join(map(str, bound.errors))} if bound.errors else None,
        "classes": f"{attrs.get('class', '')} {classes}".strip(),
        "disabled": bool(attrs.get("disabled")),
        "attributes": _attributes(discreet | attrs),
    }
    if component == "input":
        number = widget["type"] == "number"  # a number box throws away what is not a number
        params |= {
            "type": "text" if number else widget["type"],
            "inputmode": attrs.get("inputmode", "numeric" if number else None),
            "value": widget["value"],
            "width": width,
            "prefix": {"text": prefix} if prefix else None,
            "suffix": {"text": suffix} if suffix else None,
        }
    elif component == "textarea":
        params |= {"value": widget["value"] or "", "rows": attrs.get("rows", 3)}
    elif component == "date":
        params |= {"items": _date_boxes(bound, widget), "attributes": None}
    elif component == "checkbox":
        option = {"value": "on", "text": words, "checked": attrs.get("checked", False)}
        option |= {"hint": params["hint"], "attributes": _attributes(attrs)}
        params |= {"items": [option], "small": True, "id": None, "fieldset": None, "hint": None}
        params |= {"attributes": None}
    elif component != "file":  # a file has no value that could be shown again
        options = [
            _option(option, conditional or {}, option_hints or {})
            for _, group, _ in widget["optgroups"]
            for option in group
        ]
        params |= {"items": options, "inline": inline, "small": True}
        if component != "select":
            params |= {"id": None, "attributes": None}
    return component, params


def summary_of(*forms: Any) -> list[dict[str, str]]:
    """List what is wrong in some forms, each with a link to its field where it has one."""
    return [
        {"text": sentence, "href": f"#{_first_box(form[name])}"} if name else {"text": sentence}
        for form in forms
        for name, sentences in (
            ("", form.non_field_errors()),
            *((field.name, field.errors) for field in form.visible_fields()),
            *(("", field.errors) for field in form.hidden_fields()),
        )
        for sentence in sentences
    ]


def _component(widget: Any) -> str:
    """Name the component for a widget, by what the widget is rather than by its class's name."""
    if widget.is_hidden:
        return "hidden"
    if hasattr(widget, "month_field"):
        return "date"
    match getattr(widget, "input_type", None):
        case None:
            return "textarea"
        case "select" | "file" | "hidden" as kind:
            return kind
        case "radio":
            return "radios"
        case "checkbox":
            several = getattr(widget, "allow_multiple_selected", False)
            return "checkboxes" if several else "checkbox"
    return "input"


def _attributes(attrs: dict[str, Any]) -> dict[str, Any]:
    return {
        name: {"value": value, "optional": True}
        for name, value in attrs.items()
        if name not in OWN_PARAMETERS
    }


def _option(option: dict[str, Any], conditional: dict, hints: dict) -> dict[str, Any]:
    value = str(option["value"])
    return {
        "value": value,
        "text": str(option["label"]),
        "checked": option["selected"],
        "selected": option["selected"],
        "disabled": bool(option["attrs"].get("disabled")),
        "hint": {"text": hints[value]} if value in hints else None,
        "conditional": {"html": conditional.get(value)},
        # The fieldset's message says what is wrong; a single radio can't be invalid in ARIA.
        "attributes": _attributes(option["attrs"] | {"aria-invalid": False}),
    }


def _date_boxes(bound: BoundField, widget: dict[str, Any]) -> list[dict[str, Any]]:
    """Give the three boxes of a day, holding what was typed even where it is no day at all."""
    typed = {
        part["name"]: part["value"][0] if part["value"] else "" for part in widget["subwidgets"]
    }
    if bound.form.is_bound:
        typed |= {name: bound.form.data.get(name, "") for name in typed}
    return [
        {
            "id": f"{bound.auto_id}_{part}",
            "name": f"{bound.html_name}_{part}",
            "label": {"text": words},
            "value": typed[f"{bound.html_name}_{part}"],
            "width": width,
            "autocomplete": "off",
        }
        for part, words, width in DATE_PARTS
    ]


def _first_box(bound: BoundField) -> str:
    is_date = _component(bound.field.widget) == "date"
    return f"{bound.auto_id}_day" if is_date else bound.auto_id
