// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "connectors/connector.h"
#include "connectors/json_view.h"
#include "connectors/kept_pages.h"
#include "connectors/shopify/settings.h"
#include "connectors/shopify/token.h"
#include "net/budget.h"

namespace crossdock::connectors::shopify {

/// What all workers of one channel share: token, budget, and what was learnt about costs and page sizes.
class SharedState final : public SharedChannelState {
public:
    explicit SharedState(const Clock& clock);

    net::Budget budget;
    TokenCache tokens;
    KeptPages nested_pages;
    std::atomic<int> order_page_size{25};

    /// The requested cost of a document as Shopify last stated it, else `estimate`.
    double cost_of(std::string_view key, double estimate);
    void learn_cost(std::string_view key, double cost);

private:
    std::mutex mutex_;
    std::map<std::string, double, std::less<>> costs_;
};

struct Call {
    std::string_view document;   // file name in graphql/ without its ending
    std::string variables;       // JSON object
    double estimate = 10;        // points, until Shopify has stated them
    bool push = false;           // may take the part of the budget that reading leaves alone
    std::string cost_key = {};   // when one document has several costs; empty: its name
    std::string_view text = {};  // sent in place of the document's text, when not empty
};

/// An answer whose data can be used. Move it, but keep it as long as its views.
struct Answer {
    JsonView data;
    std::vector<domain::Problem> problems;    // fields that Shopify left out, a version that is not the pinned one
    std::optional<Timestamp> provider_now;    // Date header
    std::shared_ptr<const void> keeps_alive;  // the text and its index
};

/// One GraphQL call to one shop: address, headers, token, budget, and the checks of an answer in their order. Repeats
/// nothing, with one exception: a 401 renews the token and asks once more.
class AdminClient {
public:
    AdminClient(const Settings& settings, SharedState& shared, const Runtime& runtime)
        : settings_(settings), shared_(shared), http_(runtime.http), clock_(runtime.clock) {}

    /// Errors: those of answers.h, of the token, of the budget, and the transport's own (net_…). See effect_unknown.
    Result<Answer> call(const Call& call);

    [[nodiscard]] const Settings& settings() const { return settings_; }
    [[nodiscard]] SharedState& shared() const { return shared_; }
    [[nodiscard]] net::HttpClient& http() const { return http_; }
    [[nodiscard]] const Clock& clock() const { return clock_; }

private:
    Status reserve(const Call& call);
    /// The static one of the config file, or one by the client-credentials grant.
    Result<Secret> token();
    /// After a 401 for `refused`. In place of a static token there is no other: denied.
    Result<Secret> token_after(const Secret& refused);
    Result<net::HttpResponse> send(const std::string& body);
    Result<Answer> read(const Call& call, net::HttpResponse response);

    const Settings& settings_;
    SharedState& shared_;
    net::HttpClient& http_;
    const Clock& clock_;
};

}  // namespace crossdock::connectors::shopify
