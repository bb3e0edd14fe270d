// SPDX-License-Identifier: Apache-2.0
// Documents: Amazon's listing report (tab-separated, in three encodings), Walmart's item report (ZIP, gzip or plain
// CSV), gzip and its kept lines. A line names what it is ("zip+csv" packs the rest first), one the Content-Type or the
// pieces' size, the rest is the document.
//
// Promised: pieces of any size give the same rows; going on at a row after a restart gives the rows behind it; a row is
// a JSON object in UTF-8; what was packed is unpacked to the same, also by zlib alone.
#include <zlib.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <optional>

#include "base/text.h"
#include "connectors/amazon/encodings.h"
#include "connectors/gunzip.h"
#include "connectors/packed_lines.h"
#include "connectors/walmart/csv.h"
#include "connectors/walmart/report_archive.h"
#include "fuzz/shops.h"
#include "fuzz/target.h"

namespace crossdock::fuzz::on_report {

void run(std::string_view input);

namespace {

using namespace connectors;

constexpr std::size_t kMostUnpacked = 4U * 1024 * 1024;

std::string packed(std::string_view text) {
    std::string out;
    Gzip packer;
    packer.pack(text, out);
    packer.finish(out);
    return out;
}

/// A ZIP archive of one file. Source of the format: PKWARE's APPNOTE.TXT, 4.3.
std::string zipped(std::string_view text) {
    const auto number = [](std::size_t value, int bytes) {
        std::string out;
        for (int i = 0; i < bytes; ++i) out += static_cast<char>((value >> (8 * i)) & 0xFFU);
        return out;
    };
    const std::string gzip = packed(text);
    const std::string data = gzip.substr(10, gzip.size() - 18);
    std::string out("PK\x03\x04", 4);
    out += number(20, 2) + number(0, 2) + number(8, 2) + number(0, 4) + gzip.substr(gzip.size() - 8, 4);
    return out + number(data.size(), 4) + number(text.size(), 4) + number(1, 2) + number(0, 2) + "r" + data;
}

/// All pages of a catalogue that is one document, or the error in words.
std::vector<std::string> rows_of(std::size_t which, std::string cursor, const net::HttpResponse& document,
                                 std::size_t piece, bool restarts) {
    std::vector<std::string> out;
    auto shop = open_shop(which);
    for (int pages = 0; pages < 20 && (pages == 0 || !cursor.empty()); ++pages) {
        if (restarts && pages > 0) shop = open_shop(which);
        shop->network.piece = piece;
        shop->network.answers.clear();
        const bool is_amazon = shop_names()[which].starts_with("amazon");
        shop->network.answers.push_back(
            is_amazon
                ? net::HttpResponse{200, {}, R"({"access_token":"Atza|1","token_type":"bearer","expires_in":3600})"}
                : net::HttpResponse{200, {}, R"({"access_token":"t","token_type":"Bearer","expires_in":900})"});
        const std::string place = is_amazon
                                      ? R"({"reportDocumentId":"d","url":"https://tortuga-prod-na.s3.amazonaws.com/d")"
                                      : R"({"requestId":"r","downloadURL":"https://storage.example.com/d")";
        shop->network.answers.push_back(
            {200, {}, place + (document.header("packed").empty() ? "}" : R"(,"compressionAlgorithm":"GZIP"})")});
        shop->network.answers.push_back(document);
        // A token is asked for once.
        if (!restarts && pages > 0) shop->network.answers.pop_front();
        const auto page = shop->connector->catalog_source()->fetch_items(std::nullopt, cursor);
        if (!page) {
            check_fault(page.error());
            out.push_back(page.error().code);
            return out;
        }
        for (const auto& item : page->items) {
            check(is_valid_utf8(item.payload) && nlohmann::json::parse(item.payload).is_object(),
                  "a row is a JSON object");
            const auto mapped = shop->connector->catalog_source()->map_item(item.payload);
            if (!mapped)
                check_fault(mapped.error());
            else
                for (const auto& one : *mapped) check_item(one);
            out.push_back(item.payload);
        }
        // What comes behind the document is another question.
        if (!page->next_cursor.starts_with("report 2") && page->next_cursor.find("\"s\":2") == std::string::npos)
            return out;
        cursor = page->next_cursor;
    }
    return out;
}

/// Nothing came, or an error ended it. A report with columns that are not known is none: the list is read instead.
bool ended_early(const std::vector<std::string>& rows) { return rows.empty() || !rows.back().starts_with('{'); }

/// The same rows and the same end. A document with several faults ends at the one that is met first: which one that is,
/// and how many rows came before, may depend on its pieces.
bool are_same(std::vector<std::string> some, std::vector<std::string> others) {
    if (ended_early(some) != ended_early(others)) return false;
    if (!ended_early(some)) return some == others;
    for (auto* rows : {&some, &others})
        if (!rows->empty()) rows->pop_back();
    const auto [one, other] = std::mismatch(some.begin(), some.end(), others.begin(), others.end());
    return one == some.end() || other == others.end();
}

void check_catalogue(std::string_view shop, const net::HttpResponse& document, std::size_t piece) {
    const auto cursor_at = [&](std::size_t row) {
        return shop == "walmart"
                   ? "report 2 " + std::to_string(row) + " 0 1 1 r"
                   : R"({"m":0,"s":2,"id":"d","row":)" + std::to_string(row) + R"(,"tries":1,"polls":0,"since":0})";
    };
    const std::string cursor = cursor_at(0);
    const auto names = shop_names();
    const auto which = static_cast<std::size_t>(std::find(names.begin(), names.end(), shop) - names.begin());
    const auto whole = rows_of(which, cursor, document, document.body.size() + 1, false);
    check(are_same(rows_of(which, cursor, document, piece, false), whole), "pieces of any size give the same rows");
    if (whole.empty()) return;
    check(are_same(rows_of(which, cursor, document, piece, true), whole), "a restart loses no row and brings none twice");
    if (ended_early(whole)) return;
    const auto behind = rows_of(which, cursor_at(piece % 5), document, piece, true);
    if (behind.size() == 1 && !behind.front().starts_with('{')) return;  // a document of fewer rows: told as an error
    check(behind.size() <= whole.size() && std::equal(behind.rbegin(), behind.rend(), whole.rbegin()),
          "going on at a row gives the rows behind it");
}

void check_encodings(std::string_view type, std::string_view text) {
    using namespace amazon;
    for (const Encoding usual : {Encoding::utf8, Encoding::cp1252, Encoding::cp932}) {
        bool stated = false;
        const Encoding encoding = encoding_of(type, usual, stated);
        const auto read = to_utf8(text, encoding, stated);
        if (!read) {
            check(encoding == Encoding::cp932, "only Japanese may be unknown here");
            continue;
        }
        check(is_valid_utf8(*read), "what was read is UTF-8");
        if (!stated && is_valid_utf8(text)) check_same(*read, text, "what is UTF-8 stays as it is");
    }
}

/// Rows as a reading without pieces gives them; the last line is the error, if there is one.
std::string cells_of(std::string_view text, std::size_t piece) {
    std::string out;
    walmart::CsvReader reader;
    const auto row = [&](const walmart::CsvReader::Row& cells) {
        for (const auto& cell : cells) out += "[" + cell + "]";
        out += '\n';
        return ok();
    };
    Status done = ok();
    for (std::size_t at = 0; at < text.size() && done; at += piece) done = reader.take(text.substr(at, piece), row);
    if (done) done = reader.finish(row);
    return done ? out : out + done.error().code;
}

/// The cells written as RFC 4180 wants them, and read back.
void check_csv(std::string_view text, std::size_t piece) {
    check_same(cells_of(text, piece), cells_of(text, text.size() + 1), "pieces of any size give the same cells");
    std::vector<std::string> cells;
    std::string written, expected;
    for (std::string_view rest = text.substr(0, 500); cells.size() < 5 && !rest.empty();) {
        const auto end = std::min<std::size_t>(rest.size(), 1 + rest.size() / 3);
        cells.emplace_back(rest.substr(0, end));
        rest.remove_prefix(end);
    }
    if (cells.empty()) return;
    for (const auto& cell : cells) {
        if (!written.empty()) written += ',';
        written += '"';
        for (const char c : cell) written += c == '"' ? std::string{"\"\""} : std::string(1, c);
        written += '"';
        expected += "[" + cell + "]";
    }
    check_same(cells_of(written + "\r\n", piece), expected + '\n', "cells that were written are read as the same");
}

std::string unarchived(std::string_view bytes, std::size_t piece) {
    std::string out;
    walmart::ReportArchive archive;
    const auto sink = [&](std::string_view text) -> Status {
        out += text;
        if (out.size() > kMostUnpacked) return Error{ErrorKind::rejected, "enough", "enough"};
        return ok();
    };
    Status done = ok();
    for (std::size_t at = 0; at < bytes.size() && done; at += piece) done = archive.take(bytes.substr(at, piece), sink);
    if (done) done = archive.finish(sink);
    if (done) return "whole\n" + out;
    check_fault(done.error());
    return done.error().code;  // how far it came depends on the pieces
}

/// By zlib alone; none when it is not one whole document.
std::optional<std::string> by_zlib(std::string_view bytes) {
    std::string out;
    z_stream stream{};
    if (inflateInit2(&stream, 31) != Z_OK) return std::nullopt;
    std::string in{bytes};
    stream.next_in = reinterpret_cast<Bytef*>(in.data());
    stream.avail_in = static_cast<uInt>(in.size());
    bool whole = in.empty();
    while (stream.avail_in > 0 && out.size() <= kMostUnpacked) {
        std::array<char, 16 * 1024> room{};
        int code = Z_OK;
        do {
            stream.next_out = reinterpret_cast<Bytef*>(room.data());
            stream.avail_out = room.size();
            code = inflate(&stream, Z_NO_FLUSH);
            out.append(room.data(), room.size() - stream.avail_out);
        } while (code == Z_OK && stream.avail_out == 0 && out.size() <= kMostUnpacked);
        whole = code == Z_STREAM_END;
        if (!whole) break;
        inflateReset(&stream);
    }
    inflateEnd(&stream);
    if (!whole || out.size() > kMostUnpacked) return std::nullopt;
    return out;
}

void check_gzip(std::string_view bytes, std::size_t piece) {
    const auto read = gunzip(bytes, kMostUnpacked);
    const auto expected = by_zlib(bytes);
    if (read && read->size() <= kMostUnpacked) check(expected && *expected == *read, "zlib alone unpacks the same");
    if (expected && !bytes.empty() && expected->size() < kMostUnpacked - 100'000)
        check(read && *read == *expected, "what zlib alone unpacks is unpacked");
    const auto again = gunzip(packed(bytes), kMostUnpacked);
    check(again && *again == bytes, "what was packed is unpacked to the same");
    static_cast<void>(piece);
}

void check_lines(std::string_view text) {
    PackedLines lines;
    std::vector<std::string> given;
    for (const std::string& line : split(text, '\n')) {
        given.push_back(line.ends_with('\r') ? line.substr(0, line.size() - 1) : line);
        lines.add(line);
    }
    lines.finish();
    std::string_view line;
    for (const std::string& expected : given) {
        const auto there = lines.next(line);
        check(there && *there, "a line that was kept is there");
        check_same(line, expected, "a line is what was kept");
    }
    const auto behind = lines.next(line);
    check(behind && !*behind, "there are no more lines than were kept");
    PackedLines any{std::string{text}};
    for (int i = 0; i < 50; ++i) {
        const auto there = any.next(line);
        if (!there) check_fault(there.error());
        if (!there || !*there) break;
    }
}

constexpr std::array<std::string_view, 9> kKinds{"amazon",  "amazon+gzip", "walmart", "walmart+zip", "walmart+gzip",
                                                 "archive", "csv",         "gzip",    "text"};

}  // namespace

void run(std::string_view input) {
    Input in(input);
    const auto kind = kKinds[in.choice(kKinds)];
    const auto type = in.line();
    std::size_t piece = 1;
    for (const char c : type) piece = (piece * 31 + static_cast<unsigned char>(c)) % 97 + 1;
    const std::string_view text = in.rest();
    net::HttpResponse document;
    document.status = 200;
    if (kind.starts_with("amazon")) {
        if (type.find_first_of("\r\n") == std::string_view::npos) document.headers.emplace_back("Content-Type", type);
        if (kind == "amazon+gzip") document.headers.emplace_back("packed", "yes");
        document.body = kind == "amazon+gzip" ? packed(text) : std::string{text};
        check_catalogue(type.find("932") == std::string_view::npos ? "amazon" : "amazon/v0", document, piece);
        check_encodings(type, text.substr(0, 500));
    } else if (kind.starts_with("walmart")) {
        document.body = kind == "walmart+zip"    ? zipped(text)
                        : kind == "walmart+gzip" ? packed(text)
                                                 : std::string{text};
        check_catalogue("walmart", document, piece);
    } else if (kind == "archive") {
        check_same(unarchived(text, piece), unarchived(text, text.size() + 1), "pieces of any size give the same text");
        check_same(unarchived(zipped(text), piece), "whole\n" + std::string{text}, "an archive gives what is in it");
    } else if (kind == "csv") {
        check_csv(text, piece);
    } else if (kind == "gzip") {
        check_gzip(text, piece);
    } else {
        check_lines(text);
        check_encodings(type, text.substr(0, 500));
    }
}

}  // namespace crossdock::fuzz::on_report
