"""Who asks, what they may, what they see of persons, and the trail of who looked at whom. HTTP and the command line both use it."""
