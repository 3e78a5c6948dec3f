-- Why a job failed can be told in the language of whoever asks, and by a code; and which store a job was ordered for.
ALTER TABLE jobs ADD COLUMN error_zh TEXT NOT NULL DEFAULT '';
ALTER TABLE jobs ADD COLUMN error_code TEXT NOT NULL DEFAULT '';
ALTER TABLE jobs ADD COLUMN store TEXT NOT NULL DEFAULT ''; -- the first link of the chain of its log; empty for any
