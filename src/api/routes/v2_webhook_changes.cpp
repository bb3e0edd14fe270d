// SPDX-License-Identifier: Apache-2.0
#include <memory>
#include <nlohmann/json.hpp>

#include "api/json/v2_body.h"
#include "api/json/v2_words.h"
#include "api/middleware/audit.h"
#include "api/middleware/scopes.h"
#include "api/middleware/v2_guard.h"
#include "api/routes/routes.h"
#include "api/routes/v2_list.h"
#include "api/routes/v2_once.h"
#include "api/routes/v2_webhook_json.h"
#include "base/text.h"
#include "webhooks/endpoints.h"

namespace crossdock::api::routes {
namespace {

using nlohmann::json;
using store::WebhookEndpoint;
using webhooks::EndpointChange;

constexpr std::int64_t kWebhookOverlap = 86'400;
constexpr std::int64_t kLongestWebhookOverlap = 30 * 86'400;
constexpr std::string_view kWebhookSecretNote =
    "the secret was shown once, in the first answer; if that answer was lost: POST …/rotate_secret";
constexpr std::string_view kTestNote =
    "the first answer told how it went; GET /v2/deliveries/{delivery_id} does so again";

http::Response cannot_change_endpoints(const http::Request& request) {
    return refuse(request, {503, "webhook endpoints cannot be changed here"});
}

/// The members that an endpoint or a replay which is refused for this reason is about.
std::vector<std::string_view> members_of_endpoint(const http::Request& request, std::string_view reason) {
    if (reason == "url_invalid" || reason == "url_refused") return {"url"};
    if (reason == "name_invalid") return {"name"};
    if (reason == "headers_invalid") return {"headers"};
    if (reason == "events_invalid") return {request.path.ends_with("/replay") ? "types" : "events"};
    if (reason == "after_unknown") return {"after"};
    if (reason == "replay_too_much") return {"event_ids"};
    return {};
}

/// An error of the endpoints. Another's endpoint is told like none.
http::Response endpoint_error(const http::Request& request, const Error& error) {
    if (error.kind == ErrorKind::not_found) return v2_not_found(request, "webhook endpoint");
    return v2_error(request, error, members_of_endpoint(request, error.code));
}

std::string endpoint_id(const http::Request& request) { return std::string{request.path_parameter("id")}; }

std::string shown_endpoint(db::Session& session, const WebhookEndpoint& endpoint) {
    std::string object;
    JsonWriter writer(object);
    write_v2_endpoint(writer, session, endpoint);
    return object;
}

/// What a prepared change is as an effect: `show` makes the answer of what it gave.
template <class T, class Show>
Prepared endpoint_effect(const Context& context, const http::Request& request, const Result<EndpointChange<T>>& change,
                         Show show) {
    if (!change) return endpoint_error(request, change.error());
    Effect effect;
    effect.apply = [&request, change = *change, show = std::move(show)](db::Session& session) {
        auto made = change(session);
        if (!made) return endpoint_error(request, made.error());
        return show(session, *made);
    };
    effect.afterwards = [&context] { context.endpoints->changed(); };
    return effect;
}

http::Response show_endpoint(db::Session& session, const WebhookEndpoint& endpoint) {
    return v2_object(shown_endpoint(session, endpoint));
}

/// The body, or an empty object when there is none.
std::variant<json, http::Response> read_optional_object(const http::Request& request) {
    if (trim(request.body).empty()) return json(json::object());
    return read_v2_object(request);
}

/// {"X-Who":"crossdock"}: the headers of its own.
std::optional<net::Headers> read_headers(V2Object& object) {
    const json* given = object.any("headers");
    if (given == nullptr) return std::nullopt;
    net::Headers headers;
    if (!given->is_object()) {
        object.fault("headers", "is not an object of names and values");
        return headers;
    }
    for (const auto& [name, value] : given->items()) {
        if (value.is_string())
            headers.emplace_back(name, value.get<std::string>());
        else
            object.fault(("headers." + name.substr(0, 60)).c_str(), "is not a string");
    }
    return headers;
}

/// A text that may be emptied: "" is one.
std::optional<std::string> read_clearable(V2Object& object, const char* name) {
    const json* given = object.any(name);
    if (given == nullptr) return std::nullopt;
    return object.text(name).value_or("");
}

/// POST /v2/webhook_endpoints {"url","events","name","headers"}. 201 with the endpoint and, this once, its secret.
Prepared create_v2_webhook_endpoint(const Context& context, const Caller& caller, const http::Request& request) {
    if (context.endpoints == nullptr) return cannot_change_endpoints(request);
    auto body = read_v2_object(request);
    if (auto* refusal = std::get_if<http::Response>(&body)) return std::move(*refusal);
    V2Faults faults;
    V2Object object(std::get<json>(body), "", faults);
    webhooks::EndpointDraft draft;
    draft.url = object.needed_text("url");
    draft.name = object.text("name").value_or("");
    draft.events = object.texts("events");
    if (!object.has("events")) object.fault("events", R"(must be given, such as ["order.*"], or ["*"] for all)");
    draft.headers = read_headers(object).value_or(net::Headers{});
    object.finish();
    if (!faults.empty()) return faults.refuse(request);
    const auto secret = std::make_shared<Secret>();
    auto prepared = endpoint_effect(
        context, request, context.endpoints->prepare_create(caller.account, draft, actor_of(caller, request)),
        [secret](db::Session& session, webhooks::NewEndpoint& made) {
            *secret = made.secret;
            return v2_object_without(shown_endpoint(session, made.endpoint), "secret", kWebhookSecretNote, 201);
        });
    if (auto* effect = std::get_if<Effect>(&prepared))
        effect->tell_once = [secret](http::Response& response) { tell_text(response, "secret", secret->reveal()); };
    return prepared;
}

/// PATCH /v2/webhook_endpoints/{id}: what is not named stays.
Prepared update_v2_webhook_endpoint(const Context& context, const Caller& caller, const http::Request& request) {
    if (context.endpoints == nullptr) return cannot_change_endpoints(request);
    auto body = read_v2_object(request);
    if (auto* refusal = std::get_if<http::Response>(&body)) return std::move(*refusal);
    V2Faults faults;
    V2Object object(std::get<json>(body), "", faults);
    webhooks::EndpointChanges changes;
    changes.url = read_clearable(object, "url");
    changes.name = read_clearable(object, "name");
    if (object.has("events")) changes.events = object.texts("events");
    object.any("events");
    changes.headers = read_headers(object);
    object.finish();
    if (!faults.empty()) return faults.refuse(request);
    return endpoint_effect(
        context, request,
        context.endpoints->prepare_update(caller.account, endpoint_id(request), changes, actor_of(caller, request)),
        show_endpoint);
}

/// POST /v2/webhook_endpoints/{id}/pause: nothing is sent for now; what happens is queued.
Prepared pause_v2_webhook_endpoint(const Context& context, const Caller& caller, const http::Request& request) {
    if (context.endpoints == nullptr) return cannot_change_endpoints(request);
    if (auto refusal = refuse_v2_body(request)) return std::move(*refusal);
    return endpoint_effect<WebhookEndpoint>(
        context, request,
        context.endpoints->prepare_pause(caller.account, endpoint_id(request), actor_of(caller, request)),
        show_endpoint);
}

/// POST /v2/webhook_endpoints/{id}/resume: after a pause, or after it was disabled.
Prepared resume_v2_webhook_endpoint(const Context& context, const Caller& caller, const http::Request& request) {
    if (context.endpoints == nullptr) return cannot_change_endpoints(request);
    if (auto refusal = refuse_v2_body(request)) return std::move(*refusal);
    return endpoint_effect<WebhookEndpoint>(
        context, request,
        context.endpoints->prepare_resume(caller.account, endpoint_id(request), actor_of(caller, request)),
        show_endpoint);
}

/// DELETE /v2/webhook_endpoints/{id}: gone for everybody, its secrets first of all.
Prepared remove_v2_webhook_endpoint(const Context& context, const Caller& caller, const http::Request& request) {
    if (context.endpoints == nullptr) return cannot_change_endpoints(request);
    if (auto refusal = refuse_v2_body(request)) return std::move(*refusal);
    return endpoint_effect<std::monostate>(
        context, request,
        context.endpoints->prepare_remove(caller.account, endpoint_id(request), actor_of(caller, request)),
        [&request](db::Session&, std::monostate) {
            std::string object;
            JsonWriter(object).begin_object().field("id", endpoint_id(request)).field("deleted", true).end_object();
            return v2_object(std::move(object));
        });
}

/// POST /v2/webhook_endpoints/{id}/rotate_secret {"overlap_seconds"}: a new secret, shown this once; the one before is
/// good meanwhile.
Prepared rotate_v2_webhook_secret(const Context& context, const Caller& caller, const http::Request& request) {
    if (context.endpoints == nullptr) return cannot_change_endpoints(request);
    auto body = read_optional_object(request);
    if (auto* refusal = std::get_if<http::Response>(&body)) return std::move(*refusal);
    V2Faults faults;
    V2Object object(std::get<json>(body), "", faults);
    const std::int64_t overlap = object.number("overlap_seconds", 0).value_or(kWebhookOverlap);
    if (overlap > kLongestWebhookOverlap) object.fault("overlap_seconds", "is more than 30 days (2592000)");
    object.finish();
    if (!faults.empty()) return faults.refuse(request);
    const auto secret = std::make_shared<Secret>();
    auto prepared = endpoint_effect(
        context, request,
        context.endpoints->prepare_rotate(caller.account, endpoint_id(request), std::chrono::seconds{overlap},
                                          actor_of(caller, request)),
        [&context, &caller, &request, secret, overlap](db::Session& session, const Secret& made) {
            *secret = made;
            std::string answer = shown_endpoint(session, endpoint_in_path(session, caller, request).value());
            answer.pop_back();
            answer += ",\"old_secret_good_until\":\"" +
                      format_rfc3339(context.clock.now() + std::chrono::seconds{overlap}) + "\"}";
            return v2_object_without(std::move(answer), "secret", kWebhookSecretNote, 200);
        });
    if (auto* effect = std::get_if<Effect>(&prepared))
        effect->tell_once = [secret](http::Response& response) { tell_text(response, "secret", secret->reveal()); };
    return prepared;
}

/// POST /v2/webhook_endpoints/{id}/test: a test message, sent now. The first answer tells how it went.
Prepared test_v2_webhook_endpoint(const Context& context, const Caller& caller, const http::Request& request) {
    if (context.endpoints == nullptr) return cannot_change_endpoints(request);
    if (auto refusal = refuse_v2_body(request)) return std::move(*refusal);
    const auto message = std::make_shared<webhooks::TestMessage>();
    auto prepared = endpoint_effect<webhooks::TestMessage>(
        context, request,
        context.endpoints->prepare_test(caller.account, endpoint_id(request), actor_of(caller, request)),
        [message](db::Session&, webhooks::TestMessage& made) {
            *message = made;
            std::string object;
            JsonWriter(object)
                .begin_object()
                .field("delivery_id", v2_id(prefix::kDelivery, made.delivery.id.value))
                .field("event_id", made.delivery.event_id)
                .end_object();
            return v2_object_without(std::move(object), "attempt", kTestNote, 200);
        });
    if (auto* effect = std::get_if<Effect>(&prepared)) {
        effect->afterwards = {};  // the engine need not look: it is sent here
        effect->tell_once = [&context, message](http::Response& response) {
            std::string attempt;
            JsonWriter writer(attempt);
            try {
                store::DeliveryAttempt made = context.endpoints->send_test(*message).attempt;
                made.number = 1;
                write_v2_attempt(writer, made);
            } catch (const db::Failure&) {
                context.endpoints->changed();  // sent or not, it is not written down: the engine sends it once more
                return;
            }
            tell_member(response, "attempt", attempt);
        };
    }
    return prepared;
}

/// POST /v2/webhook_endpoints/{id}/replay {"event_ids"} or {"since","until","types","undelivered","after"}: events go
/// there again, with the ids they had; at most 200 by one request. 202 with how many, and where the next goes on.
Prepared replay_v2_webhook_events(const Context& context, const Caller& caller, const http::Request& request) {
    if (context.endpoints == nullptr) return cannot_change_endpoints(request);
    auto body = read_v2_object(request);
    if (auto* refusal = std::get_if<http::Response>(&body)) return std::move(*refusal);
    V2Faults faults;
    V2Object object(std::get<json>(body), "", faults);
    webhooks::ReplayRequest wanted;
    wanted.event_ids = object.texts("event_ids");
    wanted.since = object.instant("since");
    wanted.until = object.instant("until");
    wanted.types = object.texts("types");
    wanted.only_undelivered = object.flag("undelivered").value_or(false);
    wanted.after = object.text("after");
    if (!wanted.event_ids.empty() && (wanted.since || wanted.until || !wanted.types.empty() || wanted.after))
        object.fault("event_ids", "are sent whatever else is said; name either ids, or a time and types");
    object.finish();
    if (!faults.empty()) return faults.refuse(request);
    return endpoint_effect(
        context, request,
        context.endpoints->prepare_replay(caller.account, endpoint_id(request), wanted, actor_of(caller, request)),
        [](db::Session&, const webhooks::ReplayReport& report) {
            std::string answer;
            JsonWriter writer(answer);
            writer.begin_object().field("queued", report.queued).key("unknown").begin_array();
            for (const std::string& id : report.unknown) writer.value(to_valid_utf8(id.substr(0, 60)));
            writer.end_array().field("next_after", report.next).end_object();
            return v2_object(std::move(answer), 202);
        });
}

/// POST /v2/deliveries/{id}/replay: that event to that endpoint once more, from the start of the schedule. 202 with the
/// delivery. Errors: 409 when the event is not kept any more.
Prepared replay_v2_delivery(const Context& context, const Caller& caller, const http::Request& request) {
    if (context.endpoints == nullptr) return cannot_change_endpoints(request);
    if (auto refusal = refuse_v2_body(request)) return std::move(*refusal);
    const auto id = parse_v2_id(prefix::kDelivery, request.path_parameter("id"));
    webhooks::ReplayRequest wanted;
    std::string endpoint;
    const bool held = id && context.db.read([&](db::Session& session) {
        const auto delivery = store::DeliveryRepo(session).get(caller.account, DeliveryId{*id});
        const auto target = delivery ? store::WebhookEndpointRepo(session).get(delivery->endpoint_id)
                                     : std::optional<WebhookEndpoint>{};
        if (!target) return false;
        endpoint = target->public_id;
        wanted.event_ids = {delivery->event_id};
        return true;
    });
    if (!held) return v2_not_found(request, "delivery");
    return endpoint_effect(
        context, request,
        context.endpoints->prepare_replay(caller.account, endpoint, wanted, actor_of(caller, request)),
        [&caller, &request, delivery_id = *id](db::Session& session, const webhooks::ReplayReport& report) {
            if (report.queued == 0)
                return refuse(request, {409,
                                        "the event is older than what is kept ([events] keep_days): it cannot be "
                                        "sent any more"});
            std::string answer;
            JsonWriter writer(answer);
            writer.begin_object();
            write_v2_delivery(writer,
                              store::DeliveryRepo(session).get(caller.account, DeliveryId{delivery_id}).value());
            writer.end_object();
            return v2_object(std::move(answer), 202);
        });
}

}  // namespace

void add_v2_webhook_changes(http::Router& router, Context& context) {
    const V2Routes routes(router, context);
    routes.post("/v2/webhook_endpoints", scope::kWebhooksAdmin, create_v2_webhook_endpoint);
    routes.patch("/v2/webhook_endpoints/{id}", scope::kWebhooksAdmin, update_v2_webhook_endpoint);
    routes.remove("/v2/webhook_endpoints/{id}", scope::kWebhooksAdmin, remove_v2_webhook_endpoint);
    routes.post("/v2/webhook_endpoints/{id}/pause", scope::kWebhooksAdmin, pause_v2_webhook_endpoint);
    routes.post("/v2/webhook_endpoints/{id}/resume", scope::kWebhooksAdmin, resume_v2_webhook_endpoint);
    routes.post("/v2/webhook_endpoints/{id}/rotate_secret", scope::kWebhooksAdmin, rotate_v2_webhook_secret);
    routes.post("/v2/webhook_endpoints/{id}/test", scope::kWebhooksAdmin, test_v2_webhook_endpoint);
    routes.post("/v2/webhook_endpoints/{id}/replay", scope::kWebhooksAdmin, replay_v2_webhook_events);
    routes.post("/v2/deliveries/{id}/replay", scope::kWebhooksAdmin, replay_v2_delivery);
}

}  // namespace crossdock::api::routes
