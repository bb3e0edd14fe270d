// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>

#include "http/message.h"

/// Answers that say something once: a secret, or what is only known after the commit. The stored answer of an
/// Idempotency-Key has null there and a note; the first answer has it (Effect::tell_once).
namespace crossdock::api::routes {

/// {"data":{…,"<member>":null,"note":"…"}}. `object` is a JSON object that is not empty.
http::Response v2_object_without(std::string object, std::string_view member, std::string_view note, int status);
/// Puts the member into such an answer, as JSON, and leaves the note out.
void tell_member(http::Response& response, std::string_view member, std::string_view json);
/// The same for a text.
void tell_text(http::Response& response, std::string_view member, std::string_view text);

}  // namespace crossdock::api::routes
