-- What the database keeps right by itself. Functions stand before their triggers; their search path is fixed, so that no
-- caller can put a table of his own in the way.

create or replace function public.update_updated_at_column() returns trigger language plpgsql set search_path = '' as $$
begin
  new.updated_at := now();
  return new;
end $$;

-- Who signs up has a profile at once. Never fails: a failure here would refuse the sign-up.
create or replace function public.handle_new_user() returns trigger language plpgsql security definer set search_path = '' as $$
declare about jsonb := coalesce(to_jsonb(new) -> 'raw_user_meta_data', '{}');
begin
  insert into public.users (id, email, full_name, avatar_url)
  values (new.id, new.email, about ->> 'full_name', about ->> 'avatar_url')
  on conflict do nothing;
  return new;
end $$;

-- Pages that insert the profile after the sign-up fill in the one that is there. Tier and machines are not the user's to
-- choose.
create or replace function public.guard_user() returns trigger language plpgsql set search_path = '' as $$
declare by_user boolean := current_user in ('anon', 'authenticated');
begin
  if tg_op = 'INSERT' then
    if by_user and new.tier <> 'starter' then
      raise exception 'the tier of an account is not changed by its user' using errcode = '42501';
    end if;
    if exists (select from public.users u where u.id = new.id) then
      update public.users u set full_name = coalesce(new.full_name, u.full_name), avatar_url = coalesce(new.avatar_url, u.avatar_url),
        preferences = new.preferences, email = coalesce(new.email, u.email)
      where u.id = new.id;
      return null;
    end if;
  elsif by_user and new.tier is distinct from old.tier then
    raise exception 'the tier of an account is not changed by its user' using errcode = '42501';
  end if;
  return new;
end $$;

-- Steps that are no array have none to count; jsonb_array_length would refuse the recording.
create or replace function public.update_recording_step_count() returns trigger language plpgsql set search_path = '' as $$
begin
  new.steps := coalesce(new.steps, '[]');
  new.variables := coalesce(new.variables, '{}');
  new.tags := coalesce(new.tags, '{}');
  new.step_count := case
    when jsonb_typeof(new.steps) = 'array' then jsonb_array_length(new.steps)
    when jsonb_typeof(new.steps -> 'steps') = 'array' then jsonb_array_length(new.steps -> 'steps')
    else 0 end;
  return new;
end $$;

create or replace function public.set_job_pairs() returns trigger language plpgsql set search_path = '' as $$
begin
  new.variable_mapping := coalesce(new.variable_mapping, '{}');
  new.field_mapping := coalesce(new.field_mapping, '{}');
  if tg_op = 'INSERT' then
    new.total_rows := coalesce(new.total_rows,
      case when jsonb_typeof(new.csv_data) = 'array' then jsonb_array_length(new.csv_data) else 0 end);
    if new.variable_mapping = '{}' then new.variable_mapping := new.field_mapping; end if;
    new.vdi_instance_id := coalesce(new.vdi_instance_id, new.worker_id);
  else
    if new.variable_mapping is not distinct from old.variable_mapping then new.variable_mapping := new.field_mapping; end if;
    if new.vdi_instance_id is not distinct from old.vdi_instance_id then new.vdi_instance_id := new.worker_id; end if;
  end if;
  new.field_mapping := new.variable_mapping;
  new.worker_id := new.vdi_instance_id;
  return new;
end $$;

-- The first end of a job is its end: a row or a worker that comes late changes nothing. Only "pending" starts it again, as
-- a new run: its results so far are of the run before, and workers of that run have no say in this one.
create or replace function public.guard_job() returns trigger language plpgsql set search_path = '' as $$
declare ended constant text[] := array['completed', 'failed', 'cancelled'];
begin
  if current_user in ('anon', 'authenticated') and (new.attempt, new.first_attempt, new.lost_attempts, new.claim_id, new.lease_expires_at)
      is distinct from (old.attempt, old.first_attempt, old.lost_attempts, old.claim_id, old.lease_expires_at) then
    raise exception 'attempts and leases of a job are the queue''s' using errcode = '42501';
  end if;
  if old.status = any (ended) then
    if new.status = 'pending' then
      new.attempt := old.attempt + 1;
      new.first_attempt := new.attempt;
      new.lost_attempts := 0;
      new.current_row := 0; new.completed_rows := 0; new.successful_rows := 0; new.failed_rows := 0; new.skipped_rows := 0;
      new.started_at := null; new.completed_at := null; new.error_message := null;
    else
      new.status := old.status;
      new.completed_at := old.completed_at;
      new.error_message := old.error_message;
    end if;
  elsif new.status = any (ended) then
    new.completed_at := coalesce(new.completed_at, now());
  elsif new.status = 'running' then
    -- Resuming is no second start.
    new.started_at := coalesce(old.started_at, new.started_at, now());
  end if;
  if new.status = 'pending' and old.status <> 'pending' then
    new.claim_id := null; new.claimed_at := null; new.vdi_instance_id := null; new.worker_id := null;
  end if;
  if new.status = any (array['pending', 'completed', 'failed', 'cancelled']) then new.lease_expires_at := null; end if;
  return new;
end $$;

create or replace function public.set_result_pairs() returns trigger language plpgsql security definer set search_path = '' as $$
declare job_attempt integer := (select j.attempt from public.execution_jobs j where j.id = new.execution_job_id);
begin
  new.row_data := coalesce(new.row_data, '{}');
  new.step_results := coalesce(new.step_results, '[]');
  if tg_op = 'INSERT' then
    new.error_screenshot_url := coalesce(new.error_screenshot_url, new.screenshot_url);
    -- Clients that know of no attempts write results of the present one.
    if coalesce(new.attempt, 0) = 0 then new.attempt := coalesce(job_attempt, 0); end if;
  else
    if new.error_screenshot_url is not distinct from old.error_screenshot_url then new.error_screenshot_url := new.screenshot_url; end if;
    if new.attempt = old.attempt and new.status is distinct from old.status then new.attempt := greatest(new.attempt, job_attempt); end if;
  end if;
  new.screenshot_url := new.error_screenshot_url;
  return new;
end $$;

-- clock_timestamp(), not now(): lines of one statement keep their order.
create or replace function public.set_log_pairs() returns trigger language plpgsql set search_path = '' as $$
begin
  new.created_at := coalesce(new.created_at, new."timestamp", clock_timestamp());
  new."timestamp" := new.created_at;
  return new;
end $$;

-- Cached healings are looked up by recording, step and address of the page: so is the key made, unless it is given.
create or replace function public.set_healing_cache_expiration() returns trigger language plpgsql set search_path = '' as $$
begin
  new.created_at := coalesce(new.created_at, now());
  if tg_op = 'UPDATE' and new.confidence is not distinct from old.confidence
      and new.confidence_score is distinct from old.confidence_score then
    new.confidence := new.confidence_score;
  end if;
  new.confidence := coalesce(new.confidence, new.confidence_score);
  new.confidence_score := round(new.confidence);
  if new.success and new.healed_selector is not null then
    if new.page_url is not null then
      new.cache_key := coalesce(new.cache_key, md5(new.recording_id::text || new.step_number::text || new.page_url));
    end if;
    new.cached_until := coalesce(new.cached_until, new.created_at + interval '24 hours');
  end if;
  return new;
end $$;

-- Counts rows by state, all states. Once for a statement, not for each of its rows. The job's row is locked first: of two
-- writers that count at the same time each would miss the other's rows. ("no key": the rows' foreign keys hold a key share
-- lock on it already, and two writers that both wanted more would wait for each other.)
create or replace function public.count_job_rows(jobs uuid[]) returns void language plpgsql security definer set search_path = '' as $$
begin
  perform from public.execution_jobs j where j.id = any (jobs) order by j.id for no key update;
  update public.execution_jobs j
  set completed_rows = n.passed + n.skipped, successful_rows = n.passed, failed_rows = n.failed, skipped_rows = n.skipped,
      -- Who holds a lease says himself how the job ended. Others expect that the last row ends it.
      status = case when j.status = 'running' and j.lease_expires_at is null and n.passed + n.failed + n.skipped >= j.total_rows
                         and n.passed + n.failed + n.skipped > 0
                    then case when n.failed > 0 then 'failed' else 'completed' end
                    else j.status end
  from (select wanted.id, count(*) filter (where r.status in ('passed', 'success')) as passed,
               count(*) filter (where r.status = 'failed') as failed, count(*) filter (where r.status = 'skipped') as skipped
        from unnest(jobs) wanted (id)
        join public.execution_jobs job on job.id = wanted.id
        left join public.execution_results r on r.execution_job_id = wanted.id and r.attempt >= job.first_attempt
        group by wanted.id) n
  where j.id = n.id
    and ((j.status = 'running' and j.lease_expires_at is null) or (j.completed_rows, j.successful_rows, j.failed_rows, j.skipped_rows)
                                 is distinct from (n.passed + n.skipped, n.passed, n.failed, n.skipped));
end $$;

create or replace function public.update_execution_job_progress() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  perform public.count_job_rows(array(select distinct r.execution_job_id from changed r));
  return null;
end $$;

-- Rows that were still running when their job ended will not be told of any more: who was at them has no say now.
create or replace function public.end_job_rows() returns trigger language plpgsql security definer set search_path = '' as $$
begin
  update public.execution_results r set status = 'skipped', completed_at = coalesce(r.completed_at, now()),
    error_message = coalesce(r.error_message, 'the job was ' || new.status || ' before this row ended')
  where r.execution_job_id = new.id and r.status in ('pending', 'running');
  return null;
end $$;

create or replace trigger update_users_updated_at before update on public.users
  for each row execute function public.update_updated_at_column();
create or replace trigger guard_users before insert or update on public.users for each row execute function public.guard_user();
create or replace trigger update_recordings_updated_at before update on public.recordings
  for each row execute function public.update_updated_at_column();
create or replace trigger update_recordings_step_count before insert or update of steps, step_count, variables, tags on public.recordings
  for each row execute function public.update_recording_step_count();
-- Triggers of one event fire in the order of their names.
create or replace trigger execution_jobs_1_pairs before insert or update on public.execution_jobs
  for each row execute function public.set_job_pairs();
create or replace trigger execution_jobs_2_guard before update on public.execution_jobs
  for each row execute function public.guard_job();
create or replace trigger update_execution_jobs_updated_at before update on public.execution_jobs
  for each row execute function public.update_updated_at_column();
create or replace trigger execution_jobs_ended after update of status on public.execution_jobs for each row
  when (old.status is distinct from new.status and new.status in ('completed', 'failed', 'cancelled'))
  execute function public.end_job_rows();
create or replace trigger execution_results_pairs before insert or update on public.execution_results
  for each row execute function public.set_result_pairs();
create or replace trigger execution_logs_pairs before insert or update on public.execution_logs
  for each row execute function public.set_log_pairs();
create or replace trigger set_healing_logs_cache before insert or update on public.healing_logs
  for each row execute function public.set_healing_cache_expiration();
-- One for each event: a trigger with transition tables takes only one.
drop trigger if exists update_execution_jobs_progress on public.execution_results;
create or replace trigger execution_results_inserted after insert on public.execution_results referencing new table as changed
  for each statement execute function public.update_execution_job_progress();
create or replace trigger execution_results_updated after update on public.execution_results referencing new table as changed
  for each statement execute function public.update_execution_job_progress();
create or replace trigger execution_results_deleted after delete on public.execution_results referencing old table as changed
  for each statement execute function public.update_execution_job_progress();

-- Functions of triggers are called by nobody.
revoke execute on function public.update_updated_at_column(), public.handle_new_user(), public.guard_user(),
  public.update_recording_step_count(), public.set_job_pairs(), public.guard_job(), public.set_result_pairs(), public.set_log_pairs(),
  public.set_healing_cache_expiration(), public.count_job_rows(uuid[]), public.update_execution_job_progress(),
  public.end_job_rows()
  from public, anon, authenticated;

create or replace trigger reprise_on_auth_user_created after insert on auth.users
  for each row execute function public.handle_new_user();
-- Who signed up before.
insert into public.users (id, email) select u.id, u.email from auth.users u
  where not exists (select from public.users p where p.id = u.id) on conflict do nothing;
