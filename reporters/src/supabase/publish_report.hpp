// What a report says of an outbox.
//
// Thread contract: pure functions.
#pragma once

#include <reprise/reporters/supabase/publisher.hpp>

#include "supabase/outbox.hpp"

namespace reprise::reporters::supabase {

// Fills in the counts and what the portal refused. Throws DatabaseError.
void describe(PublishReport& report, const Outbox& outbox);

}  // namespace reprise::reporters::supabase
