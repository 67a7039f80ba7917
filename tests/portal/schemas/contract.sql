-- A portal whose tables are those that its web pages' types tell of, and nothing more. For tests of what is written to
-- portals that are not of our migrations.
create table users (
  id uuid primary key references auth.users on delete cascade,
  email text not null, full_name text, avatar_url text,
  tier text not null default 'starter' check (tier in ('starter', 'professional', 'business', 'enterprise')),
  preferences jsonb not null default '{}', default_team_id uuid,
  created_at timestamptz not null default now(), updated_at timestamptz not null default now()
);
create table recordings (
  id uuid primary key default gen_random_uuid(),
  user_id uuid not null references users on delete cascade, team_id uuid,
  name text not null, description text, starting_url text not null, tags text[] not null,
  status text not null check (status in ('recording', 'completed', 'archived')),
  step_count integer not null, duration integer, steps jsonb not null, variables jsonb not null,
  recording_method text not null check (recording_method in ('extension', 'cloud_browser')),
  visibility text not null check (visibility in ('private', 'team', 'public')),
  created_at timestamptz not null default now(), updated_at timestamptz not null default now()
);
create table execution_jobs (
  id uuid primary key default gen_random_uuid(),
  recording_id uuid not null references recordings on delete cascade,
  user_id uuid not null references users on delete cascade, team_id uuid,
  name text not null, csv_data jsonb not null, variable_mapping jsonb not null,
  total_rows integer not null, current_row integer not null, completed_rows integer not null, failed_rows integer not null,
  status text not null check (status in ('pending', 'running', 'paused', 'completed', 'failed', 'cancelled')),
  settings jsonb not null, vdi_instance_id text, started_at timestamptz, completed_at timestamptz,
  created_at timestamptz not null default now(), updated_at timestamptz not null default now()
);
create table execution_results (
  id uuid primary key default gen_random_uuid(),
  execution_job_id uuid not null references execution_jobs on delete cascade,
  row_index integer not null, row_data jsonb not null,
  status text not null check (status in ('pending', 'running', 'passed', 'failed', 'skipped')),
  steps_completed integer not null, steps_failed integer not null, duration integer,
  error_message text, error_step_number integer, error_screenshot_url text, extracted_data jsonb,
  created_at timestamptz not null default now()
);
create table execution_logs (
  id uuid primary key default gen_random_uuid(),
  execution_job_id uuid not null references execution_jobs on delete cascade,
  execution_result_id uuid references execution_results on delete cascade,
  level text not null check (level in ('debug', 'info', 'warn', 'error')),
  message text not null, step_number integer, step_label text, row_index integer, metadata jsonb, screenshot_url text,
  created_at timestamptz not null default now()
);
create table healing_logs (
  id uuid primary key default gen_random_uuid(),
  recording_id uuid not null references recordings on delete cascade,
  execution_job_id uuid references execution_jobs on delete cascade,
  step_number integer not null, original_selector text not null, healed_selector text not null,
  healing_method text not null check (healing_method in ('ai_vision', 'text_match', 'structural', 'attribute_fallback')),
  confidence numeric not null, page_url text, page_title text, applied boolean not null, success boolean not null,
  screenshot_url text, created_at timestamptz not null default now()
);
alter table users enable row level security;
alter table recordings enable row level security;
alter table execution_jobs enable row level security;
alter table execution_results enable row level security;
alter table execution_logs enable row level security;
alter table healing_logs enable row level security;
create policy own on users using (id = auth.uid()) with check (id = auth.uid());
create policy own on recordings using (user_id = auth.uid()) with check (user_id = auth.uid());
create policy own on execution_jobs using (user_id = auth.uid()) with check (user_id = auth.uid());
create policy own on execution_results for select
  using (exists (select from execution_jobs j where j.id = execution_job_id and j.user_id = auth.uid()));
create policy own on execution_logs for select
  using (exists (select from execution_jobs j where j.id = execution_job_id and j.user_id = auth.uid()));
create policy own on healing_logs for select
  using (exists (select from recordings r where r.id = recording_id and r.user_id = auth.uid()));
insert into storage.buckets (id, name, public) values
  ('screenshots', 'screenshots', true), ('exports', 'exports', false), ('downloads', 'downloads', false);
