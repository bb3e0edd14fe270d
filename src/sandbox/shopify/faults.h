// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <initializer_list>
#include <list>
#include <optional>
#include <string>
#include <string_view>

#include "sandbox/shopify/shop.h"

namespace crossdock::sandbox::shopify {

/// The faults that are armed. Taking one uses it up.
class FaultDials {
public:
    void add(const Fault& fault) { armed_.push_back(fault); }
    void clear() { armed_.clear(); }
    [[nodiscard]] const std::list<Fault>& armed() const { return armed_; }
    /// Every kind there is; others are refused at the door.
    static bool known(std::string_view kind) {
        for (const char* name : {"not_sent",     "no_answer",     "throttle",      "status",           "unauthorized",
                                 "html",         "errors",        "string_errors", "no_answer_after",  "cut",
                                 "status_after", "truncated",     "half_page",     "repeat_cursor",    "empty_page",
                                 "webhook_lost", "webhook_twice", "webhook_late",  "webhook_reversed", "late_order"}) {
            if (kind == name) return true;
        }
        return false;
    }
    /// The first armed fault of one of these kinds that concerns the operation.
    std::optional<Fault> take(std::initializer_list<std::string_view> kinds, std::string_view operation) {
        for (auto at = armed_.begin(); at != armed_.end(); ++at) {
            bool fits = at->operation.empty() || at->operation == operation;
            bool wanted = false;
            for (const std::string_view kind : kinds) wanted = wanted || at->kind == kind;
            if (!fits || !wanted) continue;
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

private:
    std::list<Fault> armed_;
};

}  // namespace crossdock::sandbox::shopify
