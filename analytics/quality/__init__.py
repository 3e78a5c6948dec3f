"""The quality of what the sources delivered: what is doubtful, what contradicts, what is told twice."""
