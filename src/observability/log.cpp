// SPDX-License-Identifier: Apache-2.0
// The only source that knows spdlog: it writes and rotates; what a line looks like is ours (log_line.h).
#ifndef SPDLOG_FMT_EXTERNAL
#define SPDLOG_FMT_EXTERNAL
#endif
#ifndef FMT_HEADER_ONLY
#define FMT_HEADER_ONLY
#endif
#ifdef _WIN32
#define SPDLOG_WCHAR_FILENAMES
#endif
#include "observability/log.h"

#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/base_sink.h>
#include <spdlog/sinks/rotating_file_sink.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <atomic>
#include <filesystem>
#include <mutex>

#include "observability/event_log.h"
#include "observability/log_line.h"

namespace crossdock::log {
namespace {

using Logger = std::shared_ptr<spdlog::logger>;

Logger make_logger(spdlog::sink_ptr sink) {
    auto logger = std::make_shared<spdlog::logger>("crossdock", std::move(sink));
    logger->set_level(spdlog::level::trace);  // the level is asked before a line is made
    logger->set_formatter(std::make_unique<spdlog::pattern_formatter>("%v"));
    logger->flush_on(spdlog::level::trace);  // a line that explains a crash must not be in a buffer
    return logger;
}

struct Output {
    Logger logger;
    Format format = Format::text;
    const Clock* clock = nullptr;
    bool event_log = false;
};

class State {
public:
    // Never destroyed: other threads and static destructors may still log at exit.
    static State& get() {
        static auto* state = new State;
        return *state;
    }
    [[nodiscard]] Output output() const {
        const std::lock_guard lock{mutex_};
        return output_;
    }
    Output exchange(Output output) {
        const std::lock_guard lock{mutex_};
        return std::exchange(output_, std::move(output));
    }
    std::atomic<Level> level{Level::info};

private:
    mutable std::mutex mutex_;
    SystemClock system_clock_;
    Output output_{make_logger(std::make_shared<spdlog::sinks::stderr_sink_mt>()), Format::text, &system_clock_, false};
};

spdlog::level::level_enum to_spdlog(Level level) {
    switch (level) {
        case Level::trace: return spdlog::level::trace;
        case Level::debug: return spdlog::level::debug;
        case Level::info: return spdlog::level::info;
        case Level::warn: return spdlog::level::warn;
        case Level::error: return spdlog::level::err;
    }
    return spdlog::level::err;
}

struct OwnedField {
    std::string name;
    std::variant<std::string, std::int64_t, std::uint64_t, double, bool> value;
};
thread_local std::vector<OwnedField> scope_fields;

OwnedField own(const Field& field) {
    OwnedField owned{std::string{field.name()}, false};
    std::visit(
        [&](const auto& value) {
            if constexpr (std::same_as<std::remove_cvref_t<decltype(value)>, std::string_view>) {
                owned.value = std::string{value};
            } else {
                owned.value = value;
            }
        },
        field.value());
    return owned;
}

std::vector<Field> borrow(const std::vector<OwnedField>& owned) {
    std::vector<Field> fields;
    fields.reserve(owned.size());
    for (const OwnedField& field : owned) {
        std::visit([&](const auto& value) { fields.emplace_back(field.name, value); }, field.value);
    }
    return fields;
}

}  // namespace

std::string_view to_text(Level level) {
    switch (level) {
        case Level::trace: return "trace";
        case Level::debug: return "debug";
        case Level::info: return "info";
        case Level::warn: return "warn";
        case Level::error: return "error";
    }
    return "error";
}

std::optional<Level> parse_level(std::string_view text) {
    for (const Level level : {Level::trace, Level::debug, Level::info, Level::warn, Level::error}) {
        if (to_text(level) == text) return level;
    }
    return std::nullopt;
}

Status configure(const Settings& settings) {
    State& state = State::get();
    Output output = state.output();
    output.format = settings.format;
    output.event_log = settings.event_log;
    try {
        if (settings.file.empty()) {
            output.logger = make_logger(std::make_shared<spdlog::sinks::stderr_sink_mt>());
        } else {
            output.logger = make_logger(std::make_shared<spdlog::sinks::rotating_file_sink_mt>(
                std::filesystem::path(settings.file).native(), settings.max_file_bytes, settings.kept_files));
        }
    } catch (const spdlog::spdlog_ex& failure) {
        return Error{ErrorKind::invalid, "log_file",
                     "cannot write the log file " + settings.file + ": " + failure.what()};
    }
    state.exchange(std::move(output));
    state.level = settings.level;
    return ok();
}

void set_level(Level level) { State::get().level = level; }

bool enabled(Level level) { return level >= State::get().level.load(std::memory_order_relaxed); }

void flush() { State::get().output().logger->flush(); }

void write(Level level, std::string_view event, std::span<const Field> fields, std::string_view message) {
    if (!enabled(level)) return;
    const Output output = State::get().output();
    const std::string line =
        make_line(output.format, output.clock->now(), level, event, fields, borrow(scope_fields), message);
    output.logger->log(to_spdlog(level), spdlog::string_view_t{line.data(), line.size()});
    if (output.event_log && level >= Level::warn) write_event(level, line);
}

Scope::Scope(Fields fields) : before_(scope_fields.size()) {
    for (const Field& field : fields) scope_fields.push_back(own(field));
}

Scope::~Scope() { scope_fields.resize(before_); }

namespace {

class LineSink final : public spdlog::sinks::base_sink<std::mutex> {
public:
    [[nodiscard]] std::vector<std::string> lines() {
        const std::lock_guard lock{mutex_};
        return lines_;
    }

private:
    void sink_it_(const spdlog::details::log_msg& message) override {
        lines_.emplace_back(message.payload.data(), message.payload.size());
    }
    void flush_() override {}

    std::vector<std::string> lines_;
};

}  // namespace

struct Capture::Impl {
    std::shared_ptr<LineSink> sink = std::make_shared<LineSink>();
    Output before;
    Level level_before = Level::info;
};

Capture::Capture(Level level, Format format, const Clock* clock) : impl_(std::make_unique<Impl>()) {
    State& state = State::get();
    impl_->level_before = state.level;
    const Clock* used = clock != nullptr ? clock : state.output().clock;
    impl_->before = state.exchange(Output{make_logger(impl_->sink), format, used, false});
    state.level = level;
}

Capture::~Capture() {
    State& state = State::get();
    state.exchange(std::move(impl_->before));
    state.level = impl_->level_before;
}

std::vector<std::string> Capture::lines() const { return impl_->sink->lines(); }

}  // namespace crossdock::log
