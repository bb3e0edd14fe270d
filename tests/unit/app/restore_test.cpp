// SPDX-License-Identifier: Apache-2.0
#include "app/restore.h"

#include <algorithm>
#include <fstream>

#include "app/backups.h"
#include "db/copy.h"
#include "db/migrator.h"
#include "hub_fixture.h"
#include "services/accept_stock.h"
#include "store/inventory_repo.h"
#include "store/restored.h"
#include "store/stream_repo.h"
#include "sync/pull_orders.h"
#include "sync/push_stock.h"
#include "sync/reconcile_first.h"

namespace crossdock::app {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

/// A hub that lives on after its backup, and is then put back.
class Restore : public HubTest<ManualClock> {
protected:
    Restore() {
        HubOptions with = pulled();
        open(with);
        insert_order("A");  // 1
        insert_shipment(1, "1Z1", "pending");
        insert_figure("a", 5, "pending");
        insert_figure("b", 6, "succeeded");
    }
    HubOptions pulled() const {
        HubOptions with = options();
        with.channels.front().schedule.orders = 1min;
        return with;
    }
    void run(const std::string& sql) {
        hub->database().write([&](db::Session& session) { session.run_script(sql); });
    }
    std::int64_t number(const std::string& sql) {
        return hub->database().read([&](db::Session& session) {
            db::Statement statement(session, sql);
            return statement.step() ? statement.integer(0) : -1;
        });
    }
    std::string text(const std::string& sql) {
        return hub->database().read([&](db::Session& session) {
            db::Statement statement(session, sql);
            return statement.step() ? statement.string(0) : std::string{"(no row)"};
        });
    }
    /// As the hub does it, with the next of its own ids and of its commit order.
    std::int64_t insert_order(const std::string& external_id) {
        return hub->database().write([&](db::Session& session) {
            const auto id = store::next_id(session, "orders");
            db::Statement statement(
                session,
                "INSERT INTO orders (id, account_id, channel_id, external_order_id, status, currency, ordered_at_ms, "
                "sort_ms, version_id, meaning_hash, body, seq, created_at_ms) "
                "VALUES (?, 1, 1, ?, 'open', 'USD', 1, 1, 1, '', '', ?, 1)");
            statement.bind(id, external_id, session.next_sequence());
            return statement.insert();
        });
    }
    void insert_shipment(int order, const std::string& tracking, const std::string& status) {
        run("INSERT INTO shipments (account_id, channel_id, order_id, carrier, tracking_number, tracking_key, status, "
            "created_at_ms) "
            "VALUES (1, 1, " +
            std::to_string(order) + ", 'UPS', '" + tracking + "', '" + tracking + "', '" + status + "', 1)");
    }
    void insert_figure(const std::string& target, int quantity, const std::string& status) {
        run("INSERT INTO inventory_updates (account_id, channel_id, sku, target, quantity, status, created_at_ms) "
            "VALUES (1, 1, '" +
            target + "', '" + target + "', " + std::to_string(quantity) + ", '" + status + "', " +
            std::to_string(to_ms(clock.now())) + ")");
    }
    std::string back_up() {
        const std::string file = (folder / "backup.db").string();
        const auto state = hub->backups().ask(file);
        EXPECT_TRUE(state && state->made);
        return file;
    }
    RestoreReport put_back(const std::string& file) {
        hub.reset();
        auto report = restore_backup({file, (folder / "hub.db").string(), folder / "crossdock.key"}, clock);
        if (!report) throw std::runtime_error(report.error().message);
        return std::move(*report);
    }
    std::string refusal(const std::string& file) {
        hub.reset();
        const std::string before = crossdock::testing::file_text(folder / "hub.db");
        const auto report = restore_backup({file, (folder / "hub.db").string(), folder / "crossdock.key"}, clock);
        EXPECT_EQ(crossdock::testing::file_text(folder / "hub.db"), before) << "nothing was changed";
        return report ? "" : report.error().code;
    }
    /// What the job that pushes stock said last; runs it when it is due.
    std::string push_stock() {
        with_jobs([&](store::JobRepo& jobs) {
            const auto channel = [&] {
                store::Channel one;
                one.id = ChannelId{1};
                one.account_id = AccountId{1};
                one.code = "shop";
                return one;
            }();
            jobs.enqueue(sync::push_stock_job(channel, clock.now()), clock.now());
            return 0;
        });
        clock.advance(1h);
        for (int i = 0; i < 50 && hub->runner().run_one(); ++i) continue;
        return text(
            "SELECT coalesce(last_error_code, 'none') FROM jobs WHERE kind = 'push_stock' ORDER BY id DESC LIMIT 1");
    }
    void read_orders_up_to(Timestamp upto) {
        hub->database().write([&](db::Session& session) {
            store::StreamRepo streams(session);
            auto stream = streams.load(ChannelId{1}, sync::kOrdersStream);
            stream.watermark = upto;
            streams.save(stream);
        });
    }
};

TEST_F(Restore, PutsTheBackupInPlaceAndKeepsWhatWasThere) {
    const std::string file = back_up();
    insert_order("B");
    clock.advance(1h);
    const RestoreReport report = put_back(file);
    ASSERT_TRUE(report.kept);
    EXPECT_EQ(*report.kept, (folder / "hub.db.replaced-20261120T130000Z").string());
    EXPECT_TRUE(report.knows_lost);
    open(pulled());
    EXPECT_EQ(count("orders"), 1);
    EXPECT_TRUE(was_logged("database_restored"));
    EXPECT_EQ(count("audit_log WHERE action = 'database.restored'"), 1);
    EXPECT_EQ(count("meta WHERE name = 'backup_stamp'"), 0) << "it is a database again, and no backup";
    EXPECT_TRUE(hub->database().check(true).empty());
    hub.reset();
    HubOptions old = pulled();
    old.database.path = *report.kept;
    open(old);
    EXPECT_EQ(count("orders"), 2);
}

TEST_F(Restore, OfADatabaseThatIsGoneKeepsItsLogAndSaysWhere) {
    const std::string file = back_up();
    hub.reset();
    fs::remove(folder / "hub.db");
    crossdock::testing::write_text(folder / "hub.db-wal", "what was acknowledged last");
    const RestoreReport report = put_back(file);
    ASSERT_TRUE(report.kept);
    EXPECT_EQ(*report.kept, (folder / "hub.db.replaced-20261120T120000Z-wal").string());
    EXPECT_EQ(crossdock::testing::file_text(*report.kept), "what was acknowledged last");
    EXPECT_TRUE(std::any_of(report.warnings.begin(), report.warnings.end(), [&](const std::string& warning) {
        return warning.find("is kept as " + *report.kept) != std::string::npos;
    }));
    open(pulled());
    EXPECT_EQ(count("orders"), 1);
}

TEST_F(Restore, NoIdAndNoSequenceIsGivenOutTwice) {
    const std::string file = back_up();
    std::int64_t last = 0;
    for (const char* external : {"B", "C", "D"}) last = insert_order(external);
    const auto sequence = number("SELECT value FROM change_sequence");
    put_back(file);
    open(pulled());
    // The ERP holds the lost ids: acknowledging one must never hit another order.
    EXPECT_GT(insert_order("E"), last);
    EXPECT_GT(insert_order("F"), last + 1);
    EXPECT_GT(number("SELECT seq FROM orders WHERE external_order_id = 'E'"), sequence)
        << "a cursor from the lost time must not skip it";
    EXPECT_EQ(number("SELECT id FROM orders WHERE external_order_id = 'A'"), 1) << "what the backup holds keeps its id";
    // A second restore, of the same backup, knows of the first.
    const auto after_first = number("SELECT max(id) FROM orders");
    clock.advance(1min);
    put_back(file);
    open(pulled());
    EXPECT_GT(insert_order("G"), after_first);
}

TEST_F(Restore, WithTheOldDatabaseBeyondReadingTheGapIsWide) {
    const std::string file = back_up();
    hub.reset();
    crossdock::testing::write_text(folder / "hub.db", std::string(100'000, 'x'));
    const RestoreReport report = put_back(file);
    EXPECT_FALSE(report.knows_lost);
    ASSERT_TRUE(report.kept);
    EXPECT_EQ(crossdock::testing::file_text(*report.kept), std::string(100'000, 'x')) << "kept as it was";
    open(pulled());
    EXPECT_GT(insert_order("B"), 1'000'000);
    EXPECT_GT(number("SELECT seq FROM orders WHERE external_order_id = 'B'"), 1'000'000'000);
}

TEST_F(Restore, TwiceWithoutAStartInBetweenForgetsNothingThatWasGivenOut) {
    const std::string file = back_up();
    run("INSERT INTO orders (id, account_id, channel_id, external_order_id, status, currency, ordered_at_ms, sort_ms, "
        "version_id, meaning_hash, body, seq, created_at_ms) "
        "VALUES (5000, 1, 1, 'Z', 'open', 'USD', 1, 1, 1, '', '', 50000, 1)");
    run("UPDATE change_sequence SET value = 50000 WHERE id = 1");
    put_back(file);
    clock.advance(1min);
    put_back(file);  // as after the wrong backup: what the first one replaced is known only to its mark
    open(pulled());
    EXPECT_GT(insert_order("E"), 5000);
    EXPECT_GT(number("SELECT seq FROM orders WHERE external_order_id = 'E'"), 50'000);
}

TEST_F(Restore, SaysThatBuyersWhoWereErasedSinceAreBack) {
    const auto says = [](const RestoreReport& report) {
        return std::count_if(report.warnings.begin(), report.warnings.end(), [](const std::string& warning) {
            return warning.find("1 time, and their data is back: give crossdock erase again") != std::string::npos;
        });
    };
    const std::string file = back_up();
    clock.advance(1min);
    ASSERT_TRUE(run_command(*hub, "person.erase", {{"order", "id:1"}}, {"user admin", "local"}));
    EXPECT_EQ(says(put_back(file)), 1);
    clock.advance(1min);
    EXPECT_EQ(says(put_back(file)), 1) << "what the first one replaced is known only to its mark";
    open(pulled());
    clock.advance(1min);
    EXPECT_EQ(says(put_back(file)), 0) << "since it was put back nobody was";
}

TEST_F(Restore, OfOneThatNobodyKnewAboutTheGapStaysWide) {
    const std::string file = back_up();
    hub.reset();
    crossdock::testing::write_text(folder / "hub.db", std::string(100'000, 'x'));
    put_back(file);
    clock.advance(1min);
    put_back(file);
    open(pulled());
    EXPECT_GT(insert_order("B"), 1'000'000);
    EXPECT_GT(number("SELECT seq FROM orders WHERE external_order_id = 'B'"), 1'000'000'000);
}

TEST_F(Restore, OneThatWasKilledIsFinishedFirstAndThatIsSaid) {
    const std::string file = back_up();
    insert_order("B");
    hub.reset();
    const std::string kept = (folder / "hub.db.replaced-20251101T000000Z").string();
    fs::copy_file(file, folder / "hub.db.restoring");
    crossdock::testing::write_text(folder / "hub.db.replacing", "hub.db.replaced-20251101T000000Z\nhub.db.restoring\n");
    crossdock::testing::write_text(folder / "hub.db.running", "r");
    fs::rename(folder / "hub.db", kept);
    const RestoreReport report = put_back(file);
    ASSERT_TRUE(report.kept);
    EXPECT_NE(*report.kept, kept);
    EXPECT_TRUE(std::any_of(report.warnings.begin(), report.warnings.end(), [&](const std::string& warning) {
        return warning.find("is kept as " + kept) != std::string::npos;
    }));
    EXPECT_TRUE(was_logged("replacement_finished"));
    open(pulled());
    EXPECT_EQ(count("orders"), 1);
    HubOptions old = pulled();
    old.database.path = kept;
    open(old);
    EXPECT_EQ(count("orders"), 2);
}

TEST_F(Restore, NothingIsPushedBeforeTheChannelWasRead) {
    const std::string file = back_up();
    clock.advance(1h);
    put_back(file);
    const Timestamp restored_at = clock.now();
    open(pulled());
    const auto unread = [&] {
        return hub->database().read(
            [&](db::Session& session) { return sync::unread_channels(session, hub->env()).size(); });
    };
    EXPECT_EQ(unread(), 1U);
    const auto health = look_at_health(hub->env(), hub->runner(), {});
    const auto* finding = find(health, "reconcile_first");
    ASSERT_NE(finding, nullptr);
    EXPECT_EQ(finding->channel, "shop");
    EXPECT_FALSE(finding->next_step.empty());
    insert_figure("c", 9, "pending");
    EXPECT_EQ(push_stock(), "reconcile_first");
    EXPECT_EQ(text("SELECT status FROM inventory_updates WHERE target = 'c'"), "pending");
    read_orders_up_to(restored_at - 1s);
    EXPECT_EQ(push_stock(), "reconcile_first") << "read, but not up to the restore";
    sync::end_reconcile_first_when_read(hub->env());
    EXPECT_EQ(unread(), 1U);
    read_orders_up_to(restored_at);
    EXPECT_EQ(unread(), 0U);
    push_stock();
    EXPECT_NE(text("SELECT status FROM inventory_updates WHERE target = 'c'"), "pending") << "it was dealt with";
    sync::end_reconcile_first_when_read(hub->env());
    EXPECT_EQ(count("meta WHERE name = 'reconcile_first_since_ms'"), 0);
    EXPECT_TRUE(was_logged("reconcile_first_over"));
}

TEST_F(Restore, OldFiguresAreGivenUpAndShipmentsAreLookedForFirst) {
    const std::string file = back_up();
    put_back(file);
    open(pulled());
    EXPECT_EQ(text("SELECT status || ' ' || error_code FROM inventory_updates WHERE target = 'a'"), "failed restored");
    EXPECT_EQ(text("SELECT status FROM inventory_updates WHERE target = 'b'"), "succeeded");
    EXPECT_EQ(count("events WHERE type = 'inventory.failed' AND subject_id = 1"), 1) << "the ERP can hear of it";
    EXPECT_EQ(text("SELECT status || ' ' || outcome || ' ' || attempts FROM shipments"), "processing unknown 1");
    // The ERP sends what the channel was told before the backup: it must go out, for something else may have been
    // since.
    hub->database().read(
        [&](db::Session& session) { EXPECT_FALSE(store::InventoryRepo(session).newest(ChannelId{1}, "b")); });
    // And only once: the next start is an ordinary one.
    insert_figure("d", 1, "pending");
    open(pulled());
    EXPECT_EQ(text("SELECT status FROM inventory_updates WHERE target = 'd'"), "pending");
    EXPECT_EQ(count("audit_log WHERE action = 'database.restored'"), 1);
}

TEST_F(Restore, OfAnotherInstallationIsSaidBeforeAndAfter) {
    const std::string file = back_up();
    const std::string ours = hub->installation().id;
    hub.reset();
    fs::create_directory(folder / "other");
    HubOptions other = pulled();
    other.database.path = (folder / "other/hub.db").string();
    std::vector<std::string> told;
    const auto put_there = [&] {
        hub.reset();
        RestoreRequest request{file, other.database.path, folder / "crossdock.key", {}};
        request.tell = [&](const std::string& words) {
            EXPECT_TRUE(fs::exists(other.database.path)) << "before anything is replaced";
            told.push_back(words);
        };
        auto report = restore_backup(request, clock);
        if (!report) throw std::runtime_error(report.error().message);
        return std::move(*report);
    };
    // A new machine, where nothing is yet, and one where the hub ran once: nobody is warned of anything.
    EXPECT_FALSE(put_there().other_installation);
    fs::remove_all(folder / "other");
    fs::create_directory(folder / "other");
    open(other);
    EXPECT_FALSE(put_there().other_installation) << "it holds no order";
    EXPECT_EQ(told, std::vector<std::string>{});

    fs::remove_all(folder / "other");
    fs::create_directory(folder / "other");
    open(other);
    const std::string theirs = hub->installation().id;
    ASSERT_NE(theirs, ours);
    insert_order("X");
    insert_order("Y");
    clock.advance(1h);
    const RestoreReport report = put_there();
    EXPECT_TRUE(report.other_installation);
    ASSERT_EQ(told.size(), 1U);
    for (const std::string& word : {theirs, ours, std::string{"2 orders"}})
        EXPECT_NE(told.front().find(word), std::string::npos) << told.front();
    ASSERT_TRUE(report.kept);
    ASSERT_FALSE(report.warnings.empty());
    EXPECT_NE(report.warnings.front().find("crossdock restore " + *report.kept), std::string::npos)
        << report.warnings.front();
    open(other);
    EXPECT_EQ(hub->installation().id, ours);
    // And that way leads back.
    hub.reset();
    clock.advance(1h);
    const auto back = restore_backup({*report.kept, other.database.path, folder / "crossdock.key", {}}, clock);
    ASSERT_TRUE(back) << back.error().message;
    open(other);
    EXPECT_EQ(hub->installation().id, theirs);
    EXPECT_EQ(count("orders"), 2);
}

TEST_F(Restore, WithoutADatabaseInPlaceItMakesOne) {
    const std::string file = back_up();
    hub.reset();
    fs::remove(folder / "hub.db");
    const RestoreReport report = put_back(file);
    EXPECT_FALSE(report.kept);
    open(pulled());
    EXPECT_EQ(count("orders"), 1);
}

TEST_F(Restore, RefusesWhatIsNotSoundNotOursOrNewer) {
    const std::string file = back_up();
    const std::string good = crossdock::testing::file_text(file);
    std::string bad = good;
    bad.replace(8'200, 32, std::string(32, '\x5A'));
    crossdock::testing::write_text(file, bad);
    EXPECT_EQ(refusal(file), "backup_unsound");
    crossdock::testing::write_text(file, good.substr(0, 8'192));
    EXPECT_EQ(refusal(file), "db_damaged");
    crossdock::testing::write_text(file, "letters");
    EXPECT_EQ(refusal(file), "db_not_ours");
    fs::remove(file);
    EXPECT_EQ(refusal(file), "file_missing");
    EXPECT_EQ(refusal((folder / "hub.db").string()), "restore_same_file");
}

TEST_F(Restore, RefusesABackupOfANewerProgram) {
    hub->database().write([](db::Session& session) { session.run_script("PRAGMA user_version = 256"); });
    const std::string file = back_up();
    const auto verified = verify_backup(file);
    ASSERT_TRUE(verified);
    EXPECT_TRUE(verified->is_sound()) << "it is no worse for being newer";
    EXPECT_TRUE(verified->newer);
    EXPECT_EQ(refusal(file), "db_newer");
}

}  // namespace
}  // namespace crossdock::app
