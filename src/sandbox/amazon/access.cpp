// SPDX-License-Identifier: Apache-2.0
#include "sandbox/amazon/access.h"

#include "base/text.h"

namespace crossdock::sandbox::amazon {
namespace {

bool path_fits(const std::string& pattern, const std::string& path) {
    const auto wanted = split(pattern, '/');
    const auto given = split(path, '/');
    if (wanted.size() != given.size()) return false;
    for (std::size_t i = 0; i < wanted.size(); ++i) {
        const bool open = wanted[i].starts_with("{") && wanted[i].ends_with("}");
        if (!open && wanted[i] != given[i]) return false;
    }
    return true;
}

}  // namespace

const RestrictedResource* Access::opens(const std::string& method, const std::string& path) const {
    for (const RestrictedResource& resource : resources) {
        if (resource.method == method && path_fits(resource.path, path)) return &resource;
    }
    return nullptr;
}

AccessTokens::AccessTokens(const std::vector<std::string>& fixed) : fixed_(fixed.begin(), fixed.end()) {}

void AccessTokens::issue(const std::string& token, Access access, std::chrono::milliseconds until) {
    tokens_[token] = {std::move(access), until};
}

Access AccessTokens::look(const std::string& token, std::chrono::milliseconds now) const {
    Access access;
    if (fixed_.contains(token)) {
        access.kind = Access::Kind::seller;
        return access;
    }
    const auto at = tokens_.find(token);
    if (at == tokens_.end()) return access;
    access = at->second.access;
    access.expired = now >= at->second.until;
    return access;
}

void AccessTokens::expire_issued() {
    for (auto& [token, entry] : tokens_) entry.until = std::chrono::milliseconds::min();
}

}  // namespace crossdock::sandbox::amazon
