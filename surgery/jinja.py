"""The Jinja2 environment that every page is written in."""

from typing import Any

from django.conf import settings
from django.templatetags.static import static
from django.urls import reverse
from django_htmx.jinja import htmx_script
from jinja2 import BaseLoader, ChainableUndefined, ChoiceLoader, Environment, PackageLoader

from appointments import menu, wording
from fallback import codes
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


def environment(*, loader: BaseLoader, auto_reload: bool, **_django: Any) -> Environment:
    """Build the environment from what Django's Jinja2 backend hands over.

    ChainableUndefined is what the NHS design system's macros are written for; it also keeps
    `request.user.name` safe on a page that has no user.
    """
    env = Environment(
        autoescape=True,
        auto_reload=auto_reload,
        loader=ChoiceLoader([loader, PackageLoader("nhsuk_frontend_jinja")]),
        undefined=ChainableUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    env.filters |= {words.__name__: words for words in FILTERS}
    env.filters["reference"] = codes.shown
    env.globals |= {
        "static": static,
        "url": url,
        "htmx_script": htmx_script,
        "component_for": component_for,
        "summary_of": summary_of,
        "menu_for": menu.links_for,
        "app_version": settings.APP_VERSION,
    }
    return env


def url(name: str, *args: Any, query: dict | None = None, **kwargs: Any) -> str:
    """Give the address of a named page: `url("patient", patient.id)`, `query={"site": ...}`."""
    return reverse(name, args=args, kwargs=kwargs, query=query)
