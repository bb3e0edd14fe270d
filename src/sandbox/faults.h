// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <initializer_list>
#include <list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "http/message.h"

namespace crossdock::sandbox {

/// A fault to inject. `operation` is the marketplace's own name of what a request does ("getOrders"). Every marketplace
/// has these kinds, and says in its own header which more:
///   before the effect: not_sent, no_answer, throttle, status (param: 500, 502, 503, 504, …), unauthorized, html
///   after the effect:  no_answer_after, cut (half a body), status_after, truncated (half a body, well framed)
///   inside lists:      half_page, repeat_cursor (frozen pager), empty_page (nothing but a next cursor)
struct Fault {
    std::string kind;
    int count = 1;               // how often; 0: until cleared
    std::string operation = {};  // only requests of this operation; "" any
    int param = 0;
    int skip = 0;  // let this many pass first
};

/// The faults that are armed. Taking one uses it up.
class FaultDials {
public:
    /// `own_kinds`: what this marketplace knows besides those every one has.
    explicit FaultDials(std::vector<std::string> own_kinds = {}) : own_kinds_(std::move(own_kinds)) {}

    /// Throws std::invalid_argument for a kind that nobody would take.
    void add(const Fault& fault);
    void clear() { armed_.clear(); }
    [[nodiscard]] const std::list<Fault>& armed() const { return armed_; }
    /// The first armed fault of one of these kinds that concerns the operation.
    std::optional<Fault> take(std::initializer_list<std::string_view> kinds, std::string_view operation);

private:
    std::vector<std::string> own_kinds_;
    std::list<Fault> armed_;
};

/// A gateway's page, as browsers and careless clients get it.
inline constexpr std::string_view kGatewayHtml =
    "<!DOCTYPE html><html><head><title>Something went wrong</title></head><body><h1>502 Bad Gateway</h1></body></html>";

/// What the network does to a request before it has an effect (not_sent, no_answer, html), or to an answer afterwards
/// (no_answer_after, cut, status_after, truncated). None, or untouched, when nothing of the kind is armed.
std::optional<http::Response> network_fault_before(FaultDials& dials, std::string_view operation);
bool network_fault_after(FaultDials& dials, std::string_view operation, http::Response& response);

}  // namespace crossdock::sandbox
