// SPDX-License-Identifier: Apache-2.0
#include "api/middleware/effect.h"

#include <algorithm>
#include <array>

#include "api/json/error.h"
#include "base/json_canonical.h"
#include "base/json_writer.h"
#include "base/text.h"
#include "crypto/hash.h"
#include "store/idempotency_repo.h"

namespace crossdock::api {
namespace {

using store::IdempotencyRepo;
using store::IdempotencyScope;
using store::KeyedAnswer;

constexpr std::string_view kHeader = "idempotency-key";
constexpr std::size_t kLongestKey = 255;

/// Thrown out of a unit of work: none of it is to stay.
struct LeaveNothing {};
/// The same: another process of this hub was faster with the same key.
struct DoneElsewhere {};

bool is_success(int status) { return status >= 200 && status < 300; }

// What is refused before anything is begun, and what failed, may be tried again with the same key.
bool is_kept_refusal(int status) {
    constexpr std::array kKept{409, 410, 422};
    return std::find(kKept.begin(), kKept.end(), status) != kKept.end();
}

std::string header_lines(const http::Fields& headers) {
    std::string lines;
    for (const auto& [name, value] : headers) lines += name + ": " + value + "\n";
    return lines;
}

http::Response replay(const KeyedAnswer& held) {
    auto response = http::Response::json(held.status, held.body);
    for (const std::string& line : split(held.headers, '\n'))
        if (const auto colon = line.find(": "); colon != std::string::npos)
            response.headers.emplace_back(line.substr(0, colon), line.substr(colon + 2));
    response.headers.emplace_back("Idempotent-Replayed", "true");
    return response;
}

http::Response still_running(const http::Request& request) {
    return refuse(request, {409, "a request with this Idempotency-Key is still running; ask again in a second",
                            "idempotency_key_in_use", std::chrono::seconds{1}});
}

http::Response reused(const http::Request& request, const KeyedAnswer& held) {
    const char* code = "idempotency_key_reused";
    std::string message =
        "this Idempotency-Key came first at " + format_rfc3339(held.first_seen) +
        " with another request; take a new key for every new request, and the same one only to repeat "
        "the same";
    // Where there is no place for a code it stands before the sentence.
    if (!is_v2(request.path)) message = std::string{code} + ": " + message;
    return refuse(request, {422, std::move(message), code});
}

/// The key; an answer when it is none; nothing when the request has none, or is not of a kind that takes one.
std::optional<std::variant<std::string, http::Response>> key_of(const http::Request& request) {
    if (request.method != "POST" && request.method != "PATCH") return std::nullopt;
    std::optional<std::string_view> key;
    for (const auto& [name, value] : request.headers) {
        if (name != kHeader) continue;
        if (key && *key != value) return refuse(request, {400, "two different Idempotency-Keys were sent; send one"});
        key = value;
    }
    if (!key) return std::nullopt;
    const bool visible = std::all_of(key->begin(), key->end(), [](char c) { return c > ' ' && c <= '~'; });
    if (key->empty() || key->size() > kLongestKey || !visible)
        return refuse(request,
                      {400, "Idempotency-Key must be 1 to " + std::to_string(kLongestKey) +
                                " visible ASCII characters without blanks, a UUID for instance; this one has " +
                                std::to_string(key->size()) + " bytes"});
    return std::string{*key};
}

/// Commits an effect, and what `with_it` writes about the answer, in one transaction; or nothing of both.
template <class WithIt>
http::Response commit(const Context& context, const Effect& effect, WithIt&& with_it) {
    http::Response response;
    try {
        context.db.write([&](db::Session& session) {
            response = effect.apply(session);
            if (!is_success(response.status)) throw LeaveNothing{};
            with_it(session, response);
        });
    } catch (const LeaveNothing&) {
        return response;
    }
    if (effect.wakes_jobs && context.wake_jobs) context.wake_jobs();
    if (effect.afterwards) effect.afterwards();
    if (effect.tell_once) effect.tell_once(response);
    return response;
}

http::Response carry_out_once(const Context& context, const Caller& caller, const http::Request& request,
                              const WriteHandler& prepare, const IdempotencyScope& scope) {
    const Timestamp now = context.clock.now();
    const Timestamp oldest = now - kKeepIdempotencyKeys;
    const auto held = context.db.read([&](db::Session& session) { return IdempotencyRepo(session).find(scope); });
    KeyedAnswer answer;
    answer.fingerprint = fingerprint(request);
    answer.first_seen = now;
    if (held && held->first_seen >= oldest)
        return held->fingerprint == answer.fingerprint ? replay(*held) : reused(request, *held);

    auto prepared = prepare(caller, request);
    if (auto* refusal = std::get_if<http::Response>(&prepared)) return std::move(*refusal);
    const auto keep = [&](db::Session& session, const http::Response& response) {
        answer.status = response.status;
        answer.headers = header_lines(response.headers);
        answer.body = response.body;
        if (!IdempotencyRepo(session).keep(scope, answer, oldest)) throw DoneElsewhere{};
    };
    try {
        auto response = commit(context, std::get<Effect>(prepared), keep);
        // A refusal has no effect to commit with.
        if (is_kept_refusal(response.status)) context.db.write([&](db::Session& session) { keep(session, response); });
        return response;
    } catch (const DoneElsewhere&) {
        return still_running(request);
    }
}

}  // namespace

std::string fingerprint(const http::Request& request) {
    auto query = request.query;
    std::sort(query.begin(), query.end());
    std::string names;
    JsonWriter json(names);
    json.begin_array();
    for (const auto& [name, value] : query) json.value(to_valid_utf8(name)).value(to_valid_utf8(value));
    json.end_array();
    const auto canonical = canonical_json(request.body);
    const std::string body =
        canonical ? "json " + crypto::sha256_hex(*canonical) : "bytes " + crypto::sha256_hex(request.body);
    // The path, because one template stands for many things.
    return crypto::sha256_hex(body + "\n" + names + "\n" + request.path);
}

http::Response carry_out(const Context& context, const Caller& caller, const http::Request& request,
                         const WriteHandler& prepare) {
    const auto key = key_of(request);
    if (!key) {
        auto prepared = prepare(caller, request);
        if (auto* refusal = std::get_if<http::Response>(&prepared)) return std::move(*refusal);
        return commit(context, std::get<Effect>(prepared), [](db::Session&, const http::Response&) {});
    }
    if (const auto* refusal = std::get_if<http::Response>(&*key)) return *refusal;
    const IdempotencyScope scope{caller.account, request.method, request.route, std::get<std::string>(*key)};
    // First the turn, then the look: whoever finds the turn free finds also what the one before has committed.
    const auto turn = context.running_keys->begin(std::to_string(scope.account.value) + "\n" + scope.method + " " +
                                                  scope.route + "\n" + scope.key);
    if (!turn) return still_running(request);
    return carry_out_once(context, caller, request, prepare, scope);
}

}  // namespace crossdock::api
