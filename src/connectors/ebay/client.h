// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <atomic>
#include <chrono>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "connectors/answers.h"
#include "connectors/connector.h"
#include "connectors/ebay/catalog_memory.h"
#include "connectors/ebay/quotas.h"
#include "connectors/ebay/settings.h"
#include "connectors/ebay/signing.h"
#include "connectors/ebay/token.h"
#include "connectors/json_view.h"
#include "connectors/kept_pages.h"

namespace crossdock::connectors::ebay {

/// A key that notifications are signed with.
struct NotificationKey {
    std::string der;  // empty: eBay does not know it
    std::chrono::milliseconds read_at{};
};

/// What all workers of one channel share while the process runs.
struct SharedState final : SharedChannelState {
    explicit SharedState(const Clock& clock) : quotas(clock), pages(clock) {}

    TokenSource tokens;
    Quotas quotas;
    KeptPages pages;
    CatalogMemory catalog;
    std::atomic<bool> asked_to_sign{false};  // eBay refused an unsigned call

    std::mutex signing_mutex;
    std::optional<SigningKey> signing_key;
    std::mutex notification_mutex;
    std::map<std::string, NotificationKey, std::less<>> notification_keys;
    std::string notification_endpoint;  // as registered
};

struct Call {
    Api api;
    std::string_view name;  // the operation's, for messages
    std::string path;       // behind the API's own
    Query query = {};
    std::string method = "GET";
    std::string body = {};  // JSON; XML for Trading
    Access access = Access::user;
    bool push = false;  // may take the part of the budget that reading leaves alone
    net::Headers headers = {};
};

/// What eBay said when it refused.
struct Refusal {
    int status = 0;
    std::vector<std::int64_t> ids;  // errorId
    bool of_the_system = false;     // category APPLICATION: eBay's own trouble
    std::string words;              // "32300: Invalid shipment tracking number or carrier"
    [[nodiscard]] bool has(std::int64_t id) const;
};

/// An answer that can be used. Move it, but keep it as long as its views.
struct Answer {
    int status = 0;
    JsonView root;  // nothing when the answer had no body
    std::string location;
    std::optional<Timestamp> provider_now;
    std::string_view text;
    std::shared_ptr<const void> keeps_alive;
};

/// One call to eBay: host, headers, token, signature, budget, and what a status means. Repeats nothing, with two
/// exceptions: a refused token is renewed and a missing signature added, and then the call is made once more.
class Client {
public:
    Client(const Settings& settings, const Profile& profile, SharedState& shared, const Runtime& runtime)
        : settings_(settings), profile_(profile), shared_(shared), runtime_(runtime) {}

    /// Errors: rate_limited (`budget`, `ebay_throttled`), denied (`ebay_denied`, `ebay_scope_missing`,
    /// `ebay_signature_refused`), rejected (`ebay_refused`), not_found (`ebay_not_found`), conflict (`ebay_conflict`),
    /// unavailable (`ebay_server_error`, `ebay_bad_answer`, `ebay_error`), the token's and the transport's own. `why`
    /// gets eBay's words when it refused.
    Result<Answer> call(const Call& call, Refusal* why = nullptr);
    /// The bare answer, whatever its status: token, budget and signature are seen to.
    Result<net::HttpResponse> exchange(const Call& call);
    /// What an answer's status means.
    [[nodiscard]] Error error_of(const Call& call, const net::HttpResponse& response, const Refusal& refusal) const;

    /// Reads eBay's figures of what is left of the quotas. Failing costs nothing.
    void read_quotas();
    /// The key to sign with; made at eBay when there is none yet or it ends within a month.
    Result<SigningKey> signing_key();

    [[nodiscard]] const Settings& settings() const { return settings_; }
    [[nodiscard]] const Profile& profile() const { return profile_; }
    [[nodiscard]] SharedState& shared() const { return shared_; }
    [[nodiscard]] const Runtime& runtime() const { return runtime_; }
    [[nodiscard]] Timestamp now() const { return runtime_.clock.now(); }
    /// Whether calls that tell of money go out signed.
    [[nodiscard]] bool signs() const;

private:
    Status reserve(const Call& call);
    Result<net::HttpResponse> send(const Call& call, bool with_signature);
    Result<net::HttpResponse> send_with(const Call& call, const Secret& token, bool with_signature);
    std::chrono::milliseconds pause_after_429(const Call& call, const net::HttpResponse& response);

    const Settings& settings_;
    const Profile& profile_;
    SharedState& shared_;
    Runtime runtime_;
};

/// The errors of a body, whatever its status.
Refusal read_refusal(const net::HttpResponse& response);

/// "2026-05-04T17:21:09.000Z", the form eBay's filters and bodies want.
std::string with_millis(Timestamp at);

/// An id as part of a path.
std::string path_part(std::string_view id);

}  // namespace crossdock::connectors::ebay
