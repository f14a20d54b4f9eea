"""The Jinja2 environment that every page is written in."""

from typing import Any

from django.conf import settings
from django.templatetags.static import static
from django.urls import reverse
from django_htmx.jinja import htmx_script
from jinja2 import ChainableUndefined, ChoiceLoader, Environment, PackageLoader

from appointments import wording
from surgery.fields import component_for, summary_of

FILTERS = (
    wording.day_words,
    wording.day_short,
    wording.clock,
    wording.moment,
    wording.born,
    wording.age,
    wording.nhs_spaced,
    wording.phone_spaced,
)


def environment(**options: Any) -> Environment:
    """Build the environment for Django's Jinja2 backend, which hands over its own options.

    ChainableUndefined is what the NHS design system's macros are written for; it also keeps
    `request.user.name` safe on a page that has no user.
    """
    pages = options.pop("loader")
    env = Environment(
        **options
        | {
            "undefined": ChainableUndefined,
            "loader": ChoiceLoader([pages, PackageLoader("nhsuk_frontend_jinja")]),
            "trim_blocks": True,
            "lstrip_blocks": True,
        }
    )
    env.filters |= {words.__name__: words for words in FILTERS}
    env.globals |= {
        "static": static,
        "url": url,
        "htmx_script": htmx_script,
        "component_for": component_for,
        "summary_of": summary_of,
        "app_version": settings.APP_VERSION,
    }
    return env


def url(name: str, *args: Any, query: dict | None = None, **kwargs: Any) -> str:
    """Give the address of a named page: `url("patient", patient.id)`, `query={"site": ...}`."""
    return reverse(name, args=args, kwargs=kwargs, query=query)
