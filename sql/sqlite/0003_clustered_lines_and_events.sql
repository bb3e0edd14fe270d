-- SPDX-License-Identifier: Apache-2.0
-- Why: every row costs an entry in each index, and every acknowledgement writes one page for each index it touches.
-- Lines belong to their order and events to their account: kept in that order they need no second index to be found by
-- it. A line's account and channel are its order's; the key to the order vouches for them.

CREATE TABLE order_lines_kept (
    account_id           INTEGER NOT NULL,
    channel_id           INTEGER NOT NULL,
    order_id             INTEGER NOT NULL REFERENCES orders (id),
    position             INTEGER NOT NULL,
    external_line_id     TEXT    NOT NULL,
    sku                  TEXT,
    variant_id           TEXT,
    assigned_location_id INTEGER,
    item_id              INTEGER REFERENCES items (id),
    quantity             INTEGER NOT NULL,
    shippable_quantity   INTEGER NOT NULL,
    PRIMARY KEY (order_id, position)
) STRICT, WITHOUT ROWID;
INSERT INTO order_lines_kept
    SELECT account_id, channel_id, order_id, position, external_line_id, sku, variant_id, assigned_location_id, item_id,
           quantity, shippable_quantity
    FROM order_lines ORDER BY order_id, position;
DROP TABLE order_lines;
ALTER TABLE order_lines_kept RENAME TO order_lines;
CREATE INDEX order_lines_unresolved ON order_lines (channel_id, order_id) WHERE item_id IS NULL;
CREATE INDEX order_lines_by_item ON order_lines (item_id) WHERE item_id IS NOT NULL;

-- seq is unique over all accounts: the hub's commit order gives each number once.
CREATE TABLE events_kept (
    account_id    INTEGER NOT NULL REFERENCES accounts (id),
    seq           INTEGER NOT NULL,
    event_id      TEXT    NOT NULL,
    channel_id    INTEGER,
    type          TEXT    NOT NULL,
    subject       TEXT    NOT NULL,   -- order, refund, item, inventory_update, shipment, channel, job
    subject_id    INTEGER NOT NULL,
    data          TEXT    NOT NULL,   -- JSON object: what changed
    created_at_ms INTEGER NOT NULL,
    PRIMARY KEY (account_id, seq)
) STRICT, WITHOUT ROWID;
INSERT INTO events_kept
    SELECT account_id, seq, event_id, channel_id, type, subject, subject_id, data, created_at_ms
    FROM events ORDER BY account_id, seq;
DROP TABLE events;
ALTER TABLE events_kept RENAME TO events;
CREATE INDEX events_by_subject ON events (subject, subject_id, seq);
