-- Files: buckets, all private; links are signed when they are shown. What a job leaves has the job's id as its first folder
-- (screenshots: <job>/<sha256>.png), exports and downloads that of their user.
insert into storage.buckets (id, name, public) values
  ('screenshots', 'screenshots', false), ('exports', 'exports', false), ('downloads', 'downloads', false),
  ('dom', 'dom', false), ('scaffolds', 'scaffolds', false), ('logs', 'logs', false)
on conflict (id) do nothing;
-- A bucket that was there stays as it is: its pages may show public links.
do $$ declare one record; begin
  for one in select id from storage.buckets where public and id in ('screenshots', 'exports', 'downloads', 'dom', 'scaffolds', 'logs') loop
    raise warning 'bucket % is public: whoever knows the address of a file can read it; '
      'close it with: update storage.buckets set public = false where id = %', one.id, quote_literal(one.id);
  end loop;
end $$;

-- Whether the signed-in user may read a file of that name: his own folder, or a job that he may see.
create or replace function public.may_read_file(name text) returns boolean language plpgsql stable set search_path = '' as $$
declare folder text := split_part(name, '/', 1);
begin
  if folder !~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' then return false; end if;
  return folder::uuid = auth.uid() or exists (select from public.execution_jobs j where j.id = folder::uuid);
end $$;
-- Whether he may write and delete it: his own folder, or a job of his own.
create or replace function public.may_write_file(name text) returns boolean language plpgsql stable set search_path = '' as $$
declare folder text := split_part(name, '/', 1);
begin
  if folder !~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' then return false; end if;
  return folder::uuid = auth.uid() or exists (select from public.execution_jobs j where j.id = folder::uuid and j.user_id = auth.uid());
end $$;
revoke execute on function public.may_read_file(text), public.may_write_file(text) from public, anon;
grant execute on function public.may_read_file(text), public.may_write_file(text) to authenticated, service_role;

-- A project where the storage tables cannot be changed by migrations says so, and keeps everything else.
do $$ begin
  drop policy if exists "reprise files one may read" on storage.objects;
  create policy "reprise files one may read" on storage.objects for select to authenticated
    using (bucket_id in ('screenshots', 'exports', 'downloads', 'dom', 'scaffolds', 'logs') and public.may_read_file(name));
  drop policy if exists "reprise own files are written" on storage.objects;
  create policy "reprise own files are written" on storage.objects for insert to authenticated
    with check (bucket_id in ('screenshots', 'exports', 'downloads') and public.may_write_file(name));
  drop policy if exists "reprise own files are replaced" on storage.objects;
  create policy "reprise own files are replaced" on storage.objects for update to authenticated
    using (bucket_id in ('screenshots', 'exports', 'downloads') and public.may_write_file(name))
    with check (bucket_id in ('screenshots', 'exports', 'downloads') and public.may_write_file(name));
  drop policy if exists "reprise own files are deleted" on storage.objects;
  create policy "reprise own files are deleted" on storage.objects for delete to authenticated
    using (bucket_id in ('screenshots', 'exports', 'downloads') and public.may_write_file(name));
  -- Workers add pictures, named by their content, and neither read, replace nor delete any.
  drop policy if exists "reprise workers add pictures" on storage.objects;
  create policy "reprise workers add pictures" on storage.objects for insert to reprise_worker
    with check (bucket_id = 'screenshots' and name ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/[0-9a-f]{64}\.(png|jpg|webp)$');
  grant usage on schema storage to reprise_worker;
  grant insert on storage.objects to reprise_worker;
  grant select on storage.buckets to reprise_worker;
exception when insufficient_privilege then
  raise warning 'the policies of storage.objects could not be made (%): make them in the dashboard, as this file has them', sqlerrm;
end $$;
