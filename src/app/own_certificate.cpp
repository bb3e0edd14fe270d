// SPDX-License-Identifier: Apache-2.0
#include "app/own_certificate.h"

#include <algorithm>
#include <utility>

#include "app/hub.h"
#include "observability/log.h"
#include "platform/file.h"
#include "platform/process.h"

namespace crossdock::app {
namespace {

constexpr std::size_t kMostOfFile = 256 * 1024;
constexpr std::int64_t kSoonDays = 30;
constexpr const char* kRenew =
    "put a new one into the same files, and it is taken within a minute; one that crossdock made is renewed by: "
    "crossdock init --tls self-signed";

std::string ends_text(const crypto::CertificateFacts& facts, Timestamp now) {
    const std::int64_t days = OwnCertificate::days_until(facts.not_after, now);
    const std::string date = format_rfc3339(facts.not_after);
    if (days < 0) return "the certificate has expired on " + date + ": clients refuse it";
    return "the certificate expires in " + std::to_string(days) + (days == 1 ? " day, on " : " days, on ") + date;
}

bool ends_soon(const crypto::CertificateFacts& facts, Timestamp now) {
    return OwnCertificate::days_until(facts.not_after, now) <= kSoonDays;
}

bool is_everywhere(const std::string& host) { return host == "0.0.0.0" || host == "::"; }

std::string list_of(const std::vector<std::string>& names) {
    std::string out;
    for (const std::string& name : names) out += (out.empty() ? "" : ", ") + name;
    return out.empty() ? "no name at all" : out;
}

}  // namespace

std::int64_t OwnCertificate::days_until(Timestamp then, Timestamp now) {
    return std::chrono::floor<std::chrono::days>(then - now).count();
}

Result<OwnCertificate::Content> OwnCertificate::read_files(const config::Tls& tls) {
    auto certificate = platform::read_file(tls.certificate, kMostOfFile);
    if (!certificate)
        return Error{certificate.error().kind, "tls_certificate", "the certificate: " + certificate.error().message};
    auto key = platform::read_file(tls.private_key, kMostOfFile);
    if (!key) return Error{key.error().kind, "tls_key", "the private key: " + key.error().message};
    return Content{std::move(*certificate), Secret{std::move(*key)}};
}

http::TlsMaterial OwnCertificate::material_of(const config::Tls& tls, const Content& content) {
    return {content.certificate, content.private_key,
            tls.min_version == "1.3" ? http::TlsVersion::v1_3 : http::TlsVersion::v1_2};
}

OwnCertificate::OwnCertificate(config::Tls tls, Content content, crypto::CertificateFacts facts,
                               std::shared_ptr<http::TlsIdentity> identity)
    : tls_(std::move(tls)), identity_(std::move(identity)), shown_(std::move(content)), facts_(std::move(facts)) {}

Result<std::shared_ptr<OwnCertificate>> OwnCertificate::open(const config::Tls& tls) {
    auto content = read_files(tls);
    if (!content) return content.error();
    const auto with_file = [&](const Error& error) {
        return Error{
            error.kind, error.code,
            error.message + " (" + (error.code == "tls_certificate" ? tls.certificate : tls.private_key) + ")"};
    };
    auto identity = http::TlsIdentity::make(material_of(tls, *content));
    if (!identity) return with_file(identity.error());
    auto facts = crypto::read_certificate(content->certificate);
    if (!facts) return with_file(facts.error());
    return std::shared_ptr<OwnCertificate>(
        new OwnCertificate(tls, std::move(*content), std::move(*facts), std::move(*identity)));
}

void OwnCertificate::look() {
    auto content = read_files(tls_);
    const std::lock_guard lock(mutex_);
    const auto refuse = [&](const std::string& why) {
        const std::string problem = why + "; the old certificate is still shown";
        if (problem_ != problem) log::error("certificate_not_renewed", {{"file", tls_.certificate}}, problem);
        problem_ = problem;
    };
    if (!content) {
        refused_.reset();
        return refuse(content.error().message);
    }
    if (*content == shown_) {
        if (problem_)
            log::info("certificate_back", {{"file", tls_.certificate}}, "the files hold the certificate that is shown");
        problem_.reset();
        refused_.reset();
        return;
    }
    if (refused_ == *content) return;
    auto facts = crypto::read_certificate(content->certificate);
    const auto replaced = identity_->replace(material_of(tls_, *content));
    if (!facts || !replaced) {
        refused_ = std::move(*content);
        return refuse(replaced ? facts.error().message : replaced.error().message);
    }
    log::info("certificate_renewed", {{"until", format_rfc3339(facts->not_after)}, {"names", list_of(facts->names)}},
              facts->names == facts_.names
                  ? "a new certificate is shown from now on"
                  : "a new certificate is shown from now on; its new names are answered to after a reload");
    shown_ = std::move(*content);
    facts_ = std::move(*facts);
    problem_.reset();
    refused_.reset();
    told_.reset();
}

crypto::CertificateFacts OwnCertificate::facts() const {
    const std::lock_guard lock(mutex_);
    return facts_;
}

void OwnCertificate::add_findings(api::HealthReport& report, Timestamp now) const {
    const std::lock_guard lock(mutex_);
    const std::int64_t days = days_until(facts_.not_after, now);
    report.certificate = api::CertificateReport{facts_.not_after, days, facts_.names, problem_};
    if (problem_)
        report.findings.push_back(
            {"error", std::nullopt, "", "certificate_not_renewed", "a new certificate is not taken: " + *problem_,
             "mend the files, then: " + platform::habits().reload + ", or wait a minute; crossdock check says more"});
    if (ends_soon(facts_, now))
        report.findings.push_back({days < 0 ? "error" : "warning", std::nullopt, "",
                                   days < 0 ? "certificate_expired" : "certificate_expires", ends_text(facts_, now),
                                   kRenew});
}

void OwnCertificate::tell_expiry(Timestamp now) {
    const std::lock_guard lock(mutex_);
    if (!ends_soon(facts_, now) || (told_ && now - *told_ < std::chrono::hours{24} && now >= *told_)) return;
    log::warn("certificate_expires", {{"file", tls_.certificate}}, ends_text(facts_, now) + "; " + kRenew);
    told_ = now;
}

void OwnCertificate::add_figures(metrics::Registry& registry, const Clock& clock) const {
    registry.gauge_from("crossdock_tls_certificate_days_left",
                        "Whole days until the hub's certificate expires; negative afterwards.", [this, &clock] {
                            return std::vector<metrics::Registry::Sample>{
                                {{}, static_cast<double>(days_until(facts().not_after, clock.now()))}};
                        });
    registry.gauge_from("crossdock_tls_certificate_not_renewed", "1 when a new certificate on disk is not taken.",
                        [this] {
                            const std::lock_guard lock(mutex_);
                            return std::vector<metrics::Registry::Sample>{{{}, problem_ ? 1.0 : 0.0}};
                        });
}

Status add_certificate(HubOptions& options, const config::Config& config) {
    if (!config.server.tls) return ok();
    auto own = OwnCertificate::open(*config.server.tls);
    if (!own) return own.error();
    options.certificate = *own;
    options.server.tls = (*own)->identity();
    // Whoever asks for a name that only our certificate proves has come to the right door.
    for (const std::string& name : (*own)->facts().names)
        if (name.find('*') == std::string::npos)
            options.server.allowed_hosts.push_back(name.find(':') == std::string::npos ? name : "[" + name + "]");
    return ok();
}

std::vector<config::Finding> check_certificate(const config::Config& config, Timestamp now) {
    std::vector<config::Finding> findings;
    if (!config.server.tls) return findings;
    const config::Tls& tls = *config.server.tls;
    const auto add = [&](config::Severity severity, config::Position at, std::string message) {
        findings.push_back({config.file, at.line, at.column, severity, std::move(message)});
    };
    const auto content = OwnCertificate::read_files(tls);
    const auto at_fault = [&](const Error& error) {
        return error.code == "tls_certificate" ? tls.certificate_at : tls.private_key_at;
    };
    if (!content) {
        add(config::Severity::error, at_fault(content.error()), content.error().message);
        return findings;
    }
    const auto identity = http::TlsIdentity::make(OwnCertificate::material_of(tls, *content));
    if (!identity) add(config::Severity::error, at_fault(identity.error()), identity.error().message);
    const auto facts = crypto::read_certificate(content->certificate);
    if (!facts) return findings;
    if (facts->not_before > now)
        add(config::Severity::error, tls.certificate_at,
            "the certificate holds only from " + format_rfc3339(facts->not_before) + " on; is the clock right?");
    if (ends_soon(*facts, now))
        add(facts->not_after <= now ? config::Severity::error : config::Severity::warning, tls.certificate_at,
            ends_text(*facts, now) + "; renew it");
    if (!facts->in_order)
        add(config::Severity::warning, tls.certificate_at,
            "the certificates in the file do not follow one another: the server's comes first, then the one that "
            "issued it, and so on");
    const auto covers = [&](const std::string& name) {
        const bool brackets = name.starts_with('[') && name.ends_with(']');
        return crypto::certificate_covers(content->certificate, brackets ? name.substr(1, name.size() - 2) : name);
    };
    const std::string whose = "the certificate is for " + list_of(facts->names) + ", not for ";
    bool covers_a_name = false;
    for (const std::string& name : config.server.allowed_hosts) {
        if (covers(name))
            covers_a_name = true;
        else
            add(config::Severity::warning, tls.certificate_at,
                whose + name + " (allowed_hosts): clients that ask for that name refuse it");
    }
    const std::string& host = config.server.listen.host;
    if (!is_everywhere(host) && !covers_a_name && !covers(host))
        add(config::Severity::warning, tls.certificate_at,
            whose + host + ", where the server listens: clients have to ask for one of its names");
#ifdef _WIN32
    // Elsewhere the config reader has looked at the file's mode.
    if (const auto is_private = platform::is_private(tls.private_key); is_private && !*is_private)
        add(config::Severity::warning, tls.private_key_at,
            "the private key " + tls.private_key + " can be read by other users of this machine");
#endif
    return findings;
}

}  // namespace crossdock::app
