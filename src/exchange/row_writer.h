// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>

#include "exchange/plan.h"

namespace crossdock::exchange {

/// Writes orders or refunds, as `/api/v1` has them, into the text of a file.
class RowWriter {
public:
    RowWriter(const Plan& plan, std::string_view kind);
    /// One object of the contract.
    void add(std::string_view object);
    /// The bytes of the whole file, in the plan's charset.
    std::string finish();
    [[nodiscard]] std::size_t size() const { return text_.size(); }

private:
    const Plan& plan_;
    std::string text_;
};

}  // namespace crossdock::exchange
