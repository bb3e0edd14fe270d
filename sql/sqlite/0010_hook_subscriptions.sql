-- SPDX-License-Identifier: Apache-2.0
-- Why: providers drop or switch off what they were asked to call us for, and say nothing. It is watched, and who looks sees
-- what stands.

-- Addresses of ours that a provider was ever given: what calls any other one is somebody else's.
CREATE TABLE hook_addresses (
    channel_id  INTEGER NOT NULL REFERENCES channels (id),
    address     TEXT    NOT NULL,
    first_at_ms INTEGER NOT NULL,
    PRIMARY KEY (channel_id, address)
) STRICT, WITHOUT ROWID;

-- What a channel's provider is to tell us of, as it was found last.
CREATE TABLE hook_subscriptions (
    channel_id    INTEGER NOT NULL REFERENCES channels (id),
    topic         TEXT    NOT NULL,            -- in the provider's words
    provider_id   TEXT    NOT NULL DEFAULT '', -- its name of the subscription; empty: there is none, or it was not told
    address       TEXT    NOT NULL DEFAULT '', -- that it calls
    since_ms      INTEGER,                     -- it serves without a break since then; null: it does not
    checked_at_ms INTEGER NOT NULL,
    repairs       INTEGER NOT NULL DEFAULT 0,  -- how often it had to be restored or mended
    fault_code    TEXT,                        -- the last thing that was wrong with it, mended or not
    fault         TEXT,
    fault_at_ms   INTEGER,
    PRIMARY KEY (channel_id, topic)
) STRICT, WITHOUT ROWID;
