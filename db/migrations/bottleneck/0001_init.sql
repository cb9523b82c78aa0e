-- The first schema of bottleneck.db (ARCHITECTURE, "Facts have two times").
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

CREATE TABLE alerts (
  rule TEXT NOT NULL,
  subject TEXT NOT NULL,
  state TEXT,
  severity TEXT,
  first_seen TEXT,
  opened_time TEXT,
  openings INTEGER,
  last_seen TEXT,
  resolved_time TEXT,
  owner TEXT,
  due TEXT,
  overdue INTEGER,
  reason TEXT,
  project TEXT,
  event TEXT,
  actor TEXT,
  comment TEXT,
  actions INTEGER,
  year INTEGER,
  data_year INTEGER,
  shortfall REAL,
  not_assured_value_cny REAL,
  name_zh TEXT,
  name_en TEXT,
  category TEXT,
  sectors TEXT,
  figures TEXT,
  closes TEXT,
  registry_seq INTEGER,
  owner_id TEXT NOT NULL,
  seq_from INTEGER NOT NULL,
  PRIMARY KEY (rule, subject)
) WITHOUT ROWID;

CREATE TABLE alerts_history (
  rule TEXT NOT NULL,
  subject TEXT NOT NULL,
  state TEXT,
  severity TEXT,
  first_seen TEXT,
  opened_time TEXT,
  openings INTEGER,
  last_seen TEXT,
  resolved_time TEXT,
  owner TEXT,
  due TEXT,
  overdue INTEGER,
  reason TEXT,
  project TEXT,
  event TEXT,
  actor TEXT,
  comment TEXT,
  actions INTEGER,
  year INTEGER,
  data_year INTEGER,
  shortfall REAL,
  not_assured_value_cny REAL,
  name_zh TEXT,
  name_en TEXT,
  category TEXT,
  sectors TEXT,
  figures TEXT,
  closes TEXT,
  registry_seq INTEGER,
  owner_id TEXT NOT NULL,
  seq_from INTEGER NOT NULL,
  seq_to INTEGER NOT NULL,
  PRIMARY KEY (rule, subject, seq_to)
) WITHOUT ROWID;

CREATE TABLE evaluations (
  registry_seq INTEGER NOT NULL,
  time TEXT,
  year INTEGER,
  illustrative INTEGER,
  opened INTEGER,
  closed INTEGER,
  changed INTEGER,
  open INTEGER,
  owner_id TEXT NOT NULL,
  seq_from INTEGER NOT NULL,
  PRIMARY KEY (registry_seq)
) WITHOUT ROWID;

CREATE TABLE evaluations_history (
  registry_seq INTEGER NOT NULL,
  time TEXT,
  year INTEGER,
  illustrative INTEGER,
  opened INTEGER,
  closed INTEGER,
  changed INTEGER,
  open INTEGER,
  owner_id TEXT NOT NULL,
  seq_from INTEGER NOT NULL,
  seq_to INTEGER NOT NULL,
  PRIMARY KEY (registry_seq, seq_to)
) WITHOUT ROWID;

CREATE TABLE rules (
  rule_id TEXT NOT NULL,
  definition TEXT,
  owner_id TEXT NOT NULL,
  seq_from INTEGER NOT NULL,
  PRIMARY KEY (rule_id)
) WITHOUT ROWID;

CREATE TABLE rules_history (
  rule_id TEXT NOT NULL,
  definition TEXT,
  owner_id TEXT NOT NULL,
  seq_from INTEGER NOT NULL,
  seq_to INTEGER NOT NULL,
  PRIMARY KEY (rule_id, seq_to)
) WITHOUT ROWID;

CREATE TABLE subscriptions (
  subscription_id TEXT NOT NULL,
  channel TEXT,
  address TEXT,
  rules TEXT,
  min_severity TEXT,
  sectors TEXT,
  item_ids TEXT,
  states TEXT,
  owners TEXT,
  language TEXT,
  schedule TEXT,
  paused INTEGER,
  secret TEXT,
  owner_id TEXT NOT NULL,
  seq_from INTEGER NOT NULL,
  PRIMARY KEY (subscription_id)
) WITHOUT ROWID;

CREATE TABLE subscriptions_history (
  subscription_id TEXT NOT NULL,
  channel TEXT,
  address TEXT,
  rules TEXT,
  min_severity TEXT,
  sectors TEXT,
  item_ids TEXT,
  states TEXT,
  owners TEXT,
  language TEXT,
  schedule TEXT,
  paused INTEGER,
  secret TEXT,
  owner_id TEXT NOT NULL,
  seq_from INTEGER NOT NULL,
  seq_to INTEGER NOT NULL,
  PRIMARY KEY (subscription_id, seq_to)
) WITHOUT ROWID;

CREATE TABLE deliveries (
  subscription_id TEXT NOT NULL,
  seq INTEGER,
  position INTEGER,
  attempts INTEGER,
  next_time TEXT,
  last_error TEXT,
  delivered_time TEXT,
  delivered INTEGER,
  owner_id TEXT NOT NULL,
  seq_from INTEGER NOT NULL,
  PRIMARY KEY (subscription_id)
) WITHOUT ROWID;

CREATE TABLE deliveries_history (
  subscription_id TEXT NOT NULL,
  seq INTEGER,
  position INTEGER,
  attempts INTEGER,
  next_time TEXT,
  last_error TEXT,
  delivered_time TEXT,
  delivered INTEGER,
  owner_id TEXT NOT NULL,
  seq_from INTEGER NOT NULL,
  seq_to INTEGER NOT NULL,
  PRIMARY KEY (subscription_id, seq_to)
) WITHOUT ROWID;

CREATE TABLE dead_letters (
  subscription_id TEXT NOT NULL,
  dead_letter_id TEXT NOT NULL,
  event_seq INTEGER,
  event_count INTEGER,
  attempts INTEGER,
  last_error TEXT,
  dead_time TEXT,
  retrying INTEGER,
  content TEXT,
  owner_id TEXT NOT NULL,
  seq_from INTEGER NOT NULL,
  PRIMARY KEY (subscription_id, dead_letter_id)
) WITHOUT ROWID;

CREATE TABLE dead_letters_history (
  subscription_id TEXT NOT NULL,
  dead_letter_id TEXT NOT NULL,
  event_seq INTEGER,
  event_count INTEGER,
  attempts INTEGER,
  last_error TEXT,
  dead_time TEXT,
  retrying INTEGER,
  content TEXT,
  owner_id TEXT NOT NULL,
  seq_from INTEGER NOT NULL,
  seq_to INTEGER NOT NULL,
  PRIMARY KEY (subscription_id, dead_letter_id, seq_to)
) WITHOUT ROWID;

CREATE TABLE flags (
  flag_id TEXT NOT NULL,
  alliance_id TEXT,
  item_id TEXT,
  proposed_name_zh TEXT,
  proposed_name_en TEXT,
  proposed_category TEXT,
  sectors TEXT,
  severity TEXT,
  reason TEXT,
  evidence TEXT,
  equipment_ids TEXT,
  goal TEXT,
  due TEXT,
  overdue INTEGER,
  state TEXT,
  endorsements INTEGER,
  contests INTEGER,
  create_time TEXT,
  reply TEXT,
  event TEXT,
  actor TEXT,
  speaker TEXT,
  comment TEXT,
  owner_id TEXT NOT NULL,
  seq_from INTEGER NOT NULL,
  PRIMARY KEY (flag_id)
) WITHOUT ROWID;

CREATE TABLE flags_history (
  flag_id TEXT NOT NULL,
  alliance_id TEXT,
  item_id TEXT,
  proposed_name_zh TEXT,
  proposed_name_en TEXT,
  proposed_category TEXT,
  sectors TEXT,
  severity TEXT,
  reason TEXT,
  evidence TEXT,
  equipment_ids TEXT,
  goal TEXT,
  due TEXT,
  overdue INTEGER,
  state TEXT,
  endorsements INTEGER,
  contests INTEGER,
  create_time TEXT,
  reply TEXT,
  event TEXT,
  actor TEXT,
  speaker TEXT,
  comment TEXT,
  owner_id TEXT NOT NULL,
  seq_from INTEGER NOT NULL,
  seq_to INTEGER NOT NULL,
  PRIMARY KEY (flag_id, seq_to)
) WITHOUT ROWID;

CREATE TABLE flag_voices (
  flag_id TEXT NOT NULL,
  organization_id TEXT NOT NULL,
  endorses INTEGER,
  reason TEXT,
  time TEXT,
  owner_id TEXT NOT NULL,
  seq_from INTEGER NOT NULL,
  PRIMARY KEY (flag_id, organization_id)
) WITHOUT ROWID;

CREATE TABLE flag_voices_history (
  flag_id TEXT NOT NULL,
  organization_id TEXT NOT NULL,
  endorses INTEGER,
  reason TEXT,
  time TEXT,
  owner_id TEXT NOT NULL,
  seq_from INTEGER NOT NULL,
  seq_to INTEGER NOT NULL,
  PRIMARY KEY (flag_id, organization_id, seq_to)
) WITHOUT ROWID;

-- verify
SELECT count(*) = 21 FROM sqlite_schema WHERE type = 'table'
  AND name IN ('change', 'change_row', 'request', 'item_key',
               'organization_key',
               'alerts', 'alerts_history',
               'evaluations', 'evaluations_history',
               'rules', 'rules_history',
               'subscriptions', 'subscriptions_history',
               'deliveries', 'deliveries_history',
               'dead_letters', 'dead_letters_history',
               'flags', 'flags_history',
               'flag_voices', 'flag_voices_history')
