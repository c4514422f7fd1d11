-- The ballot box of open polls. Who has voted (roll), what was voted (box) and why (reasons) are kept apart, each in
-- shards that are sealed to the poll's own key and all of one size, so a file without the key shows only how many
-- shards there are. A shard is written over in its place at each vote: its size must never change, or SQLite would
-- move it to other pages, and those moves would tell which shards belong to the same vote.
CREATE TABLE roll_shards (
    poll TEXT NOT NULL,
    shard INTEGER NOT NULL CHECK (shard >= 0),
    sealed BLOB NOT NULL CHECK (length(sealed) = 4096),
    PRIMARY KEY (poll, shard)
) STRICT, WITHOUT ROWID;

CREATE TABLE box_shards (
    poll TEXT NOT NULL,
    shard INTEGER NOT NULL CHECK (shard >= 0),
    sealed BLOB NOT NULL CHECK (length(sealed) = 8192),
    PRIMARY KEY (poll, shard)
) STRICT, WITHOUT ROWID;

CREATE TABLE reason_shards (
    poll TEXT NOT NULL,
    shard INTEGER NOT NULL CHECK (shard >= 0),
    sealed BLOB NOT NULL CHECK (length(sealed) = 12288),
    PRIMARY KEY (poll, shard)
) STRICT, WITHOUT ROWID;

-- Votes by show of hands, which are open to all in the end: the choice in clear, the name sealed, and the account as a
-- tag that is keyed with a secret of this poll alone.
CREATE TABLE hands (
    poll TEXT NOT NULL,
    tag BLOB NOT NULL CHECK (length(tag) = 32),
    choice TEXT NOT NULL,
    name BLOB NOT NULL,
    PRIMARY KEY (poll, tag)
) STRICT, WITHOUT ROWID;
