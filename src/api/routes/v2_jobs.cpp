// SPDX-License-Identifier: Apache-2.0
#include "api/json/v2_body.h"
#include "api/json/v2_words.h"
#include "api/middleware/audit.h"
#include "api/middleware/scopes.h"
#include "api/middleware/v2_guard.h"
#include "api/routes/routes.h"
#include "api/routes/v2_push_json.h"
#include "domain/deed.h"
#include "services/discard_job.h"
#include "store/job_repo.h"
#include "store/listings.h"

namespace crossdock::api::routes {
namespace {

using domain::JobState;

constexpr const char* kStateWords = "ready, running, retry, done, dead, quarantined";

std::optional<domain::Job> job_of(db::Session& session, AccountId account, std::int64_t id) {
    auto job = store::JobRepo(session).find(JobId{id});
    return job && job->account_id == account ? job : std::nullopt;
}

std::optional<domain::Job> job_in_path(db::Session& session, const Caller& caller, const http::Request& request) {
    const auto id = parse_v2_id(prefix::kJob, request.path_parameter("id"));
    return id ? job_of(session, caller.account, *id) : std::nullopt;
}

http::Response job_answer(db::Session& session, const domain::Job& job) {
    std::string body;
    JsonWriter json(body);
    write_v2_job(json, job, ChannelBook(session, job.account_id));
    return v2_object(std::move(body));
}

http::Response list_jobs_of(const Context& context, const Caller& caller, const http::Request& request,
                            bool dead_letters) {
    V2Faults faults;
    V2Parameters parameters(request, faults);
    const auto asked = read_v2_list_parameters(parameters);
    store::JobListing wanted;
    wanted.account = caller.account;
    wanted.kind = parameters.text("kind");
    if (const auto word = parameters.text("lane")) {
        wanted.lane = domain::parse_lane(*word);
        if (!wanted.lane) parameters.unknown_word("lane", *word, "push, orders, bulk");
    }
    for (const std::string& word : parameters.words("state")) {
        if (const auto state = domain::parse_job_state(word))
            wanted.states.push_back(*state);
        else
            parameters.unknown_word("state", word, kStateWords);
    }
    if (!faults.empty()) return faults.refuse(request);
    if (dead_letters)
        wanted.states = {JobState::dead, JobState::quarantined};
    else if (wanted.states.empty())
        wanted.states = {JobState::ready, JobState::running, JobState::retry, JobState::dead, JobState::quarantined};
    return answer_v2_list(
        context, caller, request, asked,
        [&](db::Session&, const std::vector<ChannelId>& channels) {
            store::JobListing narrowed = wanted;
            if (asked.channel) narrowed.channel = channels.front();
            return store::list_jobs(narrowed);
        },
        [&](JsonWriter& json, std::int64_t id, db::Session& session, const ChannelBook& channels) {
            if (const auto job = job_of(session, caller.account, id)) write_v2_job(json, *job, channels);
        });
}

/// GET /v2/jobs: the hub's own work, newest first; what is done is left out unless it is asked for.
http::Response list_v2_jobs(const Context& context, const Caller& caller, const http::Request& request) {
    return list_jobs_of(context, caller, request, false);
}

/// GET /v2/dead_letters: what was given up, or ended the program again and again.
http::Response list_v2_dead_letters(const Context& context, const Caller& caller, const http::Request& request) {
    return list_jobs_of(context, caller, request, true);
}

/// GET /v2/jobs/{id}
http::Response show_v2_job(const Context& context, const Caller& caller, const http::Request& request) {
    return context.db.read([&](db::Session& session) {
        const auto job = job_in_path(session, caller, request);
        return job ? job_answer(session, *job) : v2_not_found(request, "job");
    });
}

using ByHand = Status (*)(db::Session&, const domain::Job&, Timestamp);

/// Changes a job by hand and writes that down.
Prepared change_job(const Context& context, const Caller& caller, const http::Request& request, ByHand change,
                    std::string_view deed) {
    if (auto refusal = refuse_v2_body(request)) return std::move(*refusal);
    return Effect{[&context, &caller, &request, change, deed](db::Session& session) {
                      const auto job = job_in_path(session, caller, request);
                      if (!job) return v2_not_found(request, "job");
                      const Timestamp now = context.clock.now();
                      if (const auto changed = change(session, *job, now); !changed) {
                          Error error = changed.error();
                          // The command line knows jobs by their number.
                          if (const std::string number = "job " + std::to_string(job->id.value) + " ";
                              error.message.starts_with(number))
                              error.message.replace(0, number.size(), v2_id(prefix::kJob, job->id.value) + " ");
                          return v2_error(request, error);
                      }
                      std::string details;
                      JsonWriter(details).begin_object().field("kind", job->kind).end_object();
                      audit(session, caller, request, {deed, "job", std::to_string(job->id.value), details}, now);
                      return job_answer(session, *store::JobRepo(session).find(job->id));
                  },
                  true};
}

/// POST /v2/jobs/{id}/retry: a dead letter starts afresh, what waits runs now. Errors: 409 running, done, or done again
/// by a newer job.
Prepared retry_v2_job(const Context& context, const Caller& caller, const http::Request& request) {
    return change_job(
        context, caller, request,
        [](db::Session& session, const domain::Job& job, Timestamp now) {
            return store::JobRepo(session).retry_dead(job.id, now);
        },
        domain::deed::kJobRetried);
}

/// POST /v2/jobs/{id}/discard: a dead letter is thrown away. Errors: 409 for any other job.
Prepared discard_v2_job(const Context& context, const Caller& caller, const http::Request& request) {
    return change_job(context, caller, request, services::discard_dead_letter, domain::deed::kJobDiscarded);
}

}  // namespace

void add_v2_jobs(http::Router& router, Context& context) {
    const V2Routes routes(router, context);
    routes.get("/v2/jobs", scope::kJobsRead, {"limit", "cursor", "channel", "state", "lane", "kind"}, list_v2_jobs);
    routes.get("/v2/dead_letters", scope::kJobsRead, {"limit", "cursor", "channel", "lane", "kind"},
               list_v2_dead_letters);
    routes.get("/v2/jobs/{id}", scope::kJobsRead, {}, show_v2_job);
    routes.post("/v2/jobs/{id}/retry", scope::kJobsWrite, retry_v2_job);
    routes.post("/v2/jobs/{id}/discard", scope::kJobsWrite, discard_v2_job);
}

}  // namespace crossdock::api::routes
