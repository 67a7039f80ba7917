// What an answer of the portal means: good, or a PortalError that says what to mend.
#pragma once

#include <string>

#include <boost/json/value.hpp>

#include <reprise/reporters/http_client.hpp>
#include <reprise/reporters/supabase/client.hpp>

namespace reprise::reporters::supabase {

enum class Service { rows, files, sign_in };

// `what`: the request in words, such as "upsert of 500 rows into execution_results".
PortalError error_of(const HttpAnswer& answer, Service service, const std::string& what);
PortalError error_of(const HttpError& error, const std::string& what);
// The body of a good answer; nothing is null. Throws PortalError of bad_answer: a gateway's page, cut JSON.
boost::json::value json_of(const HttpAnswer& answer, const std::string& what);

}  // namespace reprise::reporters::supabase
