// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "connectors/answers.h"
#include "connectors/connector.h"
#include "connectors/json_view.h"
#include "connectors/walmart/rates.h"
#include "connectors/walmart/refusal.h"
#include "connectors/walmart/settings.h"
#include "connectors/walmart/token.h"

namespace crossdock::connectors::walmart {

class ItemRows;

/// What all workers of one channel share: token, budgets, which skus lie in Walmart's warehouses, and what the list of
/// items lacked.
class SharedState final : public SharedChannelState {
public:
    explicit SharedState(const Clock& clock);
    ~SharedState() override;
    Budgets budgets;
    TokenSource tokens;

    std::mutex wfs_mutex;
    std::set<std::string, std::less<>> wfs_skus;
    std::optional<std::chrono::milliseconds> wfs_read_at;  // on the steady clock

    std::atomic<int> partial_answers{0};  // one after the other, of lists of orders

    /// Of a walk through the items that ended before Walmart's count of them: how many it saw, and the count.
    std::mutex items_mutex;
    std::optional<std::pair<std::int64_t, std::int64_t>> short_walk;

    /// An item report that was read up to some row, for whoever reads on. One reader has it at a time.
    std::unique_ptr<ItemRows> take_item_rows();
    void keep_item_rows(std::unique_ptr<ItemRows> rows);

private:
    std::unique_ptr<ItemRows> item_rows_;
};

struct Call {
    Operation operation;
    std::string path;  // with what a page cursor adds to it, exactly as it was handed out
    Query query = {};
    std::string method = "GET";
    std::string body = {};
    std::string content_type = "application/json";  // of the body
    bool push = false;                              // may take the part of the budget that reading leaves alone
    bool has_cursor = false;                        // a page cursor is in it: a 400 then means that it is too old
};

/// An answer that can be used. Move it, but keep it as long as its views.
struct Answer {
    JsonView root;
    std::optional<Timestamp> provider_now;
    std::shared_ptr<const void> keeps_alive;
};

/// One call to Walmart's Marketplace API: address, headers, token, budget, and what a status means. Repeats nothing,
/// with one exception: a dead token is renewed and the call sent once more.
class Client {
public:
    Client(const Settings& settings, SharedState& shared, const Runtime& runtime)
        : settings_(settings), shared_(shared), runtime_(runtime) {}

    /// Errors: rate_limited (`budget`, `walmart_throttled`), denied (`walmart_denied`), rejected
    /// (`walmart_invalid_request`, `cursor_refused`, `walmart_refused`), not_found (`walmart_not_found`: Walmart itself
    /// says that there is none), unavailable (`walmart_locked`, `walmart_no_such_path`, `walmart_server_error`,
    /// `walmart_bad_answer`, `walmart_error`), the token's and the transport's own.
    Result<Answer> call(const Call& call);

    [[nodiscard]] const Settings& settings() const { return settings_; }
    [[nodiscard]] SharedState& shared() const { return shared_; }
    [[nodiscard]] const Runtime& runtime() const { return runtime_; }
    [[nodiscard]] Timestamp now() const { return runtime_.clock.now(); }

private:
    struct Sent {
        net::HttpResponse response;
        std::string correlation_id;
    };
    Status reserve(const Call& call);
    Result<Sent> send(const Call& call);
    Result<Sent> send_with(const Call& call, const Secret& token);
    void learn(const Call& call, const net::HttpResponse& response);
    Result<Answer> read(const Call& call, Sent sent);

    const Settings& settings_;
    SharedState& shared_;
    Runtime runtime_;
};

/// A time for a query: "2026-11-20T09:15:30Z", cut to whole seconds.
std::string whole_seconds(Timestamp at);
/// Milliseconds since 1970, as a number or as a text of digits; nullopt for anything that is no time after 1970.
std::optional<Timestamp> read_epoch(JsonView field);

}  // namespace crossdock::connectors::walmart
