-- SPDX-License-Identifier: Apache-2.0
-- Why: accounts, channels, orders with their versions, refunds, catalogue, pushes, jobs, cursors and events.
-- Times are integer milliseconds UTC. Money is an integer count of the currency's smallest unit. `body` columns hold the
-- ERP contract's rendition of a row, made once when the row changes, so that a poll only copies bytes.

CREATE TABLE meta (
    name  TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT;

-- The hub's own commit order. Every change that a feed shows takes the next number.
CREATE TABLE change_sequence (
    id    INTEGER PRIMARY KEY CHECK (id = 1),
    value INTEGER NOT NULL
) STRICT;
INSERT INTO change_sequence VALUES (1, 0);

CREATE TABLE accounts (
    id            INTEGER PRIMARY KEY,
    uuid          TEXT    NOT NULL UNIQUE,
    code          TEXT    NOT NULL UNIQUE,
    created_at_ms INTEGER NOT NULL
) STRICT;

CREATE TABLE channels (
    id              INTEGER PRIMARY KEY,
    account_id      INTEGER NOT NULL REFERENCES accounts (id),
    code            TEXT    NOT NULL,
    provider        TEXT    NOT NULL CHECK (provider IN ('shopify', 'amazon', 'walmart', 'ebay', 'shipstation')),
    enabled         INTEGER NOT NULL CHECK (enabled IN (0, 1)),   -- as the config file last said
    profile         TEXT    NOT NULL DEFAULT '{}',                -- what the channel told about itself
    state           TEXT    NOT NULL DEFAULT 'new' CHECK (state IN ('new', 'ok', 'degraded', 'stopped')),
    state_code      TEXT,
    state_message   TEXT,                                         -- what is wrong and what to do
    state_since_ms  INTEGER NOT NULL,
    created_at_ms   INTEGER NOT NULL,
    UNIQUE (account_id, code)
) STRICT;

CREATE TABLE api_keys (
    id               INTEGER PRIMARY KEY,
    account_id       INTEGER NOT NULL REFERENCES accounts (id),
    key_id           TEXT    NOT NULL UNIQUE,   -- the public part of the key
    secret_hash      TEXT    NOT NULL,          -- SHA-256 of the secret part, hexadecimal
    name             TEXT    NOT NULL,
    scopes           TEXT    NOT NULL,          -- blank-separated
    created_at_ms    INTEGER NOT NULL,
    expires_at_ms    INTEGER,
    last_used_at_ms  INTEGER,
    last_used_from   TEXT,
    revoked_at_ms    INTEGER
) STRICT;

CREATE TABLE locations (
    id          INTEGER PRIMARY KEY,
    account_id  INTEGER NOT NULL REFERENCES accounts (id),
    channel_id  INTEGER NOT NULL REFERENCES channels (id),
    external_id TEXT    NOT NULL,
    name        TEXT    NOT NULL,
    active      INTEGER NOT NULL CHECK (active IN (0, 1)),
    UNIQUE (channel_id, external_id)
) STRICT;

-- One row per (variant, location) as a channel sells it: the contract's ItemMaster.
CREATE TABLE items (
    id                   INTEGER PRIMARY KEY,
    account_id           INTEGER NOT NULL REFERENCES accounts (id),
    channel_id           INTEGER NOT NULL REFERENCES channels (id),
    variant_id           TEXT    NOT NULL,
    location_id          TEXT    NOT NULL DEFAULT '',   -- '' when the channel does not say where
    sku                  TEXT,
    status               TEXT    NOT NULL
        CHECK (status IN ('active', 'inactive', 'archived', 'retired', 'unpublished', 'draft')),
    tracked              INTEGER NOT NULL CHECK (tracked IN (0, 1)),
    channel_quantity     INTEGER,
    remote_updated_at_ms INTEGER,
    changed_at_ms        INTEGER NOT NULL,              -- remote_updated_at_ms, else when we saw the change
    attrs                TEXT    NOT NULL,
    body                 TEXT    NOT NULL,
    payload              TEXT    NOT NULL,
    content_hash         TEXT    NOT NULL,
    walk                 INTEGER NOT NULL DEFAULT 0,    -- the full walk that saw it last
    seq                  INTEGER NOT NULL,
    created_at_ms        INTEGER NOT NULL,
    UNIQUE (channel_id, variant_id, location_id)
) STRICT;
CREATE INDEX items_by_channel ON items (account_id, channel_id, id, status);
CREATE INDEX items_by_account ON items (account_id, id, status);
CREATE INDEX items_by_channel_change ON items (account_id, channel_id, changed_at_ms, id, status);
CREATE INDEX items_by_account_change ON items (account_id, changed_at_ms, id, status);
CREATE INDEX items_feed ON items (account_id, seq, channel_id, status);
CREATE INDEX items_by_sku ON items (channel_id, sku) WHERE sku IS NOT NULL;
CREATE INDEX items_by_walk ON items (channel_id, walk);

CREATE TABLE orders (
    id                   INTEGER PRIMARY KEY,
    account_id           INTEGER NOT NULL REFERENCES accounts (id),
    channel_id           INTEGER NOT NULL REFERENCES channels (id),
    external_order_id    TEXT    NOT NULL,
    status               TEXT    NOT NULL
        CHECK (status IN ('open', 'partially_fulfilled', 'fulfilled', 'closed', 'cancelled')),
    payment_status       TEXT    NOT NULL DEFAULT '',
    order_number         TEXT,
    currency             TEXT    NOT NULL,
    subtotal_minor       INTEGER,
    shipping_minor       INTEGER,
    tax_minor            INTEGER,
    discount_minor       INTEGER,
    total_minor          INTEGER,
    ordered_at_ms        INTEGER NOT NULL,
    remote_updated_at_ms INTEGER,
    sort_ms              INTEGER NOT NULL,   -- remote_updated_at_ms, else ordered_at_ms: the contract's order
    version_id           INTEGER NOT NULL,   -- the version shown
    meaning_hash         TEXT    NOT NULL,   -- of everything but the time of change: equal means nothing happened
    body                 TEXT    NOT NULL,
    seq                  INTEGER NOT NULL,
    imported_at_ms       INTEGER,
    remote_missing_at_ms INTEGER,            -- reconciliation did not find it at the channel; never deleted
    created_at_ms        INTEGER NOT NULL,
    UNIQUE (channel_id, external_order_id)
) STRICT;
CREATE INDEX orders_by_account_update ON orders (account_id, sort_ms, id, status, payment_status);
CREATE INDEX orders_by_channel_update ON orders (account_id, channel_id, sort_ms, id, status, payment_status);
CREATE INDEX orders_feed ON orders (account_id, seq, channel_id, status, payment_status);
CREATE INDEX orders_waiting ON orders (account_id, sort_ms, id, channel_id, status, payment_status)
    WHERE imported_at_ms IS NULL;
CREATE INDEX orders_by_number ON orders (account_id, channel_id, order_number);
CREATE INDEX orders_waiting_feed ON orders (account_id, seq, channel_id, status, payment_status)
    WHERE imported_at_ms IS NULL;
CREATE INDEX orders_by_channel_creation ON orders (channel_id, ordered_at_ms);

-- Every distinct version of an order as the channel sent it, kept before it was understood.
CREATE TABLE order_versions (
    id                   INTEGER PRIMARY KEY,
    account_id           INTEGER NOT NULL REFERENCES accounts (id),
    channel_id           INTEGER NOT NULL REFERENCES channels (id),
    external_order_id    TEXT    NOT NULL,
    remote_updated_at_ms INTEGER NOT NULL,
    fetched_at_ms        INTEGER NOT NULL,
    content_hash         TEXT    NOT NULL,
    payload              TEXT    NOT NULL
) STRICT;
CREATE UNIQUE INDEX order_versions_key ON order_versions (channel_id, external_order_id, content_hash);

CREATE TABLE order_lines (
    id                   INTEGER PRIMARY KEY,
    account_id           INTEGER NOT NULL REFERENCES accounts (id),
    channel_id           INTEGER NOT NULL REFERENCES channels (id),
    order_id             INTEGER NOT NULL REFERENCES orders (id),
    position             INTEGER NOT NULL,
    external_line_id     TEXT    NOT NULL,
    sku                  TEXT,
    variant_id           TEXT,
    assigned_location_id INTEGER,
    item_id              INTEGER REFERENCES items (id),
    quantity             INTEGER NOT NULL,
    shippable_quantity   INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX order_lines_by_order ON order_lines (order_id, position);
CREATE INDEX order_lines_unresolved ON order_lines (channel_id, order_id) WHERE item_id IS NULL;
CREATE INDEX order_lines_by_item ON order_lines (item_id) WHERE item_id IS NOT NULL;

CREATE TABLE refunds (
    id                   INTEGER PRIMARY KEY,
    account_id           INTEGER NOT NULL REFERENCES accounts (id),
    channel_id           INTEGER NOT NULL REFERENCES channels (id),
    external_order_id    TEXT    NOT NULL,
    external_refund_id   TEXT    NOT NULL,
    occurred_at_ms       INTEGER NOT NULL,
    remote_updated_at_ms INTEGER,
    currency             TEXT    NOT NULL,
    total_minor          INTEGER,
    settled              INTEGER NOT NULL CHECK (settled IN (0, 1)),
    content_hash         TEXT    NOT NULL,
    body                 TEXT    NOT NULL,
    payload              TEXT    NOT NULL,
    context              TEXT    NOT NULL,
    seq                  INTEGER NOT NULL,
    imported_at_ms       INTEGER,
    created_at_ms        INTEGER NOT NULL,
    UNIQUE (channel_id, external_refund_id)
) STRICT;
CREATE INDEX refunds_by_time ON refunds (account_id, channel_id, occurred_at_ms, id);
CREATE INDEX refunds_feed ON refunds (account_id, channel_id, seq);
CREATE INDEX refunds_waiting ON refunds (account_id, channel_id, occurred_at_ms, id) WHERE imported_at_ms IS NULL;
CREATE INDEX refunds_waiting_feed ON refunds (account_id, channel_id, seq) WHERE imported_at_ms IS NULL;
CREATE INDEX refunds_by_order ON refunds (channel_id, external_order_id);
CREATE INDEX refunds_unsettled ON refunds (channel_id, external_order_id) WHERE settled = 0;

-- Raw refunds that could not be understood yet.
CREATE TABLE unmapped_refunds (
    channel_id         INTEGER NOT NULL REFERENCES channels (id),
    external_refund_id TEXT    NOT NULL,
    external_order_id  TEXT    NOT NULL,
    payload            TEXT    NOT NULL,
    context            TEXT    NOT NULL,
    fetched_at_ms      INTEGER NOT NULL,
    PRIMARY KEY (channel_id, external_refund_id)
) STRICT;

-- Something odd that a person may want to look at. Never blocks its neighbours.
CREATE TABLE problems (
    id               INTEGER PRIMARY KEY,
    account_id       INTEGER NOT NULL REFERENCES accounts (id),
    channel_id       INTEGER NOT NULL REFERENCES channels (id),
    subject          TEXT    NOT NULL
        CHECK (subject IN ('channel', 'stream', 'order', 'refund', 'item', 'stock', 'shipment', 'job')),
    subject_key      TEXT    NOT NULL,
    code             TEXT    NOT NULL,
    message          TEXT    NOT NULL,
    first_seen_at_ms INTEGER NOT NULL,
    last_seen_at_ms  INTEGER NOT NULL,
    times            INTEGER NOT NULL DEFAULT 1,
    resolved_at_ms   INTEGER,
    UNIQUE (channel_id, subject, subject_key, code)
) STRICT;
CREATE INDEX problems_open ON problems (account_id, channel_id, subject, subject_key) WHERE resolved_at_ms IS NULL;

CREATE TABLE carrier_codes (
    account_id   INTEGER NOT NULL REFERENCES accounts (id),
    channel_id   INTEGER NOT NULL REFERENCES channels (id),
    code_key     TEXT    NOT NULL,   -- lower case, for look-up
    code         TEXT    NOT NULL,   -- canonical casing
    display_name TEXT    NOT NULL,
    PRIMARY KEY (channel_id, code_key)
) STRICT;

-- What the ERP wants the channel to show. The newest figure per (item, location) wins.
CREATE TABLE inventory_updates (
    id                 INTEGER PRIMARY KEY,
    account_id         INTEGER NOT NULL REFERENCES accounts (id),
    channel_id         INTEGER NOT NULL REFERENCES channels (id),
    item_id            INTEGER REFERENCES items (id),
    sku                TEXT,
    location_id        TEXT,                        -- as asked for, else the item's or the channel's own at push time
    target             TEXT    NOT NULL,            -- what is set: item and location; one push of a target at a time
    quantity           INTEGER NOT NULL CHECK (quantity >= 0),
    sent_quantity      INTEGER,                     -- what really went out (orders not yet imported taken off)
    status             TEXT    NOT NULL CHECK (status IN ('pending', 'processing', 'succeeded', 'failed', 'superseded')),
    batch_id           INTEGER,                     -- of the request it travels in
    attempts           INTEGER NOT NULL DEFAULT 0,
    error_code         TEXT,
    error_message      TEXT,                        -- the channel's own words
    superseded_by      INTEGER,
    next_attempt_at_ms INTEGER,
    created_at_ms      INTEGER NOT NULL,
    finished_at_ms     INTEGER
) STRICT;
CREATE INDEX inventory_updates_waiting ON inventory_updates (channel_id, id) WHERE status = 'pending';
CREATE INDEX inventory_updates_open ON inventory_updates (channel_id, target, id) WHERE status IN ('pending', 'processing');
CREATE INDEX inventory_updates_in_batch ON inventory_updates (batch_id) WHERE status = 'processing';
CREATE INDEX inventory_updates_last ON inventory_updates (channel_id, target, id);

-- One request with many figures. Its key stays the same while its outcome is unknown.
CREATE TABLE stock_batches (
    id            INTEGER PRIMARY KEY,
    channel_id    INTEGER NOT NULL REFERENCES channels (id),
    batch_key     TEXT    NOT NULL UNIQUE,
    state         TEXT    NOT NULL CHECK (state IN ('sending', 'unknown', 'done')),
    attempts      INTEGER NOT NULL DEFAULT 0,
    created_at_ms INTEGER NOT NULL
) STRICT;
CREATE INDEX stock_batches_open ON stock_batches (channel_id, id) WHERE state <> 'done';

CREATE TABLE shipments (
    id                 INTEGER PRIMARY KEY,
    account_id         INTEGER NOT NULL REFERENCES accounts (id),
    channel_id         INTEGER NOT NULL REFERENCES channels (id),
    order_id           INTEGER NOT NULL REFERENCES orders (id),
    carrier            TEXT    NOT NULL,
    service            TEXT,
    tracking_number    TEXT    NOT NULL,
    tracking_key       TEXT    NOT NULL,            -- normalised, for the natural key
    ship_date_ms       INTEGER,
    lines              TEXT    NOT NULL DEFAULT '[]',  -- JSON; empty: everything that remains
    status             TEXT    NOT NULL CHECK (status IN ('pending', 'processing', 'succeeded', 'failed')),
    outcome            TEXT    NOT NULL DEFAULT 'none' CHECK (outcome IN ('none', 'sending', 'unknown', 'waiting', 'known')),
    attempts           INTEGER NOT NULL DEFAULT 0,
    error_code         TEXT,
    error_message      TEXT,
    provider_id        TEXT,
    next_attempt_at_ms INTEGER,
    created_at_ms      INTEGER NOT NULL,
    finished_at_ms     INTEGER,
    CHECK (status <> 'failed' OR error_message IS NOT NULL)
) STRICT;
CREATE UNIQUE INDEX shipments_natural_key ON shipments (order_id, carrier, tracking_key);
CREATE INDEX shipments_open ON shipments (channel_id, id) WHERE status IN ('pending', 'processing');

CREATE TABLE push_attempts (
    id             INTEGER PRIMARY KEY,
    kind           TEXT    NOT NULL CHECK (kind IN ('stock', 'shipment')),
    push_id        INTEGER NOT NULL,                -- stock_batches.id or shipments.id
    number         INTEGER NOT NULL,
    started_at_ms  INTEGER NOT NULL,
    finished_at_ms INTEGER,
    outcome        TEXT,                            -- succeeded, failed, waiting, retry, unknown; null while it runs
    message        TEXT
) STRICT;
CREATE INDEX push_attempts_by_push ON push_attempts (kind, push_id, number);

-- How far a stream of a channel has come. Moves only in the transaction that stores what it passed.
CREATE TABLE sync_streams (
    channel_id         INTEGER NOT NULL REFERENCES channels (id),
    stream             TEXT    NOT NULL,            -- orders, refunds, catalog, carriers, reconcile, backfill, …
    watermark_ms       INTEGER,                     -- everything changed before it is held
    window_from_ms     INTEGER,
    window_upto_ms     INTEGER,
    page_token         TEXT    NOT NULL DEFAULT '', -- inside the window
    page_number        INTEGER NOT NULL DEFAULT 0,
    generation         INTEGER NOT NULL DEFAULT 0,  -- of windows; a full catalogue walk's number
    seen               INTEGER NOT NULL DEFAULT 0,  -- in this window
    state              TEXT    NOT NULL DEFAULT '{}', -- what else the stream must remember (a bulk operation's id)
    last_success_at_ms INTEGER,
    last_error_code    TEXT,
    last_error         TEXT,
    last_error_at_ms   INTEGER,
    PRIMARY KEY (channel_id, stream)
) STRICT;

-- Lines of a bulk export, until their order is complete.
CREATE TABLE bulk_lines (
    id         INTEGER PRIMARY KEY,
    channel_id INTEGER NOT NULL REFERENCES channels (id),
    order_key  TEXT    NOT NULL,
    line       TEXT    NOT NULL
) STRICT;
CREATE INDEX bulk_lines_by_order ON bulk_lines (channel_id, order_key, id);

CREATE TABLE reconciliations (
    id            INTEGER PRIMARY KEY,
    account_id    INTEGER NOT NULL REFERENCES accounts (id),
    channel_id    INTEGER NOT NULL REFERENCES channels (id),
    from_ms       INTEGER NOT NULL,
    upto_ms       INTEGER NOT NULL,
    reported      INTEGER NOT NULL,   -- by the channel
    held          INTEGER NOT NULL,   -- by us
    missing       INTEGER NOT NULL,   -- reported and not held
    healed        INTEGER NOT NULL,
    finished_at_ms INTEGER NOT NULL
) STRICT;
CREATE INDEX reconciliations_by_channel ON reconciliations (channel_id, id);

CREATE TABLE jobs (
    id             INTEGER PRIMARY KEY,
    account_id     INTEGER NOT NULL REFERENCES accounts (id),
    channel_id     INTEGER REFERENCES channels (id),
    lane           TEXT    NOT NULL CHECK (lane IN ('push', 'orders', 'bulk')),
    kind           TEXT    NOT NULL,
    unique_key     TEXT    NOT NULL,
    args           TEXT    NOT NULL DEFAULT '{}',
    state          TEXT    NOT NULL CHECK (state IN ('ready', 'running', 'retry', 'done', 'dead', 'quarantined')),
    run_at_ms      INTEGER NOT NULL,
    attempt        INTEGER NOT NULL DEFAULT 0,
    first_failed_at_ms INTEGER,
    boot_id        TEXT,
    fence          INTEGER NOT NULL DEFAULT 0,
    lease_until_ms INTEGER,                         -- on the steady clock of the boot that holds it
    cursor         TEXT    NOT NULL DEFAULT '',     -- paging continues in the same row
    rerun          INTEGER NOT NULL DEFAULT 0 CHECK (rerun IN (0, 1)),  -- asked for again while it ran
    crash_count    INTEGER NOT NULL DEFAULT 0,
    last_error_code TEXT,
    last_error     TEXT,
    created_at_ms  INTEGER NOT NULL,
    finished_at_ms INTEGER
) STRICT;
-- A quarantined job keeps its key, or the next request for the same work would end the process three times more.
CREATE UNIQUE INDEX jobs_live ON jobs (unique_key) WHERE state IN ('ready', 'running', 'retry', 'quarantined');
CREATE INDEX jobs_due ON jobs (lane, run_at_ms, id) WHERE state IN ('ready', 'retry');
CREATE INDEX jobs_running ON jobs (lane, channel_id) WHERE state = 'running';
CREATE INDEX jobs_dead ON jobs (account_id, id) WHERE state IN ('dead', 'quarantined');
CREATE INDEX jobs_dead_by_key ON jobs (unique_key) WHERE state = 'dead';
CREATE INDEX jobs_finished ON jobs (finished_at_ms) WHERE state = 'done';

-- What happened, in commit order. Written in the transaction of the change itself.
CREATE TABLE events (
    seq           INTEGER PRIMARY KEY,
    event_id      TEXT    NOT NULL,
    account_id    INTEGER NOT NULL REFERENCES accounts (id),
    channel_id    INTEGER,
    type          TEXT    NOT NULL,
    subject       TEXT    NOT NULL,   -- order, refund, item, inventory_update, shipment, channel, job
    subject_id    INTEGER NOT NULL,
    data          TEXT    NOT NULL,   -- JSON object: what changed
    created_at_ms INTEGER NOT NULL
) STRICT;
CREATE INDEX events_by_account ON events (account_id, seq);
CREATE INDEX events_by_subject ON events (subject, subject_id, seq);

-- Calls of the channels' webhooks: each is a hint that hastens a fetch.
CREATE TABLE webhooks_received (
    id             INTEGER PRIMARY KEY,
    account_id     INTEGER NOT NULL REFERENCES accounts (id),
    channel_id     INTEGER NOT NULL REFERENCES channels (id),
    delivery_id    TEXT    NOT NULL,
    topic          TEXT    NOT NULL,
    body           TEXT    NOT NULL,
    received_at_ms INTEGER NOT NULL,
    UNIQUE (channel_id, delivery_id)
) STRICT;
CREATE INDEX webhooks_received_by_time ON webhooks_received (received_at_ms);
