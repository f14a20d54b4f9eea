"""Addresses of sessions, the call list and clashes."""

from django.urls import path

from appointments.views import calls, clashes, sessions

urlpatterns = [
    path("sessions/", sessions.week, name="sessions"),
    path("sessions/new/", sessions.open_session, name="open-session"),
    path("sessions/opened/<uuid:reference>/", sessions.opened, name="opened"),
    path("sessions/<uuid:session_id>/", sessions.session, name="session"),
    path("sessions/<uuid:session_id>/copies/", sessions.copy, name="copy-session"),
    path("sessions/<uuid:session_id>/change/", sessions.change, name="change-session"),
    path("sessions/<uuid:session_id>/slots/", sessions.change_slots, name="session-slots"),
    path("sessions/<uuid:session_id>/more-slots/", sessions.add_slots, name="add-slots"),
    path("sessions/<uuid:session_id>/cancellation/", sessions.cancel, name="cancel-session"),
    path("sessions/<uuid:session_id>/reopening/", sessions.reopen, name="reopen-session"),
    path("calls/", calls.calls, name="calls"),
    path("calls/<uuid:call_id>/", calls.record, name="record-call"),
    path("calls/<uuid:call_id>/duty/", calls.duty_says, name="call-duty"),
    path("calls/<uuid:call_id>/undo/", calls.put_back, name="put-back-call"),
    path("calls/<uuid:call_id>/number/", calls.number, name="call-number"),
    path("clashes/", clashes.clashes, name="clashes"),
    path("clashes/<uuid:clash_id>/", clashes.settle, name="settle-clash"),
    path("clashes/<uuid:clash_id>/waiting/", clashes.wait, name="clash-wait"),
]
