// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <functional>
#include <string>
#include <string_view>

#include "http/message.h"

namespace crossdock::sandbox {

/// One delivery of a webhook, as it would go over the wire.
struct WebhookCall {
    std::string url;
    http::Fields headers;
    std::string body;
    std::string method = "POST";         // or GET: a question to the receiver before anything is delivered
    std::string* answer_body = nullptr;  // where the sender puts the body of the receiver's answer; null: nowhere
};
/// Carries a webhook to its receiver and returns the receiver's HTTP status, or 0 when there was no answer.
using WebhookSender = std::function<int(const WebhookCall&)>;

/// One request and its answer, as they went over the wire, for the checks against the published schemas.
struct Exchange {
    http::Request request;
    http::Response response;
};
/// Sees every exchange of a marketplace, its own admin surface and simulated network faults left out.
using ExchangeRecorder = std::function<void(const Exchange&)>;

/// Answers carry this header when the simulated network, not the marketplace, is at fault. Whoever puts a marketplace
/// on a real socket or an in-process transport turns its value into the fault; the status and body beside it (504,
/// HTML) are what a client sees when nobody does.
inline constexpr std::string_view kFaultHeader = "x-sandbox-fault";
inline constexpr std::string_view kFaultNotSent = "not-sent";    // the request never arrived
inline constexpr std::string_view kFaultNoAnswer = "no-answer";  // it arrived; no byte of an answer comes back
inline constexpr std::string_view kFaultCut = "cut";             // the connection ends in the middle of the answer

/// A simulated marketplace: the provider's protocol on one side, a small world that lives on the other. Deterministic
/// from its seed and its clock. Safe to call from any thread.
class Marketplace {
public:
    virtual ~Marketplace() = default;
    /// Answers one request, the simulated world being brought up to the clock first.
    virtual http::Response handle(const http::Request& request) = 0;
    /// Does everything that is due until the clock's now: orders arrive and change, bulk jobs finish, and webhooks go
    /// out (never from inside handle(), so that a receiver may call back).
    virtual void tick() = 0;
    /// Where webhooks go. Without one they are counted as lost.
    virtual void set_webhook_sender(WebhookSender sender) = 0;
    /// The path that every request of this marketplace starts with: "/shopify".
    [[nodiscard]] virtual const std::string& path_prefix() const = 0;
};

}  // namespace crossdock::sandbox
