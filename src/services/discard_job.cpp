// SPDX-License-Identifier: Apache-2.0
#include "services/discard_job.h"

#include "store/job_repo.h"
#include "store/problem_repo.h"

namespace crossdock::services {

Status discard_dead_letter(db::Session& session, const domain::Job& job, Timestamp now) {
    if (job.state != domain::JobState::dead && job.state != domain::JobState::quarantined)
        return Error{
            ErrorKind::conflict, "job_not_dead",
            "job " + std::to_string(job.id.value) + " is " + std::string{domain::to_string(job.state)} +
                (job.state == domain::JobState::done ? ": there is nothing left of it"
                                                     : " and goes on by itself: only a dead letter is thrown away")};
    if (auto discarded = store::JobRepo(session).discard(job.id, now); !discarded) return discarded;
    if (job.channel_id) store::ProblemRepo(session).resolve(*job.channel_id, "job", job.unique_key, now);
    return ok();
}

}  // namespace crossdock::services
