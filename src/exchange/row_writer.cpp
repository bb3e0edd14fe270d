// SPDX-License-Identifier: Apache-2.0
#include "exchange/row_writer.h"

#include <utility>

namespace crossdock::exchange {

RowWriter::RowWriter(const Plan& plan, std::string_view /*kind*/) : plan_(plan) { static_cast<void>(plan_); }

void RowWriter::add(std::string_view object) {
    text_ += object;
    text_ += '\n';
}

std::string RowWriter::finish() { return std::move(text_); }

}  // namespace crossdock::exchange
