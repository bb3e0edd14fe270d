// SPDX-License-Identifier: Apache-2.0
#include "sandbox/faults.h"

#include <algorithm>
#include <array>
#include <stdexcept>

#include "sandbox/marketplace.h"

namespace crossdock::sandbox {
namespace {

constexpr std::array<std::string_view, 13> kEverywhere{
    "not_sent", "no_answer",    "throttle",  "status",    "unauthorized",  "html",      "no_answer_after",
    "cut",      "status_after", "truncated", "half_page", "repeat_cursor", "empty_page"};

constexpr std::string_view kHtmlType = "text/html; charset=utf-8";

http::Response with_marker(std::string_view marker, std::string body = std::string{kGatewayHtml}) {
    http::Response response{504, std::move(body), std::string{kHtmlType}, {}};
    response.headers.emplace_back(std::string{kFaultHeader}, std::string{marker});
    return response;
}

}  // namespace

void FaultDials::add(const Fault& fault) {
    const bool known = std::find(kEverywhere.begin(), kEverywhere.end(), fault.kind) != kEverywhere.end() ||
                       std::find(own_kinds_.begin(), own_kinds_.end(), fault.kind) != own_kinds_.end();
    if (!known) throw std::invalid_argument("there is no fault \"" + fault.kind + "\"");
    armed_.push_back(fault);
}

std::optional<Fault> FaultDials::take(std::initializer_list<std::string_view> kinds, std::string_view operation) {
    for (auto at = armed_.begin(); at != armed_.end(); ++at) {
        const bool wanted = std::find(kinds.begin(), kinds.end(), at->kind) != kinds.end();
        if (!wanted || (!at->operation.empty() && at->operation != operation)) continue;
        if (at->skip > 0) {
            --at->skip;
            continue;
        }
        Fault taken = *at;
        if (at->count > 0 && --at->count == 0) armed_.erase(at);
        return taken;
    }
    return std::nullopt;
}

std::optional<http::Response> network_fault_before(FaultDials& dials, std::string_view operation) {
    const auto fault = dials.take({"not_sent", "no_answer", "html"}, operation);
    if (!fault) return std::nullopt;
    if (fault->kind == "not_sent") return with_marker(kFaultNotSent);
    if (fault->kind == "no_answer") return with_marker(kFaultNoAnswer);
    return http::Response{200, std::string{kGatewayHtml}, std::string{kHtmlType}, {}};
}

bool network_fault_after(FaultDials& dials, std::string_view operation, http::Response& response) {
    const auto fault = dials.take({"no_answer_after", "cut", "status_after", "truncated"}, operation);
    if (!fault) return false;
    if (fault->kind == "no_answer_after")
        response = with_marker(kFaultNoAnswer);
    else if (fault->kind == "cut")
        response = with_marker(kFaultCut, response.body.substr(0, response.body.size() / 2));
    else if (fault->kind == "truncated")
        response.body.resize(response.body.size() / 2);
    else
        response = {fault->param == 0 ? 502 : fault->param, std::string{kGatewayHtml}, std::string{kHtmlType}, {}};
    return true;
}

}  // namespace crossdock::sandbox
