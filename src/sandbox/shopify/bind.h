// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "sandbox/graphql/execute.h"

namespace crossdock::sandbox::shopify {

/// A text that GraphQL shows as null when it is empty.
inline graphql::Resolved or_null(const std::string& text) {
    return text.empty() ? graphql::Resolved{} : graphql::Resolved(text);
}

/// Binds the fields of one GraphQL type to functions of its C++ object:
///     On<Line>(resolvers, "LineItem")("id", [](const Line& line) { return gid("LineItem", line.id); })…
/// A function may take the call as a second parameter when the field has arguments.
template <class T>
class On {
public:
    On(graphql::Resolvers& resolvers, std::string_view type) : resolvers_(resolvers), type_(type) {}

    template <class Function>
    On& operator()(std::string_view field, Function function) {
        resolvers_.add(type_, field,
                       [function = std::move(function)](const graphql::ObjectRef& self, const graphql::Call& call) {
                           const T& object = *static_cast<const T*>(self.self.get());
                           if constexpr (std::is_invocable_v<Function, const T&, const graphql::Call&>) {
                               return graphql::Resolved(function(object, call));
                           } else {
                               static_cast<void>(call);
                               return graphql::Resolved(function(object));
                           }
                       });
        return *this;
    }

private:
    graphql::Resolvers& resolvers_;
    std::string_view type_;
};

}  // namespace crossdock::sandbox::shopify
