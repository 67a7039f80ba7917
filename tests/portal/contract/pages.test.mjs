// A portal's pages at work, from the sign-up to the deletion, with rows of their own making.
import assert from 'node:assert/strict';
import { before, test } from 'node:test';

import * as portal from './portal.mjs';
import { check_row } from './types.mjs';

const k_account = { email: 'pages@example.test', password: 'a-long-password', full_name: 'Ada Lovelace' };
const user = portal.make_client();
const service = portal.make_service_client();
let user_id;

before(async () => { user_id = (await portal.sign_up(user, k_account)).user.id; });

/** A job of a new recording. */
async function make_job(values = {}) {
  const recording = await portal.create_recording(user, user_id, { name: 'Order', starting_url: 'https://shop.test/' });
  return portal.create_job(user, user_id, { recording_id: recording.id, csv_data: [{ name: 'Ada' }, { name: 'Bob' }],
    variable_mapping: { name: 'Name' }, ...values });
}

test('accounts: the profile is what the sign-up said', async () => {
  const { profile } = await portal.current_user(user);
  check_row('user', profile);
  assert.equal(profile.full_name, k_account.full_name);
  assert.equal(profile.preferences.aiHealing.confidenceThreshold, 80);
  const other = portal.make_client();
  const { session } = await portal.sign_in(other, k_account.email, k_account.password);
  assert.ok(session.access_token);
  assert.equal((await portal.current_user(other)).user.id, user_id);
  await portal.sign_out(other);
  await assert.rejects(portal.sign_in(other, k_account.email, 'wrong'), /Invalid login credentials/);
});

test('recordings: made, listed, searched, changed, deleted', async () => {
  const made = check_row('recording', await portal.create_recording(user, user_id, { name: 'Sign in 100%', starting_url: 'https://shop.test/',
    description: 'with a password', tags: ['smoke'] }));
  assert.equal(made.status, 'recording');
  const stepped = await portal.add_step(user, made.id, { stepNumber: 1, event: 'click', bundle: {} });
  assert.equal(stepped.step_count, 1);
  assert.equal((await portal.add_step(user, made.id, { stepNumber: 2, event: 'type', bundle: {} })).step_count, 2);
  const changed = await portal.update_recording(user, made.id, { status: 'completed', name: 'Sign in', steps: [{ stepNumber: 1 }] });
  check_row('recording', changed);
  assert.equal(changed.step_count, 1);
  const found = await portal.list_recordings(user, { user_id, search: 'PASSWORD', status: 'completed', sort_by: 'name' });
  assert.deepEqual([found.total, found.has_more, found.recordings[0].id], [1, false, made.id]);
  const bare = await portal.get_recording(user, made.id, { steps: false });
  assert.equal(bare.steps, undefined);
  await portal.delete_recording(user, made.id);
  await assert.rejects(portal.get_recording(user, made.id), { code: 'PGRST116' });
});

test('jobs: made, listed, followed to their end', async () => {
  const made = check_row('job', await make_job());
  const shown = await portal.get_job(user, made.id);
  assert.deepEqual(shown.recording, { id: made.recording_id, name: 'Order', starting_url: 'https://shop.test/', step_count: 0 });
  const running = await portal.update_job_status(service, made.id, { status: 'running', current_row: 1, vdi_instance_id: 'vdi-1' });
  assert.deepEqual([running.status, running.vdi_instance_id, running.current_row], ['running', 'vdi-1', 1]);
  for (const [row_index, status] of [[0, 'passed'], [1, 'failed']]) await portal.create_result(service, made.id, { row_index, row_data: {}, status });
  const ended = check_row('job', await portal.get_job(user, made.id));
  assert.equal(portal.progress_of(ended), 100);
  assert.equal(ended.status, 'failed');
  const listed = await portal.list_jobs(user, { recording_id: made.recording_id, status: 'failed' });
  assert.deepEqual([listed.total, listed.jobs[0].id], [1, made.id]);
  // A worker that has not heard of the end.
  assert.equal((await portal.update_job_status(service, made.id, { status: 'completed', completed_rows: 1, failed_rows: 1 })).status, 'failed');
});

test('jobs: paused, resumed and cancelled by their owner; without data', async () => {
  const made = await make_job({ csv_data: undefined, variable_mapping: undefined, name: 'Once' });
  assert.deepEqual([made.total_rows, made.csv_data, made.variable_mapping], [1, [], {}]);
  for (const status of ['paused', 'running', 'paused']) assert.equal((await portal.update_job_status(user, made.id, { status })).status, status);
  const cancelled = check_row('job', await portal.cancel_job(user, made.id));
  assert.equal(cancelled.status, 'cancelled');
  assert.ok(cancelled.completed_at);
});

test('results, logs and healings: written by the service, read by the owner', async () => {
  const job = await make_job();
  const result = await portal.create_result(service, job.id, { row_index: 1, row_data: { name: 'Bob' }, status: 'failed', steps_completed: 1,
    steps_failed: 1, duration: 900, error_message: 'not found', error_step_number: 2, error_screenshot_url: 'u', extracted_data: { total: '9' } });
  assert.deepEqual(check_row('result', await portal.get_result(user, result.id)), result);
  const { results, total } = await portal.list_results(user, { job_id: job.id, status: 'failed' });
  assert.deepEqual([results.length, total], [1, 1]);
  const first = check_row('log', await portal.create_log(service, job.id, { execution_result_id: result.id, level: 'info', message: 'click',
    step_number: 1, step_label: 'Order', row_index: 1, metadata: { ms: 5 }, screenshot_url: 'u' }));
  await portal.create_log(service, job.id, { level: 'error', message: 'not found' });
  assert.deepEqual((await portal.list_logs(user, { job_id: job.id, limit: 1 })).logs.map(({ message }) => message), ['click']);
  assert.equal((await portal.list_logs(user, { job_id: job.id, limit: 1 })).has_more, true);
  assert.deepEqual((await portal.list_logs(user, { job_id: job.id, after: first.created_at })).logs.map(({ level }) => level), ['error']);
  assert.equal((await portal.list_logs(user, { job_id: job.id, result_id: result.id })).logs.length, 1);
  assert.equal((await portal.list_logs(user, { job_id: job.id, level: 'warn' })).logs.length, 0);

  const heal = (healing_method, success, confidence) => service.from('healing_logs').insert({ recording_id: job.recording_id,
    execution_job_id: job.id, step_number: 1, original_selector: '#a', healed_selector: '#b', healing_method, confidence, applied: success, success })
    .throwOnError();
  await heal('ai_vision', true, 90);
  await heal('structural', false, 50);
  const healed = await portal.list_healing_logs(user, { recording_id: job.recording_id, job_id: job.id, success: true, method: 'ai_vision' });
  assert.equal(healed.total, 1);
  check_row('healing', healed.logs[0]);
  assert.deepEqual(await portal.healing_stats(user, job.recording_id), { total: 2, successes: 1, failures: 1, average_confidence: 70,
    by_method: { ai_vision: { attempts: 1, successes: 1 }, structural: { attempts: 1, successes: 0 } } });
});

test('files: pictures and exports of the owner', async () => {
  const job = await make_job();
  const picture = await portal.upload_screenshot(user, { job_id: job.id, step_number: 1, bytes: Buffer.from('picture') });
  assert.notEqual((await fetch(picture.url)).status, 200, 'the bucket is private: public links give nothing');
  assert.equal(await (await fetch(await portal.sign_url(user, 'screenshots', picture.path))).text(), 'picture');
  for (const csv of ['a,b\n1,2\n', 'a,b\n3,4\n']) {
    const { url } = await portal.upload_export(user, { user_id, job_id: job.id, csv, file_name: 'rows.csv' });
    assert.equal(await (await fetch(url)).text(), csv);
  }
  await portal.delete_file(user, 'screenshots', picture.path);
  await assert.rejects(portal.sign_url(user, 'screenshots', picture.path));
});
