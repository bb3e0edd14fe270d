// SPDX-License-Identifier: Apache-2.0
#include "crypto/certificate.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <chrono>
#include <ctime>
#include <memory>
#include <new>

#include "base/ip.h"
#include "base/text.h"
#include "crypto/hash.h"

namespace crossdock::crypto {
namespace {

using ReadBio = std::unique_ptr<BIO, decltype(&BIO_free)>;
using ReadCertificate = std::unique_ptr<X509, decltype(&X509_free)>;

ReadBio reader_of(std::string_view pem) {
    ReadBio bio{BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())), &BIO_free};
    if (!bio) throw std::bad_alloc();
    return bio;
}

ReadCertificate next_of(BIO* bio) { return {PEM_read_bio_X509(bio, nullptr, nullptr, nullptr), &X509_free}; }

std::string name_text(const X509_NAME* name) {
    const ReadBio bio{BIO_new(BIO_s_mem()), &BIO_free};
    if (!bio) throw std::bad_alloc();
    X509_NAME_print_ex(bio.get(), name, 0, XN_FLAG_RFC2253 & ~ASN1_STRFLGS_ESC_MSB);
    std::string out(static_cast<std::size_t>(BIO_pending(bio.get())), '\0');
    if (!out.empty()) BIO_read(bio.get(), out.data(), static_cast<int>(out.size()));
    return to_valid_utf8(out);
}

Timestamp time_of(const ASN1_TIME* time) {
    std::tm parts{};
    if (ASN1_TIME_to_tm(time, &parts) != 1) return {};
    const auto day = std::chrono::year{parts.tm_year + 1900} / (parts.tm_mon + 1) / parts.tm_mday;
    return std::chrono::sys_days{day} + std::chrono::hours{parts.tm_hour} + std::chrono::minutes{parts.tm_min} +
           std::chrono::seconds{parts.tm_sec};
}

struct FreeNames {
    void operator()(GENERAL_NAMES* names) const { GENERAL_NAMES_free(names); }
};

std::vector<std::string> names_of(const X509* certificate) {
    std::vector<std::string> out;
    void* const found = X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr);
    const std::unique_ptr<GENERAL_NAMES, FreeNames> names{static_cast<GENERAL_NAMES*>(found)};
    for (int i = 0; names != nullptr && i < sk_GENERAL_NAME_num(names.get()); ++i) {
        int type = 0;
        const void* const value = GENERAL_NAME_get0_value(sk_GENERAL_NAME_value(names.get(), i), &type);
        const auto* const text = static_cast<const ASN1_STRING*>(value);
        if (type != GEN_DNS && type != GEN_IPADD) continue;
        const void* const bytes = ASN1_STRING_get0_data(text);
        const std::string_view raw{static_cast<const char*>(bytes), static_cast<std::size_t>(ASN1_STRING_length(text))};
        if (type == GEN_DNS) {
            out.push_back(to_valid_utf8(raw));
        } else if (raw.size() == 4 || raw.size() == 16) {
            IpAddress address;
            address.v6 = raw.size() == 16;
            std::copy(raw.begin(), raw.end(), address.bytes.begin());
            out.push_back(to_text(address));
        }
    }
    return out;
}

}  // namespace

Result<CertificateFacts> read_certificate(std::string_view pem) {
    const auto bio = reader_of(pem);
    auto own = next_of(bio.get());
    if (!own) {
        ERR_clear_error();
        return Error{ErrorKind::invalid, "certificate_unreadable",
                     "the certificate cannot be read: it must be PEM text, -----BEGIN CERTIFICATE-----"};
    }
    CertificateFacts facts;
    facts.subject = name_text(X509_get_subject_name(own.get()));
    facts.issuer = name_text(X509_get_issuer_name(own.get()));
    facts.names = names_of(own.get());
    facts.not_before = time_of(X509_get0_notBefore(own.get()));
    facts.not_after = time_of(X509_get0_notAfter(own.get()));
    facts.by_itself = X509_check_issued(own.get(), own.get()) == X509_V_OK;
    unsigned char* der = nullptr;
    if (const int size = i2d_X509(own.get(), &der); size > 0) {
        const void* const bytes = der;
        facts.fingerprint = sha256_hex({static_cast<const char*>(bytes), static_cast<std::size_t>(size)});
    }
    OPENSSL_free(der);
    while (auto issuer = next_of(bio.get())) {
        facts.in_order = facts.in_order && X509_check_issued(issuer.get(), own.get()) == X509_V_OK;
        own = std::move(issuer);
    }
    ERR_clear_error();
    return facts;
}

bool certificate_covers(std::string_view pem, const std::string& host) {
    const auto bio = reader_of(pem);
    const auto own = next_of(bio.get());
    const bool covers = own != nullptr && (X509_check_ip_asc(own.get(), host.c_str(), 0) == 1 ||
                                           X509_check_host(own.get(), host.data(), host.size(), 0, nullptr) == 1);
    ERR_clear_error();
    return covers;
}

}  // namespace crossdock::crypto
