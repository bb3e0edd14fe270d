// SPDX-License-Identifier: Apache-2.0
#include "connectors/shopify/bulk.h"

#include <algorithm>

#include "base/json_writer.h"
#include "base/text.h"
#include "connectors/shopify/answers.h"
#include "connectors/shopify/gid.h"
#include "connectors/shopify/paging.h"

namespace crossdock::connectors::shopify {
namespace {

constexpr std::size_t kMaxLine = 16U * 1024 * 1024;
constexpr std::string_view kStorageHost = "storage.googleapis.com";

/// The result lies at Google's storage, or, for a simulated shop, at the shop's own address. No other address is asked.
bool is_result_address(const std::string& url, const Settings& settings) {
    const auto parsed = net::parse_url(url);
    if (!parsed) return false;
    if (parsed->scheme == "https" && parsed->host == kStorageHost && parsed->port == 443) return true;
    const auto base = net::parse_url(settings.base_url);
    return settings.own_base_url && base && parsed->host == base->host && parsed->port == base->port;
}

}  // namespace

Error bad_bulk_line(const std::string& why) {
    return {ErrorKind::invalid, "bulk_line_invalid", "a line of Shopify's bulk result " + why};
}

std::string with_fields(std::string_view object, const std::string& fields) {
    return std::string{object.substr(0, object.rfind('}'))} + "," + fields + "}";
}

Result<std::string> BulkOperations::start(const std::string& inner) {
    std::string variables;
    JsonWriter(variables).begin_object().field("query", inner).end_object();
    const auto answer = client_.call({"bulk_run_query", std::move(variables), 10});
    if (!answer) return answer.error();
    const JsonView payload = answer->data["bulkOperationRunQuery"];
    for (const JsonView error : payload["userErrors"]) {
        const std::string text = user_errors_text(payload["userErrors"]);
        if (error["code"].word() == "OPERATION_IN_PROGRESS" || error["code"].word() == "LIMIT_REACHED")
            return Error{ErrorKind::conflict, "shopify_bulk_busy",
                         "Shopify runs as many bulk operations as it allows: " + text};
        return Error{ErrorKind::rejected, "shopify_bulk_refused", "Shopify refused the bulk operation: " + text};
    }
    auto id = payload["bulkOperation"]["id"].filled_text();
    if (!id)
        return Error{ErrorKind::unavailable, "shopify_bad_answer",
                     "Shopify started a bulk operation without telling its id"};
    return std::move(*id);
}

Result<BulkSource::Progress> BulkOperations::poll(const std::string& operation_id) {
    const auto answer = client_.call({"bulk_operation", id_variables(operation_id), 1});
    if (!answer) return answer.error();
    const JsonView operation = answer->data["bulkOperation"];
    if (!operation)
        return Error{ErrorKind::not_found, "shopify_bulk_unknown",
                     "Shopify does not know this bulk operation (any more)"};
    const std::string_view status = operation["status"].word();
    BulkSource::Progress progress;
    progress.objects = operation["objectCount"].integer().value_or(0);
    if (status == "CREATED" || status == "RUNNING" || status == "CANCELING") return progress;
    if (status == "COMPLETED") {
        progress.finished = true;
        progress.result_url = operation["url"].text().value_or("");
        return progress;
    }
    const std::string_view code = operation["errorCode"].word();
    if (code == "ACCESS_DENIED")
        return Error{
            ErrorKind::denied, "shopify_access_denied",
            "Shopify refused the export of the " + std::string{what_} + "; grant the scope " + std::string{scope_}};
    return Error{ErrorKind::rejected, "shopify_bulk_failed",
                 "Shopify's bulk operation ended as " +
                     (status.empty() ? "an unknown state" : in_quotes(status.substr(0, 40))) +
                     (code.empty() ? "" : " (" + in_quotes(code) + ")")};
}

Status BulkOperations::read(const std::string& result_url, std::int64_t from_byte, const BulkSource::LineSink& line) {
    if (result_url.empty()) return ok();  // there was nothing
    if (!is_result_address(result_url, client_.settings()))
        return Error{ErrorKind::denied, "shopify_bulk_address",
                     "the address of the bulk result is not one of Shopify's; it is not asked"};
    net::HttpRequest request;
    request.url = result_url;  // signed by itself: our token is none of the storage's business
    request.headers = {{"User-Agent", std::string{kUserAgent}}};
    request.deadline = std::chrono::minutes{30};
    request.max_answer_bytes = std::size_t{16} * 1024 * 1024 * 1024;
    // From the newline before the place on: a storage that ignores ranges sends the whole, which begins with a brace.
    if (from_byte > 0) request.headers.emplace_back("Range", "bytes=" + std::to_string(from_byte - 1) + "-");

    std::string rest;
    std::int64_t at_byte = from_byte;  // of what is not in `rest` yet
    std::int64_t to_skip = 0;
    bool begun = false, stopped = false, too_long = false;
    const auto give = [&](std::string_view one, std::int64_t next_byte) {
        one = trim(one);
        if (!one.empty() && !line(with_plain_slashes(std::string{one}), next_byte)) stopped = true;
        return !stopped;
    };
    const auto response = client_.http().download(request, [&](std::string_view piece) {
        if (!begun && from_byte > 0 && !piece.empty()) to_skip = piece.front() == '\n' ? 1 : from_byte;
        begun = begun || !piece.empty();
        const auto skipped = std::min<std::int64_t>(to_skip, static_cast<std::int64_t>(piece.size()));
        to_skip -= skipped;
        piece.remove_prefix(static_cast<std::size_t>(skipped));
        for (auto end = piece.find('\n'); end != std::string_view::npos; end = piece.find('\n')) {
            rest.append(piece.substr(0, end));
            piece.remove_prefix(end + 1);
            at_byte += static_cast<std::int64_t>(end) + 1;
            if (!give(rest, at_byte)) return false;
            rest.clear();
        }
        rest.append(piece);
        at_byte += static_cast<std::int64_t>(piece.size());
        too_long = rest.size() > kMaxLine;
        return !too_long;
    });
    if (stopped) return ok();
    if (too_long)
        return Error{ErrorKind::rejected, "shopify_bulk_line_too_long",
                     "a line of the bulk result is longer than 16 MiB"};
    if (!response) return response.error();
    if (response->status >= 500)
        return Error{ErrorKind::unavailable, "shopify_bulk_storage",
                     "the storage of bulk results answered HTTP " + std::to_string(response->status)};
    if (response->status != 200 && response->status != 206)
        return Error{
            ErrorKind::not_found, "shopify_bulk_expired",
            "the bulk result answered HTTP " + std::to_string(response->status) + "; its address lives for seven days"};
    give(rest, at_byte);
    return ok();
}

Result<BulkSource::Line> classify_line(std::string_view line, std::string_view thing_type) {
    const auto index = JsonIndex::parse(line);
    if (!index) return bad_bulk_line("is " + index.error().message);
    const JsonView root = index->root();
    BulkSource::Line found;
    found.id = root["id"].word();
    found.parent = root["__parentId"].word();
    if (found.id.empty()) return bad_bulk_line("has no id");
    const std::string_view thing = found.parent.empty() ? found.id : found.parent;
    if (gid_type(thing) == thing_type) {
        found.thing = gid_digits(thing);
        // With an empty name it would belong to nothing, and be passed over.
        if (found.thing.empty()) return bad_bulk_line("names a " + std::string{thing_type} + " without a number");
    } else if (found.parent.empty()) {
        return bad_bulk_line("is no " + std::string{thing_type} + " and names no parent");
    }
    return found;
}

}  // namespace crossdock::connectors::shopify
