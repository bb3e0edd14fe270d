// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "api/context.h"
#include "base/clock.h"
#include "base/result.h"
#include "config/config.h"
#include "crypto/certificate.h"
#include "http/tls.h"
#include "observability/metrics.h"

namespace crossdock::app {

struct HubOptions;

/// The certificate that the hub shows, and its files. A new one in them is taken while the hub runs, and no connection
/// is cut; one that is broken is not taken, and health says why. Any thread may use it.
class OwnCertificate {
public:
    /// Errors: invalid or denied; the message names the file.
    static Result<std::shared_ptr<OwnCertificate>> open(const config::Tls& tls);

    /// Reads the files, and takes what is new in them. What it finds is logged when it changes.
    void look();
    [[nodiscard]] std::shared_ptr<const http::TlsIdentity> identity() const { return identity_; }
    /// Of the one that is shown.
    [[nodiscard]] crypto::CertificateFacts facts() const;
    void add_findings(api::HealthReport& report, Timestamp now) const;
    /// Once a day, in the log, for those who look nowhere else: that it ends soon, or has.
    void tell_expiry(Timestamp now);
    void add_figures(metrics::Registry& registry, const Clock& clock) const;

    struct Content {
        std::string certificate;
        Secret private_key;
        friend bool operator==(const Content& a, const Content& b) {
            return a.certificate == b.certificate && a.private_key.reveal() == b.private_key.reveal();
        }
    };
    static Result<Content> read_files(const config::Tls& tls);
    /// Whole days until then; negative afterwards.
    static std::int64_t days_until(Timestamp then, Timestamp now);
    static http::TlsMaterial material_of(const config::Tls& tls, const Content& content);

private:
    OwnCertificate(config::Tls tls, Content content, crypto::CertificateFacts facts,
                   std::shared_ptr<http::TlsIdentity> identity);

    const config::Tls tls_;
    const std::shared_ptr<http::TlsIdentity> identity_;
    mutable std::mutex mutex_;
    Content shown_;                   // guarded by mutex_, as is what follows
    std::optional<Content> refused_;  // what the files held when they were last not taken
    crypto::CertificateFacts facts_;
    std::optional<std::string> problem_;
    std::optional<Timestamp> told_;
};

/// Makes the hub speak TLS if the config file says so, with the certificate's names among those that it answers to.
/// Errors: as OwnCertificate::open.
Status add_certificate(HubOptions& options, const config::Config& config);

/// What is wrong with the certificate and key that the config file names, for `crossdock check`.
std::vector<config::Finding> check_certificate(const config::Config& config, Timestamp now);

}  // namespace crossdock::app
