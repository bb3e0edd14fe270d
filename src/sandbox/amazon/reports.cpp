// SPDX-License-Identifier: Apache-2.0
// Reports and feeds are both work that Amazon does later: what they have in common, and reports.
#include <algorithm>
#include <nlohmann/json.hpp>

#include "sandbox/amazon/listing_report.h"
#include "sandbox/amazon/seller_impl.h"

namespace crossdock::sandbox::amazon {

using json = nlohmann::ordered_json;

namespace {

constexpr const char* kListings = "GET_MERCHANT_LISTINGS_ALL_DATA";

http::Response bad_report(const std::string& details) { return error(400, "InvalidInput", "Invalid Input", details); }

}  // namespace

std::string_view name_of(WorkStatus status) {
    switch (status) {
        case WorkStatus::in_queue: return "IN_QUEUE";
        case WorkStatus::in_progress: return "IN_PROGRESS";
        case WorkStatus::done: return "DONE";
        case WorkStatus::cancelled: return "CANCELLED";
        case WorkStatus::fatal: return "FATAL";
    }
    return "";
}

json SellerImpl::shown(const Work& work, bool feed) const {
    json out = {{feed ? "feedId" : "reportId", work.id}, {feed ? "feedType" : "reportType", work.type}};
    out["marketplaceIds"] = work.stores;
    out["createdTime"] = format_rfc3339(work.created_at);
    out["processingStatus"] = name_of(work.status);
    if (work.started_at) out["processingStartTime"] = format_rfc3339(*work.started_at);
    if (work.ended_at) out["processingEndTime"] = format_rfc3339(*work.ended_at);
    if (!feed) out["dataStartTime"] = out["dataEndTime"] = format_rfc3339(work.created_at);
    if (!work.document_id.empty()) out[feed ? "resultFeedDocumentId" : "reportDocumentId"] = work.document_id;
    return out;
}

void SellerImpl::schedule_work(const std::string& id, bool feed) {
    const auto works = [this, feed]() -> std::map<std::string, Work>& { return feed ? world_.feeds : world_.reports; };
    world_.at(world_.now() + options_.queue_time, [this, id, works] {
        Work& work = works().at(id);
        if (work.status != WorkStatus::in_queue) return;
        work.status = WorkStatus::in_progress;
        work.started_at = world_.now();
    });
    world_.at(world_.now() + options_.queue_time + options_.work_time, [this, id, feed, works] {
        Work& work = works().at(id);
        if (work.status != WorkStatus::in_progress) return;
        work.ended_at = world_.now();
        if (work.forced_end == "CANCELLED") {
            work.status = WorkStatus::cancelled;
        } else if (work.forced_end == "FATAL") {
            work.status = WorkStatus::fatal;
        } else if (feed) {
            finish_feed(work);
        } else {
            finish_report(work);
        }
    });
}

http::Response SellerImpl::list_works(Call& call, const std::map<std::string, Work>& works,
                                      const std::vector<std::string>& sequence, const char* types_name,
                                      const char* list_name) {
    const bool feed = &works == &world_.feeds;
    const auto types = call.list(types_name);
    const auto statuses = call.list("processingStatuses");
    const auto stores = call.list("marketplaceIds");
    const AskedTime since = time_parameter(call, "createdSince"), until = time_parameter(call, "createdUntil");
    PagePosition position;
    std::string filter;
    if (call.has("nextToken")) {
        // "Specifying nextToken with any other parameters will cause the request to fail": the token holds them all.
        if (call.request.query.size() != 1) return bad_report("nextToken must be the only parameter.");
        if (auto refused = read_page(call, "nextToken", std::chrono::hours(24), position)) return std::move(*refused);
        filter = position.bound;
    } else {
        if (types.empty()) return bad_report(std::string(types_name) + " or nextToken is required.");
        if (since.bad || until.bad) return bad_report("The date must be in ISO 8601 format.");
        for (const std::string& status : statuses) {
            if (status != "CANCELLED" && status != "DONE" && status != "FATAL" && status != "IN_PROGRESS" &&
                status != "IN_QUEUE")
                return bad_report("Invalid input in processing status");
        }
        const auto size = size_parameter(call, "pageSize", 10, 100);
        if (!size) return bad_report("pageSize must be between 1 and 100.");
        filter = json{{"types", types},
                      {"statuses", statuses},
                      {"stores", stores},
                      {"size", *size},
                      {"since", since.given ? to_ms(since.at) : 0},
                      {"until", until.given ? to_ms(until.at) : to_ms(world_.now())}}
                     .dump();
    }
    const json wanted = json::parse(filter);
    const auto any = [](const json& list, const std::string& value) {
        return list.empty() || std::find(list.begin(), list.end(), json(value)) != list.end();
    };
    json list = json::array();
    std::string next;
    const std::size_t skip = position.at.empty() ? 0 : std::stoul(position.at);
    std::size_t seen = 0;
    for (auto at = sequence.rbegin(); at != sequence.rend(); ++at) {  // newest first
        const Work& work = works.at(*at);
        const std::int64_t created = to_ms(work.created_at);
        const bool in_store =
            wanted["stores"].empty() || std::any_of(work.stores.begin(), work.stores.end(),
                                                    [&](const std::string& id) { return any(wanted["stores"], id); });
        if (!any(wanted["types"], work.type) || !any(wanted["statuses"], std::string(name_of(work.status))) ||
            !in_store || created < wanted["since"].get<std::int64_t>() || created > wanted["until"].get<std::int64_t>())
            continue;
        if (seen++ < skip) continue;
        if (list.size() == wanted["size"].get<std::size_t>()) {
            next = std::to_string(skip + list.size());
            break;
        }
        list.push_back(shown(work, feed));
    }
    json body = {{list_name, list}};
    if (!next.empty()) body["nextToken"] = pages_.issue(call.operation, "", {next, filter}, world_.now());
    return answer(body);
}

http::Response SellerImpl::create_report(Call& call) {
    const json body = json::parse(call.request.body, nullptr, false);
    if (!body.is_object() || !body.contains("reportType") || !body["reportType"].is_string())
        return bad_report("reportType is missing.");
    if (body["reportType"] != kListings) return bad_report("This sandbox makes " + std::string(kListings) + " only.");
    if (!body.contains("marketplaceIds") || !body["marketplaceIds"].is_array() || body["marketplaceIds"].empty())
        return bad_report("marketplaceIds is missing.");
    Work work;
    work.type = kListings;
    for (const json& id : body["marketplaceIds"]) {
        if (!id.is_string() || find_store(id.get<std::string>()) == nullptr) return bad_report("Invalid marketplaceId.");
        if (own_store(id.get<std::string>()) == nullptr) return denied("");
        work.stores.push_back(id);
    }
    work.stores.resize(1);  // this report is about one store; more are dropped without a word
    work.id = world_.fresh_id(11) + "020";
    work.created_at = world_.now();
    if (faults_.take({"report_cancelled"}, work.type)) work.forced_end = "CANCELLED";
    if (faults_.take({"report_fatal"}, work.type)) work.forced_end = "FATAL";
    ++world_.counters.reports;
    world_.report_order.push_back(work.id);
    const std::string id = work.id;
    world_.reports[id] = std::move(work);
    schedule_work(id, false);
    return answer({{"reportId", id}}, 202);
}

void SellerImpl::finish_report(Work& report) {
    const Store& store = *own_store(report.stores.front());
    std::string text = listing_report(world_, store);
    if (text.empty()) {  // no data: cancelled, and nothing says why
        report.status = WorkStatus::cancelled;
        return;
    }
    report.document_id =
        keep_document(std::move(text), "text/plain; charset=" + std::string(store.charset), options_.gzip_reports);
    report.status = WorkStatus::done;
}

http::Response SellerImpl::get_report(Call& call) {
    const auto at = world_.reports.find(call.parts[0]);
    if (at == world_.reports.end()) return not_found("Report " + call.parts[0] + " was not found.");
    return answer(shown(at->second, false));
}

http::Response SellerImpl::get_reports(Call& call) {
    return list_works(call, world_.reports, world_.report_order, "reportTypes", "reports");
}

http::Response SellerImpl::cancel_report(Call& call) {
    const auto at = world_.reports.find(call.parts[0]);
    if (at == world_.reports.end()) return not_found("Report " + call.parts[0] + " was not found.");
    if (at->second.status != WorkStatus::in_queue) return bad_report("Only a report in the queue can be cancelled.");
    at->second.status = WorkStatus::cancelled;
    at->second.ended_at = world_.now();
    return http::Response{200, "", "application/json", {}};
}

http::Response SellerImpl::get_report_document(Call& call) {
    const auto at = world_.documents.find(call.parts[0]);
    if (at == world_.documents.end() || at->second.for_upload) return not_found("Document was not found.");
    json body = {{"reportDocumentId", at->first}, {"url", document_url(at->second, call.base_url)}};
    if (at->second.gzip) body["compressionAlgorithm"] = "GZIP";
    return answer(body);
}

}  // namespace crossdock::sandbox::amazon
