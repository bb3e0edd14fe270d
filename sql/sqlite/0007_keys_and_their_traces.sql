-- SPDX-License-Identifier: Apache-2.0
-- Why: a request that is sent again under its Idempotency-Key must get the first answer and do nothing again; what a key
-- may do is bounded by its plan; and who changed keys and channels must stay answerable.

-- One row per finished request that named a key, written with what the request did: there is no row of one that runs.
CREATE TABLE idempotency_keys (
    id            INTEGER PRIMARY KEY,
    account_id    INTEGER NOT NULL REFERENCES accounts (id),
    method        TEXT    NOT NULL,
    route         TEXT    NOT NULL,   -- the template: /api/v1/orders/{id}
    key           TEXT    NOT NULL,
    fingerprint   TEXT    NOT NULL,   -- of body and query, hexadecimal
    status        INTEGER NOT NULL,
    headers       TEXT    NOT NULL,   -- "Name: value", one a line
    body          TEXT    NOT NULL,
    first_seen_ms INTEGER NOT NULL,   -- UTC, milliseconds since 1970
    UNIQUE (account_id, method, route, key)
) STRICT;
CREATE INDEX idempotency_keys_by_age ON idempotency_keys (first_seen_ms);

ALTER TABLE api_keys ADD COLUMN kind TEXT NOT NULL DEFAULT 'live' CHECK (kind IN ('live', 'test', 'publishable'));
ALTER TABLE api_keys ADD COLUMN plan TEXT;  -- of the config file's [plans]; null: no limit
ALTER TABLE api_keys ADD COLUMN successor_id INTEGER REFERENCES api_keys (id);  -- takes its place; both hold for a while

-- What keys with a plan have used of their windows. Written from memory now and then.
CREATE TABLE request_counts (
    key_id        INTEGER NOT NULL REFERENCES api_keys (id),
    span          TEXT    NOT NULL CHECK (span IN ('day', 'hour', 'minute')),
    started_at_ms INTEGER NOT NULL,
    used          INTEGER NOT NULL CHECK (used >= 0),
    PRIMARY KEY (key_id, span)
) STRICT;

-- Who changed what, when and from where.
CREATE TABLE audit_log (
    id           INTEGER PRIMARY KEY,
    account_id   INTEGER REFERENCES accounts (id),  -- null: it concerns the whole hub
    at_ms        INTEGER NOT NULL,
    actor        TEXT    NOT NULL,   -- "user jane", "key AbCd1234", "config file"
    from_address TEXT    NOT NULL,   -- of the connection; "local": a command on this machine
    action       TEXT    NOT NULL,   -- key.created, job.retried, …
    subject      TEXT    NOT NULL,   -- key, channel, job, …
    subject_id   TEXT    NOT NULL,   -- as people name it: the key's id, the channel's code
    details      TEXT    NOT NULL    -- JSON object, without secrets
) STRICT;
CREATE INDEX audit_log_by_account ON audit_log (account_id, id);
CREATE INDEX audit_log_by_age ON audit_log (at_ms);
