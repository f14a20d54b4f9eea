"""The addresses of patients, and of the slip that is printed for them."""

from django.urls import path

from appointments.views import patients

urlpatterns = [
    path("patients/", patients.find, name="patients"),
    path("patients/new/", patients.new, name="new-patient"),
    path("patients/<uuid:patient_id>/", patients.patient, name="patient"),
    path("patients/<uuid:patient_id>/contact/", patients.contact, name="patient-contact"),
    path("patients/<uuid:patient_id>/amend/", patients.amend, name="amend-patient"),
    path("patients/<uuid:patient_id>/merge/", patients.merge, name="merge-patient"),
    path("appointments/<uuid:appointment_id>/slip/", patients.slip, name="slip"),
]
