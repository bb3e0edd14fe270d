// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "api/json/error.h"
#include "http/message.h"
#include "services/refusal.h"

namespace crossdock::api {

/// What does not fit in a request to `/v2`, each with the place it stands at ("limit", "items[2].qty"). Keeps the first
/// hundred and counts the rest.
class V2Faults {
public:
    void add(std::string field, std::string message);
    [[nodiscard]] bool empty() const { return faults_.empty(); }
    /// 422 validation_failed, with every fault in `details.errors`.
    [[nodiscard]] http::Response refuse(const http::Request& request) const;

private:
    std::vector<std::pair<std::string, std::string>> faults_;
    std::size_t left_out_ = 0;
};

/// A refusal of a use case that was told kV2Wording, with the place of each fault.
http::Response v2_refusal(const http::Request& request, const services::Refusal& refusal);
/// An error as an answer: its kind decides the status, its code goes along. Where the request is at fault (422) it
/// stands in `details.errors`, too, once for each of `fields`, the members it is about, or once without any.
http::Response v2_error(const http::Request& request, const Error& error,
                        const std::vector<std::string_view>& fields = {});

/// 404. `what` is "order", "job", …; another account's id is told like one that does not exist.
http::Response v2_not_found(const http::Request& request, std::string_view what);

}  // namespace crossdock::api
