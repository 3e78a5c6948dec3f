"""The graph in memory: immutable, as known at a version."""

from graph.snapshot.identity import Identity, Party
from graph.snapshot.view import EntityView, Holding, Snapshot

__all__ = ["EntityView", "Holding", "Identity", "Party", "Snapshot"]
