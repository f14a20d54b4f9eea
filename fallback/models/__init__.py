"""Carrying on: its own tables. Only the command modules of this room write them."""

from .plans import Dealt, Plan
from .places import Place, Printer
from .prints import Print, PrintJob
from .sheets import Sheet, SheetRow

__all__ = ["Dealt", "Place", "Plan", "Print", "PrintJob", "Printer", "Sheet", "SheetRow"]
