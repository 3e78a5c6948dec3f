-- Users, tokens, sessions, and the trail of who looked at whom. Times are UTC texts of one length, so that they compare as moments.
PRAGMA application_id = 0x5A524143; -- "ZRAC"

CREATE TABLE users (
    name TEXT PRIMARY KEY,
    roles TEXT NOT NULL, -- JSON list
    unit TEXT NOT NULL DEFAULT '',
    password TEXT, -- argon2; null where nobody logs in with one
    made_at TEXT NOT NULL,
    locked INTEGER NOT NULL DEFAULT 0,
    failures INTEGER NOT NULL DEFAULT 0,
    locked_until TEXT NOT NULL DEFAULT ''
) STRICT;

CREATE TABLE sessions (
    hash TEXT PRIMARY KEY, -- SHA-256 of what the cookie holds
    user TEXT NOT NULL REFERENCES users (name) ON DELETE CASCADE,
    seen_at TEXT NOT NULL,
    until TEXT NOT NULL
) STRICT;
CREATE INDEX sessions_user ON sessions (user);

CREATE TABLE tokens (
    id TEXT PRIMARY KEY,
    hash TEXT NOT NULL, -- SHA-256
    user TEXT NOT NULL REFERENCES users (name) ON DELETE CASCADE,
    label TEXT NOT NULL,
    scopes TEXT NOT NULL, -- JSON list
    made_at TEXT NOT NULL,
    until TEXT NOT NULL,
    revoked_at TEXT NOT NULL DEFAULT ''
) STRICT;

CREATE TABLE setup (one INTEGER PRIMARY KEY CHECK (one = 1), hash TEXT NOT NULL, until TEXT NOT NULL) STRICT;

CREATE TABLE trail (
    seq INTEGER PRIMARY KEY,
    at TEXT NOT NULL,
    by TEXT NOT NULL,
    via TEXT NOT NULL,
    what TEXT NOT NULL,
    asked TEXT NOT NULL,
    version INTEGER NOT NULL, -- of the store
    purpose TEXT NOT NULL,
    reference TEXT NOT NULL,
    request TEXT NOT NULL,
    people TEXT NOT NULL, -- JSON list of ids
    chain TEXT NOT NULL
) STRICT;
CREATE TABLE seen (person TEXT NOT NULL, seq INTEGER NOT NULL REFERENCES trail (seq), PRIMARY KEY (person, seq)) STRICT, WITHOUT ROWID;
CREATE TRIGGER trail_kept BEFORE DELETE ON trail BEGIN SELECT RAISE(ABORT, 'the trail is never shortened'); END;
CREATE TRIGGER trail_as_said BEFORE UPDATE ON trail BEGIN SELECT RAISE(ABORT, 'the trail is never altered'); END;
