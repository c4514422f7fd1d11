-- In the late floor people comment on what was decided, on the same way as they ask. Which of the two something is says
-- nothing of who wrote it; the two are published apart, so that neither makes up the numbers for the other.
ALTER TABLE asked ADD COLUMN kind TEXT NOT NULL DEFAULT 'question' CHECK (kind IN ('question', 'comment'));
