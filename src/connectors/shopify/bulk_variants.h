// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>

#include "connectors/connector.h"
#include "connectors/shopify/bulk.h"

namespace crossdock::connectors::shopify {

/// The catalogue by a bulk operation. Apart from a variant stand its stock levels, one for each location.
class BulkVariants final : public BulkCatalogSource {
public:
    explicit BulkVariants(AdminClient& client) : bulk_(client, "catalogue", "read_products") {}

    Result<std::string> start_bulk() override;
    Result<Progress> poll_bulk(const std::string& operation_id) override { return bulk_.poll(operation_id); }
    Status read_bulk(const std::string& result_url, std::int64_t from_byte, const LineSink& line) override {
        return bulk_.read(result_url, from_byte, line);
    }
    [[nodiscard]] Result<Line> classify_bulk_line(std::string_view line) const override {
        return classify_line(line, "ProductVariant");
    }
    /// The payload is that of a page, to the byte, so that a variant looks the same whichever way it came.
    /// Errors: invalid, when the variant's own line is not among them.
    [[nodiscard]] Result<RawItem> assemble_bulk(std::span<const std::string> lines) const override;

private:
    BulkOperations bulk_;
};

}  // namespace crossdock::connectors::shopify
