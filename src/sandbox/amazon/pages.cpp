// SPDX-License-Identifier: Apache-2.0
#include "sandbox/amazon/pages.h"

#include "base/text.h"
#include "sandbox/amazon/marketplaces.h"
#include "sandbox/encoding.h"

namespace crossdock::sandbox::amazon {
namespace {

constexpr char kBetween = '\x1f';
constexpr std::size_t kHead = 9 + 32;  // zeros and the signature

}  // namespace

std::string Pages::issue(std::string_view operation, std::string_view parameters, const PagePosition& position,
                         Timestamp now) {
    // The running number makes each token a new one, also for the same place.
    std::string plain = std::string(operation) + kBetween + sha256_hex(parameters).substr(0, 16) + kBetween +
                        position.at + kBetween + position.bound + kBetween + std::to_string(to_ms(now)) + kBetween +
                        std::to_string(generation_) + kBetween + std::to_string(++issued_);
    // Always a length that ends in "=": tokens must be percent-encoded, and whoever forgets shall notice.
    if ((plain.size() + kHead) % 3 == 0) plain += '.';
    const std::string key = "pages" + std::to_string(seed_);
    return base64_encode(std::string(9, '\0') + hmac_sha256(key, plain) + plain);
}

Pages::Verdict Pages::read(const std::string& token, std::string_view operation, std::string_view parameters,
                           std::chrono::seconds life, Timestamp now, PagePosition& position) const {
    const std::string bytes = base64_decode(token);
    if (bytes.size() < kHead) return Verdict::unreadable;
    const std::string plain = bytes.substr(kHead);
    if (hmac_sha256("pages" + std::to_string(seed_), plain) != bytes.substr(9, 32)) return Verdict::unreadable;
    const auto parts = split(plain, kBetween);
    if (parts.size() != 7 || parts[0] != operation) return Verdict::unreadable;
    if (parts[1] != sha256_hex(parameters).substr(0, 16)) return Verdict::other_parameters;
    const Timestamp issued = from_ms(std::stoll(parts[4]));
    if (parts[5] != std::to_string(generation_) || now - issued >= life) return Verdict::expired;
    position = {parts[2], parts[3]};
    return Verdict::good;
}

std::string place_text(Timestamp at, std::uint32_t index) {
    return std::to_string(to_ms(at)) + "," + std::to_string(index);
}

std::pair<Timestamp, std::uint32_t> place_of(const std::string& text) {
    const auto parts = split(text, ',');
    if (parts.size() != 2) return {from_ms(0), 0};
    return {from_ms(std::stoll(parts[0])), static_cast<std::uint32_t>(std::stoul(parts[1]))};
}

}  // namespace crossdock::sandbox::amazon
