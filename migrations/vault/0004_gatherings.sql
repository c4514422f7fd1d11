-- Who comes to which town hall, what they ask, what they want answered, and when they could meet. Every tag is keyed
-- with a secret of that one meeting and uniformly random to everybody else, so a rewrite in key order (VACUUM) leaves
-- no trace of the order of arrival. The key is shredded when the meeting is over.
CREATE TABLE attending (
    hall TEXT NOT NULL,
    tag BLOB NOT NULL CHECK (length(tag) = 32),
    answer TEXT NOT NULL CHECK (answer IN ('yes', 'maybe')),
    -- Where seats are limited, whether this one was drawn. Who came first is not kept.
    seat INTEGER NOT NULL CHECK (seat IN (0, 1)),
    PRIMARY KEY (hall, tag)
) STRICT, WITHOUT ROWID;

-- Questions that are not published yet, sealed with the meeting's own key. The id is a hash of the form's random token.
CREATE TABLE asked (
    hall TEXT NOT NULL,
    tag BLOB NOT NULL CHECK (length(tag) = 32),
    id BLOB NOT NULL CHECK (length(id) = 16),
    state TEXT NOT NULL CHECK (state IN ('waiting', 'approved', 'rejected', 'publishing')),
    reason TEXT,
    sealed BLOB NOT NULL,
    PRIMARY KEY (hall, tag, id)
) STRICT, WITHOUT ROWID;

-- Who wants which published question answered.
CREATE TABLE upvotes (
    hall TEXT NOT NULL,
    question TEXT NOT NULL,
    tag BLOB NOT NULL CHECK (length(tag) = 32),
    PRIMARY KEY (hall, question, tag)
) STRICT, WITHOUT ROWID;

-- When somebody could meet: a letter for each time that is proposed, in its order (yes, if needed, no).
CREATE TABLE slot_answers (
    poll TEXT NOT NULL,
    tag BLOB NOT NULL CHECK (length(tag) = 32),
    answers TEXT NOT NULL CHECK (answers NOT GLOB '*[^yin]*'),
    PRIMARY KEY (poll, tag)
) STRICT, WITHOUT ROWID;
