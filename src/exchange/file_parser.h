// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.h"
#include "exchange/names.h"
#include "services/accept_shipments.h"
#include "services/accept_stock.h"
#include "store/exchange_repo.h"

namespace crossdock::exchange {

struct AckRow {
    std::int64_t id = 0;
};
struct StockRow {
    std::string channel;
    services::StockFigure figure;
};

/// A row of a file, or the rows of one shipment, which stand together.
struct ParsedRow {
    std::int64_t first_row = 0, last_row = 0;
    std::vector<store::FileFault> faults;  // not empty: `what` counts for nothing
    std::variant<AckRow, StockRow, services::ShipmentRequest> what;
    [[nodiscard]] std::int64_t rows() const { return last_row - first_row + 1; }
};

/// Reads a file of the ERP as it comes in: columns and cells by docs/ops/exchange.md, values by the rules of /api/v1.
class FileParser {
public:
    using Sink = std::function<Status(ParsedRow&&)>;
    FileParser(InName name, Charset charset, Sink sink);
    ~FileParser();
    FileParser(const FileParser&) = delete;
    FileParser& operator=(const FileParser&) = delete;

    /// Errors: invalid, `exchange_file` or `csv`: no row of such a file can be trusted. The message names row and
    /// column.
    Status take(std::string_view bytes);
    Status finish();

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

/// A sentence of the contract about one entry as a fault of the row that it came from: "items[0].quantity is …" is
/// about column quantity.
store::FileFault fault_of(std::string_view message, std::int64_t first_row);

}  // namespace crossdock::exchange
