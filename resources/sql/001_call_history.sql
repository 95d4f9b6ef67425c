-- The history of calls. A call is the sum of its events (engine/records/call_record.h): they are what is true, the columns of
-- `calls` only make calls findable.

CREATE TABLE calls (
    id INTEGER PRIMARY KEY,             -- in the order of placing
    sid TEXT NOT NULL UNIQUE,           -- the carrier's id
    placed_at TEXT NOT NULL,            -- ISO 8601, UTC, as all times here
    to_number TEXT NOT NULL DEFAULT '',
    from_number TEXT NOT NULL DEFAULT '',
    custom_data TEXT NOT NULL,          -- a JSON object of strings
    state TEXT NOT NULL DEFAULT '',
    disposition TEXT NOT NULL DEFAULT '',
    ended_at TEXT,                      -- NULL: live, or cut off by a stop of the program
    duration_s REAL NOT NULL DEFAULT 0,
    prompt_tokens INTEGER NOT NULL DEFAULT 0,
    output_tokens INTEGER NOT NULL DEFAULT 0,
    spoken_characters INTEGER NOT NULL DEFAULT 0,
    agent_audio_s REAL NOT NULL DEFAULT 0,
    facts TEXT NOT NULL                 -- lower-case text for the search: id, custom data
);
CREATE INDEX calls_by_time ON calls (placed_at);
CREATE INDEX calls_unfinished ON calls (id) WHERE ended_at IS NULL;

CREATE TABLE events (
    id INTEGER PRIMARY KEY,
    call_id INTEGER NOT NULL REFERENCES calls (id) ON DELETE CASCADE,
    listed INTEGER NOT NULL,            -- 1: part of what a list of calls shows (states and the end)
    body TEXT NOT NULL                  -- JSON, see event_codec.h
);
CREATE INDEX events_by_call ON events (call_id, id);

-- Words said by callee and agent; the row's id is that of its event.
CREATE VIRTUAL TABLE words USING fts5 (text, tokenize = "unicode61 remove_diacritics 2");
