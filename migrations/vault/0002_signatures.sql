-- Who signed which petition. The tag is keyed with a secret of that petition alone and uniformly random to everybody
-- else, so a rewrite in key order (VACUUM) leaves no trace of the order of arrival. When the petition's key file is
-- shredded, no tag can be matched with anybody any more.
CREATE TABLE signatures (
    petition TEXT NOT NULL,
    tag BLOB NOT NULL CHECK (length(tag) = 32),
    guild INTEGER NOT NULL,
    -- What the signer was shown, word for word: a signature under other words does not count.
    wording TEXT NOT NULL CHECK (length(wording) = 64),
    -- What the signer waits for, if anything: so many in all, or a share of a unit in percent.
    at_least INTEGER,
    share INTEGER,
    unit TEXT,
    -- The name as typed, sealed for whoever may read it; NULL where only the count is kept.
    name BLOB,
    PRIMARY KEY (petition, tag)
) STRICT, WITHOUT ROWID;

-- Who wrote a petition, so that they can send it off or withdraw it.
CREATE TABLE authors (
    petition TEXT PRIMARY KEY,
    tag BLOB NOT NULL CHECK (length(tag) = 32)
) STRICT, WITHOUT ROWID;

-- How signers rate an answer: who has rated stands apart from how, and neither in an order.
CREATE TABLE raters (
    petition TEXT NOT NULL,
    tag BLOB NOT NULL CHECK (length(tag) = 32),
    PRIMARY KEY (petition, tag)
) STRICT, WITHOUT ROWID;

CREATE TABLE ratings (
    petition TEXT NOT NULL,
    guild INTEGER NOT NULL,
    rating TEXT NOT NULL CHECK (rating IN ('enough', 'partly', 'no')),
    number INTEGER NOT NULL,
    PRIMARY KEY (petition, guild, rating)
) STRICT, WITHOUT ROWID;
