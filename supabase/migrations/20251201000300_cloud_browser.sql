-- The browser machine of each user.
alter table public.users
  add column if not exists vm_id text,
  add column if not exists vm_url text,
  add column if not exists vm_status text,
  add column if not exists vm_provisioned_at timestamptz,
  add column if not exists vm_last_accessed timestamptz;
alter table public.users drop constraint if exists users_vm_status_check,
  add constraint users_vm_status_check
    check (vm_status in ('not_provisioned', 'provisioning', 'ready', 'hibernating', 'stopped', 'error'));
create index if not exists idx_users_vm_id on public.users (vm_id) where vm_id is not null;
create index if not exists idx_users_vm_status on public.users (vm_status) where vm_status is not null;
create index if not exists idx_users_active_vms on public.users (vm_id, vm_last_accessed) where vm_status = 'ready';
