"""Who owns and who controls: exploration of the graph, never responsibility."""
