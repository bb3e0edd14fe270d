// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "sync/env.h"

namespace crossdock::sync {

inline constexpr std::string_view kFindPerson = "find_person";

/// Has the hub look whether it holds orders of a person whose data a channel asks to erase, within some hours. eBay
/// tells of every account that is closed, whoever's it was, some hundred times a day: of most of them there is nothing
/// here, and nothing to be said. `names`: what the channel calls the person. Inside the caller's transaction.
void ask_for_person(db::Session& session, const store::Channel& channel, const std::vector<std::string>& names,
                    Timestamp now);
domain::JobSpec find_person_job(const store::Channel& channel, Timestamp run_at);

/// Looks for all names that wait at once: some thousand orders per run, in one job; its cursor is the last id that was
/// looked at, and how many names. Each order that is found is the problem `erasure_requested` of its channel, which
/// closes when the order is erased. The names are forgotten then; those that came meanwhile are looked for in a next walk.
class FindPerson final : public jobs::Handler {
public:
    explicit FindPerson(const Env& env) : env_(env) {}
    jobs::JobOutcome run(jobs::JobContext& context) override;

private:
    const Env& env_;
};

}  // namespace crossdock::sync
