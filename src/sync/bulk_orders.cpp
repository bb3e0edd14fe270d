// SPDX-License-Identifier: Apache-2.0
#include "sync/bulk_orders.h"

#include "store/job_repo.h"
#include "sync/pull_orders.h"

namespace crossdock::sync {
namespace {

constexpr ExportWalk::Words kOrderWords{"orders", "orders_export", "order ", "part "};

class OrderWalk final : public ExportWalk {
public:
    OrderWalk(const Env& env, const OpenChannel& open, connectors::BulkOrderSource& source, const store::Stream& stream,
              jobs::JobContext& context)
        : ExportWalk(env, open, source, kOrderWords, stream, context), source_(source), connector_(*open.connector) {}

private:
    Result<std::string> start_at_provider() override { return source_.start_bulk(from()); }

    Status understand_batch(const std::vector<Group>& groups) override {
        raw_.clear();
        batch_.clear();
        by_id_.clear();
        for (const Group& group : groups) {
            auto raw = source_.assemble_bulk(group.lines);
            if (raw)
                raw_.push_back(std::move(*raw));
            else
                by_id_.push_back(group.id);
        }
        for (const connectors::RawOrder& raw : raw_) batch_.push_back(understand(connector_, raw));
        return ok();
    }

    void record_batch(db::Session& session, bool with_things, Timestamp at) override {
        if (with_things)
            for (const UnderstoodOrder& one : batch_) record(session, channel(), one, at);
        for (const std::string& id : by_id_) store::JobRepo(session).enqueue(refresh_order_job(channel(), id, at), at);
    }

    void record_one_by_one() override {
        for (const UnderstoodOrder& one : batch_) record_alone(env(), channel(), one);
    }

    void finish_walk(db::Session& session, store::Stream&, Timestamp at) override {
        tell_completed(session, channel(), stream_name(), recorded(), at);
    }

    jobs::JobOutcome after_walk() override {
        // What changed since the walk began follows at once, in the ordinary way.
        return stream_name() == kOrdersStream ? jobs::JobOutcome::again("") : jobs::JobOutcome::done();
    }

    connectors::BulkOrderSource& source_;
    connectors::Connector& connector_;
    std::vector<connectors::RawOrder> raw_;  // what batch_ refers to
    std::vector<UnderstoodOrder> batch_;
    std::vector<std::string> by_id_;  // what the export does not hold whole is fetched by itself
};

}  // namespace

jobs::JobOutcome go_on_with_export(const Env& env, const OpenChannel& open, connectors::BulkOrderSource& source,
                                   const store::Stream& stream, jobs::JobContext& context) {
    return OrderWalk(env, open, source, stream, context).step();
}

}  // namespace crossdock::sync
