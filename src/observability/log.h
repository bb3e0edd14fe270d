// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <chrono>
#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/clock.h"
#include "base/id.h"
#include "base/result.h"
#include "base/secret.h"

/// The structured log: one line an event, `log::info("order_imported", {{"channel", code}, {"order", id}}, "for
/// people")`. An event has a stable name for programs, named fields, and may have a sentence for people. Personal data
/// and secrets do not belong here: log ids. Control characters are escaped and long values cut, so that no input can
/// forge a line. Everything is safe to call from any thread, at any time, and never throws for what it is given to log.
namespace crossdock::log {

enum class Level { trace, debug, info, warn, error };
std::string_view to_text(Level level);
std::optional<Level> parse_level(std::string_view text);

enum class Format { text, json };

/// A name and a value. It borrows the value: use it in the call only.
class Field {
public:
    using Value = std::variant<std::string_view, std::int64_t, std::uint64_t, double, bool>;

    template <class T>
    Field(std::string_view name, const T& value) : name_(name), value_(to_value(value)) {}
    /// A secret is never logged; log a name for it.
    Field(std::string_view name, const Secret& value) = delete;

    [[nodiscard]] std::string_view name() const { return name_; }
    [[nodiscard]] const Value& value() const { return value_; }

private:
    template <class T>
    static Value to_value(const T& value) {
        if constexpr (std::same_as<T, bool>) {
            return value;
        } else if constexpr (std::floating_point<T>) {
            return static_cast<double>(value);
        } else if constexpr (std::signed_integral<T>) {
            return static_cast<std::int64_t>(value);
        } else if constexpr (std::unsigned_integral<T>) {
            return static_cast<std::uint64_t>(value);
        } else if constexpr (std::convertible_to<const T&, std::chrono::milliseconds>) {
            return static_cast<std::int64_t>(std::chrono::milliseconds{value}.count());
        } else if constexpr (requires { static_cast<std::int64_t>(value.value); }) {
            return static_cast<std::int64_t>(value.value);  // Id<...>
        } else {
            return std::string_view{value};
        }
    }

    std::string_view name_;
    Value value_;
};

struct Settings {
    Level level = Level::info;
    Format format = Format::text;
    std::string file;                                // empty: stderr
    std::size_t max_file_bytes = 20U * 1024 * 1024;  // then it is renamed to log.1.txt and begun anew
    std::size_t kept_files = 5;                      // beside the current one
    bool event_log = false;                          // warnings and errors also to the event log of Windows
};
/// Applies to every line from now on. Before the first call: info, text, stderr.
/// Errors: invalid `log_file` when the file cannot be opened; the log then stays as it was.
Status configure(const Settings& settings);
/// What the log writes at least; for a reload.
void set_level(Level level);
/// Whether a line of this level would be written: ask before collecting what is costly to collect.
bool enabled(Level level);
/// Writes out what is buffered.
void flush();

void write(Level level, std::string_view event, std::span<const Field> fields, std::string_view message);

using Fields = std::initializer_list<Field>;
inline void trace(std::string_view event, Fields fields = {}, std::string_view message = {}) {
    write(Level::trace, event, {fields.begin(), fields.size()}, message);
}
inline void debug(std::string_view event, Fields fields = {}, std::string_view message = {}) {
    write(Level::debug, event, {fields.begin(), fields.size()}, message);
}
inline void info(std::string_view event, Fields fields = {}, std::string_view message = {}) {
    write(Level::info, event, {fields.begin(), fields.size()}, message);
}
inline void warn(std::string_view event, Fields fields = {}, std::string_view message = {}) {
    write(Level::warn, event, {fields.begin(), fields.size()}, message);
}
inline void error(std::string_view event, Fields fields = {}, std::string_view message = {}) {
    write(Level::error, event, {fields.begin(), fields.size()}, message);
}

/// Adds fields (request_id, job, channel) to every line that this thread writes while it lives. It copies the values.
/// Scopes nest; the innermost field of a name wins. Must end on the thread that made it.
class Scope {
public:
    Scope(Fields fields);
    ~Scope();
    Scope(const Scope&) = delete;
    Scope& operator=(const Scope&) = delete;

private:
    std::size_t before_;
};

/// For tests: while it lives, lines go here instead. One at a time.
class Capture {
public:
    explicit Capture(Level level = Level::trace, Format format = Format::text, const Clock* clock = nullptr);
    ~Capture();
    Capture(const Capture&) = delete;
    Capture& operator=(const Capture&) = delete;
    /// The lines so far, without their line ends.
    [[nodiscard]] std::vector<std::string> lines() const;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace crossdock::log
