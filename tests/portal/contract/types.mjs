// What pages rely on in the rows that they read: the types of the columns. `?`: may be missing or null.
import assert from 'node:assert/strict';

const k_uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const k_time = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|\+00:00)$/;
const k_kinds = {
  uuid: value => k_uuid.test(value),
  time: value => k_time.test(value),
  text: value => typeof value === 'string',
  number: value => typeof value === 'number',
  count: value => Number.isInteger(value) && value >= 0,
  flag: value => typeof value === 'boolean',
  object: value => typeof value === 'object' && value !== null && !Array.isArray(value),
  list: value => Array.isArray(value),
  texts: value => typeof value === 'object' && value !== null && Object.values(value).every(one => typeof one === 'string'),
  percent: value => typeof value === 'number' && value >= 0 && value <= 100,
};

export const k_types = {
  user: { id: 'uuid', email: 'text', full_name: 'text?', avatar_url: 'text?', tier: 'starter|professional|business|enterprise',
    preferences: 'object', default_team_id: 'uuid?', created_at: 'time', updated_at: 'time' },
  recording: { id: 'uuid', user_id: 'uuid', team_id: 'uuid?', name: 'text', description: 'text?', starting_url: 'text', tags: 'list',
    status: 'recording|completed|archived', step_count: 'count', duration: 'count?', steps: 'list', variables: 'object',
    recording_method: 'extension|cloud_browser', visibility: 'private|team|public', created_at: 'time', updated_at: 'time' },
  job: { id: 'uuid', recording_id: 'uuid', user_id: 'uuid', team_id: 'uuid?', name: 'text', csv_data: 'list', variable_mapping: 'texts',
    total_rows: 'count', current_row: 'count', completed_rows: 'count', failed_rows: 'count',
    status: 'pending|running|paused|completed|failed|cancelled', settings: 'object', vdi_instance_id: 'text?', started_at: 'time?',
    completed_at: 'time?', created_at: 'time', updated_at: 'time' },
  result: { id: 'uuid', execution_job_id: 'uuid', row_index: 'count', row_data: 'texts', status: 'pending|running|passed|failed|skipped',
    steps_completed: 'count', steps_failed: 'count', duration: 'count?', error_message: 'text?', error_step_number: 'count?',
    error_screenshot_url: 'text?', extracted_data: 'texts?', created_at: 'time' },
  log: { id: 'uuid', execution_job_id: 'uuid', execution_result_id: 'uuid?', level: 'debug|info|warn|error', message: 'text',
    step_number: 'count?', step_label: 'text?', row_index: 'count?', metadata: 'object?', screenshot_url: 'text?', created_at: 'time' },
  healing: { id: 'uuid', recording_id: 'uuid', execution_job_id: 'uuid?', step_number: 'count', original_selector: 'text',
    healed_selector: 'text', healing_method: 'ai_vision|text_match|structural|attribute_fallback', confidence: 'percent', page_url: 'text?',
    page_title: 'text?', applied: 'flag', success: 'flag', screenshot_url: 'text?', created_at: 'time' },
};

/** `row` is what pages take for a `type`; the error names the column. */
export function check_row(type, row) {
  for (const [column, kind] of Object.entries(k_types[type])) {
    const value = row[column];
    if (kind.endsWith('?') && (value === null || value === undefined)) continue;
    const name = kind.replace('?', '');
    const fits = k_kinds[name]?.(value) ?? name.split('|').includes(value);
    assert.ok(fits, `${type}.${column} is ${JSON.stringify(value)}, expected ${kind}`);
  }
  return row;
}
