// SPDX-License-Identifier: Apache-2.0
#include "crypto/certificate.h"

#include <gtest/gtest.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <memory>
#include <stdexcept>

namespace crossdock::crypto {
namespace {

using std::chrono::hours;

const Timestamp kNow = parse_iso8601("2026-11-30T12:00:00Z", ZoneRule::required).operator*();
const std::vector<std::string> kNames{"warehouse-pc", "warehouse-pc.acme.example", "localhost", "127.0.0.1", "::1"};

struct Free {
    void operator()(X509* it) const { X509_free(it); }
    void operator()(X509_STORE* it) const { X509_STORE_free(it); }
    void operator()(X509_STORE_CTX* it) const { X509_STORE_CTX_free(it); }
    void operator()(BIO* it) const { BIO_free(it); }
};
template <class T>
using Owned = std::unique_ptr<T, Free>;

Owned<X509> certificate_of(const std::string& pem) {
    const Owned<BIO> bio{BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size()))};
    return Owned<X509>{PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr)};
}

/// What a client that trusts the authority alone says, as OpenSSL puts it.
std::string verdict(const std::string& authority, const std::string& certificate, const std::string& host,
                    Timestamp at) {
    const auto root = certificate_of(authority);
    const auto server = certificate_of(certificate);
    const Owned<X509_STORE> store{X509_STORE_new()};
    X509_STORE_add_cert(store.get(), root.get());
    const Owned<X509_STORE_CTX> context{X509_STORE_CTX_new()};
    X509_STORE_CTX_init(context.get(), store.get(), server.get(), nullptr);
    X509_VERIFY_PARAM* const rules = X509_STORE_CTX_get0_param(context.get());
    X509_VERIFY_PARAM_set_time(rules, static_cast<std::time_t>(to_ms(at) / 1000));
    X509_VERIFY_PARAM_set_purpose(rules, X509_PURPOSE_SSL_SERVER);
    X509_VERIFY_PARAM_set_flags(rules, X509_V_FLAG_X509_STRICT);
    if (X509_VERIFY_PARAM_set1_ip_asc(rules, host.c_str()) != 1)
        X509_VERIFY_PARAM_set1_host(rules, host.data(), host.size());
    X509_verify_cert(context.get());
    return X509_verify_cert_error_string(X509_STORE_CTX_get_error(context.get()));
}

TEST(Authority, ItsServersAreTakenByWhoTrustsItAlone) {
    const auto authority = make_authority("crossdock on warehouse-pc", kNames, kNow);
    const auto issued = issue_certificate(authority, kNames, kNow);
    ASSERT_TRUE(issued);
    for (const auto& name : kNames)
        EXPECT_EQ(verdict(authority.certificate, issued->certificate, name, kNow), "ok") << name;
    EXPECT_EQ(verdict(authority.certificate, issued->certificate, "evil.example", kNow), "hostname mismatch");
    EXPECT_EQ(verdict(authority.certificate, issued->certificate, "127.0.0.2", kNow), "IP address mismatch");
    EXPECT_EQ(verdict(authority.certificate, issued->certificate, "localhost", kNow + hours{24 * 823}), "ok");
    EXPECT_EQ(verdict(authority.certificate, issued->certificate, "localhost", kNow + hours{24 * 824 + 1}),
              "certificate has expired");
    EXPECT_EQ(verdict(authority.certificate, issued->certificate, "localhost", kNow - hours{23}), "ok");
    const auto another = make_authority("crossdock on warehouse-pc", kNames, kNow);
    EXPECT_NE(verdict(another.certificate, issued->certificate, "localhost", kNow), "ok");
}

TEST(Authority, SignsAgainAYearLaterForAnAddressOfTheHouse) {
    const auto authority = make_authority("crossdock", {"hub"}, kNow);
    const Timestamp later = kNow + hours{24 * 400};
    const auto renewed = issue_certificate(authority, {"hub", "10.1.2.3", "fd12::7", "a.hub"}, later);
    ASSERT_TRUE(renewed);
    for (const char* name : {"hub", "10.1.2.3", "fd12::7", "a.hub"})
        EXPECT_EQ(verdict(authority.certificate, renewed->certificate, name, later), "ok") << name;
}

TEST(Authority, CannotSignForTheRestOfTheWorld) {
    const auto authority = make_authority("crossdock", {"hub", "203.0.113.7"}, kNow);
    for (const char* foreign : {"bank.example", "hub.bank.example", "203.0.113.8", "2001:db8::1"}) {
        const auto issued = issue_certificate(authority, {"hub", foreign}, kNow);
        ASSERT_FALSE(issued) << foreign;
        EXPECT_EQ(issued.error().code, "name_not_permitted");
        EXPECT_NE(issued.error().message.find(foreign), std::string::npos);
    }
    EXPECT_TRUE(issue_certificate(authority, {"hub", "203.0.113.7"}, kNow));
}

TEST(Authority, HoldsTenYearsAndNothingItSignsOutlivesIt) {
    const auto authority = make_authority("crossdock", {"hub"}, kNow);
    const auto facts = read_certificate(authority.certificate);
    ASSERT_TRUE(facts);
    EXPECT_EQ(facts->not_after - facts->not_before, hours{24 * 3650});
    EXPECT_TRUE(facts->by_itself);
    const auto last = issue_certificate(authority, {"hub"}, facts->not_after - hours{24 * 30});
    ASSERT_TRUE(last);
    EXPECT_EQ(read_certificate(last->certificate)->not_after, facts->not_after);
    const auto late = issue_certificate(authority, {"hub"}, facts->not_after);
    ASSERT_FALSE(late);
    EXPECT_EQ(late.error().code, "authority_expired");
    const auto mixed =
        issue_certificate({authority.certificate, make_authority("x", {"hub"}, kNow).private_key}, {"hub"}, kNow);
    ASSERT_FALSE(mixed);
    EXPECT_EQ(mixed.error().code, "authority_unreadable");
}

TEST(Authority, TakesNoNameThatOpensslWouldReadAsMore) {
    EXPECT_THROW(make_authority("x", {"hub,DNS:bank.example"}, kNow), std::invalid_argument);
    EXPECT_THROW(make_authority("x", {""}, kNow), std::invalid_argument);
}

TEST(Certificate, FactsAreThoseThatStandInIt) {
    const auto authority = make_authority("the house", kNames, kNow);
    const auto issued = issue_certificate(authority, kNames, kNow);
    const auto facts = read_certificate(issued->certificate + authority.certificate);
    ASSERT_TRUE(facts);
    EXPECT_EQ(facts->subject, "CN=warehouse-pc");
    EXPECT_EQ(facts->issuer, "CN=the house");
    EXPECT_EQ(facts->names, kNames);
    EXPECT_EQ(format_rfc3339(facts->not_before), "2026-11-29T12:00:00Z");
    EXPECT_EQ(facts->not_after - facts->not_before, hours{24 * 825});
    EXPECT_EQ(facts->fingerprint.size(), 64U);
    EXPECT_TRUE(facts->in_order);
    EXPECT_FALSE(facts->by_itself);
    const auto stranger = make_authority("another", kNames, kNow);
    EXPECT_FALSE(read_certificate(issued->certificate + stranger.certificate)->in_order);
    EXPECT_FALSE(read_certificate("-----BEGIN CERTIFICATE-----\nnonsense\n-----END CERTIFICATE-----\n"));
    EXPECT_FALSE(read_certificate(""));
}

TEST(Certificate, CoversItsNamesAndWhatAWildcardMeans) {
    const auto authority = make_authority("the house", {"acme.example", "192.168.1.20"}, kNow);
    const auto issued = issue_certificate(authority, {"*.acme.example", "192.168.1.20"}, kNow);
    ASSERT_TRUE(issued);
    EXPECT_TRUE(certificate_covers(issued->certificate, "hub.acme.example"));
    EXPECT_TRUE(certificate_covers(issued->certificate, "192.168.1.20"));
    EXPECT_FALSE(certificate_covers(issued->certificate, "acme.example"));
    EXPECT_FALSE(certificate_covers(issued->certificate, "a.b.acme.example"));
    EXPECT_FALSE(certificate_covers(issued->certificate, "192.168.1.21"));
    EXPECT_FALSE(certificate_covers("", "hub.acme.example"));
}

}  // namespace
}  // namespace crossdock::crypto
