-- A portal with the other vocabulary: success for passed, field_mapping, worker_id, "timestamp", confidence_score, healing
-- caches, metrics, teams. For tests of what is written to portals that are not of our migrations: it does what such a
-- portal does, with its faults (rows counted twice, skipped rows never counted, cancelled jobs that become completed).
create function update_updated_at_column() returns trigger language plpgsql as $$
begin
  new.updated_at = now();
  return new;
end $$;
create function update_recording_step_count() returns trigger language plpgsql as $$
begin
  new.step_count = jsonb_array_length(new.steps);
  return new;
end $$;
create function update_execution_job_progress() returns trigger language plpgsql as $$
declare total integer; completed integer; successful integer; failed integer;
begin
  select ej.total_rows, count(*) filter (where er.status in ('success', 'failed')),
         count(*) filter (where er.status = 'success'), count(*) filter (where er.status = 'failed')
  into total, completed, successful, failed
  from execution_jobs ej left join execution_results er on er.execution_job_id = ej.id
  where ej.id = new.execution_job_id group by ej.total_rows;
  update execution_jobs
  set completed_rows = completed, successful_rows = successful, failed_rows = failed,
      status = case when completed = total then 'completed' else status end,
      completed_at = case when completed = total then now() else completed_at end
  where id = new.execution_job_id;
  return new;
end $$;
create function set_healing_cache_expiration() returns trigger language plpgsql as $$
begin
  if new.success = true then
    new.cached_until = new.created_at + interval '24 hours';
    new.cache_key = md5(new.recording_id::text || new.step_number::text || coalesce(new.original_selector, ''));
  end if;
  return new;
end $$;

create table users (
  id uuid primary key references auth.users (id) on delete cascade,
  email text not null unique,
  tier text default 'starter' check (tier in ('starter', 'professional', 'business', 'enterprise')),
  preferences jsonb default '{}', created_at timestamptz default now(), updated_at timestamptz default now(),
  vm_id text, vm_url text,
  vm_status text check (vm_status in ('not_provisioned', 'provisioning', 'ready', 'hibernating', 'stopped', 'error')),
  vm_provisioned_at timestamptz, vm_last_accessed timestamptz
);
create table recordings (
  id uuid primary key default uuid_generate_v4(),
  user_id uuid not null references users (id) on delete cascade,
  name text not null, description text, starting_url text not null,
  status text default 'draft' check (status in ('recording', 'draft', 'ready', 'archived')),
  step_count integer default 0, duration integer, steps jsonb default '[]' not null, variables jsonb default '{}',
  recording_method text default 'extension' check (recording_method in ('extension', 'cloud_browser')),
  created_at timestamptz default now(), updated_at timestamptz default now()
);
create table execution_jobs (
  id uuid primary key default uuid_generate_v4(),
  recording_id uuid not null references recordings (id) on delete cascade,
  user_id uuid not null references users (id) on delete cascade,
  status text default 'pending' check (status in ('pending', 'running', 'completed', 'failed', 'cancelled')),
  csv_data jsonb not null, field_mapping jsonb not null,
  total_rows integer not null, completed_rows integer default 0, successful_rows integer default 0, failed_rows integer default 0,
  concurrency integer default 5 check (concurrency between 1 and 10), stop_on_error boolean default false,
  worker_id text, claimed_at timestamptz, started_at timestamptz, completed_at timestamptz,
  created_at timestamptz default now(), updated_at timestamptz default now()
);
create table execution_results (
  id uuid primary key default uuid_generate_v4(),
  execution_job_id uuid not null references execution_jobs (id) on delete cascade,
  row_index integer not null, row_data jsonb not null,
  status text not null check (status in ('success', 'failed', 'skipped')),
  duration integer, error_message text, step_results jsonb default '[]', screenshot_url text,
  started_at timestamptz, completed_at timestamptz, created_at timestamptz default now()
);
create table execution_logs (
  id uuid primary key default uuid_generate_v4(),
  execution_job_id uuid not null references execution_jobs (id) on delete cascade,
  level text not null check (level in ('info', 'warn', 'error', 'debug')),
  message text not null, row_index integer, step_number integer, metadata jsonb default '{}', timestamp timestamptz default now()
);
create table healing_logs (
  id uuid primary key default uuid_generate_v4(),
  execution_job_id uuid references execution_jobs (id) on delete cascade,
  recording_id uuid not null references recordings (id) on delete cascade,
  step_number integer not null, original_selector text not null, healed_selector text,
  healing_method text check (healing_method in ('claude_vision', 'fuzzy_match', 'bounding_box', 'cached')),
  confidence_score integer check (confidence_score between 0 and 100),
  screenshot_url text, claude_request jsonb, claude_response jsonb,
  cache_hit boolean default false, cache_key text, cached_until timestamptz,
  success boolean not null, error_message text, created_at timestamptz default now()
);
create table vdi_metrics (
  id uuid primary key default uuid_generate_v4(),
  worker_id text not null, worker_region text, cpu_usage decimal(5,2), memory_usage decimal(10,2), browser_count integer,
  jobs_processed integer default 0, jobs_succeeded integer default 0, jobs_failed integer default 0,
  avg_job_duration integer, recorded_at timestamptz default now()
);
create table teams (
  id uuid primary key default uuid_generate_v4(), name text not null, slug text unique not null,
  owner_id uuid not null references users (id) on delete cascade,
  created_at timestamptz default now(), updated_at timestamptz default now()
);
create table team_members (
  id uuid primary key default uuid_generate_v4(),
  team_id uuid not null references teams (id) on delete cascade, user_id uuid not null references users (id) on delete cascade,
  role text not null check (role in ('owner', 'admin', 'member', 'viewer')), joined_at timestamptz default now(),
  unique (team_id, user_id)
);
alter table users add column default_team_id uuid references teams (id) on delete set null;
alter table recordings add column team_id uuid references teams (id) on delete set null;
alter table recordings add column visibility text default 'private' check (visibility in ('private', 'team'));
alter table execution_jobs add column team_id uuid references teams (id) on delete set null;

create index idx_healing_cache_lookup on healing_logs (cache_key, cached_until) where success = true;
create trigger update_users_updated_at before update on users for each row execute function update_updated_at_column();
create trigger update_recordings_updated_at before update on recordings for each row execute function update_updated_at_column();
create trigger update_recordings_step_count before insert or update of steps on recordings
  for each row execute function update_recording_step_count();
create trigger update_execution_jobs_updated_at before update on execution_jobs for each row execute function update_updated_at_column();
create trigger update_execution_jobs_progress after insert or update on execution_results
  for each row execute function update_execution_job_progress();
create trigger set_healing_logs_cache before insert on healing_logs for each row execute function set_healing_cache_expiration();

alter table recordings enable row level security;
alter table execution_jobs enable row level security;
alter table execution_results enable row level security;
alter table execution_logs enable row level security;
alter table healing_logs enable row level security;
alter table teams enable row level security;
alter table team_members enable row level security;
-- Such a portal's policies stand elsewhere; its pages could show nothing without these.
create policy own on recordings using (user_id = auth.uid()) with check (user_id = auth.uid());
create policy own on execution_jobs using (user_id = auth.uid()) with check (user_id = auth.uid());
create policy own on execution_results for select
  using (exists (select from execution_jobs j where j.id = execution_job_id and j.user_id = auth.uid()));
create policy own on execution_logs for select
  using (exists (select from execution_jobs j where j.id = execution_job_id and j.user_id = auth.uid()));
create policy own on healing_logs for select
  using (exists (select from recordings r where r.id = recording_id and r.user_id = auth.uid()));
insert into storage.buckets (id, name, public) values
  ('screenshots', 'screenshots', false), ('dom', 'dom', false), ('scaffolds', 'scaffolds', false), ('logs', 'logs', false);
