"""Patterns in the graph: who may be the same person."""
