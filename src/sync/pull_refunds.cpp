// SPDX-License-Identifier: Apache-2.0
#include <nlohmann/json.hpp>

#include "base/json_parse.h"
#include "services/record_refund.h"
#include "store/problem_repo.h"
#include "sync/pull_orders.h"
#include "sync/pull_refunds.h"

namespace crossdock::sync {

jobs::JobOutcome PullOrderRefunds::run(jobs::JobContext& context) {
    const auto open = open_channel(env_, context.job);
    if (!open) return jobs::JobOutcome::done();
    const store::Channel& channel = open->channel;
    connectors::OrderRefundSource* source = open->connector->order_refund_source();
    const auto args = parse_json(context.job.args);
    if (source == nullptr || !args || !args->is_object()) return jobs::JobOutcome::done();
    const std::string external_order_id = args->value("external_order_id", "");
    const auto raws = source->fetch_refunds(external_order_id);
    if (!raws) {
        if (raws.error().kind == ErrorKind::not_found) return jobs::JobOutcome::done();
        return failed(env_, channel, "refunds", raws.error());
    }
    std::vector<services::FetchedRefund> refunds;
    refunds.reserve(raws->size());
    for (const connectors::RawRefund& raw : *raws) refunds.push_back(understand(*source, raw));
    env_.db.write([&](db::Session& session) {
        record_refunds(session, *open, refunds, env_.clock.now());
        note_success(session, channel, "refunds", env_.clock.now());
    });
    return jobs::JobOutcome::done();
}

}  // namespace crossdock::sync
