-- SPDX-License-Identifier: Apache-2.0
-- Why: an ERP that did not hear the answer asks once more, and most send no Idempotency-Key. The same contents for the same
-- shipment are the same carton then, unless the first one failed or the caller says by a key of its own that it means another.
ALTER TABLE fba_carton_pushes ADD COLUMN content_hash TEXT;  -- of the items, whatever their order; null: from before this column
CREATE INDEX carton_pushes_by_content ON fba_carton_pushes (shipment_id, content_hash) WHERE content_hash IS NOT NULL AND status <> 'failed';

-- The walk through Amazon's inbound plans asks for every shipment in them whether it is known.
CREATE INDEX fba_shipments_by_plan ON fba_inbound_shipments (channel_id, amazon_shipment_id) WHERE amazon_shipment_id IS NOT NULL;

-- What a message decides, without a look at every carton there ever was.
CREATE INDEX carton_pushes_in_batch ON fba_carton_pushes (batch_id) WHERE status = 'processing';

-- Why: every night a channel's open orders are read again, oldest first; among millions that are over they must be found
-- without a walk through all of them.
CREATE INDEX orders_still_open ON orders (channel_id, ordered_at_ms) WHERE status IN ('open', 'partially_fulfilled');
