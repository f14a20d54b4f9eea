"""Probes: what is watched, so that an outage is noticed; what is thought of it; what is proposed.

The keeper's thread (`watching`) tries each address (`looking`), judges it (`judging`), has papers
made at the first failure (`preparing`) and tells in its report. The pages and the line at the top
read that (`proposals`). Nothing here declares or ends an outage. See decision 0018.
"""

from .commands import add_probe, amend_probe, close_probe, reopen_probe

__all__ = ["add_probe", "amend_probe", "close_probe", "reopen_probe"]
