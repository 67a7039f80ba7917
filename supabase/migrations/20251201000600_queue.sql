-- The queue: what workers may do, and all that they may do. Every function runs as the owner of the tables; a worker needs
-- no grant on any of them. Time is the database's, so clocks of workers may be wrong.
--
-- A worker signs its requests as role reprise_worker: with a token made for it, or as a user of its own, whose role is set by
--     update auth.users set role = 'reprise_worker' where email = '…';
do $$ begin
  if not exists (select from pg_roles where rolname = 'reprise_worker') then create role reprise_worker nologin noinherit; end if;
  if exists (select from pg_roles where rolname = 'authenticator') then grant reprise_worker to authenticator; end if;
end $$;

-- The states of a row that has ended.
create or replace function public.is_ended_row(status text) returns boolean language sql immutable set search_path = '' as $$
  select status in ('passed', 'success', 'failed', 'skipped')
$$;

-- The worker of a running job has fallen silent: its lease has run out, or it never took one (clients that know of no leases)
-- and has neither begun nor reported anything for `stale_seconds`.
create or replace function public.is_abandoned_job(job public.execution_jobs, stale_seconds integer) returns boolean
language sql stable set search_path = '' as $$
  select job.status = 'running' and case
    when job.lease_expires_at is not null then job.lease_expires_at < now()
    else coalesce(job.claimed_at, job.started_at, job.updated_at) < now() - make_interval(secs => stale_seconds)
      and not exists (select from public.execution_results r where r.execution_job_id = job.id
                      and coalesce(r.completed_at, r.created_at) > now() - make_interval(secs => stale_seconds)) end
$$;

create or replace function public.claimed_job(job public.execution_jobs) returns jsonb
language sql stable set search_path = '' as $$
  select jsonb_build_object('job', to_jsonb(job), 'attempt', job.attempt, 'lease_expires_at', job.lease_expires_at,
    'recording', (select to_jsonb(r) from public.recordings r where r.id = job.recording_id),
    'finished_rows', (select coalesce(jsonb_agg(r.row_index order by r.row_index), '[]') from public.execution_results r
                      where r.execution_job_id = job.id and r.attempt >= job.first_attempt and public.is_ended_row(r.status)))
$$;

-- Jobs whose workers died, one after another, are not given to yet another one.
create or replace function public.give_up_jobs(stale_seconds integer, max_attempts integer) returns void
language plpgsql set search_path = '' as $$
declare job public.execution_jobs; why text;
begin
  for job in select * from public.execution_jobs j
             where j.status = 'running' and j.lost_attempts + 1 >= max_attempts and public.is_abandoned_job(j, stale_seconds)
             order by j.id for no key update skip locked loop
    why := format('given up after %s attempts: the worker died each time', job.lost_attempts + 1);
    update public.execution_jobs j set status = 'failed', error_message = why, lost_attempts = j.lost_attempts + 1 where j.id = job.id;
    insert into public.execution_logs (execution_job_id, level, message, metadata)
    values (job.id, 'error', why, jsonb_build_object('worker', job.worker_id, 'attempt', job.attempt));
  end loop;
end $$;

-- The oldest job that waits, or whose worker has fallen silent, for `worker`; null: nothing to do. The same claim_id gets
-- the same answer: a worker that did not hear it asks again and gets no second job.
create or replace function public.claim_execution_job(worker text, claim_id uuid, lease_seconds integer default 30,
  stale_seconds integer default 600, max_attempts integer default 3) returns jsonb
language plpgsql security definer set search_path = '' as $$
#variable_conflict use_column
declare
  claim uuid := claim_execution_job.claim_id;
  lease constant interval := make_interval(secs => greatest(lease_seconds, 1));
  job public.execution_jobs;
begin
  if claim is null or worker is null then
    raise exception 'claim_execution_job: worker and claim_id must be given' using errcode = '22004';
  end if;
  -- The same question, asked again while the first one is still being answered.
  perform pg_advisory_xact_lock(hashtextextended(claim::text, 0));
  select * into job from public.execution_jobs j where j.claim_id = claim for no key update;
  if found then
    if job.status not in ('running', 'paused') then return null; end if;
    if job.lease_expires_at < now() then
      update public.execution_jobs j set lease_expires_at = now() + lease where j.id = job.id returning j.* into job;
    end if;
    return public.claimed_job(job);
  end if;

  perform public.give_up_jobs(stale_seconds, max_attempts);
  select * into job from public.execution_jobs j
    where j.status = 'pending' or (j.status = 'running' and public.is_abandoned_job(j, stale_seconds))
    order by j.created_at, j.id limit 1 for no key update skip locked;
  if not found then return null; end if;
  if job.status = 'running' then
    insert into public.execution_logs (execution_job_id, level, message, metadata)
    values (job.id, 'warn', format('attempt %s has fallen silent; %s takes over', job.attempt, worker),
            jsonb_build_object('worker', job.worker_id, 'attempt', job.attempt));
  end if;
  update public.execution_jobs j
    set status = 'running', attempt = j.attempt + 1, lost_attempts = j.lost_attempts + (job.status = 'running')::integer,
        vdi_instance_id = worker, claim_id = claim, claimed_at = now(), lease_expires_at = now() + lease
    where j.id = job.id returning j.* into job;
  return public.claimed_job(job);
end $$;

-- Locks the job and tells what it is to who holds `attempt`: its status, or "lost" when another attempt has it, or none.
create or replace function public.lock_job(job_id uuid, attempt integer) returns text language plpgsql set search_path = '' as $$
declare job public.execution_jobs;
begin
  select * into job from public.execution_jobs j where j.id = job_id for no key update;
  if not found or job.attempt <> lock_job.attempt or job.status = 'pending' then return 'lost'; end if;
  return job.status;
end $$;

-- A worker is alive: its lease is longer by lease_seconds, from now. Tells it of pauses, cancellations and other owners.
create or replace function public.heartbeat_execution_job(job_id uuid, attempt integer, lease_seconds integer default 30,
  current_row integer default null) returns jsonb
language plpgsql security definer set search_path = '' as $$
#variable_conflict use_column
declare job public.execution_jobs; standing text;
begin
  standing := public.lock_job(job_id, heartbeat_execution_job.attempt);
  if standing in ('running', 'paused') then
    update public.execution_jobs j
      set lease_expires_at = now() + make_interval(secs => greatest(lease_seconds, 1)),
          current_row = coalesce(heartbeat_execution_job.current_row, j.current_row)
      where j.id = job_id returning j.* into job;
  end if;
  return jsonb_build_object('status', standing, 'lease_expires_at', job.lease_expires_at);
end $$;

-- Writes results, log lines and healings of a job, all or none, when `attempt` still has it and it has not ended. Ids are the
-- sender's, so that what is sent twice is there once. What belongs to the job is set here, whatever the rows say.
create or replace function public.publish_execution_rows(job_id uuid, attempt integer, results jsonb default '[]',
  logs jsonb default '[]', healing jsonb default '[]') returns jsonb
language plpgsql security definer set search_path = '' as $$
#variable_conflict use_column
declare job public.execution_jobs; standing text;
begin
  standing := public.lock_job(job_id, publish_execution_rows.attempt);
  if standing not in ('running', 'paused') then return jsonb_build_object('accepted', false, 'status', standing); end if;
  select * into job from public.execution_jobs j where j.id = job_id;

  insert into public.execution_results as r (id, execution_job_id, attempt, row_index, row_data, status, steps_completed, steps_failed,
      duration, error_message, error_step_number, error_screenshot_url, screenshot_url, extracted_data, step_results, started_at,
      completed_at, created_at)
    select coalesce(n.id, gen_random_uuid()), job.id, job.attempt, n.row_index, n.row_data, n.status, coalesce(n.steps_completed, 0),
      coalesce(n.steps_failed, 0), n.duration, n.error_message, n.error_step_number, n.error_screenshot_url, n.screenshot_url,
      n.extracted_data, n.step_results, n.started_at, n.completed_at, coalesce(n.created_at, now())
    from jsonb_populate_recordset(null::public.execution_results, coalesce(nullif(results, 'null'), '[]')) n
  on conflict (execution_job_id, row_index) do update
    set attempt = excluded.attempt, row_data = excluded.row_data, status = excluded.status, steps_completed = excluded.steps_completed,
        steps_failed = excluded.steps_failed, duration = excluded.duration, error_message = excluded.error_message,
        error_step_number = excluded.error_step_number, error_screenshot_url = excluded.error_screenshot_url,
        screenshot_url = excluded.screenshot_url, extracted_data = excluded.extracted_data, step_results = excluded.step_results,
        started_at = excluded.started_at, completed_at = excluded.completed_at
    -- "running" that comes after the end of the same row is late.
    where r.attempt <> excluded.attempt or not public.is_ended_row(r.status) or public.is_ended_row(excluded.status);

  -- Lines may come before their result: it is linked only when it is there.
  insert into public.execution_logs (id, execution_job_id, execution_result_id, level, message, step_number, step_label, row_index,
      metadata, screenshot_url, created_at, "timestamp")
    select coalesce(n.id, gen_random_uuid()), job.id,
      (select r.id from public.execution_results r where r.execution_job_id = job.id
         and (r.id = n.execution_result_id or r.row_index = n.row_index) order by (r.id = n.execution_result_id) desc nulls last limit 1),
      n.level, n.message, n.step_number, n.step_label, n.row_index, coalesce(n.metadata, '{}'), n.screenshot_url, n.created_at, n."timestamp"
    from jsonb_populate_recordset(null::public.execution_logs, coalesce(nullif(logs, 'null'), '[]')) n
  on conflict (id) do nothing;

  insert into public.healing_logs (id, recording_id, execution_job_id, step_number, original_selector, healed_selector, healing_method,
      confidence, confidence_score, page_url, page_title, applied, success, screenshot_url, claude_request, claude_response, cache_hit,
      cache_key, cached_until, error_message, metadata, created_at)
    select coalesce(n.id, gen_random_uuid()), job.recording_id, job.id, n.step_number, n.original_selector, n.healed_selector,
      n.healing_method, n.confidence, n.confidence_score, n.page_url, n.page_title, coalesce(n.applied, false), n.success,
      n.screenshot_url, n.claude_request, n.claude_response, coalesce(n.cache_hit, false), n.cache_key, n.cached_until,
      n.error_message, coalesce(n.metadata, '{}'), coalesce(n.created_at, now())
    from jsonb_populate_recordset(null::public.healing_logs, coalesce(nullif(healing, 'null'), '[]')) n
  on conflict (id) do nothing;
  return jsonb_build_object('accepted', true, 'status', standing);
end $$;

-- The end of a job, by who has it. The first end stays; the same end told again is accepted again.
create or replace function public.finish_execution_job(job_id uuid, attempt integer, status text, error_message text default null)
returns jsonb language plpgsql security definer set search_path = '' as $$
#variable_conflict use_column
declare standing text; wanted constant text := finish_execution_job.status;
begin
  if wanted is null or wanted not in ('completed', 'failed') then
    raise exception 'finish_execution_job: status "%": expected completed or failed', wanted using errcode = '22023';
  end if;
  standing := public.lock_job(job_id, finish_execution_job.attempt);
  if standing in ('running', 'paused') then
    update public.execution_jobs j set status = wanted, error_message = finish_execution_job.error_message where j.id = job_id;
    return jsonb_build_object('accepted', true, 'status', wanted);
  end if;
  return jsonb_build_object('accepted', standing = wanted, 'status', standing);
end $$;

-- Back into the queue, by who has it: a worker that is told to stop. Not counted as an attempt whose worker died.
create or replace function public.release_execution_job(job_id uuid, attempt integer) returns jsonb
language plpgsql security definer set search_path = '' as $$
#variable_conflict use_column
declare standing text;
begin
  standing := public.lock_job(job_id, release_execution_job.attempt);
  if standing = 'running' then
    update public.execution_jobs j set status = 'pending' where j.id = job_id;
  elsif standing = 'paused' then
    -- Stays paused; whoever resumes it finds it without a worker.
    update public.execution_jobs j set lease_expires_at = now(), claim_id = null where j.id = job_id;
  end if;
  return jsonb_build_object('accepted', standing in ('running', 'paused'));
end $$;

create or replace function public.cancel_execution_job(job_id uuid) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare job public.execution_jobs; asking uuid := auth.uid();
begin
  select * into job from public.execution_jobs j where j.id = job_id for no key update;
  if job.id is null or not (coalesce(auth.role(), '') = 'service_role' or coalesce(job.user_id = asking, false)) then
    -- The same answer for jobs of others: whether they exist is not told.
    raise exception 'no job % of yours', job_id using errcode = 'PT404';
  end if;
  update public.execution_jobs j set status = 'cancelled' where j.id = job_id returning j.* into job;
  return jsonb_build_object('status', job.status);
end $$;

-- One object or an array of them, with the columns of vdi_metrics. The time is the database's.
create or replace function public.record_worker_metrics(metrics jsonb) returns void
language plpgsql security definer set search_path = '' as $$
begin
  insert into public.vdi_metrics (worker_id, worker_region, cpu_usage, memory_usage, browser_count, jobs_processed, jobs_succeeded,
      jobs_failed, avg_job_duration)
    select m.worker_id, m.worker_region, m.cpu_usage, m.memory_usage, m.browser_count, coalesce(m.jobs_processed, 0),
      coalesce(m.jobs_succeeded, 0), coalesce(m.jobs_failed, 0), m.avg_job_duration
    from jsonb_populate_recordset(null::public.vdi_metrics,
      case when jsonb_typeof(metrics) = 'array' then metrics else jsonb_build_array(metrics) end) m;
end $$;

-- Projects give every new function to anon and authenticated: that is taken back.
revoke execute on function public.is_ended_row(text), public.is_abandoned_job(public.execution_jobs, integer),
  public.claimed_job(public.execution_jobs), public.give_up_jobs(integer, integer), public.lock_job(uuid, integer),
  public.claim_execution_job(text, uuid, integer, integer, integer), public.heartbeat_execution_job(uuid, integer, integer, integer),
  public.publish_execution_rows(uuid, integer, jsonb, jsonb, jsonb), public.finish_execution_job(uuid, integer, text, text),
  public.release_execution_job(uuid, integer), public.cancel_execution_job(uuid), public.record_worker_metrics(jsonb)
  from public, anon, authenticated;
grant usage on schema public to reprise_worker;
grant execute on function public.claim_execution_job(text, uuid, integer, integer, integer),
  public.heartbeat_execution_job(uuid, integer, integer, integer), public.publish_execution_rows(uuid, integer, jsonb, jsonb, jsonb),
  public.finish_execution_job(uuid, integer, text, text), public.release_execution_job(uuid, integer),
  public.record_worker_metrics(jsonb) to reprise_worker, service_role;
grant execute on function public.cancel_execution_job(uuid) to authenticated, service_role;
