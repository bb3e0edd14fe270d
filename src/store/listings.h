// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "domain/item.h"
#include "domain/job.h"
#include "store/range_list.h"

/// What lists other than that of orders (order_listing.h) are narrowed to. `channels` are those asked for, or all of
/// the account's.
namespace crossdock::store {

struct RefundListing {
    AccountId account;
    std::vector<ChannelId> channels;
    std::optional<bool> acknowledged;
    std::optional<std::string> external_order_id;
    std::optional<Timestamp> created_from, created_upto;  // by occurred_at
};
/// Newest first.
RangeList list_refunds(const RefundListing& wanted);

struct ItemListing {
    AccountId account;
    std::vector<ChannelId> channels;
    std::optional<domain::ItemStatus> status;
    std::optional<std::string> sku;
    std::optional<Timestamp> updated_from, updated_upto;
};
/// Newest first. With a bound of `updated` oldest change first.
RangeList list_items(const ItemListing& wanted);

struct PushListing {
    AccountId account;
    std::vector<ChannelId> channels;
    std::optional<std::string> status;  // one of the table's
    std::optional<ItemId> item;         // of inventory updates
    std::optional<OrderId> order;       // of shipments
    std::optional<Timestamp> created_from, created_upto;
};
/// Newest first, in the order they were accepted.
RangeList list_inventory_updates(const PushListing& wanted);
RangeList list_shipments(const PushListing& wanted);

struct JobListing {
    AccountId account;
    std::optional<ChannelId> channel;
    std::vector<domain::JobState> states;
    std::optional<domain::Lane> lane;
    std::optional<std::string> kind;
};
/// Newest first. Those done and those of other accounts are passed over by an index where `states` has none of the
/// done.
RangeList list_jobs(const JobListing& wanted);

struct AuditListing {
    AccountId account;
    std::optional<std::string> action, subject;
    std::optional<Timestamp> from, upto;
};
/// Newest first.
RangeList list_audit(const AuditListing& wanted);

}  // namespace crossdock::store
