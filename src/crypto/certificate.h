// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/secret.h"
#include "base/time.h"

/// Certificates of servers: what stands in them, and making them for a house without an authority.
namespace crossdock::crypto {

struct CertificateFacts {
    std::string subject;             // "CN=hub.example.com"
    std::string issuer;              // the same form
    std::vector<std::string> names;  // DNS names and IP addresses that it is for, as they stand in it
    Timestamp not_before{};
    Timestamp not_after{};
    std::string fingerprint;  // SHA-256 of the whole, 64 hex digits
    bool in_order = true;     // each further certificate in the text issued the one before it
    bool by_itself = false;   // issued by nobody else
};

/// The first certificate of a PEM text. Errors: invalid `certificate_unreadable`; the message completes "the
/// certificate …".
Result<CertificateFacts> read_certificate(std::string_view pem);
/// Whether a client that asks for this host (a name, or an address without brackets) would take the first certificate
/// of the text; wildcards count. False when it cannot be read.
bool certificate_covers(std::string_view pem, const std::string& host);

/// A certificate and its key, both PEM.
struct CertificatePair {
    std::string certificate;
    Secret private_key;
};

/// How long the two below hold. 825 days is the most that Apple's systems accept of a server.
inline constexpr std::chrono::hours kAuthorityLife = std::chrono::hours{24 * 3650};
inline constexpr std::chrono::hours kServerLife = std::chrono::hours{24 * 825};

/// An authority of one's own (ECDSA P-256): it can sign servers of these names and of what lies below them, of this
/// machine, and of private networks' addresses, and nothing else; whoever gets hold of its key cannot pretend to be a
/// bank. Throws std::runtime_error when OpenSSL fails.
CertificatePair make_authority(const std::string& common_name, const std::vector<std::string>& names, Timestamp now);
/// A server's certificate, signed by the authority, followed by nothing. It begins a day ago, for clocks that are slow,
/// and does not outlive its authority. Errors: invalid `authority_unreadable`; conflict `name_not_permitted`, naming
/// it; conflict `authority_expired`.
Result<CertificatePair> issue_certificate(const CertificatePair& authority, const std::vector<std::string>& names,
                                          Timestamp now);

}  // namespace crossdock::crypto
