-- Facts, their audit log, and the indexes over them.
--
-- `seq` is the order of recording; a version is a run of it that ends at `audit.last_seq`, so "as known at version v" is "seq up to
-- last_seq of v". `before` is the number of the wording of the same key that a row takes the place of, 0 where it is the first: a row
-- is current while no row that counts has it as `before`. What is recorded cannot be altered; `value` and where it was read can be
-- blanked only when the key is in `sealed`, and then `sealed_marks` keeps the hash that the audit row is made of.
PRAGMA application_id = 0x5A52454E; -- "ZREN"

CREATE TABLE audit (
    version INTEGER PRIMARY KEY,
    at TEXT NOT NULL, -- UTC, always with microseconds, so that texts compare as moments
    by TEXT NOT NULL,
    what TEXT NOT NULL,
    contents TEXT NOT NULL,
    sealed TEXT,
    chain TEXT NOT NULL,
    last_seq INTEGER NOT NULL
) STRICT;
CREATE INDEX audit_at ON audit (at);

CREATE TABLE origins (
    id INTEGER PRIMARY KEY,
    source TEXT NOT NULL,
    file TEXT NOT NULL,
    UNIQUE (source, file)
) STRICT;

CREATE TABLE facts (
    seq INTEGER PRIMARY KEY,
    version INTEGER NOT NULL,
    before INTEGER NOT NULL,
    kind TEXT NOT NULL, -- the first part of the key
    key TEXT NOT NULL,
    id TEXT NOT NULL,
    operation TEXT NOT NULL,
    value TEXT, -- NULL where sealed
    flags TEXT NOT NULL,
    origin INTEGER NOT NULL, -- 0 where sealed
    row INTEGER NOT NULL,
    reason TEXT NOT NULL
) STRICT;
CREATE INDEX facts_kind ON facts (kind); -- and seq, which is the row's own number
CREATE INDEX facts_before ON facts (before) WHERE before > 0;

CREATE TABLE sealed (
    key TEXT PRIMARY KEY,
    article TEXT NOT NULL,
    version INTEGER NOT NULL REFERENCES audit (version)
) STRICT;
CREATE TABLE sealed_marks (
    seq INTEGER PRIMARY KEY REFERENCES facts (seq),
    mark TEXT NOT NULL
) STRICT;

CREATE TABLE progress (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- From what is looked up to the facts: see graph/store/_sqlite_index.py. It can be made anew from `facts`.
CREATE TABLE runs (
    id INTEGER PRIMARY KEY,
    space INTEGER NOT NULL,
    level INTEGER NOT NULL,
    entries BLOB NOT NULL
) STRICT;
CREATE TABLE recent (
    space INTEGER NOT NULL,
    entry INTEGER NOT NULL,
    PRIMARY KEY (space, entry)
) STRICT, WITHOUT ROWID;
CREATE TABLE folded (seq INTEGER PRIMARY KEY) STRICT;

-- What can be searched for: every text that is a name or a number of something current, once, with the terms it is found by.
CREATE TABLE texts (
    id INTEGER PRIMARY KEY,
    text TEXT NOT NULL
) STRICT;
-- Cn: characters newer than the tokenizer's tables, of which Chinese given names are fond.
CREATE VIRTUAL TABLE terms USING fts5 (
    words, detail = none, columnsize = 0,
    tokenize = "unicode61 remove_diacritics 0 categories 'L* N* M* Co Cn'"
);

CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'audit is append-only'); END;
CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'audit is append-only'); END;
CREATE TRIGGER origins_no_update BEFORE UPDATE ON origins BEGIN SELECT RAISE(ABORT, 'origins is append-only'); END;
CREATE TRIGGER origins_no_delete BEFORE DELETE ON origins BEGIN SELECT RAISE(ABORT, 'origins is append-only'); END;
CREATE TRIGGER facts_no_update BEFORE UPDATE ON facts
WHEN NOT (
    EXISTS (SELECT 1 FROM sealed WHERE key = OLD.key)
    AND EXISTS (SELECT 1 FROM sealed_marks WHERE seq = OLD.seq)
    AND NEW.value IS NULL
    AND (NEW.seq, NEW.version, NEW.before, NEW.kind, NEW.key, NEW.id, NEW.operation)
        IS (OLD.seq, OLD.version, OLD.before, OLD.kind, OLD.key, OLD.id, OLD.operation)
)
BEGIN SELECT RAISE(ABORT, 'facts is append-only unless sealed'); END;
CREATE TRIGGER facts_no_delete BEFORE DELETE ON facts BEGIN SELECT RAISE(ABORT, 'facts is append-only'); END;
CREATE TRIGGER sealed_no_update BEFORE UPDATE ON sealed BEGIN SELECT RAISE(ABORT, 'sealed is append-only'); END;
CREATE TRIGGER sealed_no_delete BEFORE DELETE ON sealed BEGIN SELECT RAISE(ABORT, 'sealed is append-only'); END;
CREATE TRIGGER sealed_marks_no_update BEFORE UPDATE ON sealed_marks BEGIN SELECT RAISE(ABORT, 'sealed_marks is append-only'); END;
CREATE TRIGGER sealed_marks_no_delete BEFORE DELETE ON sealed_marks BEGIN SELECT RAISE(ABORT, 'sealed_marks is append-only'); END;
-- INSERT OR REPLACE deletes without asking the triggers above, so it is refused at the insert.
CREATE TRIGGER audit_no_replace BEFORE INSERT ON audit WHEN EXISTS (SELECT 1 FROM audit WHERE version = NEW.version)
BEGIN SELECT RAISE(ABORT, 'audit is append-only'); END;
CREATE TRIGGER origins_no_replace BEFORE INSERT ON origins
WHEN EXISTS (SELECT 1 FROM origins WHERE id = NEW.id OR (source = NEW.source AND file = NEW.file))
BEGIN SELECT RAISE(ABORT, 'origins is append-only'); END;
CREATE TRIGGER facts_no_replace BEFORE INSERT ON facts WHEN EXISTS (SELECT 1 FROM facts WHERE seq = NEW.seq)
BEGIN SELECT RAISE(ABORT, 'facts is append-only'); END;
CREATE TRIGGER sealed_no_replace BEFORE INSERT ON sealed WHEN EXISTS (SELECT 1 FROM sealed WHERE key = NEW.key)
BEGIN SELECT RAISE(ABORT, 'sealed is append-only'); END;
CREATE TRIGGER sealed_marks_no_replace BEFORE INSERT ON sealed_marks WHEN EXISTS (SELECT 1 FROM sealed_marks WHERE seq = NEW.seq)
BEGIN SELECT RAISE(ABORT, 'sealed_marks is append-only'); END;
