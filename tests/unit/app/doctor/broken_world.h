// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <nlohmann/json.hpp>
#include <set>
#include <string>

#include "app/commands.h"
#include "app/doctor/doctor.h"
#include "app/from_config.h"
#include "app/hub.h"
#include "app/keys.h"
#include "crypto/seal.h"
#include "observability/log.h"
#include "support/real_process.h"

namespace crossdock::app::doctor {

using crossdock::testing::file_text;
using crossdock::testing::TemporaryFolder;
using crossdock::testing::write_text;
using nlohmann::json;
using namespace std::chrono_literals;

/// A network whose one host is a shop that says what time it is.
class ShopAlone final : public net::HttpClient {
public:
    Result<net::HttpResponse> send(const net::HttpRequest& request) override {
        const std::lock_guard lock(mutex);
        asked.push_back(request.method + " " + request.url);
        return answer(request);
    }
    Result<net::HttpResponse> download(const net::HttpRequest& request,
                                       const std::function<bool(std::string_view)>&) override {
        return send(request);
    }
    void shut_down() override {}

    std::function<Result<net::HttpResponse>(const net::HttpRequest&)> answer;
    std::vector<std::string> asked;
    std::mutex mutex;
};

inline constexpr const char* kToken = "shpat_0123456789abcdef";

/// A world in which all is well but that no hub runs: a config file with one shop, a database that a hub made and left,
/// an ERP's key, a backup. A test breaks a part of it.
class BrokenWorld {
public:
    BrokenWorld() {
        write_config(good_config());
        std::filesystem::create_directory(folder / "data");
        std::filesystem::create_directory(folder / "backups");
        network.answer = [this](const net::HttpRequest&) -> Result<net::HttpResponse> {
            return net::HttpResponse{404, {{"Date", format_http_date(clock.now())}}, "no such page"};
        };
        world.environment = [this](const std::string& name) -> std::optional<std::string> {
            const auto found = environment.find(name);
            return found == environment.end() ? std::nullopt : std::optional<std::string>{found->second};
        };
        world.disk_space = [this](const std::filesystem::path&) -> Result<platform::DiskSpace> { return space; };
        world.network_disk = [](const std::string&) { return std::nullopt; };
        world.address_free = [](const std::string&, int) -> Status { return crossdock::ok(); };
        world.listener_of = [](int) { return std::nullopt; };
        world.owner_of = [](const std::string&) { return std::nullopt; };
        world.ask_hub = [](const std::string&, std::string_view, const json&) -> Result<json> {
            return Error{ErrorKind::unavailable, "hub_not_reached", "nobody is there"};
        };
        world.resolve = [](const std::string&, int) -> Status { return crossdock::ok(); };
        world.service_user = [] { return platform::this_user(); };
        world.credentials = folder / "credentials";
        world.ask_over_tls = [](const net::HttpRequest&, const std::string&) -> Result<net::HttpResponse> {
            return Error{ErrorKind::unavailable, "net_not_sent", "nobody is there"};
        };
    }

    [[nodiscard]] static std::string good_config() {
        return "[server]\nlisten = \"127.0.0.1:8080\"\n[database]\npath = \"data/hub.db\"\n[backup]\nfolder = "
               "\"backups\"\n" +
               channel("\"${SHOPIFY_TOKEN}\"");
    }
    [[nodiscard]] static std::string channel(const std::string& token) {
        return "[[channel]]\ncode = \"shop\"\nprovider = \"shopify\"\n[channel.credentials]\nshop = "
               "\"demo-shop.myshopify.com\"\naccess_token = " +
               token + "\n";
    }
    void write_config(const std::string& text) const {
        write_text(folder / "crossdock.toml", text);
        std::filesystem::permissions(folder / "crossdock.toml",
                                     std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
    }
    [[nodiscard]] std::string database() const { return (folder / "data/hub.db").string(); }
    [[nodiscard]] std::string config_file() const { return (folder / "crossdock.toml").string(); }

    /// What a hub does with the database, and leaves.
    void with_hub(const std::function<void(Hub&)>& work) {
        config::LoadOptions options;
        const auto loaded = config::load(config_file(), world.environment, options);
        if (!loaded.config) throw std::runtime_error(loaded.findings.front().message);
        auto hub = Hub::open(hub_options(*loaded.config, "0.1.0"), {clock, random, network, connector_factories()});
        if (!hub) throw std::runtime_error(hub.error().message);
        work(**hub);
        (*hub)->stop(1s);
    }
    void with_rows(const std::function<void(db::Session&)>& work) {
        with_hub([&](Hub& hub) { hub.database().write([&](db::Session& session) { work(session); }); });
    }
    void run_sql(const std::string& sql) {
        with_rows([&](db::Session& session) { session.run_script(sql); });
    }
    /// The usual rows: a key that an ERP uses.
    void make_database() {
        with_hub([&](Hub& hub) {
            KeyOptions options;
            if (!create_key(hub.database(), random, "default", "erp", "erp", clock.now(), options))
                throw std::runtime_error("no key");
            hub.database().write([&](db::Session& session) {
                session.run_script("UPDATE api_keys SET last_used_at_ms = created_at_ms");
            });
        });
    }

    [[nodiscard]] Report examine() { return doctor::examine(world, config_file()); }

    TemporaryFolder folder;
    ManualClock clock{*parse_iso8601("2026-11-20T12:00:00Z", ZoneRule::required)};
    SeededRandom random{5};
    ShopAlone network;
    std::map<std::string, std::string> environment{{"SHOPIFY_TOKEN", kToken}};
    platform::DiskSpace space{50ULL << 30U, 100ULL << 30U, 1'000'000, 2'000'000};
    World world{clock, random, network, "0.1.0", {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}};

private:
    log::Capture quiet_{log::Level::error};
};

/// What a running hub says of itself, with something else in it.
inline Result<json> look_of_hub(const json& more) {
    json look{{"hub", {{"version", "0.1.0"}, {"pid", 812}, {"up_seconds", 4000}}},
              {"findings", json::array()},
              {"work", json::array()},
              {"database",
               {{"file_bytes", 4096},
                {"log_bytes", 0},
                {"pages", 1},
                {"schema", 10},
                {"problem", ""},
                {"faults", json::array()}}},
              {"backup", nullptr},
              {"sealing_keys", json::array()}};
    look.merge_patch(more);
    return look;
}

inline void with_running_hub(BrokenWorld& world, const json& more = json::object()) {
    world.world.owner_of = [](const std::string&) { return platform::InstanceLock::Owner{0, "127.0.0.1:8080"}; };
    world.world.ask_hub = [more](const std::string&, std::string_view, const json&) { return look_of_hub(more); };
}

inline const Finding* find(const Report& report, const std::string& code) {
    for (const Finding& finding : report.findings)
        if (finding.code == code) return &finding;
    return nullptr;
}

inline std::string all_of(const Report& report) { return to_text(report, false); }

}  // namespace crossdock::app::doctor
