-- SPDX-License-Identifier: Apache-2.0
-- Why: old ERP programs choke on what others take for granted; how the API speaks to one belongs to its key.
ALTER TABLE api_keys ADD COLUMN dialect TEXT;  -- settings in their long form; null: it speaks as documented
