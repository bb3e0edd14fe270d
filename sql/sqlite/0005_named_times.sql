-- SPDX-License-Identifier: Apache-2.0
-- Why: a job that waits because the channel named a time must not be hastened past it when the channel answers something
-- else again.
ALTER TABLE jobs ADD COLUMN not_before_ms INTEGER;  -- UTC, milliseconds since 1970; null: no time was named
