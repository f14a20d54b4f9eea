"""What the practice's website reads: a signed status file, renewed every minute (ADR 0019).

The keeper says what is so (rounds.py, words.py); a courier of its own for each target, without
Django, signs it and brings it there (courier/). Commands on targets are in commands.py.
"""
