// SPDX-License-Identifier: Apache-2.0
#include "app/control.h"

#include <filesystem>
#include <nlohmann/json.hpp>

#include "app/commands.h"
#include "base/json_parse.h"
#include "crypto/compare.h"
#include "observability/log.h"
#include "platform/file.h"

namespace crossdock::app {
namespace {

using nlohmann::json;

constexpr std::string_view kSecretHeader = "x-crossdock-control";
constexpr std::string_view kUserHeader = "x-crossdock-user";
constexpr auto kPatience = std::chrono::seconds{60};
constexpr auto kLastCommand = std::chrono::seconds{1};

std::string control_file(const std::string& database) { return database + ".control"; }

http::Response error_answer(int status, const Error& error) {
    return http::Response::json(status, json{{"code", error.code}, {"kind", static_cast<int>(error.kind)}, {"message", error.message}}.dump(
                                            -1, ' ', false, json::error_handler_t::replace));
}

bool is_loopback(std::string_view address) { return address.starts_with("127.") || address == "::1" || address == "::ffff:127.0.0.1"; }

}  // namespace

ControlDoor::ControlDoor(Hub& hub, Random& random, bool apart) : secret_(random.uuid() + random.uuid()) {
    (apart ? router_ : hub.router())
        .add({"POST", "/control/{command}",
              [&hub, secret = secret_](const http::Request& request) {
                  const auto shown = request.header(kSecretHeader);
                  if (!is_loopback(request.remote_address) || !shown || !crypto::equal_constant_time(*shown, secret))
                      return http::Response::json(404, R"({"error":"not found"})");
                  const auto arguments = parse_json(request.body);
                  if (!arguments) return error_answer(400, arguments.error());
                  const store::Actor by{std::string{request.header(kUserHeader).value_or("unknown")}, request.remote_address};
                  const auto answer = run_command(hub, request.path_parameter("command"), *arguments, by);
                  if (!answer) return error_answer(422, answer.error());
                  return http::Response::json(200, answer->dump(-1, ' ', false, json::error_handler_t::replace));
              },
              "", 1024 * 1024});
    if (!apart) return;
    http::ServerOptions options;
    options.max_threads = 4;
    options.max_queued = 16;
    options.max_connections = 64;
    options.on_internal_error = [](const http::Request& request, const std::string& what) {
        log::error("handler_failed", {{"path", request.path}, {"request_id", request.request_id}}, what);
    };
    server_ = std::make_unique<http::Server>(std::move(options), router_);
}

ControlDoor::~ControlDoor() {
    close();
    std::error_code ignored;
    if (!file_.empty()) std::filesystem::remove(file_, ignored);
}

Status ControlDoor::open(const std::string& database, const std::string& url) {
    std::string reached_at = url;
    if (server_) {
        if (const auto started = server_->start(); !started) return started;
        reached_at = "http://127.0.0.1:" + std::to_string(server_->port());
    }
    file_ = control_file(database);
    return platform::write_file(file_, json{{"url", reached_at}, {"secret", secret_}}.dump() + "\n");
}

void ControlDoor::close() {
    if (server_) server_->stop(kLastCommand);
}

Result<json> call_running_hub(net::HttpClient& http, const std::string& database, std::string_view command, const json& arguments,
                              const std::string& who) {
    const Error not_reached{ErrorKind::unavailable, "hub_not_reached",
                            "another crossdock holds " + database + ", but it does not answer; is it starting or stopping? Try again in a moment"};
    const auto door = platform::read_file(control_file(database), 4096);
    if (!door) return not_reached;
    const auto parsed = parse_json(*door);
    if (!parsed || !parsed->is_object()) return not_reached;
    net::HttpRequest request;
    request.method = "POST";
    request.url = parsed->value("url", "") + "/control/" + std::string{command};
    request.headers = {{"Content-Type", "application/json"}, {std::string{kSecretHeader}, parsed->value("secret", "")}, {std::string{kUserHeader}, who}};
    request.body = arguments.dump();
    request.deadline = kPatience;
    const auto response = http.send(request);
    if (!response) return not_reached;
    auto body = parse_json(response->body, channel_json_limits());
    if (!body) return not_reached;
    if (response->status == 200) return std::move(*body);
    if (!body->is_object()) return not_reached;
    // What no command said itself: its disk is full, say.
    if (const auto error = body->find("error"); error != body->end() && error->is_string())
        return Error{ErrorKind::unavailable, "hub_failed", "the hub that runs answers: " + error->get<std::string>()};
    if (!body->contains("message")) return not_reached;
    return Error{static_cast<ErrorKind>(body->value("kind", 0)), body->value("code", ""), body->value("message", "")};
}

}  // namespace crossdock::app
