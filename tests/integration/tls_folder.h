// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdlib>
#include <stdexcept>
#include <string>
#include <vector>

#include "integration/running_hub.h"
#include "support/temporary_folder.h"

namespace crossdock::testing {

/// A folder with a config file and what `crossdock init --tls self-signed` made of it.
class TlsFolder {
public:
    explicit TlsFolder(const std::string& config = config_text("")) {
        write_text(folder_ / "crossdock.toml", config);
        made_ = init({});
        if (made_.code != 0) throw std::runtime_error("no certificate: " + made_.err);
        // For every client of this process.
        setenv("SSL_CERT_FILE", (folder_ / "tls/authority.crt").c_str(), 1);
    }
    Ran init(std::vector<std::string> more) const {
        more.insert(more.begin(), {"init", "--json", "--tls", "self-signed"});
        return run(std::move(more), RunningHub::options(folder_.path()));
    }
    [[nodiscard]] const std::filesystem::path& path() const { return folder_.path(); }
    [[nodiscard]] const Ran& made() const { return made_; }
    [[nodiscard]] std::filesystem::path operator/(const std::string& name) const { return folder_ / name; }

private:
    TemporaryFolder folder_;
    Ran made_;
};

}  // namespace crossdock::testing
