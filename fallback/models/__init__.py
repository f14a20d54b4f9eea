"""Carrying on: its own tables. Only the command modules of this room write them."""

from .epochs import Epoch
from .looking import SecondLook
from .outages import LogLine, Outage
from .places import Place, Printer
from .plans import Dealt, Plan, Prepared
from .presence import Keying
from .prints import Print, PrintJob
from .probes import Probe
from .publishing import Target
from .rekeying import Entry
from .sheets import Sheet, SheetRow
from .worklist import Worklist, WorklistLine

__all__ = [
    "Dealt",
    "Entry",
    "Epoch",
    "Keying",
    "LogLine",
    "Outage",
    "Place",
    "Plan",
    "Prepared",
    "Print",
    "PrintJob",
    "Printer",
    "Probe",
    "SecondLook",
    "Sheet",
    "SheetRow",
    "Target",
    "Worklist",
    "WorklistLine",
]
