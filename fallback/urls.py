"""The addresses of carrying on: paper, places, printers, the plan."""

from django.urls import URLPattern, path

from appointments.urls.settings import of_part
from fallback.views import looking, outages, paper, prints, settings, sheets, telling, worklist

_DAY = "paper/<uuid:site_id>/<day:day>"
_PAPER = f"{_DAY}/<slug:key>"
_OUTAGE = "outages/<uuid:outage_id>"

urlpatterns: list[URLPattern] = [
    path("paper/", paper.paper, name="paper"),
    path("paper/readiness/", paper.readiness, name="readiness"),
    path("paper/prepare/", paper.prepare, name="prepare"),
    path("paper/change-slip/", prints.change_slip, name="change-slip"),
    path("paper/blank-kit/", prints.blank_kit, name="blank-kit"),
    path("paper/sealed-list/", prints.sealed_list, name="sealed-list"),
    path(f"{_DAY}/", prints.day, name="paper-day"),
    path(f"{_DAY}/printing/", prints.print_papers, name="print-papers"),
    path(f"{_DAY}/closing/", sheets.close_day, name="close-sheets"),
    path(f"{_PAPER}/look/", prints.look, name="paper-look"),
    path(f"{_PAPER}/<int:number>.png", prints.picture, name="paper-picture"),
    path(f"{_PAPER}/file/", prints.document, name="paper-file"),
    path("paper/sheets/<uuid:sheet_id>/in-hand/", sheets.in_hand, name="sheet-in-hand"),
    path("paper/sheets/<uuid:sheet_id>/binned/", sheets.binned, name="sheet-binned"),
    path("slots/<uuid:slot_id>/striking-out/", sheets.strike_out, name="strike-out"),
    path("slots/<uuid:slot_id>/taking/", sheets.take, name="take-slot"),
    path("settings/carrying-on/", settings.plan, name="settings-plan"),
    path("settings/sealed-kit/", settings.sealed_kit, name="sealed-kit"),
    path("settings/printers/<uuid:row_id>/test/", settings.test_page, name="printer-test"),
    *(address for part in settings.PARTS for address in of_part(part)),
    path("second-look/", looking.second_looks, name="second-looks"),
    path("second-look/<uuid:sheet_id>/", looking.sheet, name="second-look"),
    path("second-look/<uuid:sheet_id>/blank/", looking.blank, name="look-blank"),
    path("second-look/rows/<uuid:entry_id>/agrees/", looking.agrees, name="look-agrees"),
    path("second-look/rows/<uuid:entry_id>/differs/", looking.differs, name="look-differs"),
    path("second-look/answers/<uuid:look_id>/", looking.answer, name="look-answer"),
    path("second-look/answers/<uuid:look_id>/back/", looking.take_back, name="look-take-back"),
    path("status/", telling.status, name="public-status"),
    path("status/screen/", telling.screen, name="public-screen"),
    path("outages/", outages.every, name="outages"),
    path("outages/declare/", outages.declare, name="declare-outage"),
    path(f"{_OUTAGE}/", outages.one, name="outage"),
    path(f"{_OUTAGE}/changing/", outages.change, name="change-outage"),
    path(f"{_OUTAGE}/still-so/", outages.still_so, name="outage-still-so"),
    path(f"{_OUTAGE}/log/", outages.say, name="outage-log"),
    path(f"{_OUTAGE}/kit/", outages.kit_file, name="outage-kit"),
    path(f"{_OUTAGE}/ending/", outages.end, name="end-outage"),
    path(f"{_OUTAGE}/home/", outages.home, name="outage-home"),
    path(f"{_OUTAGE}/signing-off/", outages.sign_off, name="sign-off-outage"),
    path(f"{_OUTAGE}/report/", outages.incident, name="outage-report"),
    path(f"{_OUTAGE}/report/file/", outages.incident_file, name="outage-report-file"),
    path("worklist/", worklist.worklist, name="worklist"),
    path("worklist/csv/", worklist.as_csv, name="worklist-csv"),
    path("worklist/<uuid:line_id>/entered/", worklist.entered, name="line-entered"),
    path("worklist/<uuid:line_id>/taken/", worklist.taken, name="line-taken"),
    path("worklist/<uuid:line_id>/not-possible/", worklist.not_possible, name="line-not-possible"),
    path("worklist/<uuid:line_id>/undo/", worklist.undo, name="line-undo"),
]
