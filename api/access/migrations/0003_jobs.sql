-- Jobs: what is to be done, was done, or is being done by whoever holds the lock beside this file.
CREATE TABLE jobs (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    asked TEXT NOT NULL, -- JSON
    by TEXT NOT NULL,
    made_at TEXT NOT NULL,
    state TEXT NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'running', 'done', 'failed', 'cancelled')),
    attempts INTEGER NOT NULL DEFAULT 0, -- times that it was taken up
    progress TEXT NOT NULL DEFAULT '',
    cancel INTEGER NOT NULL DEFAULT 0, -- somebody wants it stopped
    answer TEXT, -- JSON
    error TEXT NOT NULL DEFAULT '',
    changed_at TEXT NOT NULL
) STRICT;
CREATE INDEX jobs_state ON jobs (state, seq);
