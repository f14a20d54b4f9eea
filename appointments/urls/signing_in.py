"""Addresses for coming in and locking up."""

from django.urls import path

from appointments.views import signing_in

urlpatterns = [
    path("sign-in/", signing_in.sign_in, name="sign-in"),
    path("sign-out/", signing_in.sign_out, name="sign-out"),
    path("desk/", signing_in.choose_desk, name="choose-desk"),
    path("lock/", signing_in.lock, name="lock"),
    path("locked/", signing_in.locked, name="locked"),
    path("unlock/", signing_in.unlock, name="unlock"),
    path("still-here/", signing_in.still_here, name="still-here"),
    path("your-settings/", signing_in.own_settings, name="own-settings"),
    path("your-settings/password/", signing_in.change_password, name="change-password"),
    path("first-run/", signing_in.first_run, name="first-run"),
]
