// SPDX-License-Identifier: Apache-2.0
#include "connectors/walmart/wfs_stock.h"

#include "connectors/walmart/amounts.h"

namespace crossdock::connectors::walmart {
namespace {

constexpr std::chrono::hours kKeptFor{6};
constexpr int kWfsPage = 300;  // the most that one call shows
constexpr int kMaxWfsPages = 400;

bool has_goods(JsonView item) {
    for (const JsonView node : elements(item["shipNodes"]))
        if (read_units(node["onHandQty"]).value_or(0) > 0 || read_units(node["availToSellQty"]).value_or(0) > 0)
            return true;
    return false;
}

Result<std::set<std::string, std::less<>>> read_all(Client& client) {
    std::set<std::string, std::less<>> out;
    std::int64_t offset = 0;
    for (int pages = 0; pages < kMaxWfsPages; ++pages) {
        Call call{Operation::get_wfs_inventory, "/v3/fulfillment/inventory"};
        call.query = {{"limit", std::to_string(kWfsPage)}, {"offset", std::to_string(offset)}};
        call.push = true;
        const auto answer = client.call(call);
        if (!answer) {
            const ErrorKind kind = answer.error().kind;
            const bool no_wfs = kind == ErrorKind::not_found || kind == ErrorKind::rejected ||
                                (kind == ErrorKind::denied && answer.error().code == "walmart_denied");
            if (no_wfs) return out;
            return answer.error();
        }
        const auto items = elements(answer->root["payload"]["inventory"]);
        for (const JsonView item : items)
            if (const auto sku = item["sku"].text(); sku && has_goods(item)) out.insert(*sku);
        offset += static_cast<std::int64_t>(items.size());
        const auto total = answer->root["headers"]["totalCount"].integer();
        if (items.empty() || (total && offset >= *total)) break;
    }
    return out;
}

}  // namespace

Status refresh_wfs_stock(Client& client) {
    if (!client.settings().reads_wfs()) return std::monostate{};
    SharedState& shared = client.shared();
    const std::scoped_lock lock(shared.wfs_mutex);
    const auto now = client.runtime().clock.steady();
    if (shared.wfs_read_at && now - *shared.wfs_read_at < kKeptFor) return std::monostate{};
    auto read = read_all(client);
    if (!read) {
        // What was known a while ago is better than a push that waits.
        if (shared.wfs_read_at) return std::monostate{};
        return read.error();
    }
    shared.wfs_skus = std::move(*read);
    shared.wfs_read_at = now;
    return std::monostate{};
}

bool is_in_wfs(Client& client, const std::string& sku) {
    SharedState& shared = client.shared();
    const std::scoped_lock lock(shared.wfs_mutex);
    return shared.wfs_skus.contains(sku);
}

}  // namespace crossdock::connectors::walmart
