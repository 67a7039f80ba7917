// What becomes of the rows that the filters have left: those that failed last, repeated, and this machine's share.
#pragma once

#include "engine/selection.hpp"

namespace reprise::runner {

// In this order: last_failed, repeat_each, shard. When nothing remains, `why_empty` tells, or `empty_shard` is set.
// Throws DataError, also when a row has the name that a repetition would get.
// `Test`: PlannedTest or BinaryTest.
template <class Test>
void narrow(SelectionOf<Test>& selection, const RunOptions& options);

}  // namespace reprise::runner
