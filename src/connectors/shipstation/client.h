// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "connectors/answers.h"
#include "connectors/connector.h"
#include "connectors/json_view.h"
#include "connectors/shipstation/fulfillment_book.h"
#include "connectors/shipstation/pace.h"
#include "connectors/shipstation/settings.h"
#include "connectors/shipstation/stores.h"

namespace crossdock::connectors::shipstation {

/// What all workers of one channel share.
class SharedState final : public SharedChannelState {
public:
    explicit SharedState(const Clock& clock);

    Pace v1, v2;
    StoreDirectory stores;
    FulfillmentBook fulfillments;  // of V2

    /// ShipStation reports a refusal as a failure of its own (500 with an ExceptionMessage). Whether it said the very
    /// same about this shipment the time before: then it is one.
    bool said_before(std::int64_t shipment_id, const std::string& words);

private:
    std::mutex mutex_;
    std::map<std::int64_t, std::string> exceptions_;
};

struct Call {
    std::string name;  // ShipStation's, for messages: "List Orders"
    std::string path;
    Query query = {};
    std::string method = "GET";
    std::string body = {};  // JSON
    bool push = false;      // may take the part of the budget that reading leaves alone
    Api api = Api::v1;
};

/// An answer that can be used. Move it, but keep it as long as its views.
struct Answer {
    JsonView root;  // an object or an array; nothing when the body is empty
    std::optional<Timestamp> provider_now;
    std::shared_ptr<const void> keeps_alive;
};

/// One call to ShipStation: address, key, budget, and what a status means. Repeats nothing.
class Client {
public:
    Client(const Settings& settings, SharedState& shared, const Runtime& runtime)
        : settings_(settings), shared_(shared), runtime_(runtime) {}

    /// Errors: rate_limited (`budget`, `shipstation_throttled`), denied (`shipstation_denied`), rejected
    /// (`shipstation_refused`), not_found (`shipstation_not_found`), unavailable (`shipstation_exception_error` with
    /// ShipStation's own words, `shipstation_server_error`, `shipstation_bad_answer`, `shipstation_error`), the
    /// transport's own.
    Result<Answer> call(const Call& call);

    /// Whether skip_stores or skip_marketplaces leave out the orders of this store. Asks for the stores when it is new
    /// and the latter is set.
    Result<bool> skips_store(std::string_view store_id);
    /// GET /stores, inactive ones too; remembered.
    Result<std::vector<Store>> read_all_stores();

    [[nodiscard]] const Settings& settings() const { return settings_; }
    [[nodiscard]] SharedState& shared() const { return shared_; }
    [[nodiscard]] const Runtime& runtime() const { return runtime_; }
    [[nodiscard]] Timestamp now() const { return runtime_.clock.now(); }

private:
    [[nodiscard]] net::HttpRequest request_of(const Call& call) const;
    [[nodiscard]] Pace& pace_of(Api api) const { return api == Api::v1 ? shared_.v1 : shared_.v2; }
    Result<Answer> read(const Call& call, net::HttpResponse response);
    Error refused(const Call& call, const net::HttpResponse& response);

    const Settings& settings_;
    SharedState& shared_;
    Runtime runtime_;
};

/// ShipStation's words in a body that reports an error, of either version; never its stack trace.
std::string error_words(std::string_view body);

/// An order number as ShipStation's ids are: digits alone.
bool is_shipstation_id(std::string_view id);

}  // namespace crossdock::connectors::shipstation
