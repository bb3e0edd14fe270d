// SPDX-License-Identifier: Apache-2.0
#include "store/order_listing.h"

#include <algorithm>
#include <array>

namespace crossdock::store {
namespace {

using domain::OrderStatus;

constexpr std::array kStatuses{OrderStatus::open, OrderStatus::partially_fulfilled, OrderStatus::fulfilled,
                               OrderStatus::closed, OrderStatus::cancelled};

constexpr const char* kWaits = "imported_at_ms IS NULL";
// The time is always behind 1970: it says which index is meant, orders_waiting.
constexpr const char* kIsOneThatWaits = "sort_ms >= 0 AND imported_at_ms IS NULL";
// Of the order's own channel and id: an entry of problems_open.
constexpr const char* kHasProblem =
    "EXISTS (SELECT 1 FROM problems p WHERE p.account_id = orders.account_id AND p.channel_id = orders.channel_id "
    "AND p.subject = 'order' AND p.subject_key = orders.external_order_id AND p.resolved_at_ms IS NULL)";
constexpr const char* kIsOneWithProblem =
    "id IN (SELECT o.id FROM problems p JOIN orders o ON o.channel_id = p.channel_id "
    "AND o.external_order_id = p.subject_key WHERE p.account_id = ? AND p.resolved_at_ms IS NULL AND p.subject = "
    "'order')";

void also(SqlCondition& condition, const std::string& sql, const std::vector<SqlValue>& values = {}) {
    condition.sql += (condition.sql.empty() ? "" : " AND ") + sql;
    condition.values.insert(condition.values.end(), values.begin(), values.end());
}

template <class Words>
void among(SqlCondition& condition, const std::string& column, const Words& words) {
    if (words.empty()) return;
    std::string marks;
    std::vector<SqlValue> values;
    for (const auto& word : words) {
        marks += marks.empty() ? "?" : ", ?";
        values.emplace_back(word);
    }
    also(condition, column + " IN (" + marks + ")", values);
}

template <class Value>
void add_once(std::vector<Value>& values, const Value& value) {
    if (std::find(values.begin(), values.end(), value) == values.end()) values.push_back(value);
}

bool are_few(db::Session& session, const std::string& from_where, AccountId account) {
    db::Statement statement(session, "SELECT count(*) FROM (SELECT 1 FROM " + from_where + " LIMIT ?) AS counted");
    statement.bind(account, kMostCounted + 1);
    statement.step();
    return statement.integer(0) <= kMostCounted;
}

class Plan {
public:
    explicit Plan(const OrderListing& wanted) : wanted_(wanted) {
        list_.table = "orders";
        list_.time = by_update() ? "sort_ms" : "ordered_at_ms";
        list_.rising = by_update();
        list_.from = by_update() ? wanted.updated_from : wanted.created_from;
        list_.upto = by_update() ? wanted.updated_upto : wanted.created_upto;
        if (by_update() && wanted.created_from) fits("ordered_at_ms >= ?", to_ms(*wanted.created_from));
        if (by_update() && wanted.created_upto) fits("ordered_at_ms < ?", to_ms(*wanted.created_upto));
        among(list_.fits, "payment_status", wanted.payment_statuses);
        // Each once: a range of its own may be made of each.
        for (const OrderStatus status : wanted.statuses) add_once(statuses_, std::string{domain::to_string(status)});
        for (const ChannelId channel : wanted.channels) add_once(channels_, channel.value);
    }

    RangeList make(db::Session& session) {
        const bool waiting = wanted_.acknowledged == false;
        if (wanted_.external_id || wanted_.number) {
            by_name();
        } else if (wanted_.with_problem == true && few_problems(session)) {
            from_few("+account_id = ?", kIsOneWithProblem, {wanted_.account.value});
            wanted_.with_problem.reset();
        } else if (waiting &&
                   are_few(session, "orders WHERE account_id = ? AND sort_ms >= 0 AND imported_at_ms IS NULL",
                           wanted_.account)) {
            from_few("account_id = ?", kIsOneThatWaits, {});
            wanted_.acknowledged.reset();
        } else {
            from_index();
        }
        if (wanted_.acknowledged) also(list_.fits, *wanted_.acknowledged ? "imported_at_ms IS NOT NULL" : kWaits);
        if (wanted_.with_problem)
            also(list_.fits, *wanted_.with_problem ? kHasProblem : std::string{"NOT "} + kHasProblem);
        return std::move(list_);
    }

private:
    [[nodiscard]] bool by_update() const { return wanted_.updated_from || wanted_.updated_upto; }
    void fits(const std::string& sql, std::int64_t value) { also(list_.fits, sql, {value}); }

    bool few_problems(db::Session& session) const {
        return are_few(session, "problems WHERE account_id = ? AND resolved_at_ms IS NULL", wanted_.account);
    }

    /// By one order's name: an entry of an index for each channel.
    void by_name() {
        for (const std::int64_t channel : channels_) {
            SqlCondition range{"account_id = ? AND channel_id = ?", {wanted_.account.value, channel}};
            if (wanted_.external_id) also(range, "external_order_id = ?", {*wanted_.external_id});
            if (wanted_.number) also(range, "order_number = ?", {*wanted_.number});
            list_.ranges.push_back(std::move(range));
        }
        among(list_.fits, "status", statuses_);
    }

    /// From a few rows, sorted. The plus keeps the planner from the indexes of the many.
    void from_few(const char* account, const char* which, const std::vector<SqlValue>& values) {
        SqlCondition range{account, {wanted_.account.value}};
        also(range, which, values);
        among(range, "+channel_id", channels_);
        among(range, "+status", statuses_);
        list_.ranges.push_back(std::move(range));
    }

    void from_index() {
        if (by_update()) {
            for (const std::int64_t channel : channels_)
                list_.ranges.push_back({"account_id = ? AND channel_id = ?", {wanted_.account.value, channel}});
            among(list_.fits, "status", statuses_);
            return;
        }
        if (statuses_.empty())
            for (const OrderStatus status : kStatuses) statuses_.emplace_back(domain::to_string(status));
        for (const std::int64_t channel : channels_)
            for (const std::string& status : statuses_)
                list_.ranges.push_back(
                    {"account_id = ? AND channel_id = ? AND status = ?", {wanted_.account.value, channel, status}});
    }

    OrderListing wanted_;
    std::vector<std::string> statuses_;
    std::vector<std::int64_t> channels_;
    RangeList list_;
};

}  // namespace

RangeList list_orders(db::Session& session, const OrderListing& wanted) { return Plan(wanted).make(session); }

}  // namespace crossdock::store
