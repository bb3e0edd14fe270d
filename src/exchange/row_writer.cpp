// SPDX-License-Identifier: Apache-2.0
#include "exchange/row_writer.h"

#include <utility>

namespace crossdock::exchange {
namespace {

dialect::Dialect dialect_of(const Plan& plan) {
    dialect::Dialect dialect;
    dialect.format = plan.format == Format::csv   ? dialect::Format::csv
                     : plan.format == Format::xml ? dialect::Format::xml
                                                  : dialect::Format::json;
    dialect.charset = plan.charset == Charset::windows_1252 ? dialect::Charset::windows_1252 : dialect::Charset::utf8;
    dialect.raw_payload = false;
    return dialect;
}

}  // namespace

RowWriter::RowWriter(const Plan& plan, std::string_view kind)
    : format_(plan.format),
      dialect_(dialect_of(plan)),
      list_(text_, dialect_, kind == "orders" ? dialect::List::orders : dialect::List::refunds) {
    if (format_ != Format::jsonl) list_.begin();
}

void RowWriter::add(std::string_view object) {
    if (format_ != Format::jsonl) return list_.row(object);
    dialect::append_json(text_, object, dialect_.charset);
    text_ += '\n';
}

std::string RowWriter::finish() {
    if (format_ != Format::jsonl) list_.end();
    return std::move(text_);
}

}  // namespace crossdock::exchange
