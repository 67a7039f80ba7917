-- Who sees and writes what. Row-level security stands on every table, also where only the service role works: projects give
-- every new table to the anonymous key, and these policies are all that stands before the rows.
--
-- auth.uid() is asked in a sub-select: once for a query, not for each row.

-- Asked by policies. It reads past the policies of team_members, which ask it themselves.
create or replace function public.team_role(team uuid) returns text language sql stable security definer set search_path = '' as $$
  select m.role from public.team_members m where m.team_id = team and m.user_id = (select auth.uid())
$$;
revoke execute on function public.team_role(uuid) from public, anon;
grant execute on function public.team_role(uuid) to authenticated, service_role;

do $$ declare name text; begin
  foreach name in array array['users', 'recordings', 'execution_jobs', 'execution_results', 'execution_logs', 'healing_logs',
      'vdi_metrics', 'teams', 'team_members', 'sessions', 'instances', 'tabs', 'runs', 'page_signatures', 'element_signatures',
      'tool_calls', 'artifacts', 'hints', 'hint_stats', 'dedup_hashes'] loop
    execute format('alter table public.%I enable row level security', name);
    -- TRUNCATE and the like know no policies.
    execute format('revoke all on public.%I from anon, authenticated', name);
    execute format('grant select, insert, update, delete on public.%I to authenticated', name);
    execute format('grant all on public.%I to service_role', name);
  end loop;
  grant usage, select on all sequences in schema public to service_role;
end $$;

drop policy if exists "own profile" on public.users;
create policy "own profile" on public.users for all to authenticated
  using (id = (select auth.uid())) with check (id = (select auth.uid()));

drop policy if exists "recordings one may see" on public.recordings;
create policy "recordings one may see" on public.recordings for select to authenticated
  using (user_id = (select auth.uid()) or visibility = 'public'
         or (visibility = 'team' and team_id is not null and public.team_role(team_id) is not null));
drop policy if exists "own recordings are made" on public.recordings;
create policy "own recordings are made" on public.recordings for insert to authenticated
  with check (user_id = (select auth.uid()) and (team_id is null or public.team_role(team_id) in ('owner', 'admin', 'member')));
drop policy if exists "own recordings are changed" on public.recordings;
create policy "own recordings are changed" on public.recordings for update to authenticated
  using (user_id = (select auth.uid()))
  with check (user_id = (select auth.uid()) and (team_id is null or public.team_role(team_id) in ('owner', 'admin', 'member')));
drop policy if exists "own recordings are deleted" on public.recordings;
create policy "own recordings are deleted" on public.recordings for delete to authenticated using (user_id = (select auth.uid()));

drop policy if exists "jobs one may see" on public.execution_jobs;
create policy "jobs one may see" on public.execution_jobs for select to authenticated
  using (user_id = (select auth.uid()) or (team_id is not null and public.team_role(team_id) is not null));
-- Of recordings that one may see: a job brings its steps to a worker, and what they do on pages back.
drop policy if exists "own jobs are made" on public.execution_jobs;
create policy "own jobs are made" on public.execution_jobs for insert to authenticated
  with check (user_id = (select auth.uid()) and (team_id is null or public.team_role(team_id) in ('owner', 'admin', 'member'))
              and exists (select from public.recordings r where r.id = recording_id));
drop policy if exists "own jobs are changed" on public.execution_jobs;
create policy "own jobs are changed" on public.execution_jobs for update to authenticated
  using (user_id = (select auth.uid()))
  with check (user_id = (select auth.uid()) and (team_id is null or public.team_role(team_id) in ('owner', 'admin', 'member'))
              and exists (select from public.recordings r where r.id = recording_id));
drop policy if exists "own jobs are deleted" on public.execution_jobs;
create policy "own jobs are deleted" on public.execution_jobs for delete to authenticated using (user_id = (select auth.uid()));

-- Results, log lines and healings are written by workers and the service role only; who may see the job may see them.
drop policy if exists "results of jobs one may see" on public.execution_results;
create policy "results of jobs one may see" on public.execution_results for select to authenticated
  using (exists (select from public.execution_jobs j where j.id = execution_job_id));
drop policy if exists "logs of jobs one may see" on public.execution_logs;
create policy "logs of jobs one may see" on public.execution_logs for select to authenticated
  using (exists (select from public.execution_jobs j where j.id = execution_job_id));
-- Those of a job go with the job: a public recording does not show what others' runs of it met.
drop policy if exists "healings one may see" on public.healing_logs;
create policy "healings one may see" on public.healing_logs for select to authenticated
  using (exists (select from public.execution_jobs j where j.id = execution_job_id)
         or exists (select from public.recordings r where r.id = recording_id and r.user_id = (select auth.uid())));

drop policy if exists "metrics of the service" on public.vdi_metrics;
create policy "metrics of the service" on public.vdi_metrics for all to service_role using (true) with check (true);

drop policy if exists "own teams are seen" on public.teams;
create policy "own teams are seen" on public.teams for select to authenticated
  using (owner_id = (select auth.uid()) or public.team_role(id) is not null);
drop policy if exists "own teams are made" on public.teams;
create policy "own teams are made" on public.teams for insert to authenticated with check (owner_id = (select auth.uid()));
drop policy if exists "own teams are changed" on public.teams;
create policy "own teams are changed" on public.teams for update to authenticated
  using (owner_id = (select auth.uid())) with check (public.team_role(id) is not null);
drop policy if exists "own teams are deleted" on public.teams;
create policy "own teams are deleted" on public.teams for delete to authenticated using (owner_id = (select auth.uid()));

drop policy if exists "members of own teams are seen" on public.team_members;
create policy "members of own teams are seen" on public.team_members for select to authenticated
  using (user_id = (select auth.uid()) or public.team_role(team_id) is not null);
-- Owners come with the team; who leads a team makes no further ones.
drop policy if exists "leaders add members" on public.team_members;
create policy "leaders add members" on public.team_members for insert to authenticated
  with check (public.team_role(team_id) in ('owner', 'admin') and role <> 'owner');
drop policy if exists "leaders change members" on public.team_members;
create policy "leaders change members" on public.team_members for update to authenticated
  using (public.team_role(team_id) in ('owner', 'admin') and role <> 'owner')
  with check (public.team_role(team_id) in ('owner', 'admin') and role <> 'owner');
drop policy if exists "members leave or are removed" on public.team_members;
create policy "members leave or are removed" on public.team_members for delete to authenticated
  using (role <> 'owner' and (user_id = (select auth.uid()) or public.team_role(team_id) in ('owner', 'admin')));

-- Run history: written by the service; users read what is theirs.
drop policy if exists "own sessions" on public.sessions;
create policy "own sessions" on public.sessions for select to authenticated using (user_id = (select auth.uid()));
drop policy if exists "instances of own sessions" on public.instances;
create policy "instances of own sessions" on public.instances for select to authenticated
  using (exists (select from public.sessions s where s.session_id = instances.session_id));
drop policy if exists "tabs of own sessions" on public.tabs;
create policy "tabs of own sessions" on public.tabs for select to authenticated
  using (exists (select from public.instances i where i.instance_id = tabs.instance_id));
drop policy if exists "own runs" on public.runs;
create policy "own runs" on public.runs for select to authenticated
  using (user_id = (select auth.uid()) or exists (select from public.execution_jobs j where j.id = execution_job_id));
drop policy if exists "calls of own runs" on public.tool_calls;
create policy "calls of own runs" on public.tool_calls for select to authenticated
  using (exists (select from public.runs r where r.run_id = tool_calls.run_id));
drop policy if exists "artifacts of own runs" on public.artifacts;
create policy "artifacts of own runs" on public.artifacts for select to authenticated
  using (exists (select from public.tool_calls c where c.call_id = artifacts.call_id));
-- Learnt over the pages of all users: addresses in it are no user's to read.
do $$ declare name text; begin
  foreach name in array array['page_signatures', 'element_signatures', 'hints', 'hint_stats', 'dedup_hashes'] loop
    execute format('drop policy if exists "of the service" on public.%I', name);
    execute format('create policy "of the service" on public.%I for all to service_role using (true) with check (true)', name);
  end loop;
end $$;
