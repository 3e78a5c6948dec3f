-- Answers to writes that came with a key, kept for a while so that the same key gets the same answer.
CREATE TABLE answers (
    mark TEXT PRIMARY KEY, -- of principal and key
    attempt TEXT NOT NULL, -- the store has it too once the write had its effect
    answer TEXT NOT NULL, -- JSON
    at TEXT NOT NULL
) STRICT;
CREATE INDEX answers_at ON answers (at);
