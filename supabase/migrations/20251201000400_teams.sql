-- Teams: whose recordings and jobs their members see.
create table if not exists public.teams (
  id uuid primary key default gen_random_uuid(),
  name text not null,
  slug text unique not null,
  owner_id uuid not null references public.users (id) on delete cascade,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create table if not exists public.team_members (
  id uuid primary key default gen_random_uuid(),
  team_id uuid not null references public.teams (id) on delete cascade,
  user_id uuid not null references public.users (id) on delete cascade,
  role text not null check (role in ('owner', 'admin', 'member', 'viewer')),
  joined_at timestamptz not null default now(),
  unique (team_id, user_id)
);
-- Users name a team and teams name a user: the columns come after both tables.
alter table public.users add column if not exists default_team_id uuid references public.teams (id) on delete set null;
alter table public.recordings add column if not exists team_id uuid references public.teams (id) on delete set null;
alter table public.execution_jobs add column if not exists team_id uuid references public.teams (id) on delete set null;

create index if not exists idx_teams_owner_id on public.teams (owner_id);
create index if not exists idx_team_members_user_id on public.team_members (user_id);
create index if not exists idx_users_default_team on public.users (default_team_id) where default_team_id is not null;
create index if not exists idx_recordings_team_id on public.recordings (team_id) where team_id is not null;
create index if not exists idx_execution_jobs_team_id on public.execution_jobs (team_id) where team_id is not null;

create or replace trigger update_teams_updated_at before update on public.teams
  for each row execute function public.update_updated_at_column();

-- Who makes a team is in it.
create or replace function public.add_team_owner() returns trigger language plpgsql security definer set search_path = '' as $$
begin
  insert into public.team_members (team_id, user_id, role) values (new.id, new.owner_id, 'owner')
  on conflict (team_id, user_id) do update set role = 'owner';
  return null;
end $$;
revoke execute on function public.add_team_owner() from public, anon, authenticated;
create or replace trigger add_team_owner after insert or update of owner_id on public.teams
  for each row execute function public.add_team_owner();
