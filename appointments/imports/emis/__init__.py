"""EMIS Web bulk extracts, layouts 5.x to 8.2."""

from .folder import NotAnExtract
from .loading import load

__all__ = ["NotAnExtract", "load"]
