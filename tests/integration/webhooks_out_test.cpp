// SPDX-License-Identifier: Apache-2.0
// G15 and G16 on the real binary: receivers that fail, stall, drip, redirect, answer two gigabytes or hide behind a
// name that changes its address; kills in the middle of it all. In the end everybody has every event, and whoever works
// never waited for those that do not.
#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <iostream>
#include <thread>

#include "integration/running_hub.h"
#include "integration/webhook_sink.h"

namespace crossdock::testing {
namespace {

#ifndef CROSSDOCK_ANSWER_NAMES
#define CROSSDOCK_ANSWER_NAMES ""
#endif

constexpr const char* kEvents = "order.*,inventory.*,item.*,shipment.*";

bool is_soak() { return std::getenv("CROSSDOCK_SOAK") != nullptr; }

/// `crossdock serve` where names lead to whatever a file says.
class RenamingHub {
public:
    explicit RenamingHub(const std::filesystem::path& folder) : folder_(folder) { start(); }
    static bool can_rename() { return !std::string_view{CROSSDOCK_ANSWER_NAMES}.empty(); }
    void start() {
        RealProcess::Options options = RunningHub::options(folder_);
        if (RenamingHub::can_rename()) {
            options.environment.emplace_back("LD_PRELOAD", CROSSDOCK_ANSWER_NAMES);
            options.environment.emplace_back("CROSSDOCK_TEST_NAMES", (folder_ / "names").string());
        }
        process_ = std::make_unique<RealProcess>(crossdock({"serve"}), options);
        url_.clear();
        eventually(std::chrono::seconds{60}, [this] {
            const std::string log = process_->err();
            const auto ready = log.find(" address=127.0.0.1:");
            const auto end = log.find(' ', ready + 1);
            if (ready != std::string::npos && end != std::string::npos)
                url_ = "http://" + log.substr(ready + 9, end - ready - 9);
            return process_->ended() || !url_.empty();
        });
        if (url_.empty()) throw std::runtime_error("the hub did not start: " + process_->err());
    }
    /// All names lead there from now on.
    void name_points_to(const std::string& address) const {
        write_text(folder_ / "names.new", address + "\n");
        std::filesystem::rename(folder_ / "names.new", folder_ / "names");
    }
    [[nodiscard]] Ran command(const std::vector<std::string>& arguments) const {
        return run(arguments, RunningHub::options(folder_));
    }
    RealProcess& process() { return *process_; }
    [[nodiscard]] const std::string& url() const { return url_; }

private:
    std::filesystem::path folder_;
    std::unique_ptr<RealProcess> process_;
    std::string url_;
};

/// Latencies in milliseconds.
struct Latencies {
    std::vector<double> all;
    [[nodiscard]] double at(double share) {
        if (all.empty()) return 0;
        std::sort(all.begin(), all.end());
        return all[std::min(all.size() - 1, static_cast<std::size_t>(share * static_cast<double>(all.size())))];
    }
};

class WebhooksOut : public ::testing::Test {
protected:
    struct Receiver {
        const char* name;
        WebhookSink* sink;
        std::string url, id;
    };

    void open() {
        sandbox_ = std::make_unique<RunningSandbox>(30);
        write_text(folder_ / "crossdock.toml", config_text(sandbox_->url()) + "[webhooks]\nallow = [\"127.0.0.1\"]\n");
        write_text(folder_ / "names", "127.0.0.1\n");
        hub_ = std::make_unique<RenamingHub>(folder_.path());
        const Ran made = hub_->command({"key", "create", "--json", "--name", "test", "--scopes", "erp"});
        ASSERT_EQ(made.code, 0) << made.err;
        key_ = json::parse(made.out).at("key");
        Client client(hub_->url(), key_);
        ASSERT_TRUE(is_filled(client, 30)) << hub_->process().err();
        const Answer list = client.get("/api/v1/skus?raw=0&limit=100");
        for (const json& item : list.body["items"])
            if (!item["attrs"]["location_id"].is_null()) items_.push_back(item["id"]);
        ASSERT_GT(items_.size(), 10U);
    }
    json command(std::vector<std::string> words) {
        words.insert(words.begin() + 2, "--json");
        const Ran ran = hub_->command(words);
        EXPECT_EQ(ran.code, 0) << ran.err << ran.out;
        return json::parse(ran.out, nullptr, false);
    }
    void tell(Receiver& receiver) {
        const json made = command({"webhook", "add", receiver.url, "--events", kEvents, "--name", receiver.name});
        receiver.id = made.at("endpoint");
        receiver.sink->check_with(made.at("secret"));
    }

    /// A figure for some items: an event for each. False when the hub did not take it.
    bool raise(Client& client, std::size_t count) {
        json rows = json::array();
        for (std::size_t i = 0; i < count; ++i)
            rows.push_back(
                {{"item_master_id", items_[(next_ + i) % items_.size()]}, {"quantity", quantity_++ % 10'000}});
        next_ += count;
        return client.post("/api/v1/inventory_updates", {{"channel", "shop-test"}, {"items", rows}}).status == 201;
    }
    std::string ask(const std::string& query) { return ask_database(folder_ / "crossdock.db", query); }
    /// What every receiver was to be told from that event on: ids by sequence.
    std::map<std::int64_t, std::string> expected(std::int64_t behind) {
        const std::string list = ask(
            "SELECT json_group_array(json_array(seq, event_id)) FROM (SELECT seq, event_id FROM events WHERE seq > " +
            std::to_string(behind) +
            " AND (type LIKE 'order.%' OR type LIKE 'inventory.%' OR type LIKE 'item.%' OR type LIKE 'shipment.%') "
            "ORDER BY seq)");
        std::map<std::int64_t, std::string> all;
        for (const json& row : json::parse(list)) all[row[0]] = row[1];
        return all;
    }
    std::int64_t newest_event() { return std::stoll(ask("SELECT coalesce(max(seq), 0) FROM events")); }

    /// One event after the other, and how long each took from its commit to the receiver.
    Latencies pace(const WebhookSink& sink, int events) {
        const std::int64_t before = newest_event();
        Client client(hub_->url(), key_);
        for (int i = 0; i < events; ++i) {
            EXPECT_TRUE(raise(client, 1));
            std::this_thread::sleep_for(std::chrono::milliseconds{10});
        }
        EXPECT_TRUE(eventually(std::chrono::seconds{30}, [&] {
            const auto got = sink.taken();
            const auto wanted = expected(before);
            return std::all_of(wanted.begin(), wanted.end(), [&](const auto& one) { return got.contains(one.first); });
        }));
        Latencies latencies;
        const auto got = sink.taken();
        const json times = json::parse(ask(
            "SELECT json_group_array(json_array(seq, created_at_ms)) FROM events WHERE type = 'inventory.updated' AND "
            "seq > " +
            std::to_string(before)));
        for (const json& row : times)
            if (const auto found = got.find(row[0]); found != got.end())
                latencies.all.push_back(
                    std::chrono::duration<double, std::milli>(found->second.first.time_since_epoch()).count() -
                    static_cast<double>(row[1].get<std::int64_t>()));
        return latencies;
    }

    TemporaryFolder folder_;
    std::unique_ptr<RunningSandbox> sandbox_;
    std::unique_ptr<RenamingHub> hub_;
    std::string key_;
    std::vector<std::int64_t> items_;
    std::atomic<std::size_t> next_{0};
    std::atomic<std::int64_t> quantity_{1};
};

TEST_F(WebhooksOut, NothingIsLostAndNobodyWaitsForOthersWhateverReceiversDo) {
    ASSERT_NO_FATAL_FAILURE(open());
    WebhookSink good{Manner::takes}, failing{Manner::fails}, stalling{Manner::stalls}, dripping{Manner::drips},
        flooding{Manner::floods}, elsewhere{Manner::takes}, renamed{Manner::takes};
    WebhookSink redirecting{Manner::redirects, elsewhere.url()};
    Trap trap{renamed.port()};
    Receiver receivers[] = {{"good", &good, good.url(), ""},
                            {"failing", &failing, failing.url(), ""},
                            {"stalling", &stalling, stalling.url(), ""},
                            {"dripping", &dripping, dripping.url(), ""},
                            {"redirecting", &redirecting, redirecting.url(), ""},
                            {"flooding", &flooding, flooding.url(), ""},
                            {"renamed", &renamed, renamed.url(), ""}};
    if (RenamingHub::can_rename())
        receivers[6].url = "http://receiver.crossdock-test:" + std::to_string(renamed.port()) + "/hook";

    // Alone, then beside all the others.
    tell(receivers[0]);
    const int paced = is_soak() ? 1'000 : 150;
    Latencies alone = pace(good, paced);
    for (Receiver& receiver : receivers)
        if (receiver.id.empty()) tell(receiver);
    const std::int64_t begin = newest_event();
    Latencies beside = pace(good, paced);
    EXPECT_EQ(stalling.count() + dripping.count() + redirecting.count(), 0U) << "these took nothing meanwhile";
    if (RenamingHub::can_rename()) {
        EXPECT_TRUE(eventually(std::chrono::seconds{60}, [&] { return renamed.count() > 0; }))
            << "the name leads to its receiver at first";
    }

    // The name leads to an address that the config file does not allow.
    hub_->name_points_to("127.0.0.9");

    // Many at once, with the hub killed in the middle.
    const int kills = is_soak() ? 40 : 3;
    int raised = 0;
    for (int round = 0; round <= kills; ++round) {
        std::atomic<bool> over{false};
        std::atomic<int> taken{0};
        std::vector<std::thread> writers;
        for (int i = 0; i < 3; ++i)
            writers.emplace_back([&] {
                Client client(hub_->url(), key_);
                while (!over)
                    if (raise(client, 20)) taken += 20;
            });
        std::this_thread::sleep_for(std::chrono::milliseconds{round == kills ? 300 : 700});
        if (round < kills) hub_->process().kill_hard();
        over = true;
        for (std::thread& writer : writers) writer.join();
        raised += taken;
        if (round < kills) hub_->start();
    }
    // The good one is done while the others still hang.
    std::map<std::int64_t, std::string> wanted;
    const auto missing = [&](const WebhookSink& sink) {
        wanted = expected(begin);
        const auto got = sink.taken();
        return std::count_if(wanted.begin(), wanted.end(), [&](const auto& one) { return !got.contains(one.first); });
    };
    ASSERT_TRUE(eventually(std::chrono::seconds{120}, [&] { return missing(good) == 0; })) << hub_->process().err();
    EXPECT_EQ(stalling.count() + dripping.count() + redirecting.count(), 0U);
    EXPECT_EQ(elsewhere.requests(), 0) << "redirects are not followed";
    EXPECT_EQ(trap.caught(), 0) << "nobody connects to an address that is not allowed";
    const std::size_t peak = hub_->process().peak_bytes();

    // All mend their ways, and get what waited for them.
    for (Receiver& receiver : receivers) receiver.sink->behave();
    hub_->name_points_to("127.0.0.1");
    const auto hasten = [&](const Receiver& receiver) {
        command({"webhook", "pause", receiver.id});
        command({"webhook", "resume", receiver.id});
    };
    for (const Receiver& receiver : receivers) hasten(receiver);
    for (const Receiver& receiver : receivers) {
        // What was on its way when its receiver mended may fail only now, and then waits for minutes.
        bool has_all = false;
        for (int turn = 0; turn < 8 && !has_all; ++turn) {
            if (turn > 0) hasten(receiver);
            has_all = eventually(std::chrono::seconds{10}, [&] { return missing(*receiver.sink) == 0; });
        }
        EXPECT_TRUE(has_all) << receiver.name << " misses " << missing(*receiver.sink) << " of " << wanted.size()
                             << "\n"
                             << command({"webhook", "show", receiver.id}).dump();
    }

    // What arrived is what happened, in the order that `sequence` restores, signed, and the same each time.
    int repeats = 0;
    for (const Receiver& receiver : receivers) {
        const auto got = receiver.sink->taken();
        for (const auto& [sequence, id] : wanted)
            if (const auto found = got.find(sequence); found != got.end()) {
                EXPECT_EQ(found->second.id, id) << receiver.name;
            }
        EXPECT_EQ(receiver.sink->forged(), 0) << receiver.name;
        EXPECT_EQ(receiver.sink->different(), 0) << receiver.name;
        repeats += receiver.sink->repeats();
    }
    EXPECT_TRUE(
        eventually(std::chrono::seconds{30},
                   [&] { return ask("SELECT count(*) FROM webhook_deliveries WHERE state <> 'succeeded'") == "0"; }))
        << ask("SELECT json_group_array(json_array(endpoint_id, state, last_error)) FROM (SELECT DISTINCT endpoint_id, "
               "state, last_error FROM webhook_deliveries WHERE state <> 'succeeded')");
    EXPECT_GE(wanted.size(), static_cast<std::size_t>(raised));

    std::cout << "[figures] G15 commit to receipt at the good receiver, alone: median " << alone.at(0.5) << " ms, p99 "
              << alone.at(0.99) << " ms; beside six bad ones: median " << beside.at(0.5) << " ms, p99 "
              << beside.at(0.99) << " ms\n[figures] G16 " << wanted.size() << " events to " << std::size(receivers)
              << " receivers over " << kills << " kills: 0 lost, " << repeats << " came twice, 0 forged; " << raised
              << " acknowledged to writers; the flood sent " << flooding.flooded() / 1'000'000
              << " MB, the hub's peak is " << peak / 1'000'000 << " MB\n";
    EXPECT_LT(peak, 512U * 1024 * 1024);
}

}  // namespace
}  // namespace crossdock::testing
