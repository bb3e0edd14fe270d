// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>

#include "dialect/rows.h"
#include "exchange/plan.h"

namespace crossdock::exchange {

/// Writes orders or refunds, as `/api/v1` has them, into the text of a file: a table with a row for every line of an
/// order, one JSON object a line, or XML.
class RowWriter {
public:
    RowWriter(const Plan& plan, std::string_view kind);
    RowWriter(const RowWriter&) = delete;
    RowWriter& operator=(const RowWriter&) = delete;
    /// One object of the contract.
    void add(std::string_view object);
    /// The bytes of the whole file, in the plan's charset.
    std::string finish();
    [[nodiscard]] std::size_t size() const { return text_.size(); }

private:
    const Format format_;
    dialect::Dialect dialect_;
    std::string text_;
    dialect::ListWriter list_;
};

}  // namespace crossdock::exchange
