"""The appointment book: a whole working book, with or without the fallback beside it."""
