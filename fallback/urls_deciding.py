"""The addresses where something waits for a person, and of pages without a reference."""

from django.urls import URLPattern, path

from fallback.views import aside, loose, outstanding

_ENTRY = "set-aside/<uuid:aside_id>"
_LOST = "outstanding/lost/<uuid:lost_id>"
_NEWCOMER = "temporary-patients/<uuid:patient_id>"

urlpatterns: list[URLPattern] = [
    path("outstanding/", outstanding.outstanding, name="outstanding"),
    path(f"{_LOST}/letting-go/", outstanding.give_up_lost, name="lost-give-up"),
    path(f"{_LOST}/found/", outstanding.found_again, name="lost-found"),
    path("set-aside/", aside.entries, name="set-aside"),
    path(f"{_ENTRY}/", aside.entry, name="set-aside-entry"),
    path(f"{_ENTRY}/closing/", aside.close, name="set-aside-close"),
    path(f"{_ENTRY}/opening/", aside.reopen, name="set-aside-reopen"),
    path(f"{_ENTRY}/handing-on/", aside.hand_on, name="set-aside-hand-on"),
    path(f"{_ENTRY}/duty/", aside.tell_duty, name="set-aside-duty"),
    path(f"{_ENTRY}/who/", aside.who, name="set-aside-who"),
    path(f"{_ENTRY}/filling/", aside.fill, name="set-aside-fill"),
    path("temporary-patients/", outstanding.newcomers, name="temporary-patients"),
    path(f"{_NEWCOMER}/matching/", outstanding.match, name="temporary-match"),
    path(f"{_NEWCOMER}/kind/", outstanding.say_kind, name="temporary-kind"),
    path("loose-pages/", loose.new, name="loose-new"),
    path("loose-pages/<uuid:loose_id>/", loose.page, name="loose-page"),
    path("loose-pages/<uuid:loose_id>/lines/", loose.lines, name="loose-lines"),
]
