"""Carrying on when systems fail: paper, outages, desks on their own, re-keying.

It may use `appointments`; `appointments` never knows of it (checked by import-linter).
"""
