// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/time.h"

namespace crossdock::sandbox::graphql {

struct TypeDef;
struct Resolved;

/// An object of the simulated world together with the type it shows to the client.
struct ObjectRef {
    const TypeDef* type = nullptr;
    std::shared_ptr<const void> self;  // may own nothing: the world outlives the request

    template <class T>
    static ObjectRef view(const TypeDef* type, const T& object) {
        return {type, std::shared_ptr<const void>(std::shared_ptr<const void>{}, &object)};
    }
};

struct List {
    std::vector<Resolved> items;
};

/// One page of Relay's XConnection. Cursors stand beside the nodes they belong to.
struct Connection {
    std::vector<ObjectRef> nodes;
    std::vector<std::string> cursors;
    bool has_next = false, has_previous = false;
};

/// JSON text that goes out as it is, whatever the schema says.
struct RawJson {
    std::string text;
};

/// What a resolver hands back for one field.
struct Resolved {
    using Variant = std::variant<std::monostate, bool, std::int64_t, double, std::string, Timestamp, ObjectRef, List,
                                 std::shared_ptr<Connection>, RawJson>;
    Variant value;

    Resolved() = default;
    Resolved(std::nullptr_t) {}
    Resolved(bool flag) : value(flag) {}
    Resolved(int number) : value(std::int64_t{number}) {}
    Resolved(std::int64_t number) : value(number) {}
    Resolved(double number) : value(number) {}
    Resolved(std::string text) : value(std::move(text)) {}
    Resolved(std::string_view text) : value(std::string(text)) {}
    Resolved(const char* text) : value(std::string(text)) {}
    Resolved(Timestamp at) : value(at) {}
    Resolved(ObjectRef object) {
        if (object.type != nullptr) value = std::move(object);
    }
    Resolved(List list) : value(std::move(list)) {}
    Resolved(std::shared_ptr<Connection> page) : value(std::move(page)) {}
    Resolved(RawJson raw) : value(std::move(raw)) {}
    template <class T>
    Resolved(const std::optional<T>& maybe) {
        if (maybe) *this = Resolved(*maybe);
    }
    [[nodiscard]] bool is_null() const { return std::holds_alternative<std::monostate>(value); }
};

}  // namespace crossdock::sandbox::graphql
