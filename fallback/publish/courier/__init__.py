"""The courier: a small process that brings the status file to one target, as a hand does papers.

It may hang on a dead share or a slow host without holding anybody up. No Django: it starts in a
third of a second and takes 30 MB.
"""
