"""Which desk holds which slots for when it is cut off."""
