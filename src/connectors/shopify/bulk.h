// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>

#include "connectors/connector.h"
#include "connectors/shopify/admin_client.h"

namespace crossdock::connectors::shopify {

/// Shopify's bulk operations: start, poll, read. The result is flat JSON lines, each with the id of its parent.
class BulkOperations {
public:
    /// `what` is exported, for messages; without `scope` it is refused. Both must outlive this.
    BulkOperations(AdminClient& client, std::string_view what, std::string_view scope)
        : client_(client), what_(what), scope_(scope) {}

    /// `inner` is the query whose result is wanted. Errors besides the usual: conflict, when Shopify runs as many as it
    /// allows; rejected.
    Result<std::string> start(const std::string& inner);
    Result<BulkSource::Progress> poll(const std::string& operation_id);
    Status read(const std::string& result_url, std::int64_t from_byte, const BulkSource::LineSink& line);

private:
    AdminClient& client_;
    std::string_view what_, scope_;
};

/// A line of a result whose whole things are of this type ("Order"). Errors: invalid.
Result<BulkSource::Line> classify_line(std::string_view line, std::string_view thing_type);
/// Errors: invalid, saying why.
Error bad_bulk_line(const std::string& why);
/// The object with fields added behind its own; `fields` is a part of a JSON object's text.
std::string with_fields(std::string_view object, const std::string& fields);

}  // namespace crossdock::connectors::shopify
