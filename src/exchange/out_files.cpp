// SPDX-License-Identifier: Apache-2.0
#include "exchange/out_files.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "base/text.h"
#include "crypto/hash.h"
#include "exchange/row_writer.h"
#include "observability/log.h"
#include "services/acknowledge.h"
#include "store/erasure_repo.h"
#include "store/meta.h"
#include "store/order_repo.h"
#include "store/refund_repo.h"

namespace crossdock::exchange {
namespace {

using store::ExchangeRepo;
using store::FileOut;

constexpr std::size_t kLargestFile = 16U * 1024 * 1024;  // of text; the rest goes into the next one
constexpr const char* kNumbersFile = "work/numbers.json";

/// Bytes that are no UTF-8 have no place in a text column.
bool is_packed(const FileOut& file) { return file.charset != to_string(Charset::utf8); }
std::string bytes_of(const FileOut& file) {
    return is_packed(file) ? crypto::base64_decode(file.content).value_or("") : file.content;
}

std::vector<std::int64_t> read_ids(std::string_view text) {
    std::vector<std::int64_t> ids;
    for (const std::string& word : split(text, ',')) {
        std::int64_t id = 0;
        if (std::from_chars(word.data(), word.data() + word.size(), id).ec == std::errc{}) ids.push_back(id);
    }
    return ids;
}

/// One object of the contract's list, without the payload.
std::string row_text(std::int64_t id, std::string_view members, const std::optional<Timestamp>& imported_at) {
    std::string text = "{\"id\":" + std::to_string(id) + ",";
    text += members;
    text += ",\"raw_payload\":null,";
    if (!imported_at) return text + "\"imported_to_erp\":false,\"imported_at\":null}";
    return text + "\"imported_to_erp\":true,\"imported_at\":\"" + format_rfc3339(*imported_at) + "\"}";
}

void fill(FileOut& file, Format format, RowWriter& writer) {
    file.content = writer.finish();
    file.manifest =
        manifest_text(file, format, static_cast<std::int64_t>(file.content.size()), crypto::sha256_hex(file.content));
    if (is_packed(file)) file.content = crypto::base64_encode(file.content);
}

/// What was read before somebody was erased must not be kept after it.
std::string erasures(db::Session& session) { return store::get_meta(session, store::kErasures).value_or(""); }

/// What one walk along the feed found.
struct Batch {
    std::int64_t cursor = 0, began_at_seq = 0, number = 0;
    std::int64_t rows = 0, passed = 0, first = 0, last = 0;  // passed: rows in all; first and last: of those given out
    std::int64_t seen_upto = 0;
    std::string ids, erasures;
};

}  // namespace

OutFiles::OutFiles(Surroundings surroundings, const Plan& plan, AccountId account)
    : around_(std::move(surroundings)), plan_(plan), account_(account) {}

Status OutFiles::read_numbers_given() {
    given_ = {};
    auto file = around_.folder.open(kNumbersFile);
    if (file) {
        const auto text = (*file)->read(4096);
        if (!text) return text.error();
        given_ = read_numbers(*text);
    } else if (file.error().code != "file_missing") {
        return file.error();
    }
    const auto entries = around_.folder.list("out");
    if (!entries) return entries.error();
    unfetched_ = 0;
    const auto all = kinds();
    for (const auto& entry : *entries)
        for (const Kind& kind : all)
            if (const auto number = number_in(entry.name, kind.name)) {
                std::int64_t& given = given_[kind.name];
                given = std::max(given, *number);
                if (!entry.name.ends_with(".manifest.json")) ++unfetched_;
            }
    return ok();
}

std::vector<OutFiles::Kind> OutFiles::kinds() {
    std::vector<Kind> kinds;
    if (plan_.orders) kinds.push_back({"orders", std::nullopt});
    if (!plan_.refunds) return kinds;
    // A refund names its order alone, which two channels may call alike: so each channel has files of its own, as the
    // contract has a list.
    around_.db.read([&](db::Session& session) {
        for (const store::Channel& channel : store::ChannelRepo(session).list_all())
            if (channel.account_id == account_) kinds.push_back({"refunds-" + channel.code, channel.id});
    });
    return kinds;
}

Status OutFiles::look() {
    if (auto read = read_numbers_given(); !read) return read;
    if (auto written = write_waiting(); !written) return written;
    for (const Kind& kind : kinds())
        while (!stopped() && reserve(kind))
            if (auto written = write_waiting(); !written) return written;
    return ok();
}

/// True when there was something, and there may be more.
bool OutFiles::reserve(const Kind& kind) {
    const std::string& name = kind.name;
    Batch batch;
    RowWriter writer(plan_, kind.refunds_of ? "refunds" : "orders");
    around_.db.read([&](db::Session& session) {
        batch.erasures = erasures(session);
        const store::ExchangeStream stream = ExchangeRepo(session, account_).stream(name);
        batch.cursor = batch.seen_upto = stream.cursor;
        batch.number = stream.number;
        batch.began_at_seq = stream.began_at_seq < 0 ? store::current_sequence(session) : stream.began_at_seq;
        store::ListQuery query;
        query.account = account_;
        query.position.order = store::ListPosition::Order::feed;
        query.position.after_seq = stream.cursor;
        query.with_payload = false;
        query.limit = plan_.max_orders;
        const auto add = [&](std::int64_t id, std::string_view members, const std::optional<Timestamp>& imported_at,
                             std::int64_t seq) {
            ++batch.passed;
            batch.seen_upto = seq;
            // The ERP took it in another way before there were files.
            if (seq <= batch.began_at_seq && imported_at) return true;
            writer.add(row_text(id, members, imported_at));
            batch.ids += (batch.ids.empty() ? "" : ",") + std::to_string(id);
            if (batch.rows++ == 0) batch.first = seq;
            batch.last = seq;
            return writer.size() < kLargestFile;
        };
        query.channel = kind.refunds_of;
        if (!kind.refunds_of)
            store::OrderRepo(session).list(
                query, [&](const store::OrderRow& row) { return add(row.id, row.members, row.imported_at, row.seq); });
        else
            store::RefundRepo(session).list(
                query, [&](const store::RefundRow& row) { return add(row.id, row.members, row.imported_at, row.seq); });
    });
    if (batch.passed == 0) return false;
    if (batch.rows == 0) {
        around_.db.write([&](db::Session& session) {
            ExchangeRepo(session, account_).pass_over(name, batch.seen_upto, batch.began_at_seq);
        });
        return true;
    }
    FileOut file;
    file.kind = name;
    file.number = std::max(batch.number, given_[name]) + 1;
    file.rows = batch.rows;
    file.first_cursor = batch.first;
    file.last_cursor = batch.seen_upto;
    file.reserved_at = around_.clock.now();
    file.name = out_name(name, file.number, file.reserved_at, plan_.format);
    file.charset = to_string(plan_.charset);
    file.ids = batch.ids;
    fill(file, plan_.format, writer);
    around_.db.write([&](db::Session& session) {
        if (erasures(session) != batch.erasures) return;  // once more, from the rows as they are now
        ExchangeRepo(session, account_).reserve(file, batch.began_at_seq);
    });
    return true;
}

/// The rows of a file that was emptied as they are now, under its name and number. What of it may lie in the folder,
/// from before a crash, is replaced.
Status OutFiles::make_anew(FileOut file) {
    // Its manifest first: beside other content it would be wrong.
    if (auto gone = around_.folder.remove("out/" + manifest_name(file.name)); !gone) return gone;
    Plan plan = plan_;  // the settings may have changed since, the name says how it is written
    for (const Format format : {Format::csv, Format::jsonl, Format::xml})
        if (file.name.ends_with("." + std::string{to_string(format)})) plan.format = format;
    for (const Charset charset : {Charset::utf8, Charset::windows_1252})
        if (file.charset == to_string(charset)) plan.charset = charset;
    const bool orders = file.kind == "orders";
    RowWriter writer(plan, orders ? "orders" : "refunds");
    std::string read_at;
    around_.db.read([&](db::Session& session) {
        read_at = erasures(session);
        for (const std::int64_t id : read_ids(file.ids)) {
            if (orders) {
                if (const auto order = store::OrderRepo(session).get(account_, OrderId{id}))
                    writer.add(row_text(id, order->members, order->imported_at));
            } else if (const auto refund = store::RefundRepo(session).show(account_, RefundId{id})) {
                writer.add(row_text(id, refund->members, refund->imported_at));
            }
        }
    });
    fill(file, plan.format, writer);
    around_.db.write([&](db::Session& session) {
        if (erasures(session) == read_at) ExchangeRepo(session, account_).refill(file);
    });
    log::info("exchange_file_made_anew", {{"file", file.name}}, "a buyer in it was erased before it was given out");
    return ok();
}

Status OutFiles::write_waiting() {
    while (!stopped()) {
        const auto waiting =
            around_.db.read([&](db::Session& session) { return ExchangeRepo(session, account_).waiting(1); });
        if (waiting.empty()) return ok();
        const FileOut& file = waiting.front();
        if (auto done = file.content.empty() ? make_anew(file) : write(file); !done) return done;
    }
    return ok();
}

Status OutFiles::write(const FileOut& file) {
    auto& folder = around_.folder;
    const auto put = [&](const std::string& text, const std::string& as) -> Status {
        if (auto written = folder.write("work/out.tmp", text); !written) return written;
        return folder.move("work/out.tmp", as);
    };
    // The folder knows of the number before anybody can see the file.
    if (given_[file.kind] < file.number) {
        Numbers given = given_;
        given[file.kind] = file.number;
        if (auto noted = put(numbers_text(given), kNumbersFile); !noted) return noted;
        given_ = given;
    }
    if (auto done = put(bytes_of(file), "out/" + file.name); !done) return done;
    if (auto done = put(file.manifest, "out/" + manifest_name(file.name)); !done) return done;
    const bool confirmed = around_.db.write([&](db::Session& session) {
        const Timestamp now = around_.clock.now();
        if (!ExchangeRepo(session, account_).written(file.id, now)) return false;
        if (!plan_.ack_on_write) return true;
        if (file.kind == "orders")
            services::acknowledge_orders(session, account_, read_ids(file.ids), now);
        else
            services::acknowledge_refunds(session, account_, read_ids(file.ids), now);
        return true;
    });
    if (!confirmed) return ok();  // somebody in it was erased while it was written: it is made anew over this one
    ++files_;
    ++unfetched_;
    log::info("exchange_file_written", {{"file", file.name}, {"rows", file.rows}},
              "a file for the ERP is in the folder");
    return ok();
}

}  // namespace crossdock::exchange
