"""The reconciliation: every row of every sheet with its end, and the sums that must agree.

found = reconciliation.of_days(practice, first, last)      # or of_outage(outage)
found.tally.agrees, found.faults                           # what an auditor asks first
paper.document(found, is_outside=True)    # as PDF
"""

from fallback.reconciliation.reading import of_days, of_outage
from fallback.reconciliation.report import Reconciliation

__all__ = ["Reconciliation", "of_days", "of_outage"]
