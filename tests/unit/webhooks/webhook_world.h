// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <deque>
#include <functional>
#include <mutex>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "base/json_writer.h"
#include "base/text.h"
#include "crypto/hash.h"
#include "support/temporary_database.h"
#include "webhooks/endpoints.h"

namespace crossdock::webhooks {

/// Seals nothing, but notices a secret that is opened in another place than it was sealed for.
class OpenKeeper final : public SecretKeeper {
public:
    Result<store::SealedSecret> seal(const Secret& secret, std::string_view place) override {
        return store::SealedSecret{"key", std::string{place} + '|' + secret.reveal()};
    }
    Result<Secret> open(const store::SealedSecret& sealed, std::string_view place) override {
        const std::string start = std::string{place} + '|';
        if (lost || !sealed.sealed.starts_with(start))
            return Error{ErrorKind::denied, "seal_broken", "the key file is gone"};
        return Secret{sealed.sealed.substr(start.size())};
    }
    bool lost = false;
};

/// A network whose answers a function makes; every request is kept.
class MadeUpNetwork final : public net::HttpClient {
public:
    using Answer = std::function<Result<net::HttpResponse>(const net::HttpRequest&)>;
    explicit MadeUpNetwork(Answer made) : answer(std::move(made)) {}
    Result<net::HttpResponse> send(const net::HttpRequest& request) override {
        const std::lock_guard lock(mutex_);
        requests.push_back(request);
        return answer(request);
    }
    Result<net::HttpResponse> download(const net::HttpRequest& request,
                                       const std::function<bool(std::string_view)>& sink) override {
        auto response = send(request);
        if (response && response->status / 100 == 2) sink(std::exchange(response->body, {}));
        return response;
    }
    void shut_down() override {}

    Answer answer;
    std::vector<net::HttpRequest> requests;

private:
    std::mutex mutex_;
};

inline Result<net::HttpResponse> status(int code, net::Headers headers = {}, std::string body = "") {
    return net::HttpResponse{code, std::move(headers), std::move(body)};
}

inline std::string header_of(const net::HttpRequest& request, std::string_view name) {
    for (const auto& [key, value] : request.headers)
        if (key == name) return value;
    return {};
}

/// What a test's events look like: enough to see which one it is, and what the object says now.
inline std::string plain_event(db::Session&, const store::EventRow& event) {
    std::string out;
    JsonWriter(out)
        .begin_object()
        .field("id", event.event_id)
        .field("type", event.type)
        .field("sequence", event.seq)
        .end_object();
    return out;
}

/// Engine and endpoints over a database of their own, on a virtual clock and a made-up network.
struct WebhookWorld {
    explicit WebhookWorld(
        MadeUpNetwork::Answer answer = [](const net::HttpRequest&) { return status(200); }, EngineOptions options = {})
        : network(std::move(answer)),
          rules({{"127.0.0.1"}, [] { return 0; }, [](const IpAddress&) { return false; }}),
          engine(CourierEnv{*database, database.clock, random, network, keeper, plain_event}, options),
          endpoints(Endpoints::Env{*database, database.clock, random, keeper, rules, engine, plain_event}) {}

    NewEndpoint add(std::vector<std::string> events = {"*"}, const std::string& url = "http://127.0.0.1:9999/hook",
                    net::Headers headers = {}) {
        return *endpoints.create(account(), {url, "test", std::move(events), std::move(headers)});
    }
    /// Something happens.
    void raise(std::string_view type = "order.created", std::int64_t subject_id = 1) {
        database->write([&](db::Session& session) {
            store::EventRepo(session).append({account(), database.channel.id, type, "order", subject_id, "{}"},
                                             database.clock.now());
        });
    }
    void run() {
        while (engine.step()) {
        }
    }
    /// Goes from one due time to the next until nothing is due any more, or for so long.
    void run_for(std::chrono::milliseconds span) {
        const Timestamp end = database.clock.now() + span;
        for (;;) {
            run();
            const auto next = engine.next_due();
            if (!next || *next > end) break;
            database.clock.advance(std::max(std::chrono::milliseconds{1}, *next - database.clock.now()));
        }
        if (database.clock.now() < end) database.clock.advance(end - database.clock.now());
    }
    std::vector<store::Delivery> deliveries(const store::WebhookEndpoint& endpoint) {
        return database->read([&](db::Session& session) {
            store::DeliveryQuery query;
            query.account = account();
            query.endpoint = endpoint.id;
            query.limit = 1000;
            return store::DeliveryRepo(session).list(query);
        });
    }
    std::vector<store::DeliveryAttempt> attempts(DeliveryId id) {
        return database->read([&](db::Session& session) { return store::DeliveryRepo(session).attempts(id); });
    }
    std::vector<std::string> event_types() {
        return database->read([&](db::Session& session) {
            std::vector<std::string> types;
            for (const auto& event : store::EventRepo(session).after(account(), 0, 1000)) types.push_back(event.type);
            return types;
        });
    }
    [[nodiscard]] AccountId account() const { return database.channel.account_id; }
    store::WebhookEndpoint now_of(const store::WebhookEndpoint& endpoint) {
        return *endpoints.show(account(), endpoint.public_id);
    }

    testing::TemporaryDatabase database;
    SeededRandom random{7};
    OpenKeeper keeper;
    MadeUpNetwork network;
    TargetRules rules;
    Engine engine;
    Endpoints endpoints;
};

}  // namespace crossdock::webhooks
