-- Posted needs and the offers that answer them (METHOD 5, UNMET_NEED).

CREATE TABLE needs (
  need_id TEXT NOT NULL,
  item_id INTEGER,
  organization_id INTEGER,
  quantity REAL,
  year INTEGER,
  specification TEXT,
  until TEXT,
  visibility TEXT,
  owner_id TEXT NOT NULL,
  seq_from INTEGER NOT NULL,
  PRIMARY KEY (need_id)
) WITHOUT ROWID;

CREATE TABLE needs_history (
  need_id TEXT NOT NULL,
  item_id INTEGER,
  organization_id INTEGER,
  quantity REAL,
  year INTEGER,
  specification TEXT,
  until TEXT,
  visibility TEXT,
  owner_id TEXT NOT NULL,
  seq_from INTEGER NOT NULL,
  seq_to INTEGER NOT NULL,
  PRIMARY KEY (need_id, seq_to)
) WITHOUT ROWID;

CREATE TABLE offers (
  offer_id TEXT NOT NULL,
  need_id TEXT,
  organization_id INTEGER,
  quantity REAL,
  unit_price_cny REAL,
  qualification TEXT,
  state TEXT,
  document TEXT,
  owner_id TEXT NOT NULL,
  seq_from INTEGER NOT NULL,
  PRIMARY KEY (offer_id)
) WITHOUT ROWID;

CREATE TABLE offers_history (
  offer_id TEXT NOT NULL,
  need_id TEXT,
  organization_id INTEGER,
  quantity REAL,
  unit_price_cny REAL,
  qualification TEXT,
  state TEXT,
  document TEXT,
  owner_id TEXT NOT NULL,
  seq_from INTEGER NOT NULL,
  seq_to INTEGER NOT NULL,
  PRIMARY KEY (offer_id, seq_to)
) WITHOUT ROWID;

-- Who refers to a row.
CREATE INDEX needs_by_item ON needs (item_id);
CREATE INDEX needs_by_organization ON needs (organization_id);
CREATE INDEX offers_by_need ON offers (need_id);
CREATE INDEX offers_by_organization ON offers (organization_id);

-- verify
SELECT count(*) = 4 FROM sqlite_schema WHERE type = 'table'
  AND name IN ('needs', 'needs_history', 'offers', 'offers_history')
