"""Words that are the same in the whole NHS."""

# Care-related encounters: NHS England, 'GP appointment data: national categories' (2021).
SLOT_CATEGORIES = (
    "General Consultation Acute",
    "General Consultation Routine",
    "Unplanned Clinical Activity",
    "Clinical Triage",
    "Walk-in",
    "Home Visit",
    "Care Home Visit",
    "Patient contact during Care Home Round",
    "Care Home Needs Assessment & Personalised Care and Support Planning",
    "Planned Clinics",
    "Planned Clinical Procedure",
    "Structured Medication Review",
    "Group Consultation and Group Education",
    "Social Prescribing Service",
    "Service provided by organisation external to the practice",
    "Non-contractual chargeable work",
)
