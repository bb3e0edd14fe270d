// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "connectors/connector.h"
#include "sync/env.h"

namespace crossdock::sync {

enum class WebhookVerdict {
    accepted,      // kept, or held already
    handshake,     // the provider asked whether somebody is at home; `answer` says so
    unknown,       // no such channel
    not_genuine,   // counted, nothing kept
    not_checkable,  // the key to check it with could not be had; the provider calls again
    busy            // genuine, not kept: the database is at something long; the provider calls again
};
struct WebhookReceipt {
    WebhookVerdict verdict = WebhookVerdict::unknown;
    int refusal_status = 401;  // the provider's own word for: not genuine
    std::string answer;        // JSON, of a handshake
    bool is_repeat = false;    // accepted, and held already
    bool is_used = false;      // something follows from it; false: of a topic, or about a thing, that is not known
};

/// Takes a call of a channel's webhook: checks it over the bytes as received, keeps it once, and asks for the order it
/// hints at. The body is never trusted for anything else. Throws db::Failure when it could not be kept.
WebhookReceipt receive_webhook(const Env& env, std::string_view channel_code, const connectors::WebhookCall& call);

}  // namespace crossdock::sync
