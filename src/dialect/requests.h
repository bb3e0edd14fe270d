// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>

#include "base/result.h"
#include "dialect/dialect.h"

/// What programs with a dialect send, as the contract would have it.
namespace crossdock::dialect {

/// A body of `application/x-www-form-urlencoded` as the JSON that says the same: `ids[]=1&ids[]=2` or `ids=1,2` is
/// {"ids":[1,2]}, `items[0][sku]=A&items[0][quantity]=3` is {"items":[{"quantity":3,"sku":"A"}]}. Which values are
/// numbers is known by the contract's names; all others are texts, also those of digits alone. An empty number counts
/// as not given. Bytes that are not UTF-8 are taken for the dialect's charset. Errors: invalid, `form_syntax` for what
/// is no form, `form_shape` for one that contradicts itself.
Result<std::string> form_to_json(const Dialect& dialect, std::string_view form);

/// Text in UTF-8 of bytes that are UTF-8 or, where the dialect is Windows-1252, that; with `sure` it is Windows-1252 in
/// any case, since the sender said so.
std::string body_text(const Dialect& dialect, std::string_view bytes, bool sure);

/// JSON of a request whose times without a zone are the dialect's clock: they are put in UTC. What is no JSON is given
/// back as it is.
std::string read_local_times(const Dialect& dialect, std::string json);

}  // namespace crossdock::dialect
