-- An empty schema public, with the grants that a hosted project gives to everything made in it: row-level security is
-- all that stands between the anonymous key and the rows.
drop schema if exists public cascade;
create schema public;
grant usage on schema public to public, anon, authenticated, service_role;
alter default privileges in schema public grant all on tables to anon, authenticated, service_role;
alter default privileges in schema public grant all on sequences to anon, authenticated, service_role;
alter default privileges in schema public grant all on functions to anon, authenticated, service_role;
grant usage on schema auth, storage to anon, authenticated, service_role;
-- The platform's own definitions: claims come as one JSON setting.
create or replace function auth.uid() returns uuid language sql stable as $f$
  select coalesce(nullif(current_setting('request.jwt.claim.sub', true), ''),
                  nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'sub')::uuid $f$;
create or replace function auth.role() returns text language sql stable as $f$
  select coalesce(nullif(current_setting('request.jwt.claim.role', true), ''),
                  nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'role')::text $f$;
create or replace function auth.jwt() returns jsonb language sql stable as $f$
  select coalesce(nullif(current_setting('request.jwt.claims', true), ''), '{}')::jsonb $f$;
-- What an earlier schema left outside public.
do $$ declare one record; begin
  for one in select policyname from pg_policies where schemaname = 'storage' and tablename = 'objects'
             and policyname like 'reprise %' loop
    execute format('drop policy %I on storage.objects', one.policyname);
  end loop;
  for one in select tgname from pg_trigger where tgrelid = 'auth.users'::regclass and not tgisinternal
             and tgname like 'reprise_%' loop
    execute format('drop trigger %I on auth.users', one.tgname);
  end loop;
end $$;
delete from storage.objects;
delete from storage.buckets;
delete from auth.users;
