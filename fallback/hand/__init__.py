"""A hand: a small process of its own that writes to one place and nowhere else.

A folder on another PC may hang, be full or be gone at any moment, and a process that waits for a
dead share can't even be killed. So the keeper never touches a place itself: each has its hand,
which may hang without costing anybody else anything (ADR 0012). Standard library only: a hand
starts in 50 ms, and a dozen of them take no memory to speak of.
"""
