// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace crossdock::sandbox {

/// A number that looks random and follows from seed and index: what a world need not remember.
std::uint64_t scattered(std::uint64_t seed, std::uint64_t index);

/// One thing that a simulated seller sells.
struct Good {
    std::int64_t index = 0;  // from 0
    std::string sku, title;
    std::string upc;  // 12 digits with a right check digit
    std::int64_t price_cents = 0;
    int weight_grams = 0;
};

/// A catalogue made up on the fly from its seed: 200,000 goods take no memory. The first dozen skus are the odd ones
/// that trip up integrations: a blank, a slash, a plus, an ampersand, non-ASCII letters, leading zeros.
class Goods {
public:
    Goods(std::uint64_t seed, std::int64_t count) : seed_(seed), count_(count) {}

    [[nodiscard]] std::int64_t count() const { return count_; }
    [[nodiscard]] Good at(std::int64_t index) const;
    [[nodiscard]] std::string sku(std::int64_t index) const;
    /// Case matters, as it does at marketplaces.
    [[nodiscard]] std::optional<std::int64_t> find(std::string_view sku) const;

private:
    std::uint64_t seed_;
    std::int64_t count_;
};

/// A buyer. Reserved numbers and domains only (555-01xx, example.com).
struct Person {
    std::string name, email, phone;
    std::string street, street2, city, state, zip;
    bool residential = true;
};
Person person(std::uint64_t number);

}  // namespace crossdock::sandbox
