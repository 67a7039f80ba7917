// Where the portal is, and as whom we speak to it. Secrets come from the environment or from files, never from argv.
#pragma once

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>

namespace reprise::reporters::supabase {

struct Settings {
    std::string url{};  // "https://abcdefgh.supabase.co", without "/rest/v1"
    // Service role key, publishable or anonymous key, of either kind: a JWT, or "sb_secret_…" / "sb_publishable_…".
    std::string key{};
    // With both, the client signs in first and speaks as that user; `key` is then the anonymous or publishable one.
    std::string email{};
    std::string password{};
    std::string user_id{};                      // whose recordings and jobs are made; empty: the user signed in
    std::filesystem::path ca_certificate{};     // PEM; empty: the system's
    std::chrono::milliseconds timeout{30'000};  // of one request

    bool complete() const { return !url.empty() && !key.empty(); }
};

// What stands in the environment, over what `base` holds: SUPABASE_URL, SUPABASE_SERVICE_ROLE_KEY (else
// SUPABASE_SECRET_KEY, SUPABASE_ANON_KEY, SUPABASE_PUBLISHABLE_KEY), SUPABASE_KEY_FILE (a file that holds the key, for
// mounted secrets; goes before the others), SUPABASE_EMAIL, SUPABASE_PASSWORD, SUPABASE_USER_ID, SUPABASE_CA_FILE.
// Throws std::invalid_argument when the key file cannot be read, or is empty.
Settings settings_from_environment(Settings base = {});

// The key that a file holds, without blanks around it. Throws std::invalid_argument.
std::string key_of_file(const std::filesystem::path& file);

// What is wrong with them, in words that name what to set; empty: nothing. Plain http is for this machine only.
std::string problem_of(const Settings& settings);

// "service_role", "anon", "authenticated" or another role that the key, a JWT, claims; "secret" or "publishable" for
// the newer kind; empty: unknown. The signature is not checked.
std::string role_of_key(const std::string& key);

}  // namespace reprise::reporters::supabase
