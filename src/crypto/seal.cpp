// SPDX-License-Identifier: Apache-2.0
#include "crypto/seal.h"

#include <openssl/evp.h>

#include <memory>
#include <span>
#include <stdexcept>

#include "base/text.h"
#include "crypto/hash.h"

namespace crossdock::crypto {
namespace {

constexpr std::string_view kFileMark = "crossdock-key-1:";
constexpr std::size_t kKeyBytes = 32, kNonceBytes = 12, kTagBytes = 16;

struct FreeContext {
    void operator()(EVP_CIPHER_CTX* context) const { EVP_CIPHER_CTX_free(context); }
};
using Context = std::unique_ptr<EVP_CIPHER_CTX, FreeContext>;

Context new_context() {
    Context context{EVP_CIPHER_CTX_new()};
    if (!context) throw std::runtime_error("OpenSSL has no memory for a cipher");
    return context;
}

const unsigned char* in(std::string_view bytes) { return reinterpret_cast<const unsigned char*>(bytes.data()); }
unsigned char* out(std::string& bytes, std::size_t at = 0) { return reinterpret_cast<unsigned char*>(bytes.data() + at); }

void must(int answer) {
    if (answer != 1) throw std::runtime_error("OpenSSL refused AES-256-GCM");
}

SealingKey key_of(std::string bytes) {
    SealingKey key;
    key.id = sha256_hex(bytes).substr(0, 16);
    key.bytes = Secret{std::move(bytes)};
    return key;
}

Error broken() {
    return {ErrorKind::denied, "seal_broken", "a sealed secret does not open: it was sealed with another key, or it is damaged"};
}

}  // namespace

SealingKey generate_sealing_key(Random& random) {
    std::string bytes(kKeyBytes, '\0');
    random.fill(std::as_writable_bytes(std::span{bytes}));
    return key_of(std::move(bytes));
}

std::string to_text(const SealingKey& key) { return std::string{kFileMark} + to_hex(key.bytes.reveal()) + '\n'; }

Result<SealingKey> parse_sealing_key(std::string_view text) {
    const Error unreadable{ErrorKind::invalid, "key_file_unreadable",
                           "the key file does not hold a key (one line, " + std::string{kFileMark} + " and 64 hex digits)"};
    text = trim(text);
    if (!text.starts_with(kFileMark)) return unreadable;
    text.remove_prefix(kFileMark.size());
    if (text.size() != 2 * kKeyBytes) return unreadable;
    std::string bytes;
    for (std::size_t i = 0; i < text.size(); i += 2) {
        const int high = hex_digit(text[i]);
        const int low = hex_digit(text[i + 1]);
        if (high < 0 || low < 0) return unreadable;
        bytes += static_cast<char>(high * 16 + low);
    }
    return key_of(std::move(bytes));
}

std::string seal(const SealingKey& key, const Secret& secret, std::string_view place, Random& random) {
    std::string nonce(kNonceBytes, '\0');
    random.fill(std::as_writable_bytes(std::span{nonce}));
    const Context context = new_context();
    must(EVP_EncryptInit_ex(context.get(), EVP_aes_256_gcm(), nullptr, in(key.bytes.reveal()), in(nonce)));
    int length = 0;
    must(EVP_EncryptUpdate(context.get(), nullptr, &length, in(place), static_cast<int>(place.size())));
    const std::string& plain = secret.reveal();
    std::string cipher(plain.size() + kTagBytes, '\0');
    must(EVP_EncryptUpdate(context.get(), out(cipher), &length, in(plain), static_cast<int>(plain.size())));
    must(EVP_EncryptFinal_ex(context.get(), out(cipher, plain.size()), &length));
    must(EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_GCM_GET_TAG, static_cast<int>(kTagBytes), out(cipher, plain.size())));
    return base64_encode(nonce + cipher);
}

Result<Secret> open_sealed(const SealingKey& key, std::string_view sealed, std::string_view place) {
    auto bytes = base64_decode(sealed);
    if (!bytes || bytes->size() < kNonceBytes + kTagBytes) return broken();
    const std::string_view all{*bytes};
    const std::string_view cipher = all.substr(kNonceBytes, all.size() - kNonceBytes - kTagBytes);
    std::string tag{all.substr(all.size() - kTagBytes)};
    const Context context = new_context();
    must(EVP_DecryptInit_ex(context.get(), EVP_aes_256_gcm(), nullptr, in(key.bytes.reveal()), in(all.substr(0, kNonceBytes))));
    int length = 0;
    must(EVP_DecryptUpdate(context.get(), nullptr, &length, in(place), static_cast<int>(place.size())));
    std::string plain(cipher.size(), '\0');
    must(EVP_DecryptUpdate(context.get(), out(plain), &length, in(cipher), static_cast<int>(cipher.size())));
    must(EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_GCM_SET_TAG, static_cast<int>(kTagBytes), out(tag)));
    std::string rest(kTagBytes, '\0');
    if (EVP_DecryptFinal_ex(context.get(), out(rest), &length) != 1) return broken();
    return Secret{std::move(plain)};
}

}  // namespace crossdock::crypto
