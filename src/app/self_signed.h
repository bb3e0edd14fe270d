// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <filesystem>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"

namespace crossdock::app {

/// Names of the files in the folder `tls` beside the config file.
inline constexpr const char* kServerCertificate = "server.crt";
inline constexpr const char* kServerKey = "server.key";
inline constexpr const char* kAuthorityCertificate = "authority.crt";
inline constexpr const char* kAuthorityKey = "authority.key";

struct SelfSigned {
    bool new_authority = false;
    std::vector<std::string> names;     // that the server's certificate is for
    std::vector<std::string> left_out;  // names of this machine that the authority may not sign for
    bool before_unread = false;         // there was a certificate, and what it was for cannot be read any more
    Timestamp not_after{};              // of the server's certificate
    Timestamp authority_not_after{};
};

/// A certificate for a house without an authority, in `folder`: the first time an authority (10 years) and a server's
/// certificate (825 days) for this machine's names, localhost and `asked`; afterwards a new server's certificate from
/// the same authority, also for the names that the one before was for. Keys are readable by their owner alone; the
/// server's files belong to whoever `runs_as` belongs to, when root makes them. Errors: invalid `bad_name`, conflict
/// `authority_key_missing`, `authority_expired`, `name_not_permitted`, those of platform::write_file; the message says
/// what to do.
Result<SelfSigned> make_self_signed(const std::filesystem::path& folder, const std::vector<std::string>& asked,
                                    const std::filesystem::path& runs_as, Timestamp now);

}  // namespace crossdock::app
