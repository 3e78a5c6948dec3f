"""The graph in memory: immutable, as known at a version."""

from graph.snapshot.described import EntityView
from graph.snapshot.identity import Identity, Party
from graph.snapshot.view import Holding, Snapshot

__all__ = ["EntityView", "Holding", "Identity", "Party", "Snapshot"]
