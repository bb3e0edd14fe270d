-- SPDX-License-Identifier: Apache-2.0
-- Why: providers that take stock as a feed and answer later, refunds that two APIs name differently, orders that the
-- channel ships itself, and secrets that a provider hands out while the hub runs.

-- A batch that the channel works on keeps its ticket until the channel tells what became of it.
CREATE TABLE stock_batches_2 (
    id             INTEGER PRIMARY KEY,
    channel_id     INTEGER NOT NULL REFERENCES channels (id),
    batch_key      TEXT    NOT NULL UNIQUE,
    state          TEXT    NOT NULL CHECK (state IN ('sending', 'unknown', 'accepted', 'done')),
    ticket         TEXT,                            -- the channel's, while it works on the batch
    accepted_at_ms INTEGER,
    attempts       INTEGER NOT NULL DEFAULT 0,
    created_at_ms  INTEGER NOT NULL,
    CHECK ((state = 'accepted') = (ticket IS NOT NULL))
) STRICT;
INSERT INTO stock_batches_2 (id, channel_id, batch_key, state, attempts, created_at_ms)
    SELECT id, channel_id, batch_key, state, attempts, created_at_ms FROM stock_batches;
DROP TABLE stock_batches;
ALTER TABLE stock_batches_2 RENAME TO stock_batches;
CREATE INDEX stock_batches_open ON stock_batches (channel_id, id) WHERE state <> 'done';

CREATE TABLE push_attempts_2 (
    id             INTEGER PRIMARY KEY,
    kind           TEXT    NOT NULL CHECK (kind IN ('stock', 'shipment', 'acknowledgement', 'carton')),
    push_id        INTEGER NOT NULL,                -- stock_batches.id, shipments.id, orders.id or fba_carton_batches.id
    number         INTEGER NOT NULL,
    started_at_ms  INTEGER NOT NULL,
    finished_at_ms INTEGER,
    outcome        TEXT,                            -- succeeded, failed, waiting, retry, unknown, accepted; null while it runs
    message        TEXT
) STRICT;
INSERT INTO push_attempts_2 SELECT id, kind, push_id, number, started_at_ms, finished_at_ms, outcome, message FROM push_attempts;
DROP TABLE push_attempts;
ALTER TABLE push_attempts_2 RENAME TO push_attempts;
CREATE INDEX push_attempts_by_push ON push_attempts (kind, push_id, number);

CREATE TABLE problems_2 (
    id               INTEGER PRIMARY KEY,
    account_id       INTEGER NOT NULL REFERENCES accounts (id),
    channel_id       INTEGER NOT NULL REFERENCES channels (id),
    subject          TEXT    NOT NULL
        CHECK (subject IN ('channel', 'stream', 'order', 'refund', 'item', 'stock', 'shipment', 'job', 'fba_shipment', 'carton_push')),
    subject_key      TEXT    NOT NULL,
    code             TEXT    NOT NULL,
    message          TEXT    NOT NULL,
    first_seen_at_ms INTEGER NOT NULL,
    last_seen_at_ms  INTEGER NOT NULL,
    times            INTEGER NOT NULL DEFAULT 1,
    resolved_at_ms   INTEGER,
    UNIQUE (channel_id, subject, subject_key, code)
) STRICT;
INSERT INTO problems_2 SELECT id, account_id, channel_id, subject, subject_key, code, message, first_seen_at_ms, last_seen_at_ms, times,
    resolved_at_ms FROM problems;
DROP TABLE problems;
ALTER TABLE problems_2 RENAME TO problems;
CREATE INDEX problems_open ON problems (account_id, channel_id, subject, subject_key) WHERE resolved_at_ms IS NULL;

ALTER TABLE orders ADD COLUMN shipped_by TEXT;          -- who ships instead of the ERP; null: the ERP does

-- One refund for ever, whichever of a provider's APIs named it.
CREATE TABLE refund_aliases (
    channel_id         INTEGER NOT NULL REFERENCES channels (id),
    alias              TEXT    NOT NULL,
    external_refund_id TEXT    NOT NULL,
    PRIMARY KEY (channel_id, alias)
) STRICT;

-- Sealed with a key that is not in this file (the key file beside the configuration names itself by key_id).
CREATE TABLE sealed_secrets (
    channel_id    INTEGER NOT NULL REFERENCES channels (id),
    name          TEXT    NOT NULL,
    key_id        TEXT    NOT NULL,
    sealed        TEXT    NOT NULL,                     -- base64 of nonce, AES-256-GCM ciphertext and tag
    updated_at_ms INTEGER NOT NULL,
    PRIMARY KEY (channel_id, name)
) STRICT;
