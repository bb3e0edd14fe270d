// SPDX-License-Identifier: Apache-2.0
#include "exchange/in_files.h"

#include <algorithm>
#include <set>
#include <unordered_map>
#include <utility>

#include "base/json_parse.h"
#include "base/text.h"
#include "crypto/hash.h"
#include "exchange/answers.h"
#include "exchange/file_parser.h"
#include "exchange/manifest.h"
#include "exchange/take_rows.h"
#include "observability/log.h"

namespace crossdock::exchange {
namespace {

using platform::SharedFolder;
using store::ExchangeRepo;
using store::FileIn;

constexpr std::size_t kPiece = 64 * 1024;
constexpr std::size_t kMostOddities = 5;
constexpr std::size_t kMostConflicts = 10'000;
constexpr std::size_t kLargestManifest = 64 * 1024;
constexpr std::chrono::milliseconds kUnfinishedForLong = std::chrono::hours{1};
constexpr std::chrono::milliseconds kCleaning = std::chrono::hours{1};
constexpr auto kRemembered = std::chrono::hours{24 * 730};

constexpr const char* kIn = "in/";
constexpr const char* kWork = "work/in/";

const Error kStopped{ErrorKind::unavailable, "exchange_stopped", "the hub stops"};

bool is_there(const std::vector<SharedFolder::Entry>& entries, const std::string& name) {
    return std::any_of(entries.begin(), entries.end(), [&](const auto& entry) { return entry.name == name; });
}

Format format_by_ending(const std::string& name) {
    return to_lower(name).find(".json") != std::string::npos || name.ends_with(".ndjson") ? Format::jsonl : Format::csv;
}

}  // namespace

struct InFiles::FirstReading {
    SharedFolder::Entry entry;
    std::string sha256;
    std::int64_t bytes = 0, rows = 0;
    std::optional<std::string> refusal;
    std::map<std::int64_t, std::string> conflicts;  // rows that contradict each other
};

InFiles::InFiles(Surroundings surroundings, const Plan& plan, AccountId account)
    : around_(std::move(surroundings)), plan_(plan), account_(account) {}

bool InFiles::is_wanted(InKind kind) const {
    switch (kind) {
        case InKind::acks:
        case InKind::refund_acks: return plan_.acks;
        case InKind::stock: return plan_.stock;
        case InKind::shipments: return plan_.shipments;
    }
    return false;
}

void InFiles::note(const std::string& name, std::string why, bool denied) {
    const bool told =
        std::any_of(oddities_.begin(), oddities_.end(), [&](const Oddity& oddity) { return oddity.name == name; });
    if (!told && oddities_.size() < kMostOddities) oddities_.push_back({name, std::move(why), denied});
}

bool InFiles::is_complete(const SharedFolder::Entry& entry, const std::vector<SharedFolder::Entry>& all) {
    const auto now = around_.clock.steady();
    Seen& seen = seen_.try_emplace(entry.name, Seen{entry.bytes, entry.changed, now}).first->second;
    if (seen.bytes != entry.bytes || seen.changed != entry.changed) seen = {entry.bytes, entry.changed, now};
    // A marker that was moved already: the power went before its file was.
    const auto has = [&](const char* ending) {
        return is_there(all, entry.name + ending) || around_.folder.look(kWork + entry.name + ending);
    };
    if (plan_.complete == Complete::done && !has(".done")) return false;
    if (plan_.complete == Complete::manifest && !has(".manifest.json")) return false;
    if (now - seen.since >= kSettled) return true;
    waiting_ = true;
    return false;
}

Status InFiles::claim(const std::string& name) {
    // First what goes with it: without its marker the file is not complete.
    for (const char* ending : {".done", ".manifest.json"})
        if (auto moved = around_.folder.move(kIn + name + ending, kWork + name + ending);
            !moved && moved.error().code != "file_missing")
            return moved;
    return around_.folder.move(kIn + name, kWork + name);
}

Status InFiles::look() {
    waiting_ = false;
    oddities_.clear();
    if (auto done = work_through(); !done) return done;  // what a crash or a failure left
    const auto entries = around_.folder.list("in");
    if (!entries) return entries.error();
    for (const SharedFolder::Entry& entry : *entries) {
        if (stopped()) return ok();
        if (entry.kind != SharedFolder::Entry::Kind::file) {
            note(entry.name, entry.kind == SharedFolder::Entry::Kind::folder ? "is a folder" : "is a link or device");
            continue;
        }
        const auto name = read_in_name(entry.name);
        if (const auto* no_file = std::get_if<NoFile>(&name)) {
            if (*no_file == NoFile::unknown)
                note(entry.name, "has no ending of a table (.csv) or of JSON lines (.jsonl)");
            if (*no_file == NoFile::unfinished) {
                is_complete(entry, *entries);
                if (around_.clock.steady() - seen_.at(entry.name).since >= kUnfinishedForLong)
                    note(entry.name,
                         "has been unfinished for more than an hour; its writer renames it when it is complete");
            }
            continue;
        }
        if (entry.name.size() > kLongestName) {
            note(to_valid_utf8(entry.name.substr(0, 40)) + "…",
                 "has a name of more than " + std::to_string(kLongestName) + " bytes");
            continue;
        }
        if (const auto* known = std::get_if<InName>(&name); known != nullptr && !is_wanted(known->kind)) {
            note(entry.name, std::string{to_string(known->kind)} + " are switched off under [exchange]");
            continue;
        }
        if (!is_complete(entry, *entries)) continue;
        if (auto claimed = claim(entry.name); !claimed) {
            const std::string& code = claimed.error().code;
            if (code == "file_missing")
                continue;  // its writer took it back; or the folder is gone, and the next call says so
            if (code != "file_busy" && code != "file_denied") return claimed;
            if (code == "file_busy") waiting_ = true;
            note(entry.name, "cannot be taken yet: " + claimed.error().message, code == "file_denied");
            continue;
        }
        seen_.erase(entry.name);
        if (auto done = work_through(); !done) return done;
    }
    std::erase_if(seen_, [&](const auto& seen) { return !is_there(*entries, seen.first); });
    if (auto cleaned = clean_archive(); !cleaned) return cleaned;
    return look_at_watched();
}

Status InFiles::work_through() {
    const auto entries = around_.folder.list("work/in");
    if (!entries) return entries.error();
    for (const SharedFolder::Entry& entry : *entries) {
        if (stopped()) return ok();
        if (entry.kind != SharedFolder::Entry::Kind::file || entry.name.ends_with(".done") ||
            entry.name.ends_with(".manifest.json"))
            continue;
        auto done = process(entry.name);
        if (done) continue;
        if (done.error().code == kStopped.code) return ok();
        // One that its writer kept to himself is no reason to take no other, nor to give out no orders.
        const std::string& code = done.error().code;
        if (code != "file_busy" && code != "file_denied") return done;
        if (code == "file_busy") waiting_ = true;
        note(entry.name, "cannot be read yet: " + done.error().message, code == "file_denied");
    }
    return ok();
}

Result<InFiles::FirstReading> InFiles::read_first(const std::string& name, const InName& kind) {
    FirstReading reading;
    const auto entry = around_.folder.look(kWork + name);
    if (!entry) return entry.error();
    reading.entry = *entry;
    auto file = around_.folder.open(kWork + name);
    if (!file) return file.error();
    struct First {
        std::int64_t row = 0, quantity = 0;
    };
    std::unordered_map<std::string, First> figures;
    const auto look_for_conflict = [&](const ParsedRow& row) -> Status {
        const StockRow& stock = std::get<StockRow>(row.what);
        const std::string item = stock.figure.item_master_id ? std::to_string(*stock.figure.item_master_id)
                                                             : "=" + stock.figure.sku.value_or("");
        const auto [first, fresh] =
            figures.emplace(stock.channel + '\n' + item + '\n' + stock.figure.location_id.value_or(""),
                            First{row.first_row, stock.figure.quantity});
        if (fresh || first->second.quantity == stock.figure.quantity) return ok();
        const std::string why = "rows " + std::to_string(first->second.row) + " and " + std::to_string(row.first_row) +
                                " give the same item at the same location different quantities; send one";
        reading.conflicts.emplace(first->second.row, why);
        reading.conflicts.emplace(row.first_row, why);
        if (reading.conflicts.size() <= kMostConflicts) return ok();
        return Error{ErrorKind::invalid, "exchange_file",
                     "more than " + std::to_string(kMostConflicts) + " rows contradict each other"};
    };
    FileParser parser(kind, plan_.charset, [&](ParsedRow&& row) -> Status {
        reading.rows += row.rows();
        return row.faults.empty() && kind.kind == InKind::stock ? look_for_conflict(row) : ok();
    });
    crypto::Sha256 hash;
    for (;;) {
        if (stopped()) return kStopped;
        const auto piece = (*file)->read(kPiece);
        if (!piece) return piece.error();
        if (piece->empty()) break;
        hash.update(*piece);
        reading.bytes += static_cast<std::int64_t>(piece->size());
        if (reading.refusal) continue;
        if (auto taken = parser.take(*piece); !taken) reading.refusal = taken.error().message;
    }
    if (!reading.refusal)
        if (auto finished = parser.finish(); !finished) reading.refusal = finished.error().message;
    reading.sha256 = to_hex(hash.finish());
    return reading;
}

Result<std::optional<std::string>> InFiles::objection_of_manifest(const std::string& name,
                                                                  const FirstReading& reading) {
    auto file = around_.folder.open(kWork + name + ".manifest.json");
    if (!file) {
        if (file.error().code == "file_missing") return std::optional<std::string>{};
        return file.error();
    }
    const auto text = (*file)->read(kLargestManifest);
    if (!text) return text.error();
    return manifest_objection(*text, reading.bytes, reading.rows, reading.sha256);
}

Status InFiles::carry_out(FileIn& file, const InName& kind, const FirstReading& reading, const std::string& name) {
    auto opened = around_.folder.open(kWork + name);
    if (!opened) return opened.error();
    std::vector<ParsedRow> batch;
    const auto apply = [&] {
        const Timestamp now = around_.clock.now();
        file = around_.db.write([&](db::Session& session) {
            FileIn next = file;
            ExchangeRepo repo(session, account_);
            std::int64_t kept = repo.count_faults(next.id);
            for (const ParsedRow& row : batch) {
                TakenRow taken;
                if (const auto conflict = reading.conflicts.find(row.first_row); conflict != reading.conflicts.end())
                    taken.faults.push_back({row.first_row, "quantity", conflict->second});
                else
                    taken = take_row(session, account_, kind.kind, row, around_.stock_settings, now);
                next.last_row = row.last_row;
                next.rows += row.rows();
                if (taken.faults.empty()) {
                    next.taken += row.rows();
                    next.updated += taken.updated;
                    continue;
                }
                next.refused += row.rows();
                if (row.rows() > 1)
                    taken.faults.push_back({row.first_row, "",
                                            "rows " + std::to_string(row.first_row) + " to " +
                                                std::to_string(row.last_row) +
                                                " are one shipment; none of it was taken"});
                for (const store::FileFault& fault : taken.faults)
                    if (kept++ < kMostFaults) repo.add_fault(next.id, fault);
            }
            repo.progress(next);
            return next;
        });
        batch.clear();
        around_.wake_jobs();
    };
    FileParser parser(kind, plan_.charset, [&](ParsedRow&& row) -> Status {
        if (row.last_row <= file.last_row) return ok();  // before the crash
        batch.push_back(std::move(row));
        if (batch.size() >= kRowsAtOnce) apply();
        return stopped() ? Status{kStopped} : ok();
    });
    for (;;) {
        const auto piece = (*opened)->read(kPiece);
        if (!piece) return piece.error();
        if (piece->empty()) break;
        if (auto taken = parser.take(*piece); !taken) return taken;
    }
    if (auto finished = parser.finish(); !finished) return finished;
    if (!batch.empty()) apply();
    const auto after = around_.folder.look(kWork + name);
    if (!after) return after.error();
    const bool grew = after->bytes != reading.entry.bytes || after->changed != reading.entry.changed;
    around_.db.write([&](db::Session& session) {
        ExchangeRepo repo(session, account_);
        // Only where the system lets a program write on in a file that was moved away.
        if (grew)
            repo.add_fault(file.id,
                           {0, "",
                            "the file was still being written while it was read, so rows may be missing; write it as "
                            "NAME.tmp and rename it when it is complete, then send it again"});
        repo.done(file, around_.clock.now());
    });
    file.done = true;
    file.grew = grew;
    return ok();
}

Result<bool> InFiles::write_answer(const FileIn& file, Format format, bool repeated, const store::FileFault* fault) {
    auto& folder = around_.folder;
    std::vector<store::FileFault> faults;
    std::int64_t all = 0;
    around_.db.read([&](db::Session& session) {
        ExchangeRepo repo(session, account_);
        faults = repo.faults(file.id, kMostFaults);
        all = std::max(repo.count_faults(file.id),
                       static_cast<std::int64_t>(faults.size()) == kMostFaults ? file.refused : 0);
    });
    if (fault != nullptr) {
        if (static_cast<std::int64_t>(faults.size()) == kMostFaults) faults.pop_back();
        faults.insert(faults.begin(), *fault);
        ++all;
    }
    const bool bad = has_faults(file) || all > 0;
    if (auto written = folder.write("work/answer.tmp", answer_text(file, format, plan_.charset, repeated, faults, all)); !written)
        return written.error();
    // The one of an earlier file of that name.
    if (auto removed = folder.remove(kIn + file.name + (bad ? ".ok" : ".err")); !removed) return removed.error();
    if (auto moved = folder.move("work/answer.tmp", kIn + file.name + (bad ? ".err" : ".ok")); !moved)
        return moved.error();
    return bad;
}

Status InFiles::answer(const FileIn& file, const InName& kind, bool repeated) {
    auto& folder = around_.folder;
    const auto bad = write_answer(file, kind.format, repeated);
    if (!bad) return bad.error();
    const std::string archived = compact_time(around_.clock.now()) + "-" + std::to_string(file.id) + "-" + file.name;
    if (auto moved = folder.move(kWork + file.name, "archive/" + archived); !moved) return moved;
    watch(archived, file, std::chrono::milliseconds{0});
    for (const char* ending : {".done", ".manifest.json"})
        if (auto removed = folder.remove(kWork + file.name + ending); !removed) return removed;
    around_.db.write(
        [&](db::Session& session) { ExchangeRepo(session, account_).answered(file.id, around_.clock.now()); });
    ++files_;
    const log::Fields fields{{"file", file.name},
                             {"rows", file.rows},
                             {"taken", file.taken},
                             {"refused", file.refused},
                             {"repeated", repeated}};
    if (*bad)
        log::warn("exchange_file_refused", fields,
                  file.refusal ? *file.refusal : "some rows were not taken; NAME.err says which and why");
    else
        log::info("exchange_file_taken", fields, "a file of the ERP was taken");
    return ok();
}

Status InFiles::process(const std::string& name) {
    const auto read_name = read_in_name(name);
    InName kind{InKind::acks, format_by_ending(name)};
    std::optional<std::string> unfit;
    if (const auto* known = std::get_if<InName>(&read_name)) kind = *known;
    if (const auto* why = std::get_if<std::string>(&read_name)) unfit = *why;
    auto reading = read_first(name, kind);
    if (!reading) return reading.error();
    if (unfit) reading->refusal = unfit;
    if (!reading->refusal) {
        const auto objection = objection_of_manifest(name, *reading);
        if (!objection) return objection.error();
        reading->refusal = *objection;
    }

    const Timestamp now = around_.clock.now();
    bool repeated = false;
    FileIn file = around_.db.write([&](db::Session& session) {
        ExchangeRepo repo(session, account_);
        auto held = repo.find(name, reading->sha256);
        // Nothing was taken of it: what was in the way may be gone.
        if (held && held->done && held->answered_at && held->taken == 0 && has_faults(*held)) {
            repo.forget(held->id);
            held.reset();
        }
        if (held) {
            repeated = held->done && held->answered_at.has_value();
            return *held;
        }
        FileIn fresh;
        fresh.name = name;
        fresh.sha256 = reading->sha256;
        fresh.kind = unfit ? "unknown" : std::string{to_string(kind.kind)};
        fresh.bytes = reading->bytes;
        fresh.begun_at = now;
        fresh.refusal = reading->refusal;
        fresh.id = repo.begin(fresh, now);
        if (fresh.refusal) {
            repo.done(fresh, now);
            fresh.done = true;
        }
        return fresh;
    });
    if (!file.done)
        if (auto done = carry_out(file, kind, *reading, name); !done) return done;
    return answer(file, kind, repeated);
}

Status InFiles::clean_archive() {
    const auto steady = around_.clock.steady();
    if (next_cleaning_ && steady < *next_cleaning_) return ok();
    const Timestamp before = around_.clock.now() - std::chrono::hours{24 * plan_.keep_days};
    const auto archived = around_.folder.list("archive");
    if (!archived) return archived.error();
    watch_archived(*archived);
    for (const SharedFolder::Entry& entry : *archived) {
        const auto at = archived_at(entry.name);
        if (!at || *at >= before || stopped()) continue;
        if (auto removed = around_.folder.remove("archive/" + entry.name); !removed) return removed;
    }
    const auto entries = around_.folder.list("in");
    if (!entries) return entries.error();
    for (const SharedFolder::Entry& entry : *entries) {
        const bool ok_answer = entry.name.ends_with(".ok");
        if ((!ok_answer && !entry.name.ends_with(".err")) || stopped()) continue;
        const std::string name = entry.name.substr(0, entry.name.size() - (ok_answer ? 3 : 4));
        const auto done =
            around_.db.read([&](db::Session& session) { return ExchangeRepo(session, account_).last_done(name); });
        if (!done || *done >= before) continue;  // not ours, or young
        if (auto removed = around_.folder.remove(kIn + entry.name); !removed) return removed;
    }
    around_.db.write([&](db::Session& session) {
        ExchangeRepo(session, account_).forget_before(around_.clock.now() - kRemembered, 1'000);
    });
    next_cleaning_ = steady + kCleaning;
    return ok();
}

}  // namespace crossdock::exchange
