// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/random.h"
#include "connectors/connector.h"
#include "domain/item.h"
#include "domain/order.h"
#include "domain/refund.h"

/// The five connectors, opened on a network that answers what it is told to.
namespace crossdock::fuzz {

/// Answers in turn; then that nobody is there.
class Network final : public net::HttpClient {
public:
    std::deque<net::HttpResponse> answers;
    std::size_t piece = 7;  // of a download
    std::size_t asked = 0;

    Result<net::HttpResponse> send(const net::HttpRequest& request) override;
    Result<net::HttpResponse> download(const net::HttpRequest& request,
                                       const std::function<bool(std::string_view)>& sink) override;
    void shut_down() override {}
};

struct Vault final : connectors::Vault {
    std::vector<std::pair<std::string, std::string>> kept;
    std::optional<Secret> load(const std::string& name) override;
    void keep(const std::string& name, const Secret& secret) override;
};

inline constexpr std::string_view kWebhookSecret = "webhook secret of the test";

/// One channel. The token is fetched already, unless the provider's answers are what is tried.
struct Shop {
    Network network;
    ManualClock clock{from_ms(1'795'000'000'000)};
    SeededRandom random{1};
    Vault vault;
    std::unique_ptr<connectors::Connector> connector;
};

/// "shopify", "shopify/literal", "amazon", "walmart", "ebay", "ebay/gb", "shipstation", "shipstation/v2": a provider
/// and a set of settings.
std::span<const std::string_view> shop_names();
/// A shop of that name as it is after a start. `which` counts in shop_names().
std::unique_ptr<Shop> open_shop(std::size_t which);
/// One that is kept, for what is pure.
connectors::Connector& kept_shop(std::size_t which);

/// What every mapped thing keeps, whoever sent it: texts are UTF-8 without NUL, quantities are none or more, amounts
/// are in one currency.
void check_order(const domain::Order& order);
void check_refund(const domain::Refund& refund);
void check_item(const domain::Item& item);
void check_fault(const Error& error);
void check_problems(const std::vector<domain::Problem>& problems);

}  // namespace crossdock::fuzz
