-- Pages watch jobs, results, log lines and recordings as they change. Row-level security holds for what they are told.
do $$ declare name text; begin
  if not exists (select from pg_publication where pubname = 'supabase_realtime') then create publication supabase_realtime; end if;
  -- A publication of all tables takes no single ones.
  if exists (select from pg_publication where pubname = 'supabase_realtime' and puballtables) then return; end if;
  foreach name in array array['recordings', 'execution_jobs', 'execution_results', 'execution_logs', 'healing_logs'] loop
    if not exists (select from pg_publication_tables t where t.pubname = 'supabase_realtime' and t.schemaname = 'public' and t.tablename = name) then
      execute format('alter publication supabase_realtime add table public.%I', name);
    end if;
  end loop;
exception when insufficient_privilege then
  raise warning 'the tables could not be added to the publication supabase_realtime (%): pages are not told of changes', sqlerrm;
end $$;
