// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <stdexcept>
#include <utility>
#include <variant>

#include "base/error.h"

namespace crossdock {

/// A value or an Error, named like std::expected so that C++23 can replace it. Reading the wrong side throws: never UB.
template <class T>
class [[nodiscard]] Result {
public:
    Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
    Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}
    explicit operator bool() const { return state_.index() == 0; }
    [[nodiscard]] bool has_value() const { return state_.index() == 0; }
    const T& operator*() const& { return std::get<0>(state_); }
    T& operator*() & { return std::get<0>(state_); }
    T&& operator*() && { return std::get<0>(std::move(state_)); }
    const T* operator->() const { return &std::get<0>(state_); }
    T* operator->() { return &std::get<0>(state_); }
    [[nodiscard]] const Error& error() const { return std::get<1>(state_); }

private:
    std::variant<T, Error> state_;
};

using Status = Result<std::monostate>;
/// The Status of something that worked.
inline Status ok() { return Status{std::monostate{}}; }

}  // namespace crossdock
