-- The first schema of registry.db (ARCHITECTURE, "Facts have two times").
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
CREATE TABLE supply_facet (
  id INTEGER PRIMARY KEY,
  market TEXT NOT NULL,
  origin_country TEXT NOT NULL,
  controller_country TEXT NOT NULL,
  licence_countries TEXT NOT NULL,
  qualification TEXT NOT NULL,
  side TEXT NOT NULL
);

CREATE TABLE sectors (
  sector_id TEXT NOT NULL,
  name_zh TEXT,
  name_en TEXT,
  ten INTEGER,
  owner_id TEXT NOT NULL,
  seq_from INTEGER NOT NULL,
  PRIMARY KEY (sector_id)
) WITHOUT ROWID;

CREATE TABLE sectors_history (
  sector_id TEXT NOT NULL,
  name_zh TEXT,
  name_en TEXT,
  ten INTEGER,
  owner_id TEXT NOT NULL,
  seq_from INTEGER NOT NULL,
  seq_to INTEGER NOT NULL,
  PRIMARY KEY (sector_id, seq_to)
) WITHOUT ROWID;

CREATE TABLE organizations (
  organization_id TEXT NOT NULL,
  name_zh TEXT,
  name_en TEXT,
  kind TEXT,
  country TEXT,
  controller_country TEXT,
  parent_organization_id INTEGER,
  uscc TEXT,
  lei TEXT,
  region TEXT,
  industry TEXT,
  sectors TEXT,
  tags TEXT,
  owner_id TEXT NOT NULL,
  seq_from INTEGER NOT NULL,
  PRIMARY KEY (organization_id)
) WITHOUT ROWID;

CREATE TABLE organizations_history (
  organization_id TEXT NOT NULL,
  name_zh TEXT,
  name_en TEXT,
  kind TEXT,
  country TEXT,
  controller_country TEXT,
  parent_organization_id INTEGER,
  uscc TEXT,
  lei TEXT,
  region TEXT,
  industry TEXT,
  sectors TEXT,
  tags TEXT,
  owner_id TEXT NOT NULL,
  seq_from INTEGER NOT NULL,
  seq_to INTEGER NOT NULL,
  PRIMARY KEY (organization_id, seq_to)
) WITHOUT ROWID;

CREATE TABLE items (
  item_id TEXT NOT NULL,
  name_zh TEXT,
  name_en TEXT,
  category TEXT,
  sectors TEXT,
  unit TEXT,
  weight REAL,
  signature INTEGER,
  parent_item_id INTEGER,
  hs_codes TEXT,
  standards TEXT,
  requirement TEXT,
  aliases TEXT,
  replace_months REAL,
  eol_rir REAL,
  si_sr REAL,
  owner_id TEXT NOT NULL,
  seq_from INTEGER NOT NULL,
  PRIMARY KEY (item_id)
) WITHOUT ROWID;

CREATE TABLE items_history (
  item_id TEXT NOT NULL,
  name_zh TEXT,
  name_en TEXT,
  category TEXT,
  sectors TEXT,
  unit TEXT,
  weight REAL,
  signature INTEGER,
  parent_item_id INTEGER,
  hs_codes TEXT,
  standards TEXT,
  requirement TEXT,
  aliases TEXT,
  replace_months REAL,
  eol_rir REAL,
  si_sr REAL,
  owner_id TEXT NOT NULL,
  seq_from INTEGER NOT NULL,
  seq_to INTEGER NOT NULL,
  PRIMARY KEY (item_id, seq_to)
) WITHOUT ROWID;

CREATE TABLE editions (
  edition_id TEXT NOT NULL,
  item_id INTEGER NOT NULL,
  confidence TEXT,
  position INTEGER,
  source TEXT,
  owner_id TEXT NOT NULL,
  seq_from INTEGER NOT NULL,
  PRIMARY KEY (edition_id, item_id)
) WITHOUT ROWID;

CREATE TABLE editions_history (
  edition_id TEXT NOT NULL,
  item_id INTEGER NOT NULL,
  confidence TEXT,
  position INTEGER,
  source TEXT,
  owner_id TEXT NOT NULL,
  seq_from INTEGER NOT NULL,
  seq_to INTEGER NOT NULL,
  PRIMARY KEY (edition_id, item_id, seq_to)
) WITHOUT ROWID;

CREATE TABLE criteria (
  criteria_id TEXT NOT NULL,
  version INTEGER NOT NULL,
  name_zh TEXT,
  name_en TEXT,
  minimum_qualification TEXT,
  home_controller INTEGER,
  home_licences INTEGER,
  valid_test INTEGER,
  owner_id TEXT NOT NULL,
  seq_from INTEGER NOT NULL,
  PRIMARY KEY (criteria_id, version)
) WITHOUT ROWID;

CREATE TABLE criteria_history (
  criteria_id TEXT NOT NULL,
  version INTEGER NOT NULL,
  name_zh TEXT,
  name_en TEXT,
  minimum_qualification TEXT,
  home_controller INTEGER,
  home_licences INTEGER,
  valid_test INTEGER,
  owner_id TEXT NOT NULL,
  seq_from INTEGER NOT NULL,
  seq_to INTEGER NOT NULL,
  PRIMARY KEY (criteria_id, version, seq_to)
) WITHOUT ROWID;

CREATE TABLE indicators (
  indicator_id TEXT NOT NULL,
  year INTEGER NOT NULL,
  name_zh TEXT,
  name_en TEXT,
  unit TEXT,
  target REAL,
  direction TEXT,
  observed REAL,
  source TEXT,
  owner_id TEXT NOT NULL,
  seq_from INTEGER NOT NULL,
  PRIMARY KEY (indicator_id, year)
) WITHOUT ROWID;

CREATE TABLE indicators_history (
  indicator_id TEXT NOT NULL,
  year INTEGER NOT NULL,
  name_zh TEXT,
  name_en TEXT,
  unit TEXT,
  target REAL,
  direction TEXT,
  observed REAL,
  source TEXT,
  owner_id TEXT NOT NULL,
  seq_from INTEGER NOT NULL,
  seq_to INTEGER NOT NULL,
  PRIMARY KEY (indicator_id, year, seq_to)
) WITHOUT ROWID;

CREATE TABLE targets (
  target_id TEXT NOT NULL,
  metric TEXT,
  categories TEXT,
  sectors TEXT,
  year INTEGER,
  value REAL,
  direction TEXT,
  name_zh TEXT,
  name_en TEXT,
  document TEXT,
  baseline_year INTEGER,
  baseline_value REAL,
  supersedes TEXT,
  owner_id TEXT NOT NULL,
  seq_from INTEGER NOT NULL,
  PRIMARY KEY (target_id)
) WITHOUT ROWID;

CREATE TABLE targets_history (
  target_id TEXT NOT NULL,
  metric TEXT,
  categories TEXT,
  sectors TEXT,
  year INTEGER,
  value REAL,
  direction TEXT,
  name_zh TEXT,
  name_en TEXT,
  document TEXT,
  baseline_year INTEGER,
  baseline_value REAL,
  supersedes TEXT,
  owner_id TEXT NOT NULL,
  seq_from INTEGER NOT NULL,
  seq_to INTEGER NOT NULL,
  PRIMARY KEY (target_id, seq_to)
) WITHOUT ROWID;

CREATE TABLE country_risk (
  country TEXT NOT NULL,
  year INTEGER NOT NULL,
  risk REAL,
  trade_factor REAL,
  source TEXT,
  owner_id TEXT NOT NULL,
  seq_from INTEGER NOT NULL,
  PRIMARY KEY (country, year)
) WITHOUT ROWID;

CREATE TABLE country_risk_history (
  country TEXT NOT NULL,
  year INTEGER NOT NULL,
  risk REAL,
  trade_factor REAL,
  source TEXT,
  owner_id TEXT NOT NULL,
  seq_from INTEGER NOT NULL,
  seq_to INTEGER NOT NULL,
  PRIMARY KEY (country, year, seq_to)
) WITHOUT ROWID;

CREATE TABLE demand (
  item_id INTEGER NOT NULL,
  year INTEGER NOT NULL,
  quantity REAL,
  value_cny REAL,
  complete INTEGER,
  stock_days REAL,
  evidence TEXT,
  source TEXT,
  owner_id TEXT NOT NULL,
  seq_from INTEGER NOT NULL,
  PRIMARY KEY (item_id, year)
) WITHOUT ROWID;

CREATE TABLE demand_history (
  item_id INTEGER NOT NULL,
  year INTEGER NOT NULL,
  quantity REAL,
  value_cny REAL,
  complete INTEGER,
  stock_days REAL,
  evidence TEXT,
  source TEXT,
  owner_id TEXT NOT NULL,
  seq_from INTEGER NOT NULL,
  seq_to INTEGER NOT NULL,
  PRIMARY KEY (item_id, year, seq_to)
) WITHOUT ROWID;

CREATE TABLE world_production (
  item_id INTEGER NOT NULL,
  year INTEGER NOT NULL,
  country TEXT NOT NULL,
  share REAL,
  owner_id TEXT NOT NULL,
  seq_from INTEGER NOT NULL,
  PRIMARY KEY (item_id, year, country)
) WITHOUT ROWID;

CREATE TABLE world_production_history (
  item_id INTEGER NOT NULL,
  year INTEGER NOT NULL,
  country TEXT NOT NULL,
  share REAL,
  owner_id TEXT NOT NULL,
  seq_from INTEGER NOT NULL,
  seq_to INTEGER NOT NULL,
  PRIMARY KEY (item_id, year, country, seq_to)
) WITHOUT ROWID;

CREATE TABLE inputs (
  item_id INTEGER NOT NULL,
  input_item_id INTEGER NOT NULL,
  cost_share REAL,
  essentiality REAL,
  substitution_group TEXT,
  first_year INTEGER,
  last_year INTEGER,
  visibility TEXT,
  owner_id TEXT NOT NULL,
  seq_from INTEGER NOT NULL,
  PRIMARY KEY (item_id, input_item_id)
) WITHOUT ROWID;

CREATE TABLE inputs_history (
  item_id INTEGER NOT NULL,
  input_item_id INTEGER NOT NULL,
  cost_share REAL,
  essentiality REAL,
  substitution_group TEXT,
  first_year INTEGER,
  last_year INTEGER,
  visibility TEXT,
  owner_id TEXT NOT NULL,
  seq_from INTEGER NOT NULL,
  seq_to INTEGER NOT NULL,
  PRIMARY KEY (item_id, input_item_id, seq_to)
) WITHOUT ROWID;

CREATE TABLE milestones (
  item_id INTEGER NOT NULL,
  stage TEXT NOT NULL,
  organization_id INTEGER NOT NULL,
  date TEXT,
  user_id INTEGER,
  quantity REAL,
  support TEXT,
  document TEXT,
  owner_id TEXT NOT NULL,
  seq_from INTEGER NOT NULL,
  PRIMARY KEY (item_id, stage, organization_id)
) WITHOUT ROWID;

CREATE TABLE milestones_history (
  item_id INTEGER NOT NULL,
  stage TEXT NOT NULL,
  organization_id INTEGER NOT NULL,
  date TEXT,
  user_id INTEGER,
  quantity REAL,
  support TEXT,
  document TEXT,
  owner_id TEXT NOT NULL,
  seq_from INTEGER NOT NULL,
  seq_to INTEGER NOT NULL,
  PRIMARY KEY (item_id, stage, organization_id, seq_to)
) WITHOUT ROWID;

CREATE TABLE projects (
  project_id TEXT NOT NULL,
  item_id INTEGER,
  organization_id INTEGER,
  title TEXT,
  completion_year INTEGER,
  added_quantity REAL,
  added_share REAL,
  probability REAL,
  cost_cny REAL,
  visibility TEXT,
  owner_id TEXT NOT NULL,
  seq_from INTEGER NOT NULL,
  PRIMARY KEY (project_id)
) WITHOUT ROWID;

CREATE TABLE projects_history (
  project_id TEXT NOT NULL,
  item_id INTEGER,
  organization_id INTEGER,
  title TEXT,
  completion_year INTEGER,
  added_quantity REAL,
  added_share REAL,
  probability REAL,
  cost_cny REAL,
  visibility TEXT,
  owner_id TEXT NOT NULL,
  seq_from INTEGER NOT NULL,
  seq_to INTEGER NOT NULL,
  PRIMARY KEY (project_id, seq_to)
) WITHOUT ROWID;

CREATE TABLE supply (
  item_id INTEGER NOT NULL,
  year INTEGER NOT NULL,
  supplier_id INTEGER NOT NULL,
  reporter_id INTEGER NOT NULL,
  facet INTEGER NOT NULL,
  quantity REAL,
  share REAL,
  value_cny REAL,
  source TEXT,
  evidence TEXT,
  visibility TEXT,
  owner_id TEXT NOT NULL,
  seq_from INTEGER NOT NULL,
  PRIMARY KEY (item_id, year, supplier_id, reporter_id, facet)
) WITHOUT ROWID;

CREATE TABLE supply_history (
  item_id INTEGER NOT NULL,
  year INTEGER NOT NULL,
  supplier_id INTEGER NOT NULL,
  reporter_id INTEGER NOT NULL,
  facet INTEGER NOT NULL,
  quantity REAL,
  share REAL,
  value_cny REAL,
  source TEXT,
  evidence TEXT,
  visibility TEXT,
  owner_id TEXT NOT NULL,
  seq_from INTEGER NOT NULL,
  seq_to INTEGER NOT NULL,
  PRIMARY KEY (item_id, year, supplier_id, reporter_id, facet, seq_to)
) WITHOUT ROWID;

CREATE TABLE tests (
  test_id TEXT NOT NULL,
  item_id INTEGER,
  organization_id INTEGER,
  lab_id INTEGER,
  date TEXT,
  property TEXT,
  unit TEXT,
  value REAL,
  uncertainty REAL,
  reference_value REAL,
  reference_country TEXT,
  smaller_is_better INTEGER,
  standard TEXT,
  certificate TEXT,
  document TEXT,
  owner_id TEXT NOT NULL,
  seq_from INTEGER NOT NULL,
  PRIMARY KEY (test_id)
) WITHOUT ROWID;

CREATE TABLE tests_history (
  test_id TEXT NOT NULL,
  item_id INTEGER,
  organization_id INTEGER,
  lab_id INTEGER,
  date TEXT,
  property TEXT,
  unit TEXT,
  value REAL,
  uncertainty REAL,
  reference_value REAL,
  reference_country TEXT,
  smaller_is_better INTEGER,
  standard TEXT,
  certificate TEXT,
  document TEXT,
  owner_id TEXT NOT NULL,
  seq_from INTEGER NOT NULL,
  seq_to INTEGER NOT NULL,
  PRIMARY KEY (test_id, seq_to)
) WITHOUT ROWID;

CREATE TABLE standards (
  standard_id TEXT NOT NULL,
  title_zh TEXT,
  status TEXT,
  international TEXT,
  degree TEXT,
  test_method TEXT,
  owner_id TEXT NOT NULL,
  seq_from INTEGER NOT NULL,
  PRIMARY KEY (standard_id)
) WITHOUT ROWID;

CREATE TABLE standards_history (
  standard_id TEXT NOT NULL,
  title_zh TEXT,
  status TEXT,
  international TEXT,
  degree TEXT,
  test_method TEXT,
  owner_id TEXT NOT NULL,
  seq_from INTEGER NOT NULL,
  seq_to INTEGER NOT NULL,
  PRIMARY KEY (standard_id, seq_to)
) WITHOUT ROWID;

CREATE TABLE capacities (
  organization_id TEXT NOT NULL,
  item_id INTEGER NOT NULL,
  year INTEGER NOT NULL,
  capacity_quantity REAL,
  committed_quantity REAL,
  lead_time_days REAL,
  minimum_order REAL,
  listed INTEGER,
  owner_id TEXT NOT NULL,
  seq_from INTEGER NOT NULL,
  PRIMARY KEY (organization_id, item_id, year)
) WITHOUT ROWID;

CREATE TABLE capacities_history (
  organization_id TEXT NOT NULL,
  item_id INTEGER NOT NULL,
  year INTEGER NOT NULL,
  capacity_quantity REAL,
  committed_quantity REAL,
  lead_time_days REAL,
  minimum_order REAL,
  listed INTEGER,
  owner_id TEXT NOT NULL,
  seq_from INTEGER NOT NULL,
  seq_to INTEGER NOT NULL,
  PRIMARY KEY (organization_id, item_id, year, seq_to)
) WITHOUT ROWID;

CREATE TABLE memberships (
  alliance_id TEXT NOT NULL,
  organization_id TEXT NOT NULL,
  role TEXT,
  since TEXT,
  owner_id TEXT NOT NULL,
  seq_from INTEGER NOT NULL,
  PRIMARY KEY (alliance_id, organization_id)
) WITHOUT ROWID;

CREATE TABLE memberships_history (
  alliance_id TEXT NOT NULL,
  organization_id TEXT NOT NULL,
  role TEXT,
  since TEXT,
  owner_id TEXT NOT NULL,
  seq_from INTEGER NOT NULL,
  seq_to INTEGER NOT NULL,
  PRIMARY KEY (alliance_id, organization_id, seq_to)
) WITHOUT ROWID;

CREATE TABLE chains (
  chain_id TEXT NOT NULL,
  item_id INTEGER NOT NULL,
  name_zh TEXT,
  role TEXT,
  organization_id INTEGER,
  goal_stage TEXT,
  due_year INTEGER,
  owner_id TEXT NOT NULL,
  seq_from INTEGER NOT NULL,
  PRIMARY KEY (chain_id, item_id)
) WITHOUT ROWID;

CREATE TABLE chains_history (
  chain_id TEXT NOT NULL,
  item_id INTEGER NOT NULL,
  name_zh TEXT,
  role TEXT,
  organization_id INTEGER,
  goal_stage TEXT,
  due_year INTEGER,
  owner_id TEXT NOT NULL,
  seq_from INTEGER NOT NULL,
  seq_to INTEGER NOT NULL,
  PRIMARY KEY (chain_id, item_id, seq_to)
) WITHOUT ROWID;

CREATE TABLE merges (
  kind TEXT NOT NULL,
  merged_id TEXT NOT NULL,
  kept_id TEXT,
  owner_id TEXT NOT NULL,
  seq_from INTEGER NOT NULL,
  PRIMARY KEY (kind, merged_id)
) WITHOUT ROWID;

CREATE TABLE merges_history (
  kind TEXT NOT NULL,
  merged_id TEXT NOT NULL,
  kept_id TEXT,
  owner_id TEXT NOT NULL,
  seq_from INTEGER NOT NULL,
  seq_to INTEGER NOT NULL,
  PRIMARY KEY (kind, merged_id, seq_to)
) WITHOUT ROWID;

CREATE TABLE rounds (
  round_id TEXT NOT NULL,
  name_zh TEXT,
  name_en TEXT,
  year INTEGER,
  sectors TEXT,
  organization_ids TEXT,
  item_ids TEXT,
  open_time TEXT,
  close_time TEXT,
  state TEXT,
  frozen_seq INTEGER,
  owner_id TEXT NOT NULL,
  seq_from INTEGER NOT NULL,
  PRIMARY KEY (round_id)
) WITHOUT ROWID;

CREATE TABLE rounds_history (
  round_id TEXT NOT NULL,
  name_zh TEXT,
  name_en TEXT,
  year INTEGER,
  sectors TEXT,
  organization_ids TEXT,
  item_ids TEXT,
  open_time TEXT,
  close_time TEXT,
  state TEXT,
  frozen_seq INTEGER,
  owner_id TEXT NOT NULL,
  seq_from INTEGER NOT NULL,
  seq_to INTEGER NOT NULL,
  PRIMARY KEY (round_id, seq_to)
) WITHOUT ROWID;

CREATE TABLE round_reports (
  round_id TEXT NOT NULL,
  organization_id TEXT NOT NULL,
  item_id TEXT NOT NULL,
  state TEXT,
  reason TEXT,
  confirmed_quantity REAL,
  owner_id TEXT NOT NULL,
  seq_from INTEGER NOT NULL,
  PRIMARY KEY (round_id, organization_id, item_id)
) WITHOUT ROWID;

CREATE TABLE round_reports_history (
  round_id TEXT NOT NULL,
  organization_id TEXT NOT NULL,
  item_id TEXT NOT NULL,
  state TEXT,
  reason TEXT,
  confirmed_quantity REAL,
  owner_id TEXT NOT NULL,
  seq_from INTEGER NOT NULL,
  seq_to INTEGER NOT NULL,
  PRIMARY KEY (round_id, organization_id, item_id, seq_to)
) WITHOUT ROWID;

CREATE TABLE documents (
  document_id TEXT NOT NULL,
  part INTEGER NOT NULL,
  chunk INTEGER NOT NULL,
  chunks INTEGER,
  content TEXT,
  owner_id TEXT NOT NULL,
  seq_from INTEGER NOT NULL,
  PRIMARY KEY (document_id, part, chunk)
) WITHOUT ROWID;

CREATE TABLE documents_history (
  document_id TEXT NOT NULL,
  part INTEGER NOT NULL,
  chunk INTEGER NOT NULL,
  chunks INTEGER,
  content TEXT,
  owner_id TEXT NOT NULL,
  seq_from INTEGER NOT NULL,
  seq_to INTEGER NOT NULL,
  PRIMARY KEY (document_id, part, chunk, seq_to)
) WITHOUT ROWID;

-- Who refers to a row. Supply has none: an index on its supplier would cost
-- every import more than a deleted organization's scan.
CREATE INDEX inputs_by_input ON inputs (input_item_id);
CREATE INDEX items_by_parent ON items (parent_item_id);
CREATE INDEX organizations_by_parent ON organizations (parent_organization_id);
CREATE INDEX editions_by_item ON editions (item_id);
CREATE INDEX projects_by_item ON projects (item_id);
CREATE INDEX projects_by_organization ON projects (organization_id);
CREATE INDEX tests_by_item ON tests (item_id);
CREATE INDEX tests_by_organization ON tests (organization_id);

-- verify
SELECT count(*) = 52 FROM sqlite_schema WHERE type = 'table'
  AND name IN ('change', 'change_row', 'request', 'item_key',
               'organization_key', 'supply_facet',
               'sectors', 'sectors_history',
               'organizations', 'organizations_history',
               'items', 'items_history',
               'editions', 'editions_history',
               'criteria', 'criteria_history',
               'indicators', 'indicators_history',
               'targets', 'targets_history',
               'country_risk', 'country_risk_history',
               'demand', 'demand_history',
               'world_production', 'world_production_history',
               'inputs', 'inputs_history',
               'milestones', 'milestones_history',
               'projects', 'projects_history',
               'supply', 'supply_history',
               'tests', 'tests_history',
               'standards', 'standards_history',
               'capacities', 'capacities_history',
               'memberships', 'memberships_history',
               'chains', 'chains_history',
               'merges', 'merges_history',
               'rounds', 'rounds_history',
               'round_reports', 'round_reports_history',
               'documents', 'documents_history')
