// SPDX-License-Identifier: Apache-2.0
#include "app/self_signed.h"

#include <algorithm>

#include "base/ip.h"
#include "base/text.h"
#include "crypto/certificate.h"
#include "platform/file.h"
#include "platform/host_names.h"

namespace crossdock::app {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMostOfPem = 64 * 1024;
constexpr std::size_t kMostOfName = 253;

bool is_host_name(const std::string& name) {
    return !name.empty() && name.size() <= kMostOfName && name.front() != '.' && name.front() != '-' &&
           name.back() != '.' && name.find("..") == std::string::npos &&
           std::all_of(name.begin(), name.end(), [](char c) {
               return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_';
           });
}

void add_once(std::vector<std::string>& names, std::string name) {
    if (const auto address = parse_ip(name)) name = to_text(*address);
    if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(std::move(name));
}

bool is_there(const fs::path& file) {
    std::error_code ignored;
    return fs::exists(file, ignored);
}

std::string start_over(const fs::path& folder) {
    return "to make a new authority, which every client then has to trust anew, remove " +
           (folder / kAuthorityCertificate).string() + " and " + (folder / kAuthorityKey).string() + " and try again";
}

Status make_folder(const fs::path& folder) {
    std::error_code error;
    fs::create_directories(folder, error);
    // Certificates are for everybody's eyes; keys have permissions of their own.
    if (!error) fs::permissions(folder, fs::perms{0755}, error);
    if (error)
        return Error{ErrorKind::denied, "file_denied",
                     "cannot make the folder " + folder.string() + ": " + error.message()};
    return ok();
}

struct Authority {
    crypto::CertificatePair pair;
    bool is_new = false;
};

Result<Authority> authority_in(const fs::path& folder, const std::vector<std::string>& names, Timestamp now) {
    const fs::path certificate = folder / kAuthorityCertificate;
    const fs::path key = folder / kAuthorityKey;
    if (!is_there(certificate) && !is_there(key)) {
        const std::string whose = names.front();
        return Authority{crypto::make_authority("crossdock on " + whose, names, now), true};
    }
    if (!is_there(certificate) || !is_there(key))
        return Error{ErrorKind::conflict, "authority_key_missing",
                     (is_there(key) ? certificate : key).string() +
                         " is missing, without which the authority cannot sign; put it back from a copy, or " +
                         start_over(folder)};
    auto certificate_text = platform::read_file(certificate, kMostOfPem);
    if (!certificate_text) return certificate_text.error();
    auto key_text = platform::read_file(key, kMostOfPem);
    if (!key_text) return key_text.error();
    return Authority{{std::move(*certificate_text), Secret{std::move(*key_text)}}, false};
}

/// Of a new authority certificate and key, of a server's the same: the key first, because a running hub does not take a
/// certificate whose key is not there yet.
Status write_pair(const fs::path& certificate, const fs::path& key, const crypto::CertificatePair& pair) {
    if (auto written = platform::write_file(key, pair.private_key.reveal()); !written) return written;
    return platform::write_file(certificate, pair.certificate, platform::Access::everyone);
}

}  // namespace

Result<SelfSigned> make_self_signed(const fs::path& folder, const std::vector<std::string>& asked,
                                    const fs::path& runs_as, Timestamp now) {
    std::vector<std::string> wanted;
    for (const std::string& name : asked) {
        if (!parse_ip(name) && !is_host_name(to_lower(name)))
            return Error{
                ErrorKind::invalid, "bad_name",
                "--name " + to_valid_utf8(name) + ": not a host name (letters, digits, - and .) or an IP address"};
        add_once(wanted, to_lower(name));
    }
    std::vector<std::string> known;  // nobody asked for these now
    for (const std::string& name : platform::host_names())
        if (is_host_name(name)) add_once(known, name);
    for (const char* name : {"localhost", "127.0.0.1", "::1"}) add_once(known, name);
    SelfSigned out;
    out.before_unread = is_there(folder / kServerCertificate);
    if (const auto before = platform::read_file(folder / kServerCertificate, kMostOfPem))
        if (const auto facts = crypto::read_certificate(*before)) {
            out.before_unread = false;
            for (const std::string& name : facts->names) add_once(known, name);
        }

    if (auto made = make_folder(folder); !made) return made.error();
    out.names = known;
    for (const std::string& name : wanted) add_once(out.names, name);
    const auto authority = authority_in(folder, out.names, now);
    if (!authority) return authority.error();
    out.new_authority = authority->is_new;
    if (out.new_authority)
        if (auto written = write_pair(folder / kAuthorityCertificate, folder / kAuthorityKey, authority->pair);
            !written)
            return written.error();

    for (;;) {
        const auto issued = crypto::issue_certificate(authority->pair, out.names, now);
        if (issued) {
            const fs::path certificate = folder / kServerCertificate;
            const fs::path key = folder / kServerKey;
            if (auto written = write_pair(certificate, key, *issued); !written) return written.error();
            for (const fs::path& file : {key, certificate})
                if (auto given = platform::give_to_owner_of(file, runs_as); !given) return given.error();
            out.not_after = crypto::read_certificate(issued->certificate)->not_after;
            out.authority_not_after = crypto::read_certificate(authority->pair.certificate)->not_after;
            return out;
        }
        const Error& error = issued.error();
        // The machine may have got another name since; that must not keep the certificate from being renewed.
        const auto refused = std::find_if(out.names.begin(), out.names.end(), [&](const std::string& name) {
            return error.code == "name_not_permitted" && error.message.find('"' + name + '"') != std::string::npos &&
                   std::find(wanted.begin(), wanted.end(), name) == wanted.end();
        });
        if (refused == out.names.end()) return Error{error.kind, error.code, error.message + "; " + start_over(folder)};
        out.left_out.push_back(*refused);
        out.names.erase(refused);
    }
}

}  // namespace crossdock::app
