-- Recordings, jobs, results, logs, healing, metrics. Each file here may be applied twice, and to a portal that has some of
-- these tables already: columns and triggers that are missing are added, none is dropped.

-- A hosted project has these roles; plain PostgreSQL gets them, so that grants and policies have someone to name.
do $$ begin
  if not exists (select from pg_roles where rolname = 'anon') then create role anon nologin noinherit; end if;
  if not exists (select from pg_roles where rolname = 'authenticated') then create role authenticated nologin noinherit; end if;
  if not exists (select from pg_roles where rolname = 'service_role') then create role service_role nologin noinherit bypassrls; end if;
end $$;

-- gen_random_uuid() is PostgreSQL's own: no extension is needed, and none has to be on the search path.
create table if not exists public.users (id uuid primary key references auth.users (id) on delete cascade);
alter table public.users
  add column if not exists email text unique,
  add column if not exists full_name text,
  add column if not exists avatar_url text,
  add column if not exists tier text not null default 'starter',
  add column if not exists preferences jsonb not null default '{
    "recording": {"overlayPosition": "top-right", "captureScreenshots": true},
    "execution": {"defaultTimeout": 30000, "retryCount": 2},
    "aiHealing": {"mode": "autonomous", "confidenceThreshold": 80},
    "notifications": {"emailOnComplete": true, "emailOnFailure": true}}',
  add column if not exists created_at timestamptz not null default now(),
  add column if not exists updated_at timestamptz not null default now();
-- Who signs up by telephone has no address.
alter table public.users alter column email drop not null;

create table if not exists public.recordings (id uuid primary key default gen_random_uuid());
alter table public.recordings
  add column if not exists user_id uuid not null references public.users (id) on delete cascade,
  add column if not exists name text not null,
  add column if not exists description text,
  add column if not exists starting_url text not null,
  add column if not exists tags text[] not null default '{}',
  add column if not exists status text not null default 'draft',
  add column if not exists step_count integer not null default 0,
  add column if not exists duration integer,
  add column if not exists steps jsonb not null default '[]',
  add column if not exists variables jsonb not null default '{}',
  add column if not exists recording_method text not null default 'extension',
  -- Here and not with the teams: pages send it with every recording they make.
  add column if not exists visibility text not null default 'private',
  add column if not exists created_at timestamptz not null default now(),
  add column if not exists updated_at timestamptz not null default now();

create table if not exists public.execution_jobs (id uuid primary key default gen_random_uuid());
alter table public.execution_jobs
  add column if not exists recording_id uuid not null references public.recordings (id) on delete cascade,
  add column if not exists user_id uuid not null references public.users (id) on delete cascade,
  add column if not exists name text not null default '',
  add column if not exists csv_data jsonb not null default '[]',
  -- Two names of one thing; the trigger keeps them alike. So are vdi_instance_id and worker_id.
  add column if not exists variable_mapping jsonb not null default '{}',
  add column if not exists field_mapping jsonb not null default '{}',
  add column if not exists total_rows integer not null,
  add column if not exists current_row integer not null default 0,
  -- Rows that ended and did not fail: with failed_rows they make up total_rows, which is how pages compute percentages.
  add column if not exists completed_rows integer not null default 0,
  add column if not exists successful_rows integer not null default 0,
  add column if not exists failed_rows integer not null default 0,
  add column if not exists skipped_rows integer not null default 0,
  add column if not exists status text not null default 'pending',
  add column if not exists settings jsonb not null default '{}',
  add column if not exists concurrency integer not null default 5,
  add column if not exists stop_on_error boolean not null default false,
  add column if not exists vdi_instance_id text,
  add column if not exists worker_id text,
  add column if not exists claimed_at timestamptz,
  add column if not exists error_message text,
  add column if not exists started_at timestamptz,
  add column if not exists completed_at timestamptz,
  add column if not exists created_at timestamptz not null default now(),
  add column if not exists updated_at timestamptz not null default now(),
  -- The queue's (queue functions, below). attempt is the fencing token: it only ever grows.
  add column if not exists attempt integer not null default 0,
  -- Results of earlier attempts than this are of an earlier run of the job.
  add column if not exists first_attempt integer not null default 0,
  -- Attempts whose worker fell silent.
  add column if not exists lost_attempts integer not null default 0,
  add column if not exists claim_id uuid,
  add column if not exists lease_expires_at timestamptz;

create table if not exists public.execution_results (id uuid primary key default gen_random_uuid());
alter table public.execution_results
  add column if not exists execution_job_id uuid not null references public.execution_jobs (id) on delete cascade,
  add column if not exists row_index integer not null,
  add column if not exists row_data jsonb not null default '{}',
  add column if not exists status text not null,
  add column if not exists steps_completed integer not null default 0,
  add column if not exists steps_failed integer not null default 0,
  add column if not exists duration integer,
  add column if not exists error_message text,
  add column if not exists error_step_number integer,
  add column if not exists error_screenshot_url text,
  add column if not exists screenshot_url text,
  add column if not exists extracted_data jsonb,
  add column if not exists step_results jsonb not null default '[]',
  add column if not exists attempt integer not null default 0,
  add column if not exists started_at timestamptz,
  add column if not exists completed_at timestamptz,
  add column if not exists created_at timestamptz not null default now();
-- A row that is sent twice must not be counted twice. Of copies from before, the last one stays.
delete from public.execution_results a using public.execution_results b
  where a.execution_job_id = b.execution_job_id and a.row_index = b.row_index
    and (a.created_at, a.id) < (b.created_at, b.id);
create unique index if not exists execution_results_job_row on public.execution_results (execution_job_id, row_index);

create table if not exists public.execution_logs (id uuid primary key default gen_random_uuid());
alter table public.execution_logs
  add column if not exists execution_job_id uuid not null references public.execution_jobs (id) on delete cascade,
  add column if not exists execution_result_id uuid references public.execution_results (id) on delete set null,
  add column if not exists level text not null,
  add column if not exists message text not null,
  add column if not exists step_number integer,
  add column if not exists step_label text,
  add column if not exists row_index integer,
  add column if not exists metadata jsonb default '{}',
  add column if not exists screenshot_url text,
  add column if not exists created_at timestamptz,
  add column if not exists "timestamp" timestamptz;
update public.execution_logs set created_at = coalesce(created_at, "timestamp", now()), "timestamp" = coalesce("timestamp", created_at, now())
  where created_at is null or "timestamp" is null;
-- Filled by the trigger, which could not tell a default from a time that was given.
alter table public.execution_logs alter column created_at drop default, alter column "timestamp" drop default,
  alter column created_at set not null, alter column "timestamp" set not null;

create table if not exists public.healing_logs (id uuid primary key default gen_random_uuid());
alter table public.healing_logs
  add column if not exists recording_id uuid not null references public.recordings (id) on delete cascade,
  add column if not exists execution_job_id uuid references public.execution_jobs (id) on delete cascade,
  add column if not exists step_number integer not null,
  add column if not exists original_selector text not null,
  add column if not exists healed_selector text,
  add column if not exists healing_method text,
  add column if not exists confidence numeric,
  add column if not exists confidence_score integer,
  add column if not exists page_url text,
  add column if not exists page_title text,
  add column if not exists applied boolean not null default false,
  add column if not exists success boolean not null,
  add column if not exists screenshot_url text,
  add column if not exists claude_request jsonb,
  add column if not exists claude_response jsonb,
  add column if not exists cache_hit boolean not null default false,
  add column if not exists cache_key text,
  add column if not exists cached_until timestamptz,
  add column if not exists error_message text,
  add column if not exists metadata jsonb default '{}',
  add column if not exists created_at timestamptz not null default now();

create table if not exists public.vdi_metrics (id uuid primary key default gen_random_uuid());
alter table public.vdi_metrics
  add column if not exists worker_id text not null,
  add column if not exists worker_region text,
  add column if not exists cpu_usage numeric(5, 2),
  add column if not exists memory_usage numeric(10, 2),
  add column if not exists browser_count integer,
  add column if not exists jobs_processed integer not null default 0,
  add column if not exists jobs_succeeded integer not null default 0,
  add column if not exists jobs_failed integer not null default 0,
  add column if not exists avg_job_duration integer,
  add column if not exists recorded_at timestamptz not null default now();

-- Columns that a portal had already, without these defaults.
alter table public.users alter column tier set default 'starter';
alter table public.recordings alter column tags set default '{}', alter column status set default 'draft',
  alter column step_count set default 0, alter column steps set default '[]', alter column variables set default '{}',
  alter column recording_method set default 'extension', alter column visibility set default 'private';
alter table public.execution_jobs alter column name set default '', alter column csv_data set default '[]',
  alter column field_mapping set default '{}', alter column variable_mapping set default '{}', alter column current_row set default 0,
  alter column completed_rows set default 0, alter column failed_rows set default 0, alter column status set default 'pending',
  alter column settings set default '{}';
alter table public.execution_results alter column row_data set default '{}', alter column steps_completed set default 0,
  alter column steps_failed set default 0;
alter table public.healing_logs alter column healed_selector drop not null, alter column confidence drop not null,
  alter column applied set default false;
-- What a portal had under one of two names.
update public.execution_jobs set field_mapping = variable_mapping where field_mapping = '{}' and variable_mapping <> '{}';
update public.execution_jobs set variable_mapping = field_mapping where variable_mapping = '{}' and field_mapping <> '{}';
update public.execution_jobs set vdi_instance_id = worker_id where vdi_instance_id is null and worker_id is not null;
update public.execution_jobs set worker_id = vdi_instance_id where worker_id is null and vdi_instance_id is not null;
update public.execution_results set error_screenshot_url = screenshot_url where error_screenshot_url is null and screenshot_url is not null;
update public.execution_results set screenshot_url = error_screenshot_url where screenshot_url is null and error_screenshot_url is not null;
update public.healing_logs set confidence = confidence_score where confidence is null and confidence_score is not null;
update public.healing_logs set confidence_score = round(confidence) where confidence_score is null and confidence is not null;

-- Checks are made anew, under the names that PostgreSQL gives to unnamed ones: a portal's narrower one must not stay.
alter table public.users drop constraint if exists users_tier_check,
  add constraint users_tier_check check (tier in ('starter', 'professional', 'business', 'enterprise'));
alter table public.recordings drop constraint if exists recordings_status_check, drop constraint if exists recordings_visibility_check,
  drop constraint if exists recordings_recording_method_check,
  add constraint recordings_status_check check (status in ('recording', 'completed', 'draft', 'ready', 'archived')),
  add constraint recordings_visibility_check check (visibility in ('private', 'team', 'public')),
  add constraint recordings_recording_method_check check (recording_method in ('extension', 'cloud_browser'));
alter table public.execution_jobs drop constraint if exists execution_jobs_status_check,
  drop constraint if exists execution_jobs_concurrency_check,
  add constraint execution_jobs_status_check check (status in ('pending', 'running', 'paused', 'completed', 'failed', 'cancelled')),
  add constraint execution_jobs_concurrency_check check (concurrency between 1 and 10);
alter table public.execution_results drop constraint if exists execution_results_status_check,
  add constraint execution_results_status_check check (status in ('pending', 'running', 'passed', 'success', 'failed', 'skipped'));
alter table public.execution_logs drop constraint if exists execution_logs_level_check,
  add constraint execution_logs_level_check check (level in ('debug', 'info', 'warn', 'error'));
alter table public.healing_logs drop constraint if exists healing_logs_healing_method_check,
  drop constraint if exists healing_logs_confidence_check, drop constraint if exists healing_logs_confidence_score_check,
  add constraint healing_logs_healing_method_check check (healing_method in
    ('ai_vision', 'text_match', 'structural', 'attribute_fallback', 'claude_vision', 'fuzzy_match', 'bounding_box', 'cached')),
  add constraint healing_logs_confidence_check check (confidence between 0 and 100),
  add constraint healing_logs_confidence_score_check check (confidence_score between 0 and 100);
alter table public.vdi_metrics drop constraint if exists vdi_metrics_cpu_usage_check,
  add constraint vdi_metrics_cpu_usage_check check (cpu_usage between 0 and 100);

create index if not exists idx_recordings_user_status_created on public.recordings (user_id, status, created_at desc);
create index if not exists idx_recordings_created_at on public.recordings (created_at desc);
create index if not exists idx_recordings_name_gin on public.recordings using gin (to_tsvector('english', name));
create index if not exists idx_recordings_steps_gin on public.recordings using gin (steps jsonb_path_ops);
create index if not exists idx_execution_jobs_recording_id on public.execution_jobs (recording_id, created_at desc);
create index if not exists idx_execution_jobs_user_id on public.execution_jobs (user_id, created_at desc);
create index if not exists idx_execution_jobs_poller on public.execution_jobs (created_at, id) where status in ('pending', 'running');
create unique index if not exists execution_jobs_claim_id on public.execution_jobs (claim_id);
create index if not exists idx_execution_logs_job_id_created_at on public.execution_logs (execution_job_id, created_at);
create index if not exists idx_execution_logs_job_id_timestamp on public.execution_logs (execution_job_id, "timestamp" desc);
create index if not exists idx_execution_logs_result_id on public.execution_logs (execution_result_id);
create index if not exists idx_healing_logs_recording_id on public.healing_logs (recording_id, created_at desc);
create index if not exists idx_healing_logs_job_id on public.healing_logs (execution_job_id);
-- Without the current time: an index predicate must be immutable. Queries compare cached_until themselves.
create index if not exists idx_healing_cache_lookup on public.healing_logs (cache_key, cached_until) where success;
create index if not exists idx_vdi_metrics_worker_id on public.vdi_metrics (worker_id, recorded_at desc);
