"""The facts in the formats of others: one module a format, each importing its own library."""
