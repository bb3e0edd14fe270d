// SPDX-License-Identifier: Apache-2.0
#include "net/http_client.h"

#include <atomic>

#include "base/text.h"
#include "net/connection.h"
#include "net/exchange.h"
#include "net/pool.h"
#include "net/trusting_client.h"
#include "observability/log.h"

namespace crossdock::net {
namespace {

bool is_safe(const std::string& method) { return method == "GET" || method == "HEAD"; }

class PooledClient final : public HttpClient {
public:
    PooledClient(std::string user_agent, Admission admission, std::string certificate = {})
        : user_agent_(std::move(user_agent)), admission_(std::move(admission)), tls_(std::move(certificate)) {}

    Result<HttpResponse> send(const HttpRequest& request) override { return run(request, nullptr); }
    Result<HttpResponse> download(const HttpRequest& request, const Sink& sink) override { return run(request, &sink); }
    void shut_down() override {
        stopped_ = true;
        pool_.close();
    }

private:
    Result<HttpResponse> run(const HttpRequest& request, const Sink* sink) {
        const auto url = parse_url(request.url);
        if (!url) return url.error();
        const auto started = clock_.steady();
        auto answer = run(request, *url, sink);
        if (log::enabled(log::Level::debug)) {
            // The host alone: a path or query may hold a signature or a person's name.
            log::debug("http_exchange", {{"method", request.method},
                                         {"host", url->host},
                                         {"outcome", answer ? std::to_string(answer->status) : answer.error().code},
                                         {"ms", clock_.steady() - started}});
        }
        return answer;
    }

    Result<HttpResponse> run(const HttpRequest& request, const Url& url, const Sink* sink) {
        if (auto sendable = check_sendable(request); !sendable) return sendable.error();
        if (stopped_) return Error{ErrorKind::unavailable, "net_not_sent", url.host + ": the program is stopping"};

        const Endpoint endpoint{url.scheme, url.host, url.port};
        const Patience patience{request.deadline, stopped_};
        auto connection = pool_.take(endpoint);
        if (connection != nullptr) {
            auto outcome = exchange(*connection, request, url, user_agent_, sink, patience);
            // The other side may have closed the kept connection while the request was on its way to it.
            const bool silent = !outcome.answer && connection->bytes_read() == 0;
            const bool again = silent && outcome.answer.error().kind == ErrorKind::unavailable &&
                               (!connection->wrote_any() || is_safe(request.method)) &&
                               patience.verdict() == Patience::Verdict::go_on;
            if (!again) return settle(endpoint, std::move(connection), std::move(outcome));
        }
        auto fresh = Connection::open(endpoint, tls_, patience, admission_);
        if (!fresh) return fresh.error();
        auto outcome = exchange(**fresh, request, url, user_agent_, sink, patience);
        return settle(endpoint, *std::move(fresh), std::move(outcome));
    }

    Result<HttpResponse> settle(const Endpoint& endpoint, std::unique_ptr<Connection> connection, Outcome outcome) {
        if (outcome.keep_for.count() > 0) pool_.give_back(endpoint, std::move(connection), outcome.keep_for);
        return std::move(outcome.answer);
    }

    const std::string user_agent_;
    const Admission admission_;
    const SystemClock clock_;
    TlsContext tls_;
    Pool pool_;
    std::atomic<bool> stopped_{false};
};

}  // namespace

std::unique_ptr<HttpClient> make_http_client(std::string user_agent) {
    return make_guarded_client(std::move(user_agent), {});
}

std::unique_ptr<HttpClient> make_client_trusting(std::string certificate, std::string user_agent) {
    return std::make_unique<PooledClient>(std::move(user_agent), Admission{}, std::move(certificate));
}

std::unique_ptr<HttpClient> make_guarded_client(std::string user_agent, Admission admission) {
    return std::make_unique<PooledClient>(std::move(user_agent), std::move(admission));
}

}  // namespace crossdock::net
