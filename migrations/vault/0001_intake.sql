-- Reports that wait for their release. The key is stretched from the case code and uniformly random,
-- so a rewrite in key order (VACUUM) leaves no trace of the order of arrival.
CREATE TABLE intake (
    lookup BLOB PRIMARY KEY CHECK (length(lookup) = 32),
    guild INTEGER NOT NULL,
    week TEXT NOT NULL CHECK (week GLOB '[0-9][0-9][0-9][0-9]-W[0-9][0-9]'),
    urgent INTEGER NOT NULL CHECK (urgent IN (0, 1)),
    sealed BLOB NOT NULL,
    slip BLOB NOT NULL
) STRICT, WITHOUT ROWID;

-- What reporters add to a released case, waiting in the same way.
CREATE TABLE answers (
    answer BLOB PRIMARY KEY CHECK (length(answer) = 16),
    guild INTEGER NOT NULL,
    week TEXT NOT NULL CHECK (week GLOB '[0-9][0-9][0-9][0-9]-W[0-9][0-9]'),
    "case" TEXT NOT NULL,
    sealed BLOB NOT NULL
) STRICT, WITHOUT ROWID;

-- Rewritten every minute, so the file's own time says nothing about when a report came.
CREATE TABLE heartbeat (
    only INTEGER PRIMARY KEY CHECK (only = 1),
    beat BLOB NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO heartbeat VALUES (1, randomblob(16));
