// What somebody else wrote, as a portal's pages read it: the job PORTAL_JOB, and the recording PORTAL_RECORDING of the user
// PORTAL_EMAIL.
import assert from 'node:assert/strict';
import { before, test } from 'node:test';

import * as portal from './portal.mjs';
import { check_row } from './types.mjs';

const { PORTAL_EMAIL, PORTAL_PASSWORD, PORTAL_JOB: job_id, PORTAL_RECORDING: recording_id } = process.env;
const user = portal.make_client();
let user_id;

before(async () => { user_id = (await portal.sign_in(user, PORTAL_EMAIL, PORTAL_PASSWORD)).user.id; });

async function all_results() {
  const results = [];
  for (let total = 1; results.length < total;) {
    const page = await portal.list_results(user, { job_id, offset: results.length });
    if (page.results.length === 0) break;
    results.push(...page.results);
    total = page.total;
  }
  return results;
}
async function all_logs() {
  const logs = [];
  for (let more = true; more;) {
    const page = await portal.list_logs(user, { job_id, after: logs.at(-1)?.created_at });
    logs.push(...page.logs);
    more = page.has_more;
  }
  return logs;
}

test('the recording is listed and has its steps', async () => {
  const recording = check_row('recording', await portal.get_recording(user, recording_id));
  assert.equal(recording.user_id, user_id);
  assert.equal(recording.step_count, recording.steps.length);
  assert.ok((await portal.list_recordings(user, { user_id, limit: 100 })).recordings.some(({ id }) => id === recording_id));
});

test('the job has ended, and its counts are those of its rows', async () => {
  const job = check_row('job', await portal.get_job(user, job_id));
  assert.equal(job.recording.id, recording_id);
  assert.ok(['completed', 'failed', 'cancelled'].includes(job.status), job.status);
  assert.ok(job.started_at <= job.completed_at);
  const results = await all_results();
  assert.equal(job.failed_rows, results.filter(({ status }) => status === 'failed').length);
  assert.equal(job.completed_rows, results.filter(({ status }) => ['passed', 'skipped'].includes(status)).length);
  if (job.status !== 'cancelled') {
    assert.equal(portal.progress_of(job), 100);
    assert.equal(results.length, job.total_rows);
  }
  assert.ok((await portal.list_jobs(user, { recording_id })).jobs.some(({ id }) => id === job_id));
});

test('each result tells what its row did', async () => {
  const results = await all_results();
  assert.deepEqual(results.map(({ row_index }) => row_index), [...new Set(results.map(({ row_index }) => row_index))]);
  for (const result of results) {
    check_row('result', result);
    const what = `row ${result.row_index}: ${result.status}, ${result.error_message}`;
    if (result.status === 'failed') assert.ok(result.error_message, what);
    if (result.status === 'passed') assert.equal(result.error_message, null, what);
    const picture = result.error_screenshot_url;
    if (picture) {
      const answer = await fetch(/^https?:/.test(picture) ? picture : await portal.sign_url(user, 'screenshots', picture));
      assert.equal(answer.status, 200, picture);
      assert.deepEqual([...new Uint8Array(await answer.arrayBuffer()).subarray(1, 4)], [0x50, 0x4e, 0x47], picture);
    }
  }
});

test('log lines are in order and belong to rows that are there', async () => {
  const ids = new Set((await all_results()).map(({ id }) => id));
  for (const log of await all_logs()) {
    check_row('log', log);
    if (log.execution_result_id) assert.ok(ids.has(log.execution_result_id), log.message);
  }
});

test('healings are listed and counted', async () => {
  const { logs, total } = await portal.list_healing_logs(user, { recording_id, job_id, limit: 1000 });
  for (const log of logs) check_row('healing', log);
  assert.ok((await portal.healing_stats(user, recording_id, 3650)).total >= total);
});
