// SPDX-License-Identifier: Apache-2.0
// On-request reports: asked for, made later, and fetched from a storage that knows nothing of Walmart's tokens.
#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "sandbox/encoding.h"
#include "sandbox/packing.h"
#include "sandbox/walmart/seller_impl.h"

namespace crossdock::sandbox::walmart {

using namespace std::chrono_literals;
using nlohmann::json;

namespace {

constexpr auto kKept = std::chrono::days(30);
constexpr auto kAddressLife = 30min;  // not published
constexpr std::array<std::string_view, 14> kTypes{"ITEM",
                                                  "INVENTORY",
                                                  "CANCELLATION",
                                                  "DELIVERY_DEFECT",
                                                  "ITEM_PERFORMANCE",
                                                  "PROMO",
                                                  "CPA",
                                                  "RETURN_OVERRIDES",
                                                  "BUYBOX",
                                                  "SHIPPING_CONFIGURATION",
                                                  "SHIPPING_PROGRAM",
                                                  "FITMENT_MISSING_ATTR",
                                                  "FITMENT_ACES_COVERAGE",
                                                  "ASSORTMENT_RECOMMENDATIONS"};
constexpr std::array<std::string_view, 5> kStatuses{"", "RECEIVED", "INPROGRESS", "READY", "ERROR"};

/// Version 4, of 47 columns. Source: Walmart's page "Request an item report".
constexpr std::string_view kItemColumns =
    "SKU,Item ID,Product Name,Lifecycle Status,Publish Status,Status Change Reason,Product Category,Price,Currency,Buy "
    "Box Item Price,Buy Box Shipping Price,Buy Box Eligible,MSRP,Product Tax Code,Ship Methods,Shipping "
    "Weight,Shipping "
    "Weight Unit,Fulfillment Lag Time,Fulfillment Type,WFS Sales Restriction,WPID,GTIN,UPC,Item Page URL,Primary Image "
    "URL,Shelf Name,Primary Category Path,Brand,Offer Start Date,Offer End Date,Item Creation Date,Item Last "
    "Updated,Reviews Count,Average Rating,Searchable?,Variant Group Id,Primary Variant?,Variant Grouping "
    "Attributes,Variant Grouping Values,Competitor URL,Competitor Price,Competitor Ship Price,Competitor Last Date "
    "Fetched,Repricer Strategy,Minimum Seller Allowed Price,Maximum Seller Allowed Price,Repricer Status";

std::string whole_second(Timestamp at) { return format_rfc3339(std::chrono::floor<std::chrono::seconds>(at)); }

std::string cell(const std::string& text) {
    if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
    std::string out = "\"";
    for (const char c : text) out += c == '"' ? std::string("\"\"") : std::string(1, c);
    return out + "\"";
}

void append_row(std::string& out, const Good& good) {
    const Json item = item_json(good);
    const std::string id = std::to_string(5'000'000'000 + good.index);
    const std::string price =
        std::to_string(good.price_cents / 100) + "." + std::to_string(100 + good.price_cents % 100).substr(1);
    const bool published = item["publishedStatus"] == "PUBLISHED";
    const std::string reason =
        item.contains("unpublishedReasons") ? item["unpublishedReasons"]["reason"][0].get<std::string>() : "";
    const std::string pounds = std::to_string(1 + good.weight_grams / 454);
    const std::array<std::string, 47> row{good.sku,
                                          id,
                                          good.title,
                                          item["lifecycleStatus"],
                                          item["publishedStatus"],
                                          reason,
                                          "Home",
                                          price,
                                          "USD",
                                          price,
                                          "0.0",
                                          published ? "Yes" : "No",
                                          "",
                                          "2038710",
                                          "VALUE",
                                          pounds,
                                          "LB",
                                          "1",
                                          good.index % kEveryNthInWfs == 0 ? "Walmart Fulfilled" : "Seller Fulfilled",
                                          "",
                                          item["wpid"],
                                          item["gtin"],
                                          item["upc"],
                                          "https://www.walmart.com/ip/" + id,
                                          "https://i5.walmartimages.example/asr/" + id + ".jpeg",
                                          "Home Page/Home, Furniture & Appliances",
                                          "Home Page/Home",
                                          "Sandbox",
                                          "2026-01-01",
                                          "2049-12-31",
                                          "2026-01-01",
                                          "2026-11-01",
                                          std::to_string(good.index % 40),
                                          "4.5",
                                          published ? "Yes" : "No",
                                          item.value("variantGroupId", ""),
                                          "",
                                          "",
                                          "",
                                          "",
                                          "",
                                          "",
                                          "",
                                          "",
                                          "",
                                          "",
                                          ""};
    for (std::size_t i = 0; i < row.size(); ++i) out += (i > 0 ? "," : "") + cell(row[i]);
    out += "\r\n";
}

}  // namespace

Report* SellerImpl::report(const std::string& id) {
    for (Report& each : world_.reports)
        if (each.id == id && each.submitted + kKept > world_.now()) return &each;
    return nullptr;
}

Json SellerImpl::report_json(const Report& report) const {
    Json out = {{"requestId", report.id},
                {"requestStatus", report.status},
                {"requestSubmissionDate", whole_second(report.submitted)},
                {"reportType", report.type},
                {"reportVersion", report.version}};
    if (!report.payload.empty()) out["payload"] = Json::parse(report.payload);
    if (report.generated) out["reportGenerationDate"] = whole_second(*report.generated);
    return out;
}

Answer SellerImpl::list_reports(const Call& call) {
    const std::string type = call.text("reportType"), version = call.text("reportVersion"),
                      status = call.text("requestStatus");
    if (std::find(kTypes.begin(), kTypes.end(), type) == kTypes.end())
        return Refusal::param("reportType", "Invalid report type");
    if (std::find(kStatuses.begin(), kStatuses.end(), status) == kStatuses.end())
        return Refusal::param("requestStatus", "Invalid request status");
    const auto date = [&](const char* name, bool& bad) -> std::optional<Timestamp> {
        const std::string text = call.text(name);
        if (text.empty()) return std::nullopt;
        const auto at = parse_iso8601(text, ZoneRule::required);
        bad = bad || !at;
        return at ? std::optional(*at) : std::nullopt;
    };
    bool bad = false;
    const auto from = date("requestSubmissionStartDate", bad), upto = date("requestSubmissionEndDate", bad);
    if (bad) return Refusal::param("requestSubmissionStartDate", "Dates are written as YYYY-MM-DDTHH:mm:ssZ");
    const int limit = call.text("limit").empty() ? 10 : std::clamp(whole_units(call.text("limit")), 1, 100);
    const int page = std::max(1, whole_units(call.text("page")));
    Json list = Json::array();
    int total = 0;
    for (auto each = world_.reports.rbegin(); each != world_.reports.rend(); ++each) {
        const bool wanted = each->type == type && (version.empty() || each->version == version) &&
                            (status.empty() || each->status == status) && each->submitted + kKept > world_.now() &&
                            (!from || each->submitted >= *from) && (!upto || each->submitted <= *upto);
        if (!wanted) continue;
        if (total >= (page - 1) * limit && std::cmp_less(list.size(), limit)) list.push_back(report_json(*each));
        ++total;
    }
    if (list.empty()) return Refusal::missing();
    Json body = {{"page", page}, {"totalCount", total}, {"limit", limit}};
    if (total > page * limit) {
        std::string next;
        for (const auto& [name, value] : call.request.query)
            if (name != "page" && name != "limit") next += name + "=" + value + "&";
        body["nextCursor"] = next + "page=" + std::to_string(page + 1) + "&limit=" + std::to_string(limit);
    }
    body["requests"] = std::move(list);
    return body;
}

Answer SellerImpl::create_report(const Call& call) {
    const std::string type = call.text("reportType"), version = call.text("reportVersion");
    if (std::find(kTypes.begin(), kTypes.end(), type) == kTypes.end())
        return Refusal::param("reportType", "Invalid report type");
    if (type != "ITEM") return Refusal::param("reportType", "This sandbox makes ITEM only");
    if (version != "v1" && version != "v2" && version != "v3" && version != "v4")
        return Refusal::param("reportVersion", "Invalid report version");
    if (call.request.header("content-type").value_or("").find("json") == std::string_view::npos)
        return Refusal{400, "INVALID_REQUEST_HEADER", "Content-Type", "Content-Type set null or invalid"};
    Report made;
    if (!call.request.body.empty()) {
        const json body = json::parse(call.request.body, nullptr, false);
        if (!body.is_object()) return Refusal::content("body", "The request body is no JSON object");
        if (!body.empty()) made.payload = body.dump();
    }
    made.id = world_.random.uuid();
    made.type = type;
    made.version = version;
    made.submitted = world_.now();
    made.fails = faults_.take({"report_error"}, call.operation).has_value();
    made.is_short = faults_.take({"report_short"}, call.operation).has_value();
    world_.counters.faults += made.fails + made.is_short;
    ++world_.counters.reports;
    world_.agenda.at(world_.now() + options_.report_delay / 10, [this, id = made.id] {
        if (Report* one = report(id)) one->status = "INPROGRESS";
    });
    world_.agenda.at(world_.now() + options_.report_delay, [this, id = made.id] { make_report(id); });
    const Json body = report_json(made);
    world_.reports.push_back(std::move(made));
    return body;
}

void SellerImpl::make_report(const std::string& id) {
    Report* one = report(id);
    if (one == nullptr) return;
    if (one->fails) {
        one->status = "ERROR";
        return;
    }
    std::string text(kItemColumns);
    text += "\r\n";
    const std::int64_t rows = one->is_short ? world_.goods.count() / 2 : world_.goods.count();
    for (std::int64_t i = 0; i < rows; ++i) append_row(text, world_.goods.at(i));
    one->file = zipped("ItemReport_" + id + ".csv", text);
    one->status = "READY";
    one->generated = world_.now();
}

Answer SellerImpl::one_report(const Call& call) {
    const Report* one = report(call.values[0]);
    if (one == nullptr) return Refusal::missing();
    return report_json(*one);
}

std::string SellerImpl::report_signature(const Report& report, std::int64_t expires) const {
    return to_hex(hmac_sha256("reports" + std::to_string(options_.seed), report.id + "\n" + std::to_string(expires)));
}

Answer SellerImpl::report_address(const Call& call) {
    const Report* one = report(call.text("requestId"));
    if (one == nullptr) return Refusal::missing();
    if (one->status != "READY") return Refusal::param("requestId", "The report is not ready");
    const Timestamp expires = world_.now() + kAddressLife;
    const std::string host(call.request.header("host").value_or("127.0.0.1"));
    const std::string base =
        options_.public_url.empty() ? (call.request.over_tls ? "https://" : "http://") + host : options_.public_url;
    Json body = report_json(*one);
    body.erase("payload");
    body["downloadURL"] = base + options_.path_prefix + "/report-files/" + one->id +
                          ".zip?se=" + std::to_string(to_ms(expires)) +
                          "&sig=" + report_signature(*one, to_ms(expires));
    body["downloadURLExpirationTime"] = whole_second(expires);
    return body;
}

/// As the storage behind signed addresses answers, refusals in XML.
http::Response SellerImpl::report_file(const http::Request& request, const std::string& name) {
    const auto refuse = [](int status, const std::string& code) {
        return http::Response{status,
                              "<?xml version=\"1.0\" encoding=\"utf-8\"?><Error><Code>" + code + "</Code></Error>",
                              "application/xml",
                              {}};
    };
    if (auto fault = network_fault_before(faults_, "download")) {
        ++world_.counters.faults;
        return std::move(*fault);
    }
    const std::int64_t expires = std::strtoll(std::string(request.parameter("se").value_or("0")).c_str(), nullptr, 10);
    const Report* one = name.ends_with(".zip") ? report(name.substr(0, name.size() - 4)) : nullptr;
    if (one == nullptr || one->file.empty()) return refuse(404, "BlobNotFound");
    if (request.method != "GET" || request.parameter("sig") != std::string_view(report_signature(*one, expires)) ||
        to_ms(world_.now()) > expires)
        return refuse(403, "AuthenticationFailed");
    http::Response response{200, one->file, "application/zip", {}};
    if (network_fault_after(faults_, "download", response)) ++world_.counters.faults;
    return response;
}

}  // namespace crossdock::sandbox::walmart
