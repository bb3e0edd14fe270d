// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "api/context.h"
#include "api/json/page_cursor.h"
#include "api/json/v2_parameters.h"
#include "api/middleware/key_ring.h"
#include "base/json_writer.h"
#include "store/channel_repo.h"
#include "store/range_list.h"

/// What the lists of `/v2` have in common: {"data":[…],"meta":{"total","limit","next_cursor",…}}.
namespace crossdock::api::routes {

/// The query parameters that every list knows.
struct V2ListParameters {
    std::int64_t limit = 100;
    std::optional<std::string> cursor;
    std::optional<std::string> channel;  // where the list has one
};
V2ListParameters read_v2_list_parameters(V2Parameters& parameters);

/// The channels of an account, for the rows that name them.
class ChannelBook {
public:
    ChannelBook(db::Session& session, AccountId account);
    /// Null for a channel that is not the account's.
    [[nodiscard]] const store::Channel* find(ChannelId id) const;
    [[nodiscard]] const store::Channel* find(const std::string& code) const;
    /// Those of that code, or all when none is given; nothing when there is none of that code.
    [[nodiscard]] std::optional<std::vector<ChannelId>> ids(const std::optional<std::string>& code) const;
    /// Its code, as text or null.
    void write_code(JsonWriter& json, std::string_view name, const std::optional<ChannelId>& id) const;

private:
    std::map<ChannelId, store::Channel> channels_;
};

/// What narrows the list, asked inside the read that answers it.
using V2Rows = std::function<store::RangeList(db::Session&, const std::vector<ChannelId>& channels)>;
/// Writes one row as an object.
using V2RowWriter = std::function<void(JsonWriter&, std::int64_t id, db::Session&, const ChannelBook&)>;

/// The whole answer. Errors: 404 unknown channel, 400 for a cursor that is not valid here.
http::Response answer_v2_list(const Context& context, const Caller& caller, const http::Request& request,
                              const V2ListParameters& asked, const V2Rows& rows, const V2RowWriter& write_row);

/// The end of a list: `],"meta":{…}}`.
struct V2Meta {
    store::RangeCount total;
    std::int64_t limit = 0;
    std::optional<std::string> next_cursor;
};
void end_v2_list(JsonWriter& json, const V2Meta& meta);

/// 200 {"data":{…}}, or another status.
http::Response v2_object(std::string object, int status = 200);

/// 400: the cursor is not ours, or of another list, filter or account.
http::Response refuse_v2_cursor(const http::Request& request);

}  // namespace crossdock::api::routes
