-- The first schema of coverage.db (ARCHITECTURE, "Facts have two times").
-- x holds current rows, x_history closed ones; key columns are never null
-- (not stated: '' or surrogate 0), cells that are not stated are.

CREATE TABLE change (
  seq INTEGER PRIMARY KEY,
  time INTEGER NOT NULL,  -- microseconds since 1970, UTC
  caller TEXT NOT NULL,
  method TEXT NOT NULL,
  request_id TEXT NOT NULL,
  digest BLOB NOT NULL,
  previous BLOB NOT NULL
);
-- The keys that a change touched, up to 1,024 a block, prefix-coded.
CREATE TABLE change_row (
  seq INTEGER NOT NULL,
  tbl INTEGER NOT NULL,
  block INTEGER NOT NULL,
  n INTEGER NOT NULL,
  keys BLOB NOT NULL,
  PRIMARY KEY (seq, tbl, block)
) WITHOUT ROWID;
CREATE TABLE request (
  caller TEXT NOT NULL,
  method TEXT NOT NULL,
  id TEXT NOT NULL,
  hash TEXT NOT NULL,
  seq INTEGER NOT NULL,
  changed INTEGER NOT NULL,
  names TEXT NOT NULL,
  PRIMARY KEY (caller, method, id)
) WITHOUT ROWID;
-- Surrogates are never reused.
CREATE TABLE item_key (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
CREATE TABLE organization_key (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE
);

CREATE TABLE reports (
  report_id TEXT NOT NULL,
  kind TEXT,
  title_zh TEXT,
  title_en TEXT,
  year INTEGER,
  read_seq INTEGER,
  digest TEXT,
  content_digest TEXT,
  content_bytes INTEGER,
  illustrative INTEGER,
  create_time TEXT,
  owner_id TEXT NOT NULL,
  seq_from INTEGER NOT NULL,
  PRIMARY KEY (report_id)
) WITHOUT ROWID;

CREATE TABLE reports_history (
  report_id TEXT NOT NULL,
  kind TEXT,
  title_zh TEXT,
  title_en TEXT,
  year INTEGER,
  read_seq INTEGER,
  digest TEXT,
  content_digest TEXT,
  content_bytes INTEGER,
  illustrative INTEGER,
  create_time TEXT,
  owner_id TEXT NOT NULL,
  seq_from INTEGER NOT NULL,
  seq_to INTEGER NOT NULL,
  PRIMARY KEY (report_id, seq_to)
) WITHOUT ROWID;

CREATE TABLE parts (
  resource TEXT NOT NULL,
  part INTEGER NOT NULL,
  content TEXT,
  owner_id TEXT NOT NULL,
  seq_from INTEGER NOT NULL,
  PRIMARY KEY (resource, part)
) WITHOUT ROWID;

CREATE TABLE parts_history (
  resource TEXT NOT NULL,
  part INTEGER NOT NULL,
  content TEXT,
  owner_id TEXT NOT NULL,
  seq_from INTEGER NOT NULL,
  seq_to INTEGER NOT NULL,
  PRIMARY KEY (resource, part, seq_to)
) WITHOUT ROWID;

-- verify
SELECT count(*) = 9 FROM sqlite_schema WHERE type = 'table'
  AND name IN ('change', 'change_row', 'request', 'item_key',
               'organization_key',
               'reports', 'reports_history',
               'parts', 'parts_history')
