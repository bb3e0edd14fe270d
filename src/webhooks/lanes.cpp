// SPDX-License-Identifier: Apache-2.0
#include "webhooks/lanes.h"

#include <algorithm>
#include <utility>

namespace crossdock::webhooks {

bool Lanes::may_send(WebhookEndpointId id) const {
    const auto found = targets_.find(id);
    return found != targets_.end() && found->second->endpoint.state == store::EndpointState::active;
}

void Lanes::set_targets(Targets targets) {
    targets_ = std::move(targets);
    for (auto& [id, lane] : lanes_) {
        // What waits here may have been changed by hand, too: it is all read again.
        for (const Task& task : lane.queue) lane.held.erase(task.delivery.id);
        lane.queue.clear();
        lane.more = true;
    }
    for (const auto& [id, target] : targets_) {
        const auto [lane, fresh] = lanes_.try_emplace(id);
        // Known to fail from an earlier life.
        if (fresh) lane->second.failing = target->endpoint.health.failed_at.has_value();
    }
    std::erase_if(lanes_, [&](const auto& lane) { return !targets_.contains(lane.first) && lane.second.held.empty(); });
}

std::map<AccountId, std::vector<std::shared_ptr<const Target>>> Lanes::by_account() const {
    std::map<AccountId, std::vector<std::shared_ptr<const Target>>> accounts;
    for (const auto& [id, target] : targets_) accounts[target->endpoint.account_id].push_back(target);
    return accounts;
}

void Lanes::add(Task task) {
    const WebhookEndpointId id = task.delivery.endpoint_id;
    if (!may_send(id)) return;
    Lane& lane = lanes_[id];
    if (lane.queue.size() >= options_.queued_per_endpoint) {
        lane.more = true;
        return;
    }
    if (lane.held.insert(task.delivery.id).second) lane.queue.push_back(std::move(task));
}

std::vector<Lanes::Refill> Lanes::to_refill(Timestamp now) const {
    std::vector<Refill> wanted;
    for (const auto& [id, lane] : lanes_) {
        if (!may_send(id) || lane.queue.size() > options_.queued_per_endpoint / 4) continue;
        // Those held are due in the database, too, and in the way of others.
        if (lane.more || (lane.next_due && *lane.next_due <= now))
            wanted.push_back({id, static_cast<std::int64_t>(options_.queued_per_endpoint + lane.held.size())});
    }
    return wanted;
}

void Lanes::begin_refill(WebhookEndpointId endpoint) {
    Lane& lane = lanes_[endpoint];
    lane.asked = true;
    lane.settled_meanwhile.clear();
}

void Lanes::refill(WebhookEndpointId endpoint, std::vector<Task> tasks, std::int64_t limit,
                   std::optional<Timestamp> next_due) {
    const auto found = lanes_.find(endpoint);
    if (found == lanes_.end()) return;
    Lane& lane = found->second;
    lane.more = static_cast<std::int64_t>(tasks.size()) >= limit;
    lane.next_due = next_due;
    if (!lane.settled_meanwhile.empty()) lane.more = true;
    const auto meanwhile = std::exchange(lane.settled_meanwhile, {});
    lane.asked = false;
    if (!may_send(endpoint)) return;
    for (Task& task : tasks)
        if (!meanwhile.contains(task.delivery.id) && lane.held.insert(task.delivery.id).second)
            lane.queue.push_back(std::move(task));
}

void Lanes::look_again() {
    for (auto& [id, lane] : lanes_) lane.more = true;
}

std::optional<Timestamp> Lanes::next_look() const {
    std::optional<Timestamp> next;
    for (const auto& [id, lane] : lanes_)
        if (may_send(id) && lane.next_due && (!next || *lane.next_due < *next)) next = lane.next_due;
    return next;
}

bool Lanes::has_room(const Lane& lane) const {
    if (!lane.failing) return lane.in_flight < options_.endpoint_in_flight;
    return lane.in_flight < 1 && failing_in_flight_ < options_.failing_in_flight;
}

std::optional<Lanes::Departure> Lanes::take() {
    if (in_flight_ >= options_.total_in_flight || lanes_.empty()) return std::nullopt;
    auto at = lanes_.upper_bound(last_served_);
    for (std::size_t i = 0; i < lanes_.size(); ++i, ++at) {
        if (at == lanes_.end()) at = lanes_.begin();
        Lane& lane = at->second;
        if (lane.queue.empty() || !may_send(at->first) || !has_room(lane)) continue;
        Departure departure{std::move(lane.queue.front()), targets_.at(at->first)};
        lane.queue.pop_front();
        ++lane.in_flight;
        ++in_flight_;
        if (lane.failing) {
            ++failing_in_flight_;
            sent_while_failing_.insert(departure.task.delivery.id);
        }
        last_served_ = at->first;
        return departure;
    }
    return std::nullopt;
}

bool Lanes::ready() const {
    return in_flight_ < options_.total_in_flight && std::any_of(lanes_.begin(), lanes_.end(), [this](const auto& lane) {
               return !lane.second.queue.empty() && may_send(lane.first) && has_room(lane.second);
           });
}

void Lanes::arrived(const Task& task, bool succeeded) {
    --in_flight_;
    if (sent_while_failing_.erase(task.delivery.id) > 0) --failing_in_flight_;
    Lane& lane = lanes_[task.delivery.endpoint_id];
    --lane.in_flight;
    lane.failing = !succeeded;
}

void Lanes::settled(const Task& task, std::optional<Timestamp> due_again, bool lost) {
    const auto found = lanes_.find(task.delivery.endpoint_id);
    if (found == lanes_.end()) return;
    Lane& lane = found->second;
    lane.held.erase(task.delivery.id);
    if (lane.asked) lane.settled_meanwhile.insert(task.delivery.id);
    if (lost) lane.more = true;
    if (due_again && (!lane.next_due || *due_again < *lane.next_due)) lane.next_due = due_again;
}

std::size_t Lanes::queued() const {
    std::size_t sum = 0;
    for (const auto& [id, lane] : lanes_) sum += lane.queue.size();
    return sum;
}

}  // namespace crossdock::webhooks
