// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <chrono>
#include <functional>
#include <string>
#include <variant>

#include "api/context.h"
#include "api/middleware/key_ring.h"
#include "db/database.h"
#include "http/message.h"

/// How requests change something. A handler of POST and PATCH reads the request and gives back what is to be done; it
/// does not write by itself. So effect and stored answer of an Idempotency-Key cannot but commit together
/// (docs/decisions/009-idempotency.md).
namespace crossdock::api {

/// What a request will do, in one transaction, and its answer. An answer other than 2xx leaves nothing behind: whatever
/// was written is undone. `apply` runs on the writer, perhaps in another thread: it computes little, calls no network
/// and takes no lock.
struct Effect {
    std::function<http::Response(db::Session&)> apply;
    bool wakes_jobs = false;                // after the commit of a 2xx
    std::function<void()> afterwards = {};  // the same, for what is kept in memory; does not throw
    /// After the commit of a 2xx: puts into the answer what only the first one says, such as a secret. The stored
    /// answer does not have it, so no replay can tell it.
    std::function<void(http::Response&)> tell_once = {};
};

/// The refusal of a request that cannot be carried out as it is, or what it will do.
using Prepared = std::variant<http::Response, Effect>;
using WriteHandler = std::function<Prepared(const Caller&, const http::Request&)>;

/// Carries a request out, once for every Idempotency-Key: the second time the stored answer comes back with
/// `Idempotent-Replayed: true`. Answers 400 for a key that is none, 409 with Retry-After while the first one runs, 422
/// when the key came with another request. Stored is what was done (2xx) and what was refused in doing it (409, 410,
/// 422); nothing else, so that the same key may try again. Throws db::Failure.
http::Response carry_out(const Context& context, const Caller& caller, const http::Request& request,
                         const WriteHandler& prepare);

/// SHA-256, in hex, of what makes two requests the same: the body as canonical JSON (as it is when it is not JSON), the
/// query, sorted, and the path.
std::string fingerprint(const http::Request& request);

/// A key is replayed for this long. 24 hours are promised; a weekend's outage is survived.
constexpr std::chrono::hours kKeepIdempotencyKeys{7 * 24};

}  // namespace crossdock::api
