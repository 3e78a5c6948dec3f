-- Facts, their audit log, and the search index over what is current.
--
-- `facts` holds what is never forgotten of a statement (hash, key, place in the order); `payloads` what it says. Neither can be altered;
-- a payload can be deleted only when its key is in `sealed`. `seq` is the order of recording; a version is a run of it that ends at
-- `audit.last_seq`, so "as known at version v" is "seq up to last_seq of v".
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

CREATE TABLE keys (
    id INTEGER PRIMARY KEY,
    key TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL
) STRICT;

CREATE TABLE facts (
    seq INTEGER PRIMARY KEY,
    key_id INTEGER NOT NULL REFERENCES keys (id),
    version INTEGER NOT NULL REFERENCES audit (version),
    id TEXT NOT NULL,
    operation TEXT NOT NULL,
    mark TEXT NOT NULL -- hash over id, operation, reason and origin; the audit row's `contents` is a hash over these
) STRICT;
CREATE INDEX facts_key ON facts (key_id); -- and seq, which is the row's own number
CREATE INDEX facts_id ON facts (id);

CREATE TABLE payloads (
    seq INTEGER PRIMARY KEY REFERENCES facts (seq),
    value TEXT NOT NULL,
    flags TEXT NOT NULL,
    source TEXT NOT NULL,
    file TEXT NOT NULL,
    row INTEGER NOT NULL,
    reason TEXT NOT NULL
) STRICT;

CREATE TABLE sealed (
    key_id INTEGER PRIMARY KEY REFERENCES keys (id),
    article TEXT NOT NULL,
    version INTEGER NOT NULL REFERENCES audit (version)
) STRICT;

CREATE TABLE progress (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- The search index holds what is current, and only that: `names` says who is called `texts.text` by which statement.
CREATE TABLE texts (
    id INTEGER PRIMARY KEY,
    text TEXT NOT NULL UNIQUE
) STRICT;
CREATE TABLE names (
    key_id INTEGER NOT NULL REFERENCES keys (id),
    text_id INTEGER NOT NULL REFERENCES texts (id),
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    entity TEXT NOT NULL,
    PRIMARY KEY (key_id, text_id, kind)
) STRICT, WITHOUT ROWID;
CREATE INDEX names_text ON names (text_id, entity);
-- Cn: characters newer than the tokenizer's tables, of which Chinese given names are fond.
CREATE VIRTUAL TABLE terms USING fts5 (
    words, detail = none, columnsize = 0,
    tokenize = "unicode61 remove_diacritics 0 categories 'L* N* M* Co Cn'"
);

CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'audit is append-only'); END;
CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'audit is append-only'); END;
CREATE TRIGGER keys_no_update BEFORE UPDATE ON keys BEGIN SELECT RAISE(ABORT, 'keys is append-only'); END;
CREATE TRIGGER keys_no_delete BEFORE DELETE ON keys BEGIN SELECT RAISE(ABORT, 'keys is append-only'); END;
CREATE TRIGGER facts_no_update BEFORE UPDATE ON facts BEGIN SELECT RAISE(ABORT, 'facts is append-only'); END;
CREATE TRIGGER facts_no_delete BEFORE DELETE ON facts BEGIN SELECT RAISE(ABORT, 'facts is append-only'); END;
CREATE TRIGGER sealed_no_update BEFORE UPDATE ON sealed BEGIN SELECT RAISE(ABORT, 'sealed is append-only'); END;
CREATE TRIGGER sealed_no_delete BEFORE DELETE ON sealed BEGIN SELECT RAISE(ABORT, 'sealed is append-only'); END;
CREATE TRIGGER payloads_no_update BEFORE UPDATE ON payloads BEGIN SELECT RAISE(ABORT, 'payloads is append-only'); END;
CREATE TRIGGER payloads_no_delete BEFORE DELETE ON payloads
WHEN NOT EXISTS (SELECT 1 FROM facts JOIN sealed ON sealed.key_id = facts.key_id WHERE facts.seq = OLD.seq)
BEGIN SELECT RAISE(ABORT, 'payloads is append-only unless sealed'); END;
-- INSERT OR REPLACE deletes without asking the triggers above, so it is refused at the insert.
CREATE TRIGGER audit_no_replace BEFORE INSERT ON audit WHEN EXISTS (SELECT 1 FROM audit WHERE version = NEW.version)
BEGIN SELECT RAISE(ABORT, 'audit is append-only'); END;
CREATE TRIGGER keys_no_replace BEFORE INSERT ON keys WHEN EXISTS (SELECT 1 FROM keys WHERE id = NEW.id OR key = NEW.key)
BEGIN SELECT RAISE(ABORT, 'keys is append-only'); END;
CREATE TRIGGER facts_no_replace BEFORE INSERT ON facts WHEN EXISTS (SELECT 1 FROM facts WHERE seq = NEW.seq)
BEGIN SELECT RAISE(ABORT, 'facts is append-only'); END;
CREATE TRIGGER payloads_no_replace BEFORE INSERT ON payloads WHEN EXISTS (SELECT 1 FROM payloads WHERE seq = NEW.seq)
BEGIN SELECT RAISE(ABORT, 'payloads is append-only'); END;
CREATE TRIGGER sealed_no_replace BEFORE INSERT ON sealed WHEN EXISTS (SELECT 1 FROM sealed WHERE key_id = NEW.key_id)
BEGIN SELECT RAISE(ABORT, 'sealed is append-only'); END;
