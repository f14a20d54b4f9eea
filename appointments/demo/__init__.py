"""A practice that looks like a real one and is invented from end to end.

Every number comes from a range that is reserved for examples: NHS numbers from 999 on, telephones
01632 960xxx and 07700 900xxx (Ofcom, numbers for drama), mail to example.org, and postcodes of
districts that do not exist (CT ends at CT21).
"""

from appointments.demo.making import SIGN_INS, Size, make
from appointments.passwords import DEMO_PASSWORD as PASSWORD

__all__ = ["PASSWORD", "SIGN_INS", "Size", "make"]
