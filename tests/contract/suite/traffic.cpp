// SPDX-License-Identifier: Apache-2.0
#include "contract/suite/traffic.h"

#include <algorithm>
#include <filesystem>
#include <map>
#include <random>

#include "support/shopify_recording.h"

namespace crossdock::testing {
namespace {

namespace fs = std::filesystem;
using domain::Provider;

bool is_word(char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_' || c == '-' ||
           c == '.' || c == '+' || c == '/' || c == '%' || c == '=' || c == '|' || c == '~' || c == '^' || c == '#';
}

/// The text with every word that holds a digit replaced: a whole number by 0, one with a point by 0.0, what else
/// (times, ids, tokens) by #.
void append_masked(std::string& out, std::string_view text) {
    for (std::size_t at = 0; at < text.size();) {
        std::size_t end = at;
        bool digit = false, whole = true, number = true;
        for (; end < text.size() && is_word(text[end]); ++end) {
            const char c = text[end];
            digit = digit || (c >= '0' && c <= '9');
            whole = whole && ((c >= '0' && c <= '9') || (c == '-' && end == at));
            number = number && ((c >= '0' && c <= '9') || c == '.' || (c == '-' && end == at));
        }
        if (end == at)
            out += text[at++];
        else if (digit)
            out += whole ? "0" : number ? "0.0" : "#";
        else
            out += text.substr(at, end - at);
        at = std::max(at, end);
    }
}

/// Part by part: the words around an id tell which operation it is.
void append_masked_path(std::string& out, std::string_view path) {
    for (std::size_t at = 0; at <= path.size();) {
        const std::size_t end = std::min(path.find('/', at), path.size());
        append_masked(out, path.substr(at, end - at));
        out += '/';
        at = end + 1;
    }
}

std::size_t shape_of(const sandbox::Exchange& exchange) {
    const auto& [request, response] = exchange;
    std::string shape = request.method + ' ';
    append_masked_path(shape, request.target.empty() ? request.path : request.target);
    for (const auto& [name, value] : request.query) {
        shape += '?' + name + '=';
        append_masked(shape, value);
    }
    for (const auto& [name, value] : request.headers) shape += '\n' + name;
    shape += '\n';
    append_masked(shape, request.body);
    shape += '\n' + std::to_string(response.status) + response.content_type;
    append_masked(shape, response.body);
    return std::hash<std::string>{}(shape);
}

fs::path scratch(const std::string& name) {
    return fs::temp_directory_path() / ("traffic_" + name + "_" + std::to_string(std::random_device{}()) + ".jsonl");
}

std::vector<std::string> below(const std::string& folder, std::initializer_list<const char*> files) {
    std::vector<std::string> all;
    for (const char* file : files) all.push_back(folder + "/" + file);
    return all;
}

}  // namespace

/// What is checked in one run of a checker.
struct Traffic::Batch {
    std::string name;                // of slips, and in what is printed
    std::vector<std::string> specs;  // none: Shopify's GraphQL
    std::string path;                // what the paths of this batch hold; the last batch takes the rest
    fs::path file = scratch(name);
    std::unique_ptr<RestRecording> rest = specs.empty() ? nullptr : std::make_unique<RestRecording>(file);
    std::unique_ptr<RecordingFile> graphql = specs.empty() ? std::make_unique<RecordingFile>(file) : nullptr;
    ~Batch() { fs::remove(file); }
};

Traffic& Traffic::of(Provider provider) {
    static std::map<Provider, std::unique_ptr<Traffic>> all;
    auto& one = all[provider];
    if (!one) one.reset(new Traffic(provider));
    return *one;
}

Traffic::Traffic(Provider provider) : provider_(provider) {
    const auto batch = [&](const char* name, std::vector<std::string> specs, const char* path = "") {
        batches_.emplace_back(new Batch{name, std::move(specs), path});
    };
    switch (provider) {
        case Provider::shopify: batch("shopify", {}); break;
        case Provider::amazon:
            batch("amazon",
                  below("amazon", {"ordersV0.json", "orders_2026-01-01.json", "financesV0.json",
                                   "finances_2024-06-19.json", "listingsItems_2021-08-01.json", "feeds_2021-06-30.json",
                                   "reports_2021-06-30.json", "fulfillmentInboundV0.json",
                                   "fulfillmentInbound_2024-03-20.json", "sellers.json", "tokens_2021-03-01.json"}));
            break;
        case Provider::walmart:
            // Several files describe the feed upload; that of stock comes first.
            batch("walmart", below("walmart", {"authentication.yaml", "inventory.yaml", "on-request-reports.yaml", "orders.yaml", "returns.yaml",
                                               "items.yaml", "feeds.yaml", "settings.yaml", "shipping.yaml",
                                               "notifications.yaml"}));
            break;
        case Provider::ebay:
            batch("ebay",
                  below("ebay", {"commerce_identity_v1_oas3.json", "commerce_notification_v1_oas3.json",
                                 "developer_analytics_v1_beta_oas3.json", "developer_key_management_v1_oas3.json",
                                 "sell_account_v1_oas3.json", "sell_finances_v1_oas3.yaml",
                                 "sell_fulfillment_v1_oas3.json", "sell_inventory_v1_oas3.json"}));
            break;
        case Provider::shipstation:
            batch("shipstation_v2", {"shipstation/v2_openapi.yaml"}, "/v2/");
            batch("shipstation_v1", {"shipstation/v1_swagger.json"});
            break;
    }
}

Traffic::~Traffic() = default;

sandbox::ExchangeRecorder Traffic::recorder() {
    return [this](const sandbox::Exchange& exchange) {
        const std::size_t shape = shape_of(exchange);
        const std::lock_guard lock(mutex_);
        ++seen_;
        if (!shapes_.insert(shape).second) return;
        for (const auto& batch : batches_) {
            if (exchange.request.path.find(batch->path) == std::string::npos) continue;
            if (batch->rest)
                batch->rest->recorder()(exchange);
            else  // the request is {…} already, and the checker wants the answer in it
                batch->graphql->append(exchange.request.body.substr(0, exchange.request.body.size() - 1) +
                                       R"(,"response":)" + exchange.response.body + "}");
            return;
        }
    };
}

SchemaCheck Traffic::check(const std::vector<std::string>& used) const {
    SchemaCheck all{SchemaCheck::Outcome::fits, ""};
    for (const auto& batch : batches_) {
        RestCheckOptions options;
        options.prefix = "/" + std::string{domain::to_string(provider_)};
        options.slips = batch->name;
        std::string joined;
        for (const std::string& word : used) {
            // "v2 listShipments": which batch a word belongs to, where there are several.
            const bool second = word.starts_with("v2 ");
            if (second != (batch->path == "/v2/")) continue;
            options.expect.push_back(second ? word.substr(3) : word);
            joined += (joined.empty() ? "" : ",") + options.expect.back();
        }
        const SchemaCheck one = batch->specs.empty() ? check_against_shopify_schema(batch->file, joined, false)
                                                     : check_against_rest_schema(batch->file, batch->specs, options);
        all.said += one.said;
        if (one.outcome != SchemaCheck::Outcome::fits) all.outcome = one.outcome;
        if (all.outcome == SchemaCheck::Outcome::mismatch) return all;
    }
    return all;
}

}  // namespace crossdock::testing
