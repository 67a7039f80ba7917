// The calls that a portal's pages make, with the client library that they make them with. `user`: a client that speaks as
// the one signed in; `service`: one with the service role key.
import { createRequire } from 'node:module';

// Installed beside the stack.
const { createClient } = createRequire(new URL('../stack/package.json', import.meta.url))('@supabase/supabase-js');

const { PORTAL_URL, PORTAL_ANON_KEY, PORTAL_SERVICE_KEY } = process.env;
const k_options = { auth: { autoRefreshToken: false, persistSession: false } };

export const make_client = () => createClient(PORTAL_URL, PORTAL_ANON_KEY, k_options);
export const make_service_client = () => createClient(PORTAL_URL, PORTAL_SERVICE_KEY, k_options);

/** The data of an answer; an Error with the portal's code when there is none. */
async function taken(request) {
  const { data, error, count } = await request;
  if (error) throw Object.assign(new Error(`${error.code ?? error.statusCode ?? ''} ${error.message}`), error);
  return count === null || count === undefined ? data : { data, count };
}

// Accounts

export async function sign_up(user, { email, password, full_name }) {
  const { user: account, session } = await taken(user.auth.signUp({ email, password, options: { data: { full_name } } }));
  await taken(user.from('users').insert({
    id: account.id, email, full_name, tier: 'starter',
    preferences: {
      recording: { overlayPosition: 'top-right', captureScreenshots: true }, execution: { defaultTimeout: 30000, retryCount: 2 },
      aiHealing: { mode: 'autonomous', confidenceThreshold: 80 }, notifications: { emailOnComplete: true, emailOnFailure: true },
    },
  }));
  return { user: account, session };
}
export const sign_in = (user, email, password) => taken(user.auth.signInWithPassword({ email, password }));
export const sign_out = user => user.auth.signOut();
export async function current_user(user) {
  const { data: { user: account }, error } = await user.auth.getUser();
  if (error || !account) return { user: null, profile: null };
  return { user: account, profile: await taken(user.from('users').select('*').eq('id', account.id).single()) };
}

// Recordings

export async function list_recordings(user, { user_id, status, search, sort_by = 'created_at', ascending = false, limit = 20, offset = 0 }) {
  let query = user.from('recordings').select('*', { count: 'exact' }).eq('user_id', user_id);
  if (status) query = query.eq('status', status);
  if (search) query = query.or(`name.ilike.%${search}%,description.ilike.%${search}%`);
  const { data, count } = await taken(query.order(sort_by, { ascending }).range(offset, offset + limit - 1));
  return { recordings: data, total: count, has_more: count > offset + limit };
}
export const get_recording = (user, id, { steps = true } = {}) => taken(user.from('recordings').select(steps ? '*'
  : 'id,user_id,name,description,starting_url,status,step_count,duration,variables,recording_method,visibility,created_at,updated_at')
  .eq('id', id).single());
export const create_recording = (user, user_id, { name, starting_url, description, tags = [], recording_method = 'extension' }) =>
  taken(user.from('recordings').insert({ user_id, name, starting_url, description, tags, status: 'recording', steps: [], step_count: 0,
    variables: {}, recording_method, visibility: 'private' }).select().single());
export const update_recording = (user, id, values) => taken(user.from('recordings').update({
  ...values, updated_at: new Date().toISOString(), ...(values.steps ? { step_count: values.steps.length } : {}),
}).eq('id', id).select().single());
export const delete_recording = (user, id) => taken(user.from('recordings').delete().eq('id', id));
export async function add_step(user, id, step) {
  const { steps } = await taken(user.from('recordings').select('steps').eq('id', id).single());
  return update_recording(user, id, { steps: [...steps ?? [], step] });
}

// Jobs

export const create_job = (user, user_id, { recording_id, name, csv_data, variable_mapping, settings = {} }) =>
  taken(user.from('execution_jobs').insert({
    recording_id, user_id, name: name ?? `Execution ${new Date().toISOString()}`, csv_data: csv_data ?? [],
    variable_mapping: variable_mapping ?? {}, total_rows: csv_data?.length || 1, current_row: 0, completed_rows: 0, failed_rows: 0,
    status: 'pending',
    settings: { headless: true, timeout: 30000, retryCount: 2, screenshotOnError: true, enableHealing: true, ...settings },
  }).select().single());
export async function list_jobs(user, { recording_id, status, limit = 20, offset = 0 }) {
  let query = user.from('execution_jobs').select('*', { count: 'exact' }).eq('recording_id', recording_id)
    .order('created_at', { ascending: false });
  if (status) query = query.eq('status', status);
  const { data, count } = await taken(query.range(offset, offset + limit - 1));
  return { jobs: data, total: count };
}
export const get_job = (user, id) => taken(user.from('execution_jobs')
  .select('*, recording:recordings(id, name, starting_url, step_count)').eq('id', id).single());
export function update_job_status(user, id, { status, ...values }) {
  const now = new Date().toISOString();
  return taken(user.from('execution_jobs').update({
    status, updated_at: now, ...values, ...(status === 'running' ? { started_at: now } : {}),
    ...(['completed', 'failed', 'cancelled'].includes(status) ? { completed_at: now } : {}),
  }).eq('id', id).select().single());
}
export const cancel_job = (user, id) => update_job_status(user, id, { status: 'cancelled' });
/** What a page shows of a job that it watches. */
export const progress_of = job => (job.completed_rows + job.failed_rows) / job.total_rows * 100;

// Results, logs, healings

export async function list_results(user, { job_id, status, limit = 100, offset = 0 }) {
  let query = user.from('execution_results').select('*', { count: 'exact' }).eq('execution_job_id', job_id)
    .order('row_index', { ascending: true });
  if (status) query = query.eq('status', status);
  const { data, count } = await taken(query.range(offset, offset + limit - 1));
  return { results: data, total: count };
}
export const get_result = (user, id) => taken(user.from('execution_results').select('*').eq('id', id).single());
export const create_result = (service, job_id, values) => taken(service.from('execution_results')
  .insert({ execution_job_id: job_id, steps_completed: 0, steps_failed: 0, ...values }).select().single());
export async function list_logs(user, { job_id, level, result_id, limit = 100, after }) {
  let query = user.from('execution_logs').select('*').eq('execution_job_id', job_id).order('created_at', { ascending: true });
  if (level) query = query.eq('level', level);
  if (result_id) query = query.eq('execution_result_id', result_id);
  if (after) query = query.gt('created_at', after);
  const logs = await taken(query.limit(limit + 1));
  return { logs: logs.slice(0, limit), has_more: logs.length > limit };
}
export const create_log = (service, job_id, values) => taken(service.from('execution_logs')
  .insert({ execution_job_id: job_id, ...values }).select().single());
export async function list_healing_logs(user, { recording_id, job_id, success, method, limit = 50, offset = 0 }) {
  let query = user.from('healing_logs').select('*', { count: 'exact' }).eq('recording_id', recording_id)
    .order('created_at', { ascending: false });
  if (job_id) query = query.eq('execution_job_id', job_id);
  if (success !== undefined) query = query.eq('success', success);
  if (method) query = query.eq('healing_method', method);
  const { data, count } = await taken(query.range(offset, offset + limit - 1));
  return { logs: data, total: count };
}
export async function healing_stats(user, recording_id, days = 30) {
  const since = new Date(Date.now() - days * 24 * 3600 * 1000).toISOString();
  const logs = await taken(user.from('healing_logs').select('healing_method, success, confidence').eq('recording_id', recording_id)
    .gte('created_at', since));
  const total = logs.length;
  const successes = logs.filter(({ success }) => success).length;
  const by_method = {};
  for (const { healing_method, success } of logs) {
    const entry = by_method[healing_method] ??= { attempts: 0, successes: 0 };
    ++entry.attempts;
    if (success) ++entry.successes;
  }
  const confidence = logs.reduce((sum, log) => sum + (log.confidence || 0), 0);
  return { total, successes, failures: total - successes, by_method, average_confidence: total ? confidence / total : 0 };
}

// Files

export async function upload_screenshot(user, { job_id, row_index = 0, step_number, bytes }) {
  const { path } = await taken(user.storage.from('screenshots').upload(`${job_id}/${row_index}/step-${step_number}-${Date.now()}.png`, bytes,
    { contentType: 'image/png', upsert: false }));
  return { path, url: user.storage.from('screenshots').getPublicUrl(path).data.publicUrl };
}
export async function upload_export(user, { user_id, job_id, csv, file_name }) {
  const { path } = await taken(user.storage.from('exports').upload(`${user_id}/${job_id}/${file_name}`, csv,
    { contentType: 'text/csv', upsert: true }));
  return { path, url: (await taken(user.storage.from('exports').createSignedUrl(path, 86400))).signedUrl };
}
export const sign_url = async (user, bucket, path) => (await taken(user.storage.from(bucket).createSignedUrl(path, 60))).signedUrl;
export const delete_file = (user, bucket, path) => taken(user.storage.from(bucket).remove([path]));
