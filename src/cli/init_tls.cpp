// SPDX-License-Identifier: Apache-2.0
// `crossdock init --tls self-signed`: the certificate, its lines in the config file, and how clients come to trust it.
#include <filesystem>
#include <fstream>

#include "app/self_signed.h"
#include "base/clock.h"
#include "base/text.h"
#include "cli/context.h"
#include "cli/init_tls.h"
#include "platform/file.h"

namespace crossdock::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMostOfConfig = 1024 * 1024;
constexpr const char* kFolder = "tls";

std::string config_lines() {
    const std::string folder = std::string{kFolder} + "/";
    return "[server.tls]\ncertificate = \"" + folder + app::kServerCertificate + "\"\nprivate_key = \"" + folder +
           app::kServerKey + "\"\n";
}

/// Whether a line in force already speaks of TLS, in any of TOML's spellings.
bool speaks_of_tls(const std::string& text) {
    for (const std::string& line : split(text, '\n')) {
        std::string packed;
        for (const char c : trim(line))
            if (c != ' ' && c != '\t') packed += c;
        if (packed.starts_with("[server.tls]") || packed.starts_with("tls=") || packed.starts_with("tls.") ||
            packed.starts_with("server.tls"))
            return true;
    }
    return false;
}

}  // namespace

std::string with_tls(std::string text) {
    const std::string example = "# [server.tls]\n";
    const auto begin = text.find(example);
    if (begin == std::string::npos) return text + "\n" + config_lines();
    auto end = begin;
    while (text.compare(end, 2, "# ") == 0) end = text.find('\n', end) + 1;
    return text.replace(begin, end - begin, config_lines());
}

Status make_tls(Context& context, const std::vector<std::string>& names, const std::string& runs_as, Record& record) {
    std::error_code ignored;
    const fs::path config = fs::absolute(context.config_file, ignored);
    const fs::path folder = config.parent_path() / kFolder;
    const auto made = app::make_self_signed(folder, names, runs_as, SystemClock{}.now());
    if (!made) return made.error();
    std::string all;
    for (const std::string& name : made->names) all += (all.empty() ? "" : ", ") + name;
    record.add("certificate", (folder / app::kServerCertificate).string())
        .add("names", all)
        .add("valid_until", format_rfc3339(made->not_after))
        .add("authority", (folder / app::kAuthorityCertificate).string())
        .add("authority_is_new", made->new_authority)
        .add("authority_until", format_rfc3339(made->authority_not_after));
    std::string left_out;
    for (const std::string& name : made->left_out) left_out += (left_out.empty() ? "" : ", ") + name;
    if (!left_out.empty()) record.add("left_out", left_out);
    if (made->before_unread)
        record.add("names_before", "unknown: the certificate that was there could not be read. Names that were given with --name "
                                   "must be given again");

    const auto text = platform::read_file(config, kMostOfConfig);
    if (!text) return text.error();
    if (speaks_of_tls(*text)) return ok();
    // Added to, not replaced: the file keeps its owner and permissions.
    std::ofstream file(config, std::ios::binary | std::ios::app);
    file << (text->empty() || text->ends_with('\n') ? "\n" : "\n\n") << config_lines() << std::flush;
    if (!file)
        return Error{ErrorKind::denied, "file_denied",
                     "cannot write to " + config.string() + "; add these lines to it:\n" + config_lines()};
    return ok();
}

std::string how_to_trust(const std::string& config_file, const config::Listen& listen) {
    std::error_code ignored;
    const std::string authority =
        (fs::absolute(config_file, ignored).parent_path() / kFolder / app::kAuthorityCertificate).string();
    config::Listen asked = listen;
    if (listen.host == "127.0.0.1" || listen.host == "0.0.0.0" || listen.host == "::") asked.host = "localhost";
    return "\nClients take the certificate once they trust the authority, which can sign for nothing but this house. "
           "Copy\n" +
           authority +
           "\nto them (it is no secret; authority.key is, and stays here), and there:\n"
           "  Windows, as administrator:  certutil -addstore -f Root authority.crt\n"
           "  Debian, Ubuntu:             sudo cp authority.crt /usr/local/share/ca-certificates/crossdock.crt && sudo "
           "update-ca-certificates\n"
           "  curl alone:                 curl --cacert authority.crt https://" + config::to_string(asked) + "/healthz\n" +
           (listen.loopback ? "To be reached from other machines, set listen = \"0.0.0.0:8443\" under [server]. " : "") +
           "More: docs/ops/tls.md";
}

}  // namespace crossdock::cli
