// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "connectors/connector.h"
#include "connectors/json_view.h"

namespace crossdock::connectors {

/// Reads a channel's credentials and settings and gathers what is wrong with them. Every fault begins with the path of
/// its key ("settings.page_size must be …"), so that the config check can point at the line. A key that nobody asked
/// for is a fault with a suggestion: ask for everything, then call faults().
class SetupReader {
public:
    /// The setup must outlive the reader.
    explicit SetupReader(const ChannelSetup& setup);

    /// The configured base_url, or `standard`; without a trailing slash.
    std::string base_url(std::string_view standard);
    [[nodiscard]] bool has_own_base_url() const { return !setup_.base_url.empty(); }

    /// A credential, blanks around it cut off; empty when it is not given.
    Secret credential(std::string_view name);
    /// The same, and a fault when it is missing; `advice` says where the admin finds it.
    Secret required_credential(std::string_view name, std::string_view advice);

    std::optional<std::string> text(std::string_view name);
    bool flag(std::string_view name, bool standard);
    std::int64_t whole(std::string_view name, std::int64_t standard, std::int64_t least, std::int64_t most);
    /// One of the words; the first is the standard.
    std::string choice(std::string_view name, std::initializer_list<std::string_view> words);
    std::vector<std::string> texts(std::string_view name);
    /// For what has a shape of its own. Missing reads like null.
    JsonView value(std::string_view name);

    /// A fault of your own: fault("settings.region", "must be na, eu or fe").
    void fault(std::string_view path, std::string_view what);
    /// All faults, those about unknown keys included. Keys that are the hub's own are known everywhere.
    std::vector<std::string> faults();

private:
    void look_for_unknown();

    const ChannelSetup& setup_;
    std::optional<JsonIndex> index_;
    JsonView settings_;
    std::vector<std::string> known_credentials_, known_settings_, faults_;
};

}  // namespace crossdock::connectors
