// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <utility>

namespace crossdock {

/// A value that must never reach a log, an error or a URL. It has no stream operator and no implicit conversion: whoever
/// needs the text says `reveal()`, and a review can search for that word.
class Secret {
public:
    Secret() = default;
    explicit Secret(std::string text) : text_(std::move(text)) {}
    [[nodiscard]] const std::string& reveal() const { return text_; }
    [[nodiscard]] bool empty() const { return text_.empty(); }

private:
    std::string text_;
};

}  // namespace crossdock
