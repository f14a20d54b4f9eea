import logging
import sys

from surgery.logs import Discreet


def line(message, *args, error=None):
    record = logging.LogRecord("surgery", logging.ERROR, "x.py", 1, message, args, error)
    return Discreet().format(record)


def test_no_query_strings():
    written = line("Not Found: %s", "/patients/?q=smith")
    assert written.endswith("ERROR surgery Not Found: /patients/")


def test_an_exception_is_told_without_its_message():
    try:
        raise ValueError("Key (nhs_number)=(9990000018) already exists")
    except ValueError:
        written = line("wrong", error=sys.exc_info())
    assert "builtins.ValueError at test_logs.py:" in written
    assert "9990000018" not in written
