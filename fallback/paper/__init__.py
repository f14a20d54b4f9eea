"""The paper: what each document says, how it looks, and the making of a site-day's papers."""
