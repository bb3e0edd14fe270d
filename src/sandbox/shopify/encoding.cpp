// SPDX-License-Identifier: Apache-2.0
#include "sandbox/shopify/encoding.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>
#include <charconv>

#include "base/text.h"

namespace crossdock::sandbox::shopify {
namespace {

const unsigned char* bytes_of(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }

constexpr std::string_view kScheme = "gid://shopify/";

}  // namespace

std::string base64_encode(std::string_view bytes) {
    std::string out(4 * ((bytes.size() + 2) / 3) + 1, '\0');
    const int length =
        EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out.data()), bytes_of(bytes), static_cast<int>(bytes.size()));
    out.resize(static_cast<std::size_t>(length));
    return out;
}

std::string base64_decode(std::string_view text) {
    if (text.empty() || text.size() % 4 != 0) return {};
    std::string out(text.size(), '\0');
    const int length =
        EVP_DecodeBlock(reinterpret_cast<unsigned char*>(out.data()), bytes_of(text), static_cast<int>(text.size()));
    if (length < 0) return {};
    std::size_t padding = 0;
    while (padding < 2 && text[text.size() - 1 - padding] == '=') ++padding;
    out.resize(static_cast<std::size_t>(length) - padding);
    return out;
}

std::string sign_body(std::string_view secret, std::string_view body) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned length = 0;
    HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()), bytes_of(body), body.size(), digest.data(),
         &length);
    return base64_encode({reinterpret_cast<const char*>(digest.data()), length});
}

std::string sha256_hex(std::string_view text) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned length = 0;
    EVP_Digest(text.data(), text.size(), digest.data(), &length, EVP_sha256(), nullptr);
    return to_hex({reinterpret_cast<const char*>(digest.data()), length});
}

std::string gid(std::string_view type, std::int64_t id) {
    return std::string(kScheme) + std::string(type) + "/" + std::to_string(id);
}

std::string_view gid_type(std::string_view text) {
    if (!text.starts_with(kScheme)) return {};
    text.remove_prefix(kScheme.size());
    return text.substr(0, text.find('/'));
}

std::optional<std::int64_t> gid_number(std::string_view text, std::string_view type) {
    if (gid_type(text) != type) return std::nullopt;
    text.remove_prefix(kScheme.size() + type.size());
    if (!text.starts_with('/')) return std::nullopt;
    text.remove_prefix(1);
    text = text.substr(0, text.find('?'));
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return number;
}

std::string rest_time(Timestamp at, std::chrono::minutes offset) {
    std::string text = format_rfc3339(std::chrono::floor<std::chrono::seconds>(at) + offset);
    text.pop_back();  // the Z
    const auto total = offset.count() < 0 ? -offset.count() : offset.count();
    const auto two = [](std::int64_t n) { return (n < 10 ? "0" : "") + std::to_string(n); };
    return text + (offset.count() < 0 ? "-" : "+") + two(total / 60) + ":" + two(total % 60);
}

}  // namespace crossdock::sandbox::shopify
