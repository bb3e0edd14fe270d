// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/time.h"
#include "connectors/json_view.h"
#include "domain/money.h"

/// Reading single fields of payloads, for the mappings.
namespace crossdock::connectors {

/// Where a field is, put into words only when something is wrong with it: `lineItems.nodes[3].quantity`.
struct Place {
    std::string_view field;
    std::string_view list = {};
    std::size_t index = 0;
    [[nodiscard]] std::string text() const;
};

/// Thrown and caught inside one mapping function: what makes the whole payload unreadable.
struct FieldError {
    std::string message;
    FieldError(const Place& place, std::string_view what) : message(place.text() + ' ' + std::string{what}) {}
    [[nodiscard]] Error as_error() const { return {ErrorKind::invalid, "payload_invalid", message}; }
};

/// A number as a channel's word for an error message: short, and nothing but printable ASCII.
std::string shown(std::string_view word);

/// A sum of minor units that says when it does not fit.
class Sum {
public:
    void add(std::int64_t minor, const Place& place);
    void add(const std::optional<domain::Money>& amount, const Place& place) {
        if (amount) add(amount->minor, place);
    }
    void subtract(std::int64_t minor, const Place& place);
    [[nodiscard]] std::int64_t minor() const { return minor_; }

private:
    std::int64_t minor_ = 0;
};

/// A sum that stays absent until something was added.
class OptionalSum {
public:
    void add(std::int64_t minor, const Place& place) {
        sum_.add(minor, place);
        any_ = true;
    }
    void add(const std::optional<domain::Money>& amount, const Place& place) {
        if (amount) add(amount->minor, place);
    }
    void subtract(const std::optional<domain::Money>& amount, const Place& place) {
        if (!amount) return;
        sum_.subtract(amount->minor, place);
        any_ = true;
    }
    [[nodiscard]] std::optional<domain::Money> get(const std::string& currency) const {
        return any_ ? std::optional{domain::Money{sum_.minor(), currency}} : std::nullopt;
    }

private:
    Sum sum_;
    bool any_ = false;
};

/// a * b for amounts. Throws FieldError.
std::int64_t times(std::int64_t a, std::int64_t b, const Place& place);
/// Throws FieldError when the field is there and is no time.
std::optional<Timestamp> read_time(JsonView field, const Place& place);
/// "1.23" for messages.
std::string words(std::int64_t minor, const std::string& currency);

}  // namespace crossdock::connectors
