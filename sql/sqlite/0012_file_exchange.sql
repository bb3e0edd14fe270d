-- SPDX-License-Identifier: Apache-2.0
-- Why: an ERP that cannot speak HTTP exchanges files with the hub. A file's number is never used for other content, no
-- row is left out, and no file is taken twice, whenever the power goes: so all of that is decided here, not in the folder.

-- How far each kind of file was given out.
CREATE TABLE exchange_streams (
    account_id   INTEGER NOT NULL REFERENCES accounts (id),
    kind         TEXT    NOT NULL,                      -- 'orders', or 'refunds-' and a channel's code
    number       INTEGER NOT NULL CHECK (number >= 0),  -- of the last file; 0: there was none
    cursor       INTEGER NOT NULL CHECK (cursor >= 0),  -- in the hub's commit order: all up to it is in a file
    began_at_seq INTEGER NOT NULL,                      -- where the hub stood when this began: what was imported by then is left out
    PRIMARY KEY (account_id, kind)
) STRICT, WITHOUT ROWID;

CREATE TABLE exchange_files_out (
    id             INTEGER PRIMARY KEY,
    account_id     INTEGER NOT NULL REFERENCES accounts (id),
    kind           TEXT    NOT NULL,
    number         INTEGER NOT NULL CHECK (number > 0),
    name           TEXT    NOT NULL,
    rows           INTEGER NOT NULL CHECK (rows > 0),
    first_cursor   INTEGER NOT NULL,   -- of its first and last row
    last_cursor    INTEGER NOT NULL,
    content        TEXT,               -- until it is in the folder, in UTF-8: a repeated write has the same bytes
    ids            TEXT,               -- likewise: the rows' ids, with commas
    charset        TEXT    NOT NULL,
    manifest       TEXT,               -- likewise
    reserved_at_ms INTEGER NOT NULL,
    written_at_ms  INTEGER,
    CHECK ((written_at_ms IS NULL) = (content IS NOT NULL))
) STRICT;
CREATE UNIQUE INDEX exchange_files_out_number ON exchange_files_out (account_id, kind, number);
CREATE INDEX exchange_files_out_waiting ON exchange_files_out (account_id, id) WHERE written_at_ms IS NULL;

-- What the ERP has sent, by name and content.
CREATE TABLE exchange_files_in (
    id             INTEGER PRIMARY KEY,
    account_id     INTEGER NOT NULL REFERENCES accounts (id),
    name           TEXT    NOT NULL,
    sha256         TEXT    NOT NULL,
    kind           TEXT    NOT NULL,
    bytes          INTEGER NOT NULL,
    state          TEXT    NOT NULL CHECK (state IN ('running', 'done')),
    last_row       INTEGER NOT NULL DEFAULT 0,  -- all up to it have had their effect, or stand among the faults
    rows           INTEGER NOT NULL DEFAULT 0,
    taken          INTEGER NOT NULL DEFAULT 0,
    refused        INTEGER NOT NULL DEFAULT 0,
    updated        INTEGER NOT NULL DEFAULT 0,  -- orders or refunds that were not acknowledged before, pushes
    refusal        TEXT,                        -- why the whole file was refused
    begun_at_ms    INTEGER NOT NULL,
    done_at_ms     INTEGER,
    answered_at_ms INTEGER
) STRICT;
CREATE UNIQUE INDEX exchange_files_in_name ON exchange_files_in (account_id, name, sha256);
CREATE INDEX exchange_files_in_done ON exchange_files_in (account_id, done_at_ms);

CREATE TABLE exchange_faults (
    id      INTEGER PRIMARY KEY,
    file_id INTEGER NOT NULL REFERENCES exchange_files_in (id),
    line    INTEGER NOT NULL,   -- row of the table, or line of the file
    field   TEXT    NOT NULL,   -- empty: the row as a whole
    reason  TEXT    NOT NULL
) STRICT;
CREATE INDEX exchange_faults_file ON exchange_faults (file_id, id);
