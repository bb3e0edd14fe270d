// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <gtest/gtest.h>

#include <deque>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "net/http_client.h"

namespace crossdock::testing_support {

/// A network that answers from a script: requests must come in the script's order, and a test that ends with a part of
/// the script unused fails.
class ScriptedHttp final : public net::HttpClient {
public:
    using Check = std::function<void(const net::HttpRequest&)>;

    ~ScriptedHttp() override {
        EXPECT_TRUE(script_.empty()) << script_.size() << " scripted answers were not asked for";
    }

    /// The next request gets this answer, after `check` has looked at it.
    void then(Result<net::HttpResponse> answer, Check check = {}) {
        script_.emplace_back(std::move(answer), std::move(check));
    }
    void then(int status, std::string body, net::Headers headers = {}, Check check = {}) {
        then(net::HttpResponse{status, std::move(headers), std::move(body)}, std::move(check));
    }
    void then_error(std::string code, Check check = {}) {
        then(Error{ErrorKind::unavailable, std::move(code), "scripted"}, std::move(check));
    }

    Result<net::HttpResponse> send(const net::HttpRequest& request) override {
        requests_.push_back(request);
        if (script_.empty()) {
            ADD_FAILURE() << "unexpected request: " << request.method << ' ' << request.url << '\n' << request.body;
            return Error{ErrorKind::invalid, "net_refused", "not in the script"};
        }
        auto [answer, check] = std::move(script_.front());
        script_.pop_front();
        if (check) check(request);
        return std::move(answer);
    }
    /// The body in pieces of seven bytes, so that no line of it comes in one.
    Result<net::HttpResponse> download(const net::HttpRequest& request,
                                       const std::function<bool(std::string_view)>& sink) override {
        auto answer = send(request);
        if (!answer || answer->status / 100 != 2) return answer;
        const std::string body = std::exchange(answer->body, {});
        for (std::size_t at = 0; at < body.size(); at += 7)
            if (!sink(std::string_view{body}.substr(at, 7))) break;
        return answer;
    }
    void shut_down() override {}

    [[nodiscard]] const std::vector<net::HttpRequest>& requests() const { return requests_; }
    [[nodiscard]] bool is_used_up() const { return script_.empty(); }

private:
    std::deque<std::pair<Result<net::HttpResponse>, Check>> script_;
    std::vector<net::HttpRequest> requests_;
};

}  // namespace crossdock::testing_support
