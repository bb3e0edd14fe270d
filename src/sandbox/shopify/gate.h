// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <chrono>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace crossdock::sandbox::shopify {

/// Who may come in: static tokens, and those of the client-credentials grant, good for a day.
class Tokens {
public:
    explicit Tokens(const std::vector<std::string>& fixed) : fixed_(fixed.begin(), fixed.end()) {}
    [[nodiscard]] bool good(const std::string& token, std::chrono::milliseconds now) const {
        if (fixed_.contains(token)) return true;
        const auto at = issued_.find(token);
        return at != issued_.end() && now < at->second;
    }
    void issue(const std::string& token, std::chrono::milliseconds until) { issued_[token] = until; }
    void expire_issued() { issued_.clear(); }

private:
    std::set<std::string> fixed_;
    std::map<std::string, std::chrono::milliseconds> issued_;
};

}  // namespace crossdock::sandbox::shopify
