// SPDX-License-Identifier: Apache-2.0
#include "store/listings.h"

namespace crossdock::store {
namespace {

void narrow(SqlCondition& condition, const std::string& sql, const std::vector<SqlValue>& values = {}) {
    condition.sql += (condition.sql.empty() ? "" : " AND ") + sql;
    condition.values.insert(condition.values.end(), values.begin(), values.end());
}

/// A range for each channel.
std::vector<SqlCondition> of_channels(AccountId account, const std::vector<ChannelId>& channels) {
    std::vector<SqlCondition> ranges;
    for (const ChannelId channel : channels)
        ranges.push_back({"account_id = ? AND channel_id = ?", {account.value, channel.value}});
    return ranges;
}

void narrow_all(std::vector<SqlCondition>& ranges, const std::string& sql, const std::vector<SqlValue>& values = {}) {
    for (SqlCondition& range : ranges) narrow(range, sql, values);
}

/// Bounds of a time that the list is not ordered by.
void between(SqlCondition& fits, const std::string& column, const std::optional<Timestamp>& from,
             const std::optional<Timestamp>& upto) {
    if (from) narrow(fits, column + " >= ?", {to_ms(*from)});
    if (upto) narrow(fits, column + " < ?", {to_ms(*upto)});
}

RangeList list_pushes(std::string_view table, const PushListing& wanted) {
    RangeList list;
    list.table = table;
    list.ranges = of_channels(wanted.account, wanted.channels);
    // Written out, since a condition with a value in its place fits no partial index.
    if (wanted.status == "failed")
        narrow_all(list.ranges, "status = 'failed'");
    else if (wanted.status)
        narrow(list.fits, "status = ?", {*wanted.status});
    between(list.fits, "created_at_ms", wanted.created_from, wanted.created_upto);
    return list;
}

}  // namespace

RangeList list_refunds(const RefundListing& wanted) {
    RangeList list;
    list.table = "refunds";
    list.time = "occurred_at_ms";
    list.from = wanted.created_from;
    list.upto = wanted.created_upto;
    list.ranges = of_channels(wanted.account, wanted.channels);
    if (wanted.external_order_id) narrow_all(list.ranges, "external_order_id = ?", {*wanted.external_order_id});
    if (wanted.acknowledged == false) narrow_all(list.ranges, "imported_at_ms IS NULL");
    if (wanted.acknowledged == true) narrow(list.fits, "imported_at_ms IS NOT NULL");
    return list;
}

RangeList list_items(const ItemListing& wanted) {
    RangeList list;
    list.table = "items";
    const bool by_update = wanted.updated_from || wanted.updated_upto;
    list.time = by_update ? "changed_at_ms" : "";
    list.rising = by_update;
    list.from = wanted.updated_from;
    list.upto = wanted.updated_upto;
    list.ranges = of_channels(wanted.account, wanted.channels);
    if (wanted.sku) narrow_all(list.ranges, "sku = ?", {*wanted.sku});
    if (wanted.status) narrow(list.fits, "status = ?", {std::string{domain::to_string(*wanted.status)}});
    return list;
}

RangeList list_inventory_updates(const PushListing& wanted) {
    auto list = list_pushes("inventory_updates", wanted);
    if (wanted.item) narrow(list.fits, "item_id = ?", {wanted.item->value});
    return list;
}

RangeList list_shipments(const PushListing& wanted) {
    auto list = list_pushes("shipments", wanted);
    if (wanted.order) narrow_all(list.ranges, "order_id = ?", {wanted.order->value});
    return list;
}

RangeList list_jobs(const JobListing& wanted) {
    RangeList list;
    list.table = "jobs";
    // Each of these is the condition of a partial index, as it is written there.
    struct Part {
        const char* index;
        std::vector<domain::JobState> states;
    };
    using domain::JobState;
    static const std::vector<Part> kParts{
        {"state IN ('ready', 'retry') AND lane IN ('push', 'orders', 'bulk')", {JobState::ready, JobState::retry}},
        {"state = 'running' AND lane IN ('push', 'orders', 'bulk')", {JobState::running}},
        {"state IN ('dead', 'quarantined')", {JobState::dead, JobState::quarantined}},
        {"state = 'done'", {JobState::done}},
    };
    for (const Part& part : kParts) {
        std::string marks;
        SqlCondition range{part.index, {}};
        for (const JobState state : wanted.states)
            for (const JobState here : part.states)
                if (state == here) {
                    marks += marks.empty() ? "?" : ", ?";
                    range.values.emplace_back(std::string{domain::to_string(state)});
                }
        if (marks.empty()) continue;
        range.sql += " AND +state IN (" + marks + ")";
        narrow(range, "account_id = ?", {wanted.account.value});
        list.ranges.push_back(std::move(range));
    }
    if (wanted.channel) narrow(list.fits, "channel_id = ?", {wanted.channel->value});
    if (wanted.lane) narrow(list.fits, "lane = ?", {std::string{domain::to_string(*wanted.lane)}});
    if (wanted.kind) narrow(list.fits, "kind = ?", {*wanted.kind});
    return list;
}

RangeList list_audit(const AuditListing& wanted) {
    RangeList list;
    list.table = "audit_log";
    list.ranges = {{"account_id = ?", {wanted.account.value}}};
    if (wanted.action) narrow(list.fits, "action = ?", {*wanted.action});
    if (wanted.subject) narrow(list.fits, "subject = ?", {*wanted.subject});
    between(list.fits, "at_ms", wanted.from, wanted.upto);
    return list;
}

}  // namespace crossdock::store
