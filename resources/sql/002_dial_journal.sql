-- The journal of dials: what the carrier was asked for and what came of it (engine/records/dial_journal.h). A row is on the disk
-- before its call can exist.

CREATE TABLE dials (
    id INTEGER PRIMARY KEY,
    run TEXT NOT NULL,                  -- the run of the program that asked
    account TEXT NOT NULL,              -- the carrier's account that was asked
    asked_at TEXT NOT NULL,             -- ISO 8601, UTC, as all times here
    to_number TEXT NOT NULL,
    from_number TEXT NOT NULL,
    environment TEXT NOT NULL,
    practice INTEGER NOT NULL,          -- 1: the practice line inside the program, which ends with the run
    custom_data TEXT NOT NULL,          -- a JSON object of strings
    request_key TEXT,                   -- the Idempotency-Key of the request, NULL without or once it is free again
    request_hash BLOB,                  -- SHA-256 of its body
    outcome TEXT NOT NULL DEFAULT 'unknown', -- 'unknown', 'placed', 'refused', 'absent'
    sid TEXT UNIQUE,                    -- the carrier's id, once placed
    error_fault INTEGER,                -- why there is no call
    error_code TEXT,
    error_text TEXT,
    status TEXT,                        -- the carrier's last word
    duration_s REAL,
    over_at TEXT                        -- NULL: a call of this row may exist and be live
);
CREATE INDEX dials_open ON dials (id) WHERE over_at IS NULL;
CREATE UNIQUE INDEX dials_by_request ON dials (account, request_key) WHERE request_key IS NOT NULL;

-- Who deletes a call deletes what the journal knows of the person; that the call was made stays known, so that it is not made again.
CREATE TRIGGER dials_forget AFTER DELETE ON calls
BEGIN UPDATE dials SET to_number = '', from_number = '', custom_data = '{}' WHERE sid = OLD.sid; END;
