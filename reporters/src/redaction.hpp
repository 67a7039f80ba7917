// Copies of events without their secrets.
//
// Untouched are the names by which results are found again: ids, paths, names of attachments' files. The runner makes
// them and never from secrets; replaced, two rows could become one, and a resumed run would not know its rows.
//
// Thread contract: pure functions; the Redactor is thread-safe.
#pragma once

#include <reprise/reporters/event.hpp>

namespace reprise::reporters {

class Redactor;

TestCase redacted(const Redactor& redactor, TestCase test);
StepResult redacted(const Redactor& redactor, StepResult step);
AttemptResult redacted(const Redactor& redactor, AttemptResult attempt);
TestResult redacted(const Redactor& redactor, TestResult result);
RunInfo redacted(const Redactor& redactor, RunInfo info);

}  // namespace reprise::reporters
