-- What ids of masked persons are digests under: one secret for every process that serves this file, and for every start of it.
CREATE TABLE veil (one INTEGER PRIMARY KEY CHECK (one = 1), key TEXT NOT NULL) STRICT;
