"""The city policy as data: its items, the annex of tasks, the list of measures, and what of it is reachable today."""
