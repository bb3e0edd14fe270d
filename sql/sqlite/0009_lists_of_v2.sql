-- SPDX-License-Identifier: Apache-2.0
-- Why: lists of /v2 go by when a thing was made, newest first, and count what they hold, both from an index alone.

-- Takes the place of orders_by_channel_creation: an order has as many index entries as before.
DROP INDEX orders_by_channel_creation;
CREATE INDEX orders_by_standing ON orders (account_id, channel_id, status, ordered_at_ms, id, payment_status);

-- Rows are only ever added at the end of these.
CREATE INDEX inventory_updates_by_channel ON inventory_updates (account_id, channel_id, id);
CREATE INDEX shipments_by_channel ON shipments (account_id, channel_id, id);
-- What failed is looked for, and is rare.
CREATE INDEX inventory_updates_failed ON inventory_updates (account_id, channel_id, id) WHERE status = 'failed';
CREATE INDEX shipments_failed ON shipments (account_id, channel_id, id) WHERE status = 'failed';
