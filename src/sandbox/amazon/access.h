// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <chrono>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace crossdock::sandbox::amazon {

/// A resource that a restricted data token opens: a literal path, or a template such as …/orders/{orderId}/address.
struct RestrictedResource {
    std::string method, path;
    std::set<std::string> data_elements;  // buyerInfo, shippingAddress, buyerTaxInformation
};

struct Access {
    enum class Kind { none, seller, grantless, restricted } kind = Kind::none;
    bool expired = false;
    std::vector<RestrictedResource> resources;

    /// The resource that fits; null when the token does not open this path.
    [[nodiscard]] const RestrictedResource* opens(const std::string& method, const std::string& path) const;
};

/// Who may come in, and until when.
class AccessTokens {
public:
    explicit AccessTokens(const std::vector<std::string>& fixed);
    void issue(const std::string& token, Access access, std::chrono::milliseconds until);
    [[nodiscard]] Access look(const std::string& token, std::chrono::milliseconds now) const;
    void expire_issued();

private:
    struct Entry {
        Access access;
        std::chrono::milliseconds until;
    };
    std::map<std::string, Entry> tokens_;
    std::set<std::string> fixed_;
};

}  // namespace crossdock::sandbox::amazon
