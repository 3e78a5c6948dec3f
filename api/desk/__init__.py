"""Operational state, in one local SQLite file beside whatever the store is: the outbox, its receivers, reports in confidence."""
