// SPDX-License-Identifier: Apache-2.0
#include "app/look_commands.h"

#include <atomic>
#include <nlohmann/json.hpp>
#include <set>
#include <thread>

#include "app/backups.h"
#include "app/overview.h"
#include "base/json_parse.h"
#include "base/text.h"
#include "db/copy.h"
#include "db/migrator.h"
#include "platform/process.h"
#include "store/backup_stamp.h"
#include "store/overview_repo.h"

namespace crossdock::app {
namespace {

using nlohmann::json;

constexpr std::int64_t kMostLetters = 200;
constexpr std::int64_t kMostBuyers = 5'000;
constexpr std::size_t kShortestWord = 4;
constexpr std::chrono::seconds kLongestCheck{4};  // a stop of the hub waits for it

RowView view_of(const Hub& hub) {
    RowView view;
    view.schedule_of = [&hub](const store::Channel& channel) {
        const sync::Channels::Entry* entry = hub.env().channels.find(channel.id);
        return entry == nullptr ? nullptr : &entry->schedule;
    };
    view.plans = hub.plans();
    view.backup = hub.options().backup;
    view.wants_webhooks = !hub.options().public_url.empty();
    return view;
}

/// Reads the whole file when that is quick. Null: it was not.
json check_now(db::Database& database) {
    std::atomic<bool> stop{false};
    std::atomic<bool> done{false};
    std::thread timer([&] {
        for (auto left = kLongestCheck * 20; left.count() > 0 && !done; --left)
            std::this_thread::sleep_for(std::chrono::milliseconds{50});
        stop = true;
    });
    json faults = nullptr;
    try {
        faults = database.check(false, &stop);
    } catch (const db::Failure& failure) {
        if (failure.kind() != db::Failure::Kind::busy) faults = {failure.what()};
    }
    done = true;
    timer.join();
    return faults;
}

json database_of(const CommandCall& call) {
    const db::Figures figures = call.db().figures();
    json database{
        {"file_bytes", figures.file_bytes}, {"log_bytes", figures.log_bytes}, {"problem", call.db().problem()}};
    call.db().read([&](db::Session& session) {
        const db::PageFigures pages = db::page_figures(session);
        database["schema"] = db::schema_of(session);
        database["pages"] = pages.pages;
        database["free_pages"] = pages.free_pages;
        database["page_bytes"] = pages.page_bytes;
    });
    const auto checked = call.hub.health().database_check;
    database["checked_at"] = checked ? json(format_rfc3339(checked->at)) : json(nullptr);
    if (call.arguments.value("check", false)) database["faults"] = check_now(call.db());
    return database;
}

json hub_of(const Hub& hub, Timestamp now) {
    return {{"version", hub.options().version},
            {"pid", platform::process_id()},
            {"started_at", format_rfc3339(hub.opened_at())},
            {"up_seconds", std::chrono::duration_cast<std::chrono::seconds>(now - hub.opened_at()).count()},
            {"ready", hub.usable()}};
}

json work_of(const Hub& hub) {
    json works = json::array();
    for (const LongWork& work : hub.long_work()) works.push_back(to_json(work));
    return works;
}

Result<json> hub_look(const CommandCall& call) {
    json findings = json::array();
    api::HealthReport health = call.hub.health();
    const RowView view = view_of(call.hub);
    // Health is as of its last look: whoever has just made a backup asks for that one. Doctor looks at disks itself.
    std::erase_if(health.findings,
                  [](const api::HealthFinding& finding) { return finding.part != api::HealthPart::other; });
    call.db().read([&](db::Session& session) {
        add_backup_findings(session, view.backup, call.now(), health);
        for (const api::HealthFinding& finding : health.findings)
            findings.push_back(to_json(with_account(session, finding)));
        for (const api::HealthFinding& finding : look_closer(session, view, true, call.now()))
            findings.push_back(to_json(with_account(session, finding)));
    });
    json backup = nullptr;
    json sealing = json::array();
    call.db().read([&](db::Session& session) {
        if (const auto made = store::BackupRepo(session).last_made())
            backup = {{"file", made->file}, {"bytes", made->bytes}};
        sealing = store::sealing_keys(session);
    });
    return json{{"hub", hub_of(call.hub, call.now())},
                {"findings", findings},
                {"database", database_of(call)},
                {"backup", backup},
                {"sealing_keys", sealing},
                {"work", work_of(call.hub)}};
}

Result<json> hub_overview(const CommandCall& call) {
    const RowView view = view_of(call.hub);
    json overview = call.db().read([&](db::Session& session) { return overview_of(session, view, call.now()); });
    std::int64_t errors = 0, warnings = 0;
    for (const api::HealthFinding& finding : call.hub.health().findings) {
        errors += finding.severity == "error" ? 1 : 0;
        warnings += finding.severity == "warning" ? 1 : 0;
    }
    overview["hub"] = hub_of(call.hub, call.now());
    overview["work"] = work_of(call.hub);
    overview["findings"] = {{"errors", errors}, {"warnings", warnings}};
    return overview;
}

Result<json> hub_figures(const CommandCall& call) {
    return call.db().read([&](db::Session& session) -> Result<json> {
        db::take_time(session);
        json figures = figures_of_rows(session);
        figures["metrics"] = call.hub.metrics_text();
        figures["dead_letters"] = dead_letters_of(session);
        figures["buyers"] = buyers_words(session);
        return figures;
    });
}

}  // namespace

json figures_of_rows(db::Session& session) {
    const db::PageFigures pages = db::page_figures(session);
    return {{"schema", db::schema_of(session)},
            {"rows", store::count_rows(session)},
            {"schema_text", db::schema_text(session)},
            {"pages", {{"used", pages.pages}, {"free", pages.free_pages}, {"bytes", pages.page_bytes}}}};
}

json dead_letters_of(db::Session& session) {
    json letters = json::array();
    for (const store::DeadLetter& letter : store::OverviewRepo(session).dead_letters(kMostLetters))
        letters.push_back({{"job", letter.id.value},
                           {"kind", letter.kind},
                           {"channel", letter.channel},
                           {"state", letter.state},
                           {"attempt", letter.attempt},
                           {"code", letter.error_code},
                           {"error", letter.error},
                           {"created_at", format_rfc3339(letter.created_at)}});
    return letters;
}

std::vector<std::string> buyers_words(db::Session& session) {
    std::set<std::string> words;
    for (const std::string& body : store::OverviewRepo(session).newest_order_bodies(kMostBuyers)) {
        const auto parsed = parse_json("{" + body + "}", channel_json_limits());
        if (!parsed || !parsed->is_object()) continue;
        for (const char* name :
             {"buyer_name", "buyer_email", "notes", "bill_name", "bill_address1", "bill_address2", "bill_postal",
              "bill_phone", "ship_name", "ship_address1", "ship_address2", "ship_postal", "ship_phone"})
            if (const auto found = parsed->find(name); found != parsed->end() && found->is_string()) {
                const auto& text = found->get_ref<const std::string&>();
                words.insert(text);
                if (std::string_view{name}.ends_with("_name"))
                    for (std::string& part : split(text, ' ')) words.insert(std::move(part));
            }
    }
    std::erase_if(words, [](const std::string& word) { return word.size() < kShortestWord; });
    return {words.begin(), words.end()};
}

const CommandTable& look_commands() {
    static const CommandTable table{
        {"hub.look", hub_look}, {"hub.overview", hub_overview}, {"hub.figures", hub_figures}};
    return table;
}

}  // namespace crossdock::app
