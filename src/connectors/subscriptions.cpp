// SPDX-License-Identifier: Apache-2.0
#include "connectors/subscriptions.h"

#include <algorithm>
#include <utility>

namespace crossdock::connectors {
namespace {

/// Refusals that are about one topic: the others go on.
bool is_about_one(const Error& error) {
    switch (error.kind) {
        case ErrorKind::invalid:
        case ErrorKind::not_found:
        case ErrorKind::conflict:
        case ErrorKind::rejected: return true;
        case ErrorKind::denied:
        case ErrorKind::rate_limited:
        case ErrorKind::unavailable: return false;
    }
    return false;
}

class Settling {
public:
    Settling(SubscribedWebhooks& source, const OwnAddresses& own, Subscriptions found)
        : source_(source), own_(own), found_(std::move(found)) {
        result_.done = std::move(found_.done);
        result_.problems = std::move(found_.problems);
    }

    Settlement settle() {
        for (const std::string& topic : found_.wanted)
            if (!result_.stopped_by) serve(topic);
        // Last, so that no call is missed; and what does not serve stays as long as nothing took its place.
        for (const HeldSubscription& one : found_.held)
            if (!result_.stopped_by && own_.holds(one.address) && !is_kept(one)) remove(one);
        return std::move(result_);
    }

private:
    /// Ours, for this topic, the best one first.
    std::vector<const HeldSubscription*> ours(const std::string& topic) const {
        std::vector<const HeldSubscription*> all;
        for (const HeldSubscription& one : found_.held)
            if (one.topic == topic && own_.holds(one.address)) all.push_back(&one);
        std::stable_sort(all.begin(), all.end(),
                         [this](const auto* a, const auto* b) { return worth(*a) > worth(*b); });
        return all;
    }
    int worth(const HeldSubscription& one) const {
        return (one.address == own_.current ? 2 : 0) + (one.fault.empty() ? 1 : 0);
    }
    bool serves(const HeldSubscription& one) const { return one.address == own_.current && one.fault.empty(); }
    bool is_kept(const HeldSubscription& one) const {
        return std::find(kept_.begin(), kept_.end(), &one) != kept_.end();
    }

    void serve(const std::string& topic) {
        const auto there = ours(topic);
        TopicState state{topic, {}, {}, std::nullopt, false, {}};
        const HeldSubscription* const best = there.empty() ? nullptr : there.front();
        if (best != nullptr) {
            state.id = best->id;
            state.address = best->address;
            if (!serves(*best)) state.was = why(*best);
        }
        if (best == nullptr)
            create(topic, state, "subscribed to " + topic);
        else if (serves(*best))
            kept_.push_back(best);
        else if (!source_.can_mend_subscriptions())
            replace(*best, state);
        else
            mend(*best, state);
        // Of those that do not serve, none goes before another one does.
        if (state.fault)
            for (const HeldSubscription* one : there) kept_.push_back(one);
        if (!result_.stopped_by) result_.topics.push_back(std::move(state));  // else nothing is known of it yet
    }

    std::string why(const HeldSubscription& held) const {
        return held.fault.empty() ? "it called " + held.address : held.fault;
    }

    void create(const std::string& topic, TopicState& state, const std::string& words) {
        auto made = source_.create_subscription(topic, own_.current);
        if (!made) return refuse(state, "subscribe to " + topic, made.error());
        state.id = std::move(*made);
        state.address = own_.current;
        state.changed = true;
        result_.done.push_back(words);
    }

    void replace(const HeldSubscription& old, TopicState& state) {
        create(old.topic, state, "subscribed to " + old.topic + " anew (" + why(old) + ")");
    }

    void mend(const HeldSubscription& held, TopicState& state) {
        const auto mended = source_.mend_subscription(held, own_.current);
        if (!mended && mended.error().kind == ErrorKind::not_found) return replace(held, state);
        if (!mended) return refuse(state, "mend the subscription to " + held.topic, mended.error());
        kept_.push_back(&held);
        state.address = own_.current;
        state.changed = true;
        result_.done.push_back("mended the subscription to " + held.topic + " (" + why(held) + ")");
    }

    void refuse(TopicState& state, const std::string& what, const Error& error) {
        state.fault = error;
        if (is_about_one(error))
            result_.done.push_back("could not " + what + ": " + error.message);
        else
            result_.stopped_by = error;
    }

    void remove(const HeldSubscription& one) {
        const auto removed = source_.remove_subscription(one);
        const std::string name = "the outdated subscription to " + one.topic + " (" + one.id + ")";
        if (removed || removed.error().kind == ErrorKind::not_found) {
            result_.done.push_back("removed " + name);
            return;
        }
        if (is_about_one(removed.error()))
            result_.done.push_back("could not remove " + name + ": " + removed.error().message);
        else
            result_.stopped_by = removed.error();
    }

    SubscribedWebhooks& source_;
    const OwnAddresses& own_;
    Subscriptions found_;
    Settlement result_;
    std::vector<const HeldSubscription*> kept_;
};

}  // namespace

Result<Settlement> settle_subscriptions(SubscribedWebhooks& source, const OwnAddresses& own) {
    auto found = source.read_subscriptions(own);
    if (!found) return found.error();
    return Settling(source, own, std::move(*found)).settle();
}

Result<std::vector<std::string>> SubscribedWebhooks::ensure_subscriptions(const std::string& url) {
    const auto address = address_for(url);
    if (!address) return address.error();
    const auto settled = settle_subscriptions(*this, {*address, {}});
    if (!settled) return settled.error();
    if (settled->stopped_by) return *settled->stopped_by;
    return settled->done;
}

}  // namespace crossdock::connectors
