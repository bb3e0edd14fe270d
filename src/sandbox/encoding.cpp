// SPDX-License-Identifier: Apache-2.0
#include "sandbox/encoding.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>

#include "base/text.h"

namespace crossdock::sandbox {
namespace {

const unsigned char* bytes_of(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }

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

std::string sha256_hex(std::string_view text) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned length = 0;
    EVP_Digest(text.data(), text.size(), digest.data(), &length, EVP_sha256(), nullptr);
    return to_hex({reinterpret_cast<const char*>(digest.data()), length});
}

std::string hmac_sha256(std::string_view secret, std::string_view body) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned length = 0;
    HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()), bytes_of(body), body.size(), digest.data(),
         &length);
    return {reinterpret_cast<const char*>(digest.data()), length};
}

std::string percent_decode(std::string_view text, bool plus) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool escape =
            text[i] == '%' && i + 2 < text.size() && hex_digit(text[i + 1]) >= 0 && hex_digit(text[i + 2]) >= 0;
        if (escape) {
            out += static_cast<char>(hex_digit(text[i + 1]) * 16 + hex_digit(text[i + 2]));
            i += 2;
        } else {
            out += plus && text[i] == '+' ? ' ' : text[i];
        }
    }
    return out;
}

std::string percent_encode(std::string_view text) {
    constexpr std::string_view kDigits = "0123456789ABCDEF";
    std::string out;
    for (const char c : text) {
        const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
                           c == '_' || c == '.' || c == '~';
        const auto byte = static_cast<unsigned char>(c);
        if (plain)
            out += c;
        else
            (out += '%') += {kDigits[byte >> 4], kDigits[byte & 15]};
    }
    return out;
}

std::map<std::string, std::string> form_fields(std::string_view body) {
    std::map<std::string, std::string> fields;
    for (const std::string& pair : split(body, '&')) {
        if (pair.empty()) continue;
        const std::size_t at = pair.find('=');
        const std::string value =
            at == std::string::npos ? "" : percent_decode(std::string_view{pair}.substr(at + 1), true);
        fields.emplace(percent_decode(std::string_view{pair}.substr(0, at), true), value);
    }
    return fields;
}

}  // namespace crossdock::sandbox
