-- What a small batch adds to the index is one row, at the end of its table: the fewer pages a write changes, the less it waits for.
-- Of the texts, those numbered above the highest in `terms` are not in the full-text index yet (graph/store/_sqlite_search.py).
ALTER TABLE recent RENAME TO recent_before;
CREATE TABLE recent (
    seq INTEGER PRIMARY KEY, -- the last fact of the batch
    entries TEXT NOT NULL -- JSON: space, entry, space, entry ...
) STRICT;
INSERT INTO recent
SELECT (SELECT coalesce(max(last_seq), 0) FROM audit), '[' || group_concat(space || ',' || entry) || ']'
FROM recent_before HAVING count(*) > 0;
DROP TABLE recent_before;
