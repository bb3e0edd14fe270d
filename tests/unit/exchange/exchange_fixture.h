// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "base/random.h"
#include "db/database.h"
#include "db/migrator.h"
#include "exchange/exchange.h"
#include "observability/log.h"
#include "services/acknowledge.h"
#include "services/record_items.h"
#include "services/record_order.h"
#include "services/record_refund.h"
#include "store/channel_repo.h"
#include "store/content_hash.h"
#include "store/item_repo.h"
#include "support/power_cut_vfs.h"
#include "support/temporary_folder.h"

namespace crossdock::exchange::testing {

using namespace std::chrono_literals;
using crossdock::testing::PowerCutDisk;
using crossdock::testing::TemporaryFolder;
using nlohmann::json;

/// Every write waits for the disk: thousands of exchanges take minutes on a real one. TMPDIR names another place.
#ifndef _WIN32
inline const bool kInMemory = std::filesystem::is_directory("/dev/shm") && setenv("TMPDIR", "/dev/shm", 0) == 0;
#endif

/// The power went.
struct Crash {};

/// A real folder whose calls fail or crash on demand.
class FaultyFolder final : public platform::SharedFolder {
public:
    explicit FaultyFolder(const std::filesystem::path& path) : real_(platform::make_shared_folder(path)) {}

    enum class When { before, after, torn };
    /// The nth call from now (1: the next) is the last one. torn: the nth write, of which half is there.
    void crash_at(int nth, When when) {
        until_crash_ = nth;
        when_ = when;
    }
    void fail_all(std::optional<Error> error) { error_ = std::move(error); }
    /// Errors of single files.
    std::function<std::optional<Error>(const std::string& call, const std::string& file)> refuse;
    [[nodiscard]] int calls() const { return calls_; }

    Result<std::vector<Entry>> list(const std::string& folder) override {
        return run<std::vector<Entry>>("list", folder, [&] { return real_->list(folder); });
    }
    Result<Entry> look(const std::string& file) override {
        return run<Entry>("look", file, [&] { return real_->look(file); });
    }
    Status make_folder(const std::string& folder) override {
        return run<std::monostate>("make", folder, [&] { return real_->make_folder(folder); });
    }
    Result<std::unique_ptr<Reader>> open(const std::string& file) override {
        return run<std::unique_ptr<Reader>>("open", file, [&] { return real_->open(file); });
    }
    Status write(const std::string& file, std::string_view content) override {
        if (when_ == When::torn && until_crash_ > 0 && --until_crash_ == 0) {
            static_cast<void>(real_->write(file, content.substr(0, content.size() / 2)));
            throw Crash{};
        }
        return run<std::monostate>("write", file, [&] { return real_->write(file, content); });
    }
    Status move(const std::string& from, const std::string& to) override {
        return run<std::monostate>("move", from, [&] { return real_->move(from, to); });
    }
    Status remove(const std::string& file) override {
        return run<std::monostate>("remove", file, [&] { return real_->remove(file); });
    }

private:
    template <class T, class Work>
    Result<T> run(const char* call, const std::string& file, Work&& work) {
        ++calls_;
        const bool last = when_ != When::torn && until_crash_ > 0 && --until_crash_ == 0;
        if (last && when_ == When::before) throw Crash{};
        if (error_) return *error_;
        if (refuse)
            if (auto error = refuse(call, file)) return *error;
        auto result = work();
        if (last) throw Crash{};
        return result;
    }

    std::unique_ptr<platform::SharedFolder> real_;
    int until_crash_ = 0, calls_ = 0;
    When when_ = When::before;
    std::optional<Error> error_;
};

/// A migrated database on a disk in memory whose power can be cut, with an account and a Shopify channel "shop-us".
class DatabaseInMemory {
public:
    DatabaseInMemory() {
        open();
        const auto migrated = db::migrate(*database_, clock);
        if (!migrated) throw std::runtime_error(migrated.error().message);
        channel = database_->write([&](db::Session& session) {
            SeededRandom random(1);
            const AccountId account = store::ensure_account(session, "default", random, clock.now());
            store::ChannelRepo channels(session);
            return *channels.get(*channels.ensure(account, "shop-us", domain::Provider::shopify, true, clock.now()));
        });
    }
    /// What was not promised is lost.
    void cut_power(std::uint64_t seed) {
        disk_.cut(seed);
        database_.reset();
        disk_.power_on();
        open();
    }
    db::Database& operator*() { return *database_; }
    db::Database* operator->() { return database_.get(); }

    ManualClock clock{from_ms(1'795'000'000'000)};
    store::Channel channel;

private:
    void open() {
        db::Options options;
        options.path = "exchange.db";
        options.longest_read = std::chrono::minutes{1};  // wherever this machine sleeps meanwhile
        options.engine_layer = disk_.name();
        auto opened = db::Database::open(options);
        if (!opened) throw std::runtime_error(opened.error().message);
        database_ = std::move(*opened);
    }

    PowerCutDisk disk_;
    std::unique_ptr<db::Database> database_;
};

/// A database with channel "shop-us" (item A1 at one location, carriers UPS and DHL), and a folder.
class Fixture {
public:
    Fixture() {
        plan.format = Format::jsonl;
        plan.folder = folder.path().string();
        db->write([&](db::Session& session) {
            for (const char* sku : {"A1", "B2",
                                    "M\xc3\xbc"
                                    "3"}) {
                domain::Item item;
                item.variant_id = std::string{"v"} + sku;
                item.location_id = "65432109";
                item.sku = sku;
                item.channel_product_id = std::string{"p"} + sku;
                item.channel_variant_id = std::string{"v"} + sku;
                item.title = sku;
                services::record_variant(session, db.channel, {item}, 0, db.clock.now());
            }
            store::CarrierRepo(session).replace(db.channel.account_id, db.channel.id, {{"UPS", "UPS"}, {"DHL", "DHL"}});
        });
        restart();
    }

    /// The power goes while the hub works: of the database only what was promised is left.
    void crash(std::uint64_t seed) {
        exchange.reset();
        db.cut_power(seed);
        restart();
    }
    /// A process begins: nothing of the one before is left but the database and the folder.
    void restart() {
        exchange.reset();
        shared = std::make_unique<FaultyFolder>(folder.path());
        exchange = std::make_unique<Exchange>(
            Surroundings{*db, db.clock, *shared, [](const store::Channel&) { return services::StockSettings{}; },
                         [this] { ++woken; }, installation},
            plan, db.channel.account_id);
    }
    /// Looks until everything is settled: who owns the folder, and that files do not change any more.
    Status settle() {
        Status last = ok();
        for (int i = 0; i < 4; ++i) {
            last = exchange->look();
            db.clock.advance(6s);
        }
        return last;
    }

    OrderId add_order(const std::string& external_id, int version = 0, bool cancelled = false) {
        domain::Order order;
        order.external_order_id = external_id;
        order.ordered_at = db.clock.now() - 1h;
        order.last_remote_update_at = db.clock.now() + std::chrono::seconds{version};
        order.order_number_hint = "#" + external_id;
        order.currency = "EUR";
        order.total_amount = domain::Money{1999, "EUR"};
        order.shipping.name = "Jürgen Groß";
        if (cancelled) order.status = domain::OrderStatus::cancelled;
        domain::OrderLine line;
        line.external_line_id = "l1";
        line.sku = "A1";
        line.quantity = line.shippable_quantity = 2;
        order.lines.push_back(line);
        line.external_line_id = "l2";
        line.sku = "B2";
        order.lines.push_back(line);
        const std::string payload = "{\"v\":" + std::to_string(version) + "}";
        return db->write([&](db::Session& session) {
            return services::record_order(
                       session, db.channel,
                       {external_id,
                        *order.last_remote_update_at,
                        payload,
                        store::content_hash(payload + external_id + format_rfc3339(*order.last_remote_update_at)),
                        order,
                        {}},
                       db.clock.now())
                .id;
        });
    }
    void add_refund(const std::string& external_id) {
        domain::Refund refund;
        refund.external_order_id = "1001";
        refund.external_refund_id = external_id;
        refund.occurred_at = db.clock.now();
        refund.currency = "EUR";
        refund.total_amount = domain::Money{500, "EUR"};
        db->write([&](db::Session& session) {
            services::record_refund(session, db.channel,
                                    {external_id, "1001", refund.occurred_at, "{}", "{}", refund, {}}, db.clock.now());
        });
    }

    void put(const std::string& name, const std::string& content) const {
        std::filesystem::create_directories(folder / "in");
        std::ofstream(folder / ("in/" + name), std::ios::binary) << content;
    }
    [[nodiscard]] std::string text(const std::string& file) const {
        const std::ifstream in(folder / file, std::ios::binary);
        std::ostringstream out;
        out << in.rdbuf();
        return out.str();
    }
    [[nodiscard]] bool has(const std::string& file) const { return std::filesystem::exists(folder / file); }
    [[nodiscard]] std::vector<std::string> names(const std::string& sub) const {
        std::set<std::string> found;
        std::error_code ignored;
        for (const auto& entry : std::filesystem::directory_iterator(folder / sub, ignored))
            found.insert(entry.path().filename().string());
        return {found.begin(), found.end()};
    }
    std::int64_t number(const std::string& sql) {
        return db->read([&](db::Session& session) {
            db::Statement statement(session, sql);
            return statement.step() ? statement.integer(0) : -1;
        });
    }

    TemporaryFolder folder;
    DatabaseInMemory db;
    Plan plan;
    std::string installation = "11111111-2222-3333-4444-555555555555";
    std::unique_ptr<FaultyFolder> shared;
    std::unique_ptr<Exchange> exchange;
    int woken = 0;
    log::Capture quiet{log::Level::error};
};

}  // namespace crossdock::exchange::testing
