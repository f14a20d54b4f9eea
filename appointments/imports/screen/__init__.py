"""Screen exports: the list of a day's or week's appointments, in columns of a practice's own."""

from .loading import File, Preview, load, load_file, mapping_for, preview, read
from .reading import NotAnExport

__all__ = [
    "File",
    "NotAnExport",
    "Preview",
    "load",
    "load_file",
    "mapping_for",
    "preview",
    "read",
]
