-- SPDX-License-Identifier: Apache-2.0
-- Why: who wants to be told of events, what was told to whom, and how each attempt went.

CREATE TABLE webhook_endpoints (
    id               INTEGER PRIMARY KEY,
    account_id       INTEGER NOT NULL REFERENCES accounts (id),
    public_id        TEXT    NOT NULL UNIQUE,      -- "whe_…"
    name             TEXT    NOT NULL DEFAULT '',
    url              TEXT    NOT NULL,
    events           TEXT    NOT NULL,             -- the filter, blank-separated
    header_names     TEXT    NOT NULL DEFAULT '',  -- of its own headers, blank-separated; their values are sealed
    state            TEXT    NOT NULL CHECK (state IN ('active', 'paused', 'disabled', 'removed')),
    reason           TEXT,                         -- why it is disabled, for people
    state_since_ms   INTEGER NOT NULL,
    from_seq         INTEGER NOT NULL,             -- it is told of events behind this one
    failed_at_ms     INTEGER,                      -- the last failure; null: the last attempt came through
    failing_since_ms INTEGER,                      -- the second failure within a day; nothing but failures since
    notices          INTEGER NOT NULL DEFAULT 0,   -- how often that was told
    last_error       TEXT,
    succeeded_at_ms  INTEGER,                      -- to the minute
    created_at_ms    INTEGER NOT NULL,
    updated_at_ms    INTEGER NOT NULL
) STRICT;
CREATE INDEX webhook_endpoints_by_account ON webhook_endpoints (account_id, id) WHERE state <> 'removed';

-- Sealed with a key that is not in this file.
CREATE TABLE webhook_secrets (
    id            INTEGER PRIMARY KEY,
    endpoint_id   INTEGER NOT NULL REFERENCES webhook_endpoints (id),
    purpose       TEXT    NOT NULL CHECK (purpose IN ('signing', 'headers')),
    key_id        TEXT    NOT NULL,
    sealed        TEXT    NOT NULL,
    created_at_ms INTEGER NOT NULL,
    expires_at_ms INTEGER                           -- of a secret that was rotated away
) STRICT;
CREATE INDEX webhook_secrets_by_endpoint ON webhook_secrets (endpoint_id, id);

-- How far an account's events have been handed out as deliveries.
CREATE TABLE webhook_feeds (
    account_id INTEGER PRIMARY KEY REFERENCES accounts (id),
    seq        INTEGER NOT NULL
) STRICT;

-- What an event said when it was first handed out: every attempt sends the same bytes.
CREATE TABLE webhook_bodies (
    seq         INTEGER PRIMARY KEY,
    body        TEXT    NOT NULL,
    made_at_ms  INTEGER NOT NULL
) STRICT;

-- One event for one endpoint.
CREATE TABLE webhook_deliveries (
    id             INTEGER PRIMARY KEY,
    account_id     INTEGER NOT NULL,
    endpoint_id    INTEGER NOT NULL REFERENCES webhook_endpoints (id),
    event_seq      INTEGER NOT NULL,
    event_id       TEXT    NOT NULL,
    event_type     TEXT    NOT NULL,
    state          TEXT    NOT NULL CHECK (state IN ('pending', 'succeeded', 'failed')),
    round          INTEGER NOT NULL DEFAULT 1,      -- one more with each replay
    tries          INTEGER NOT NULL DEFAULT 0,      -- attempts of this round: the place in the schedule
    attempts       INTEGER NOT NULL DEFAULT 0,      -- of all rounds
    due_at_ms      INTEGER,
    last_status    INTEGER,
    last_error     TEXT,
    queued_at_ms   INTEGER NOT NULL,
    finished_at_ms INTEGER,
    CHECK ((state = 'pending') = (due_at_ms IS NOT NULL))
) STRICT;
CREATE UNIQUE INDEX webhook_deliveries_once ON webhook_deliveries (endpoint_id, event_seq);
CREATE INDEX webhook_deliveries_by_endpoint ON webhook_deliveries (endpoint_id, id);
CREATE INDEX webhook_deliveries_due ON webhook_deliveries (endpoint_id, due_at_ms, id) WHERE state = 'pending';
CREATE INDEX webhook_deliveries_by_age ON webhook_deliveries (queued_at_ms);

CREATE TABLE webhook_attempts (
    delivery_id   INTEGER NOT NULL,
    number        INTEGER NOT NULL,
    started_at_ms INTEGER NOT NULL,
    duration_ms   INTEGER NOT NULL,
    succeeded     INTEGER NOT NULL CHECK (succeeded IN (0, 1)),
    status        INTEGER,                          -- of the answer; null: there was none
    error         TEXT,                             -- why it did not succeed, in our words
    answer        TEXT    NOT NULL DEFAULT '',      -- its first kilobyte
    PRIMARY KEY (delivery_id, number)
) STRICT, WITHOUT ROWID;
