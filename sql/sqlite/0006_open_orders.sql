-- SPDX-License-Identifier: Apache-2.0
-- Why: every night a channel's open orders are read again, oldest first; among millions that are over they must be found
-- without a walk through all of them.
CREATE INDEX orders_still_open ON orders (channel_id, ordered_at_ms) WHERE status IN ('open', 'partially_fulfilled');
