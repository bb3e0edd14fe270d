// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <chrono>

namespace crossdock::bench {

/// From now on every sync of every SQLite file of this process takes this much longer, ours and the bare ones alike: the
/// disk of a warehouse box, whose sync takes a millisecond or more, in place of one that answers out of its cache.
/// Once, before any database is opened.
void make_syncs_slower(std::chrono::microseconds by);

}  // namespace crossdock::bench
