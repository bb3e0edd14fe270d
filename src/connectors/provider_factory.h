// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "connectors/connector.h"

namespace crossdock::connectors {

/// What the factories of all providers have in common. `ReadSetup` has `settings` and `faults`; `Shared` is made from the
/// clock; `read` and `shops` are pure; `make` turns settings, profile, shared state and runtime into the connector.
template <class ReadSetup, class Shared>
class ProviderFactory final : public ConnectorFactory {
public:
    using Read = ReadSetup (*)(const ChannelSetup&);
    using Shops = std::vector<std::string> (*)(const ReadSetup&);
    using Make = std::unique_ptr<Connector> (*)(ReadSetup, const std::string& profile, std::shared_ptr<Shared>, const Runtime&);

    ProviderFactory(domain::Provider provider, Read read, Shops shops_of, Make make)
        : provider_(provider), read_(read), shops_(shops_of), make_(make) {}

    [[nodiscard]] domain::Provider provider() const override { return provider_; }
    [[nodiscard]] std::vector<std::string> check_setup(const ChannelSetup& setup) const override { return read_(setup).faults; }
    [[nodiscard]] std::vector<std::string> shops(const ChannelSetup& setup) const override { return shops_(read_(setup)); }
    [[nodiscard]] std::shared_ptr<SharedChannelState> share(const ChannelSetup&, Runtime runtime) const override {
        return std::make_shared<Shared>(runtime.clock);
    }
    [[nodiscard]] std::unique_ptr<Connector> open(const ChannelSetup& setup, const std::string& profile,
                                                  std::shared_ptr<SharedChannelState> shared, Runtime runtime) const override {
        auto state = std::dynamic_pointer_cast<Shared>(std::move(shared));
        if (!state) state = std::make_shared<Shared>(runtime.clock);
        return make_(read_(setup), profile, std::move(state), runtime);
    }

private:
    domain::Provider provider_;
    Read read_;
    Shops shops_;
    Make make_;
};

}  // namespace crossdock::connectors
