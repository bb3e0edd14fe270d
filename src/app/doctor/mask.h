// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace crossdock::app::doctor {

/// Takes out of texts what must not leave the house: secrets and words that are known, and what looks like an e-mail
/// address, an API key, a token, a phone number or the query of a URL.
class Mask {
public:
    /// Known ones; those shorter than four bytes are left alone.
    explicit Mask(const std::vector<std::string>& secrets, const std::vector<std::string>& persons = {});
    [[nodiscard]] std::string apply(std::string_view text) const;

private:
    struct Known {
        std::string text;
        bool secret = false;
    };
    void add(std::string text, bool secret);
    /// The longest known text that begins there; null: none.
    [[nodiscard]] const Known* known_at(std::string_view text, std::size_t at) const;

    std::unordered_map<std::uint32_t, std::vector<Known>> known_;  // by their first four bytes
};

struct MaskedConfig {
    std::string text;
    std::vector<std::string> taken_out;  // the values that are not in it any more
};
/// A config file, right or wrong, without secrets: of the keys that every config has the values stay, of all others
/// only numbers, true and false, "${NAME}" and "file:…". No comment stays.
MaskedConfig mask_config(std::string_view toml);

}  // namespace crossdock::app::doctor
