// SPDX-License-Identifier: Apache-2.0
// An authority of one's own, and what it signs.
#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <memory>
#include <new>
#include <stdexcept>

#include "base/ip.h"
#include "crypto/certificate.h"

namespace crossdock::crypto {
namespace {

using Memory = std::unique_ptr<BIO, decltype(&BIO_free)>;
using Certificate = std::unique_ptr<X509, decltype(&X509_free)>;
using PairKey = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;

constexpr std::chrono::hours kSlowClocks{24};
constexpr std::size_t kMostOfCommonName = 64;  // X.520
// Addresses that never leave a house (RFC 1918, 4193, 3927, 4291), so that a new one from DHCP needs no new authority.
constexpr const char* kHouseNetworks =
    "permitted;IP:127.0.0.0/255.0.0.0,permitted;IP:10.0.0.0/255.0.0.0,permitted;IP:172.16.0.0/255.240.0.0,"
    "permitted;IP:192.168.0.0/255.255.0.0,permitted;IP:169.254.0.0/255.255.0.0,"
    "permitted;IP:::1/ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff,permitted;IP:fc00::/fe00::,permitted;IP:fe80::/ffc0::";

void demand(bool worked) {
    if (worked) return;
    const unsigned long code = ERR_peek_last_error();
    const char* reason = code != 0 ? ERR_reason_error_string(code) : nullptr;
    throw std::runtime_error(std::string{"OpenSSL could not make a certificate: "} +
                             (reason != nullptr ? reason : "no reason given"));
}

Memory over(std::string_view text) {
    Memory bio{BIO_new_mem_buf(text.data(), static_cast<int>(text.size())), &BIO_free};
    if (!bio) throw std::bad_alloc();
    return bio;
}

std::string all_of(BIO* bio) {
    std::string out(static_cast<std::size_t>(BIO_pending(bio)), '\0');
    demand(!out.empty() && BIO_read(bio, out.data(), static_cast<int>(out.size())) == static_cast<int>(out.size()));
    return out;
}

PairKey new_key() {
    PairKey key{EVP_EC_gen("P-256"), &EVP_PKEY_free};
    demand(key != nullptr);
    return key;
}

void set_time(ASN1_TIME* into, Timestamp at) {
    demand(ASN1_TIME_set(into, static_cast<std::time_t>(
                                   std::chrono::floor<std::chrono::seconds>(at).time_since_epoch().count())) !=
           nullptr);
}

void set_common_name(X509_NAME* into, const std::string& text) {
    const std::string shown = text.substr(0, kMostOfCommonName);
    const void* const bytes = shown.data();
    demand(X509_NAME_add_entry_by_NID(into, NID_commonName, MBSTRING_UTF8, static_cast<const unsigned char*>(bytes),
                                      static_cast<int>(shown.size()), -1, 0) == 1);
}

void add_extension(X509* to, X509* issuer, int id, const std::string& value) {
    X509V3_CTX context{};
    X509V3_set_ctx(&context, issuer, to, nullptr, nullptr, 0);
    const std::unique_ptr<X509_EXTENSION, decltype(&X509_EXTENSION_free)> extension{
        X509V3_EXT_conf_nid(nullptr, &context, id, value.c_str()), &X509_EXTENSION_free};
    demand(extension != nullptr && X509_add_ext(to, extension.get(), -1) == 1);
}

/// Without subject, extensions and signature.
Certificate blank(EVP_PKEY* key, Timestamp from, Timestamp until) {
    Certificate made{X509_new(), &X509_free};
    if (!made) throw std::bad_alloc();
    // 127 random bits: unforeseeable, positive, and no list of those given out is needed.
    const std::unique_ptr<BIGNUM, decltype(&BN_free)> serial{BN_new(), &BN_free};
    demand(serial != nullptr && BN_rand(serial.get(), 127, BN_RAND_TOP_ONE, BN_RAND_BOTTOM_ANY) == 1 &&
           BN_to_ASN1_INTEGER(serial.get(), X509_get_serialNumber(made.get())) != nullptr);
    demand(X509_set_version(made.get(), X509_VERSION_3) == 1 && X509_set_pubkey(made.get(), key) == 1);
    set_time(X509_getm_notBefore(made.get()), from);
    set_time(X509_getm_notAfter(made.get()), until);
    return made;
}

CertificatePair pair_of(X509* certificate, EVP_PKEY* key) {
    const Memory bio{BIO_new(BIO_s_mem()), &BIO_free};
    demand(bio != nullptr && PEM_write_bio_X509(bio.get(), certificate) == 1);
    const Memory secret{BIO_new(BIO_s_secmem()), &BIO_free};
    demand(secret != nullptr &&
           PEM_write_bio_PKCS8PrivateKey(secret.get(), key, nullptr, nullptr, 0, nullptr, nullptr) == 1);
    return {all_of(bio.get()), Secret{all_of(secret.get())}};
}

/// "DNS:hub" or "IP:192.0.2.1". Names come from the system or a person: whatever could mean something to OpenSSL's
/// reader of such texts is refused.
std::string general_name(const std::string& name) {
    if (parse_ip(name)) return "IP:" + name;
    const bool plain = !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
               c == '_' || c == '*';
    });
    if (!plain) throw std::invalid_argument("\"" + name + "\" is not a host name or an address");
    return "DNS:" + name;
}

void add_names(X509* to, const std::vector<std::string>& names) {
    std::string list;
    for (const std::string& name : names) list += (list.empty() ? "" : ",") + general_name(name);
    add_extension(to, nullptr, NID_subject_alt_name, list);
}

struct FreeConstraints {
    void operator()(NAME_CONSTRAINTS* constraints) const { NAME_CONSTRAINTS_free(constraints); }
};

/// The first of the names that the authority may not sign; empty: it may sign all.
std::string not_permitted(X509* authority, EVP_PKEY* key, const std::vector<std::string>& names, Timestamp now) {
    void* const found = X509_get_ext_d2i(authority, NID_name_constraints, nullptr, nullptr);
    const std::unique_ptr<NAME_CONSTRAINTS, FreeConstraints> constraints{static_cast<NAME_CONSTRAINTS*>(found)};
    if (constraints == nullptr) return {};
    for (const std::string& name : names) {
        const auto probe = blank(key, now, now);
        add_names(probe.get(), {name});
        demand(X509_sign(probe.get(), key, EVP_sha256()) > 0);
        X509_check_purpose(probe.get(), -1, 0);  // makes OpenSSL read the extensions, which the check leaves out
        if (NAME_CONSTRAINTS_check(probe.get(), constraints.get()) != X509_V_OK) return name;
    }
    return {};
}

}  // namespace

CertificatePair make_authority(const std::string& common_name, const std::vector<std::string>& names, Timestamp now) {
    const auto key = new_key();
    const auto made = blank(key.get(), now - kSlowClocks, now - kSlowClocks + kAuthorityLife);
    set_common_name(X509_get_subject_name(made.get()), common_name);
    demand(X509_set_issuer_name(made.get(), X509_get_subject_name(made.get())) == 1);
    std::string permitted;
    for (const std::string& name : names) {
        const auto address = parse_ip(name);
        permitted += ",permitted;" + general_name(name);
        if (address) permitted += address->v6 ? "/ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff" : "/255.255.255.255";
    }
    add_extension(made.get(), made.get(), NID_basic_constraints, "critical,CA:TRUE,pathlen:0");
    add_extension(made.get(), made.get(), NID_key_usage, "critical,keyCertSign,cRLSign");
    add_extension(made.get(), made.get(), NID_subject_key_identifier, "hash");
    add_extension(made.get(), made.get(), NID_name_constraints, "critical," + std::string{kHouseNetworks} + permitted);
    demand(X509_sign(made.get(), key.get(), EVP_sha256()) > 0);
    return pair_of(made.get(), key.get());
}

Result<CertificatePair> issue_certificate(const CertificatePair& authority, const std::vector<std::string>& names,
                                          Timestamp now) {
    const Certificate issuer{PEM_read_bio_X509(over(authority.certificate).get(), nullptr, nullptr, nullptr),
                             &X509_free};
    const auto nobody_to_ask = [](char*, int, int, void*) { return -1; };
    const PairKey issuer_key{
        PEM_read_bio_PrivateKey(over(authority.private_key.reveal()).get(), nullptr, nobody_to_ask, nullptr),
        &EVP_PKEY_free};
    if (!issuer || !issuer_key || X509_check_private_key(issuer.get(), issuer_key.get()) != 1) {
        ERR_clear_error();
        return Error{ErrorKind::invalid, "authority_unreadable",
                     "the authority's certificate and key cannot be read, or are not of one pair"};
    }
    const auto until_issuer = read_certificate(authority.certificate);
    if (!until_issuer) return until_issuer.error();
    if (until_issuer->not_after <= now)
        return Error{ErrorKind::conflict, "authority_expired",
                     "the authority expired on " + format_rfc3339(until_issuer->not_after)};
    const auto key = new_key();
    if (const std::string name = not_permitted(issuer.get(), key.get(), names, now); !name.empty())
        return Error{ErrorKind::conflict, "name_not_permitted",
                     "the authority may not sign for \"" + name + "\": it was made for other names"};
    const auto made =
        blank(key.get(), now - kSlowClocks, std::min(now - kSlowClocks + kServerLife, until_issuer->not_after));
    set_common_name(X509_get_subject_name(made.get()), names.front());
    demand(X509_set_issuer_name(made.get(), X509_get_subject_name(issuer.get())) == 1);
    add_extension(made.get(), issuer.get(), NID_basic_constraints, "critical,CA:FALSE");
    add_extension(made.get(), issuer.get(), NID_key_usage, "critical,digitalSignature");
    add_extension(made.get(), issuer.get(), NID_ext_key_usage, "serverAuth");
    add_extension(made.get(), issuer.get(), NID_subject_key_identifier, "hash");
    add_extension(made.get(), issuer.get(), NID_authority_key_identifier, "keyid:always");
    add_names(made.get(), names);
    demand(X509_sign(made.get(), issuer_key.get(), EVP_sha256()) > 0);
    return pair_of(made.get(), key.get());
}

}  // namespace crossdock::crypto
