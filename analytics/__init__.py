"""What follows from the facts: pure functions of a snapshot; imports only graph."""
