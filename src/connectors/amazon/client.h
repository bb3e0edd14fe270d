// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "connectors/amazon/rates.h"
#include "connectors/amazon/settings.h"
#include "connectors/amazon/token.h"
#include "connectors/answers.h"
#include "connectors/connector.h"
#include "connectors/json_view.h"
#include "connectors/kept_pages.h"

namespace crossdock::connectors::amazon {

class ReportReader;

/// Which token opens a call. Restricted data tokens (RDT) show names and streets in Orders v0; one covers a set of
/// paths.
enum class Access { plain, order_list, one_order, order_items };

/// RDTs of one set of paths, and Amazon's refusal to give any.
class RestrictedToken {
public:
    TokenCache cache;
    /// The plain token serves for a while, for the role is missing.
    void refuse(std::string why, const Clock& clock);
    [[nodiscard]] std::optional<std::string> refusal(const Clock& clock) const;

private:
    mutable std::mutex mutex_;
    std::string why_;
    std::chrono::milliseconds until_{};
};

/// What all workers of one channel share: tokens, budgets, and what was read and is still needed.
class SharedState final : public SharedChannelState {
public:
    explicit SharedState(const Clock& clock);
    ~SharedState() override;

    Budgets budgets;
    TokenSource tokens;
    std::array<RestrictedToken, 3> restricted;  // order_list, one_order, order_items
    KeptPages pages;
    std::atomic<int> finance_page_size{100};

    /// A report that was read up to some row, for whoever reads on. One reader has it at a time.
    std::unique_ptr<ReportReader> take_report();
    void keep_report(std::unique_ptr<ReportReader> report);

private:
    std::mutex mutex_;
    std::unique_ptr<ReportReader> report_;
};

struct Call {
    Operation operation;
    std::string path;
    Query query = {};
    std::string method = "GET";
    std::string body = {};   // JSON
    bool push = false;       // may take the part of the budget that reading leaves alone
    bool has_token = false;  // a page token is in it: InvalidInput then means that the token is too old
    Access access = Access::plain;
};

/// An answer that can be used. Move it, but keep it as long as its views.
struct Answer {
    JsonView root;
    JsonView payload;  // what the envelope of older APIs holds; the root where there is none
    std::optional<Timestamp> provider_now;
    std::string_view text;
    std::shared_ptr<const void> keeps_alive;
};

/// One call to the Selling Partner API: address, headers, token, budget, and what a status means. Repeats nothing, with
/// one exception: a 401 or 403 renews the token and asks once more.
class Client {
public:
    Client(const Settings& settings, SharedState& shared, const Runtime& runtime)
        : settings_(settings), shared_(shared), runtime_(runtime) {}

    /// Errors: rate_limited (`budget`, `amazon_throttled`), denied (`amazon_denied`), rejected (`amazon_invalid_input`,
    /// `cursor_refused`, `amazon_refused`), not_found (`amazon_not_found`), unavailable (`amazon_server_error`,
    /// `amazon_bad_answer`, `amazon_error`), the token's and the transport's own.
    Result<Answer> call(const Call& call);

    /// Amazon's words when it refused a restricted data token of that kind.
    [[nodiscard]] std::optional<std::string> refusal_of(Access access) const;

    [[nodiscard]] const Settings& settings() const { return settings_; }
    [[nodiscard]] SharedState& shared() const { return shared_; }
    [[nodiscard]] const Runtime& runtime() const { return runtime_; }
    [[nodiscard]] Timestamp now() const { return runtime_.clock.now(); }

private:
    Status reserve(const Call& call);
    Result<net::HttpResponse> send(const Call& call);
    Result<net::HttpResponse> send_with(const Call& call, const Secret& token);
    Result<net::HttpResponse> send_restricted(const Call& call, RestrictedToken& restricted);
    Result<IssuedToken> ask_for_restricted_token(const Call& call);
    void learn(const Call& call, const net::HttpResponse& response);
    Result<Answer> read(const Call& call, net::HttpResponse response);

    const Settings& settings_;
    SharedState& shared_;
    Runtime runtime_;
};

/// The text of `errors` in an answer's body: codes and messages in Amazon's words.
std::string error_words(std::string_view body);

/// A time for a query: "2026-11-20T09:15:30Z", cut to whole seconds.
std::string whole_seconds(Timestamp at);

/// An id as part of a path.
std::string path_part(std::string_view id);

}  // namespace crossdock::connectors::amazon
