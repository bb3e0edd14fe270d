// SPDX-License-Identifier: Apache-2.0
#include "sync/bulk_catalog.h"

#include "store/job_repo.h"
#include "sync/pull_catalog.h"
#include "sync/pull_orders.h"

namespace crossdock::sync {
namespace {

constexpr ExportWalk::Words kCatalogWords{"catalogue's items", "catalog_export", "variant ", "of item "};

class CatalogWalk final : public ExportWalk {
public:
    CatalogWalk(const Env& env, const OpenChannel& open, connectors::BulkCatalogSource& source,
                const store::Stream& stream, jobs::JobContext& context)
        : ExportWalk(env, open, source, kCatalogWords, stream, context),
          source_(source),
          mapper_(*open.connector->catalog_source()),
          walk_(stream.generation + 1) {}

private:
    Result<std::string> start_at_provider() override { return source_.start_bulk(); }

    Status understand_batch(const std::vector<Group>& groups) override {
        batch_.clear();
        for (const Group& group : groups) {
            const auto raw = source_.assemble_bulk(group.lines);
            // No single item can be asked for: what the export does not hold whole, pages do.
            if (!raw) return raw.error();
            batch_.push_back(understand(mapper_, *raw));
        }
        return ok();
    }

    void record_batch(db::Session& session, bool with_things, Timestamp at) override {
        if (with_things)
            for (const UnderstoodItem& one : batch_) record(env(), session, channel(), one, walk_, at);
    }

    void record_one_by_one() override {
        for (const UnderstoodItem& one : batch_) record_alone(env(), channel(), one, walk_);
    }

    /// Whether anything changed is not counted over all the runs; orders that wait for no item cost the job nothing.
    void finish_walk(db::Session& session, store::Stream& stream, Timestamp at) override {
        store::JobRepo(session).enqueue(remap_orders_job(channel(), at), at);
        stream.state = with_whole(stream.state, at);
        if (stream_name() == kCatalogFullStream) tell_completed(session, channel(), stream_name(), recorded(), at);
    }

    jobs::JobOutcome after_walk() override {
        if (stream_name() == kCatalogFullStream && recorded() > 0) retire_unseen(env(), channel(), walk_);
        return jobs::JobOutcome::done();
    }

    connectors::BulkCatalogSource& source_;
    const connectors::CatalogSource& mapper_;
    const std::int64_t walk_;
    std::vector<UnderstoodItem> batch_;
};

}  // namespace

jobs::JobOutcome go_on_with_export(const Env& env, const OpenChannel& open, connectors::BulkCatalogSource& source,
                                   const store::Stream& stream, jobs::JobContext& context) {
    return CatalogWalk(env, open, source, stream, context).step();
}

}  // namespace crossdock::sync
