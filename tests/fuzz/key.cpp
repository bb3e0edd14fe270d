// SPDX-License-Identifier: Apache-2.0
// Keys and the texts that secrets travel in: API keys, sealing keys, sealed secrets, Base64, eBay's signing key. One to
// a line.
//
// Promised: a key that is taken is, to the character, the one that was handed out; one character more, less or other
// is refused; decoders take exactly what encoders give; no fault repeats what was read.
#include "base/random.h"
#include "base/text.h"
#include "connectors/ebay/signing.h"
#include "crypto/api_key.h"
#include "crypto/hash.h"
#include "crypto/seal.h"
#include "crypto/sign.h"
#include "crypto/token.h"
#include "fuzz/target.h"

namespace crossdock::fuzz::on_key {

void run(std::string_view input);

namespace {

void check_api_key(std::string_view text) {
    const auto key = crypto::parse_api_key(text);
    if (!key) {
        check(key.error().kind == ErrorKind::denied && key.error().code == "api_key_malformed",
              "a key that is none is denied");
        // Of words it may be the message itself; a key has none.
        if (text.size() > 30 && text.find(' ') == std::string_view::npos)
            check(key.error().message.find(text) == std::string::npos, "a fault does not repeat the key");
        return;
    }
    const std::string whole = crypto::to_text(*key).reveal();
    check_same(whole, trim(text), "a key is the one that was handed out");
    check(crypto::is_base62(key->id) && key->id.size() == 8, "a key's id is fit for logs");
    for (std::size_t i = 0; i < whole.size(); ++i) {
        std::string other = whole;
        other[i] = other[i] == 'a' ? 'b' : 'a';
        if (other != whole) check(!crypto::parse_api_key(other), "another character makes it no key");
    }
    check(!crypto::parse_api_key(whole + "0") && !crypto::parse_api_key(whole.substr(1)),
          "another length makes it no key");
    check(crypto::secret_matches(key->secret, crypto::secret_hash(key->secret)), "a secret fits its hash");
    check(!crypto::secret_matches(key->secret, crypto::kNoSuchKeyHash), "a secret fits no other");
}

/// A key made of what was invented, so that the accepting path is walked, too.
void check_made_key(std::string_view text) {
    SeededRandom random(text.size());
    std::string id, secret;
    for (const char c : text) {
        const char letter = crypto::kBase62[static_cast<unsigned char>(c) % crypto::kBase62.size()];
        if (id.size() < 8)
            id += letter;
        else if (secret.size() < 43)
            secret += letter;
    }
    id.resize(8, '0');
    secret.resize(43, 'z');
    for (const auto kind : {crypto::ApiKeyKind::live, crypto::ApiKeyKind::test, crypto::ApiKeyKind::publishable}) {
        const crypto::ApiKey key{kind, id, Secret{secret}};
        const auto again = crypto::parse_api_key("  " + crypto::to_text(key).reveal() + "\r\n");
        check(again && again->kind == kind && again->id == id && again->secret.reveal() == secret,
              "a key that was written is read as the same");
    }
}

void check_encodings(std::string_view text) {
    if (const auto bytes = crypto::base64_decode(text))
        check_same(crypto::base64_encode(*bytes), text, "only the text that would be written is read");
    if (const auto bytes = crypto::base64url_decode(text))
        check_same(crypto::base64url_encode(*bytes), text, "only the text that would be written is read");
    const auto again = crypto::base64_decode(crypto::base64_encode(text));
    check(again && *again == text, "bytes that were written are read as the same");
    const auto url = crypto::base64url_decode(crypto::base64url_encode(text));
    check(url && *url == text, "bytes that were written are read as the same");
    const auto der = crypto::der_of(text);
    if (der) {
        static_cast<void>(crypto::ed25519_sign(*der, text));
        static_cast<void>(crypto::ecdsa_fits(*der, crypto::MessageDigest::sha1, text, *der));
    }
    check(!crypto::ecdsa_fits(text, crypto::MessageDigest::sha256, text, text), "no text is its own key and signature");
}

void check_sealed(std::string_view text) {
    static const crypto::SealingKey key = [] {
        SeededRandom random(7);
        return crypto::generate_sealing_key(random);
    }();
    check(!crypto::open_sealed(key, text, "place"), "nobody seals without the key");
    SeededRandom random(text.size());
    const std::string sealed = crypto::seal(key, Secret{std::string{text}}, "place", random);
    const auto opened = crypto::open_sealed(key, sealed, "place");
    check(opened && opened->reveal() == text, "what was sealed can be opened");
    check(!crypto::open_sealed(key, sealed, "elsewhere"), "what was sealed opens at its own place alone");
    if (const auto read = crypto::parse_sealing_key(text)) {
        check(read->bytes.reveal().size() == 32, "a sealing key has 32 bytes");
        const auto again = crypto::parse_sealing_key(crypto::to_text(*read));
        check(again && again->id == read->id, "a sealing key that was written is read as the same");
    }
}

void check_signing_key(std::string_view text) {
    using namespace connectors::ebay;
    if (const auto key = parse_key(text)) {
        const auto again = parse_key(to_text(*key));
        check(again && again->id == key->id && again->jwe == key->jwe &&
                  again->private_key.reveal() == key->private_key.reveal() && again->expires_at == key->expires_at,
              "a signing key that was written is read as the same");
        static_cast<void>(
            signature_headers(*key, "POST", "https://apiz.ebay.com/x?y=1", text, from_ms(1'795'000'000'000)));
    }
    static_cast<void>(read_new_key(text));
}

}  // namespace

void run(std::string_view input) {
    Input in(input);
    for (int lines = 0; lines < 4 && !in.rest().empty(); ++lines) {
        const auto text = in.line();
        check_api_key(text);
        check_made_key(text);
        check_encodings(text);
        check_sealed(text);
        check_signing_key(text);
    }
}

}  // namespace crossdock::fuzz::on_key
