"""A made-up city with a known answer for every planted decision; see README.md."""
