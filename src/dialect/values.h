// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>

#include "dialect/dialect.h"

/// One value of the contract's JSON in a dialect. `token` is the value as it is written, `name` the member it stands
/// in: which texts are times is known by the name, and no text of a channel is ever taken for one.
namespace crossdock::dialect {

/// JSON, whatever it is, with the dialect's times and charset.
void append_respelled(std::string& out, const Dialect& dialect, std::string_view json);
/// The same for a place where nothing may be nested: an object or array becomes a string that holds its JSON.
void append_flat_value(std::string& out, const Dialect& dialect, std::string_view name, std::string_view token);
/// A cell of CSV (RFC 4180). null is nothing at all, an empty text is "".
void append_cell(std::string& out, const Dialect& dialect, std::string_view name, std::string_view token);
/// <name>…</name>, with all that is in it; null is <name xsi:nil="true"/>.
void append_element(std::string& out, const Dialect& dialect, std::string_view name, std::string_view token);
/// The same with nothing nested: an object or array is the text of its JSON.
void append_text_element(std::string& out, const Dialect& dialect, std::string_view name, std::string_view token);
/// The XML declaration and a line end.
void append_declaration(std::string& out, const Dialect& dialect);
constexpr std::string_view kXsi = " xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"";

/// What a channel said in its own words, which has no place in rows and XML.
bool is_raw(std::string_view name);

}  // namespace crossdock::dialect
