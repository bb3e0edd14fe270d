-- SPDX-License-Identifier: Apache-2.0
-- Why: shipments on their way into Amazon's warehouses, what is in them, and what the ERP says is in their cartons.

-- Items of a few shipments that one job fetches. A row lives as long as there is something to fetch, and a shipment is in
-- one batch at most: so the queue cannot grow beyond the shipments, however often they are listed.
CREATE TABLE fba_item_batches (
    id            INTEGER PRIMARY KEY,
    account_id    INTEGER NOT NULL REFERENCES accounts (id),
    channel_id    INTEGER NOT NULL REFERENCES channels (id),
    created_at_ms INTEGER NOT NULL
) STRICT;
CREATE INDEX fba_item_batches_by_channel ON fba_item_batches (channel_id, id);

CREATE TABLE fba_inbound_shipments (
    id                       INTEGER PRIMARY KEY,
    uuid                     TEXT    NOT NULL UNIQUE,
    account_id               INTEGER NOT NULL REFERENCES accounts (id),
    channel_id               INTEGER NOT NULL REFERENCES channels (id),
    shipment_id              TEXT    NOT NULL,           -- Amazon's: FBA15DJ8K6NZ
    marketplace_id           TEXT    NOT NULL,
    shipment_name            TEXT,
    destination_center       TEXT,
    shipment_status          TEXT    NOT NULL,           -- Amazon's word
    is_final                 INTEGER NOT NULL CHECK (is_final IN (0, 1)),   -- nothing changes any more
    label_prep_type          TEXT,
    are_cases_required       INTEGER NOT NULL CHECK (are_cases_required IN (0, 1)),
    box_contents_source      TEXT,
    source                   TEXT    NOT NULL DEFAULT 'v0' CHECK (source IN ('v0', '2024')),
    inbound_plan_id          TEXT,                       -- of the 2024-03-20 API, where known
    amazon_shipment_id       TEXT,                       -- the same: sh…
    payload                  TEXT    NOT NULL,           -- the header as Amazon sent it
    items_walk               INTEGER NOT NULL DEFAULT 0, -- the fetch whose items are shown; 0: none came through yet
    items_at_ms              INTEGER,                    -- of it; null: the details are pending
    item_batch_id            INTEGER REFERENCES fba_item_batches (id),
    item_failures            INTEGER NOT NULL DEFAULT 0, -- one after the other
    items_retry_at_ms        INTEGER,                    -- after a failure: not before
    seen_at_ms               INTEGER NOT NULL,           -- Amazon last told its header
    seq                      INTEGER NOT NULL,
    created_at_ms            INTEGER NOT NULL,
    updated_at_ms            INTEGER NOT NULL,           -- header or items last changed
    UNIQUE (channel_id, shipment_id),
    CHECK ((items_walk = 0) = (items_at_ms IS NULL))
) STRICT;
CREATE INDEX fba_shipments_by_account ON fba_inbound_shipments (account_id, id, shipment_status, items_walk);
CREATE INDEX fba_shipments_by_channel ON fba_inbound_shipments (account_id, channel_id, id, shipment_status, items_walk);
CREATE INDEX fba_shipments_feed ON fba_inbound_shipments (account_id, seq, channel_id, shipment_status, items_walk);
CREATE INDEX fba_shipments_open ON fba_inbound_shipments (channel_id, id) WHERE is_final = 0;
CREATE INDEX fba_shipments_without_items ON fba_inbound_shipments (channel_id, id) WHERE is_final = 0 AND items_at_ms IS NULL;
CREATE INDEX fba_shipments_in_batch ON fba_inbound_shipments (item_batch_id, id) WHERE item_batch_id IS NOT NULL;

-- What is in a shipment, as Amazon wrote it. Rows of a later walk than the shipment's are a fetch under way.
CREATE TABLE fba_inbound_items (
    shipment_id INTEGER NOT NULL REFERENCES fba_inbound_shipments (id),
    walk        INTEGER NOT NULL,
    position    INTEGER NOT NULL,
    page        INTEGER NOT NULL,
    item_key    TEXT    NOT NULL,   -- hash of sku, quantities and fulfilment sku: the same item served twice is one
    payload     TEXT    NOT NULL,
    PRIMARY KEY (shipment_id, walk, position),
    UNIQUE (shipment_id, walk, item_key)
) STRICT;

-- One message to Amazon with all the cartons of a shipment, and what became of it.
CREATE TABLE fba_carton_batches (
    id             INTEGER PRIMARY KEY,
    account_id     INTEGER NOT NULL REFERENCES accounts (id),
    channel_id     INTEGER NOT NULL REFERENCES channels (id),
    shipment_id    INTEGER NOT NULL REFERENCES fba_inbound_shipments (id),
    state          TEXT    NOT NULL CHECK (state IN ('sending', 'unknown', 'accepted', 'done')),
    ticket         TEXT,                                 -- Amazon's, while it works on the message
    accepted_at_ms INTEGER,
    attempts       INTEGER NOT NULL DEFAULT 0,
    lost           INTEGER NOT NULL DEFAULT 0,           -- times Amazon took it and could not tell what became of it
    created_at_ms  INTEGER NOT NULL,
    CHECK ((state = 'accepted') = (ticket IS NOT NULL))
) STRICT;
CREATE UNIQUE INDEX fba_carton_batches_open ON fba_carton_batches (shipment_id) WHERE state <> 'done';

CREATE TABLE fba_carton_pushes (
    id              INTEGER PRIMARY KEY,
    uuid            TEXT    NOT NULL UNIQUE,
    account_id      INTEGER NOT NULL REFERENCES accounts (id),
    channel_id      INTEGER NOT NULL REFERENCES channels (id),
    shipment_id     INTEGER NOT NULL REFERENCES fba_inbound_shipments (id),
    idempotency_key TEXT,
    status          TEXT    NOT NULL CHECK (status IN ('pending', 'processing', 'succeeded', 'failed')),
    items           TEXT    NOT NULL,                    -- JSON, as the ERP sent them
    alone           INTEGER NOT NULL DEFAULT 0 CHECK (alone IN (0, 1)),   -- refused with others: goes out by itself
    batch_id        INTEGER REFERENCES fba_carton_batches (id),
    attempts        INTEGER NOT NULL DEFAULT 0,
    error_code      TEXT,
    error_message   TEXT,                                -- Amazon's own words
    seq             INTEGER NOT NULL,
    created_at_ms   INTEGER NOT NULL,
    updated_at_ms   INTEGER NOT NULL,
    CHECK ((status = 'failed') = (error_message IS NOT NULL))
) STRICT;
CREATE INDEX carton_pushes_by_account ON fba_carton_pushes (account_id, id, status);
CREATE INDEX carton_pushes_by_channel ON fba_carton_pushes (account_id, channel_id, id, status);
CREATE INDEX carton_pushes_feed ON fba_carton_pushes (account_id, seq, channel_id, status);
CREATE INDEX carton_pushes_by_shipment ON fba_carton_pushes (shipment_id, id, status);
CREATE INDEX carton_pushes_open ON fba_carton_pushes (channel_id, shipment_id) WHERE status IN ('pending', 'processing');
CREATE UNIQUE INDEX carton_pushes_repeat ON fba_carton_pushes (account_id, idempotency_key) WHERE idempotency_key IS NOT NULL;
