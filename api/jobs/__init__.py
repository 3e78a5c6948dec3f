"""Work that outlives a request: the queue, what each kind of job does, and who does it."""
