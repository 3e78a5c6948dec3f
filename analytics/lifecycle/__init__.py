"""What becomes of a restriction: its life as a function of dated events, the clocks that run, repair and publication."""
