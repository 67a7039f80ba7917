// What somebody else wrote, as pages of the other vocabulary read it (field_mapping, success, confidence_score): the job
// PORTAL_JOB and the recording PORTAL_RECORDING. That portal has no policies, so the service reads.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import * as portal from './portal.mjs';

const { PORTAL_JOB: job_id, PORTAL_RECORDING: recording_id } = process.env;
const service = portal.make_service_client();

async function rows_of(query) {
  const { data, error, count } = await query;
  assert.equal(error, null);
  return { data, count };
}

test('the recording is ready and has its steps', async () => {
  const { data: [recording] } = await rows_of(service.from('recordings').select('*').eq('id', recording_id));
  assert.ok(['ready', 'draft'].includes(recording.status), recording.status);
  assert.equal(recording.step_count, recording.steps.length);
});

test('the job has ended, and its counts are those of its rows', async () => {
  const { data: [job] } = await rows_of(service.from('execution_jobs').select('*, recording:recordings(id, name)').eq('id', job_id));
  assert.equal(job.recording.id, recording_id);
  assert.ok(['completed', 'failed'].includes(job.status), job.status);
  assert.equal(typeof job.field_mapping, 'object');
  const { data: results, count } = await rows_of(service.from('execution_results').select('*', { count: 'exact' })
    .eq('execution_job_id', job_id).order('row_index').range(0, 999));
  assert.equal(count, job.total_rows);
  assert.equal(job.successful_rows, results.filter(({ status }) => status === 'success').length);
  assert.equal(job.failed_rows, results.filter(({ status }) => status === 'failed').length);
  assert.deepEqual(results.map(({ row_index }) => row_index), results.map((_, index) => index));
  for (const { step_results } of results) {
    for (const step of step_results) {
      assert.equal(typeof step.stepNumber, 'number');
      assert.equal(typeof step.success, 'boolean');
    }
  }
});

test('pages of results are cut where they are asked to be', async () => {
  const { data, count } = await rows_of(service.from('execution_results').select('*', { count: 'exact' })
    .eq('execution_job_id', job_id).eq('status', 'success').order('row_index').range(1, 1));
  assert.ok(data.length <= 1);
  assert.ok(count >= data.length);
});

test('log lines come in order of their time', async () => {
  const { data: logs } = await rows_of(service.from('execution_logs').select('*').eq('execution_job_id', job_id)
    .order('timestamp', { ascending: true }).limit(1000));
  assert.ok(logs.length > 0);
  for (const { level, message, metadata } of logs) {
    assert.ok(['debug', 'info', 'warn', 'error'].includes(level), level);
    assert.ok(message);
    assert.equal(typeof metadata, 'object');
  }
  const times = logs.map(({ timestamp }) => timestamp);
  assert.deepEqual(times, times.toSorted());
});

test('heals count in its words and on its scale', async () => {
  const { data: logs } = await rows_of(service.from('healing_logs').select('healing_method, success, confidence_score')
    .eq('recording_id', recording_id));
  for (const { healing_method, confidence_score } of logs) {
    assert.ok(['claude_vision', 'fuzzy_match', 'bounding_box', 'cached'].includes(healing_method), healing_method);
    assert.ok(Number.isInteger(confidence_score) && confidence_score >= 0 && confidence_score <= 100);
  }
});
