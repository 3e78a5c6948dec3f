"""What the facts are, where they are kept, and the graph in memory; imports none of the other packages."""
